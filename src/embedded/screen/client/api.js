/**
 * Changes go through the same API that programs use, as the chosen identity. A change names the
 * revision it was made for; if the spreadsheet has changed since, rows may have moved, and the change
 * is made again for where they are now.
 *
 * @module
 */

/** @import { Model } from "./model.js" */
/** @import { Identity } from "./types.d.ts" */

/**
 * @typedef {{ method: "PUT" | "POST", path: string, body: unknown }} Call
 */

/** More attempts than that, and somebody writes without pause. */
const ATTEMPTS_MAX = 50;

/** The server's answer to a change that it did not make. */
export class Refusal extends Error {}

/** The API as the page uses it. */
export class Api {
  /** @type {Identity} */
  identity;
  /** @type {Model} */
  #model;

  /**
   * @param {Identity} identity
   * @param {Model} model
   */
  constructor(identity, model) {
    this.identity = identity;
    this.#model = model;
  }

  /**
   * Makes a change. `make` is asked for the call for the tab as it stands; null: there is nothing left
   * to do, because the row it was about is gone.
   *
   * @param {() => Call | null} make
   * @returns {Promise<void>}
   * @throws {Refusal} in Google's words
   */
  async change(make) {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const { frame, revision } = this.#model;
      const call = make();
      if (frame === null || call === null) throw new Refusal("The row is gone.");
      const root = `/v4/spreadsheets/${encodeURIComponent(frame.spreadsheetId)}`;
      const answer = await fetch(root + call.path, {
        method: call.method,
        headers: {
          "authorization": `Bearer ${this.identity}`,
          "content-type": "application/json",
          "if-match": `"${revision}"`,
        },
        body: JSON.stringify(call.body),
      });
      if (answer.ok) return;
      if (answer.status !== 412) {
        const { error } = await answer.json();
        // Which part of the request it was means nothing to a person.
        throw new Refusal(error.message.replace(/^Invalid requests\[\d+\]\.\w+: /, ""));
      }
      if (this.#model.revision === revision) await this.#model.nextMessage();
    }
    throw new Refusal("The spreadsheet changes too fast; try again.");
  }

  /**
   * Writes texts as if they were typed, `values` being rows of columns.
   *
   * @param {() => { title: string, a1: string, values: string[][] } | null} make
   */
  type(make) {
    return this.change(() => {
      const typed = make();
      if (typed === null) return null;
      const range = `'${typed.title.replaceAll("'", "''")}'!${typed.a1}`;
      return {
        method: "PUT",
        path: `/values/${encodeURIComponent(range)}?valueInputOption=USER_ENTERED`,
        body: { values: typed.values },
      };
    });
  }

  /**
   * Carries requests of `spreadsheets.batchUpdate` out, all or none.
   *
   * @param {() => unknown[] | null} make
   */
  batch(make) {
    return this.change(() => {
      const requests = make();
      return requests === null
        ? null
        : { method: "POST", path: ":batchUpdate", body: { requests } };
    });
  }
}
