/**
 * An agent and people who are at work while a mirror runs, and a ledger of every word they wrote, so
 * that it can be told at the end whether one was lost or doubled.
 *
 * @module
 */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { type Random, randomInteger } from "../../src/base/random.ts";
import type { Intercept } from "../../src/embedded/server.ts";
import { type Person, person } from "../../src/embedded/people.ts";
import { openDatabase, type SqlRow } from "../../src/store/database.ts";
import type { DaemonSite } from "../cli/daemon_site.ts";

/** Rows of a tab at the beginning. */
const ROWS_MIN = 4;
/** Rows of a tab in the end, on average. */
const ROWS_MAX = 10;

/** A tab, its table, and where in it people write; columns by their letter. */
const TABS = [
  {
    title: "Pending_Approvals",
    table: "approvals",
    fields: "type, action, item, status, requested_at",
    row: "'task', 'create', 'Add OAuth', 'pending', datetime('now')",
    shown: { status: "E", notes: "G" },
  },
  {
    title: "Runs",
    table: "runs",
    fields: "task, command, status, started_at",
    row: "'Build', 'make', 'running', datetime('now')",
    shown: { status: "D", output: "G", notes: "H" },
  },
  {
    title: "Errors_Hotlist",
    table: "errors",
    fields: "task, error, occurred_at, severity, resolved",
    row: "'Deploy', 'Timeout', datetime('now'), 'high', 'false'",
    shown: { severity: "E", resolved: "F", resolution: "G", notes: "H" },
  },
] as const;

type TabCase = typeof TABS[number];

/** A row on the screen. */
interface ScreenRow {
  readonly id: string;
  /** Counted from 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

/** A word that nobody else writes. */
interface Word {
  readonly tab: TabCase;
  readonly id: string;
  readonly by: "human" | "agent";
  /** An answer of the spreadsheet to the mirror held it: from then on it must not be lost. */
  seen: boolean;
  /** Its author took it away again, perhaps before anybody had read it. */
  withdrawn: boolean;
}

/** What became of the words. */
export interface Ledger {
  readonly kept: number;
  /** Overwritten before any read of the mirror's had shown them: the known limit of the API. */
  readonly unseen: number;
  readonly withdrawn: number;
}

/** An agent, two people, and what they wrote. */
export class Bustle {
  readonly #site: DaemonSite;
  readonly #random: Random;
  readonly #owner: Person;
  readonly #words = new Map<string, Word>();
  readonly #deeds: readonly (readonly [share: number, deed: (tab: TabCase) => Promise<void>])[];
  /** A person sees what they change: nothing of the mirror's comes between looking and typing. */
  #turn: Promise<unknown> = Promise.resolve();
  #rows = 0;

  constructor(site: DaemonSite, random: Random) {
    this.#site = site;
    this.#random = random;
    this.#owner = person(site.url, "embedded", "owner");
    // So many rows that no guard takes one removal for an emptied tab.
    for (const tab of TABS) for (let n = 0; n < ROWS_MIN; n++) this.#addRow(tab);
    this.#deeds = [
      [45, (tab) => this.#typeNote(tab)],
      [15, (tab) => this.#noteOfAgent(tab)],
      [12, (tab) => this.#newRow(tab)],
      [8, () => this.#decide()],
      [5, () => this.#moveRun()],
      [5, () => this.#resolve()],
      [4, (tab) => this.#owner.sort(tab.title, this.#pick(["A", "C", "D"]))],
      [3, (tab) => this.#deleteRow(tab)],
      [3, (tab) => this.#copyRow(tab)],
    ];
  }

  /** Stands around a request of the mirror: it waits for people in mid-edit, and is read along. */
  readonly around: Intercept = async (call, handle) => {
    if (call.identity !== "service-account") return await handle();
    const response = await this.#inTurn(handle);
    if (call.kind === "read") this.#lookAt(await response.clone().text());
    return response;
  };

  /** Does one thing, whatever comes to somebody's mind. */
  async act(): Promise<void> {
    const sum = this.#deeds.reduce((sum, [share]) => sum + share, 0);
    let left = this.#random.next() * sum;
    const [, deed] = must(this.#deeds.find(([share]) => (left -= share) < 0), "a deed");
    await this.#inTurn(() => deed(this.#pick(TABS)));
  }

  /** Is at work until it is told to stop. */
  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.act();
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, randomInteger(this.#random, 5, 60));
      await promise;
    }
  }

  /** Checks that sheet and database say the same, and that every word is there once. */
  async check(): Promise<Ledger> {
    using db = openDatabase(this.#site.database, { mode: "read" });
    assert.equal(db.get("PRAGMA integrity_check")?.["integrity_check"], "ok");
    for (const tab of TABS) await this.#checkTab(tab, db.all(`SELECT * FROM "${tab.table}"`));
    const audit = JSON.stringify(db.all("SELECT old_value, new_value FROM mirror_audit"));
    const ledger = { kept: 0, unseen: 0, withdrawn: 0 };
    for (const [text, { tab, id, by, seen, withdrawn }] of this.#words) {
      const row = db.get(`SELECT * FROM "${tab.table}" WHERE id = ?`, id);
      const count = JSON.stringify(row).split(text).length - 1;
      assert.ok(count <= 1, `${text} stands ${count} times in ${tab.table} ${id}`);
      if (count === 1 || audit.includes(text)) ledger.kept++;
      else if (withdrawn) ledger.withdrawn++;
      else if (by === "human" && !seen) ledger.unseen++;
      else assert.fail(`${text} of the ${by} is lost from ${tab.table} ${id}`);
    }
    const everything = TABS.map(({ table }) => JSON.stringify(db.all(`SELECT * FROM "${table}"`)));
    for (const text of this.#words.keys()) {
      const count = everything.join().split(text).length - 1;
      assert.ok(count <= 1, `${text} stands in ${count} places`);
    }
    return ledger;
  }

  async #checkTab(tab: TabCase, rows: readonly SqlRow[]): Promise<void> {
    const screen = await this.#screen(tab);
    const ids = screen.map(({ id }) => id).sort();
    assert.deepEqual(ids, rows.map((row) => String(row["id"])).sort(), `the IDs of ${tab.title}`);
    for (const row of rows) {
      const { cells } = must(screen.find(({ id }) => id === row["id"]), String(row["id"]));
      for (const [field, letter] of Object.entries(tab.shown)) {
        const shown = cells[columnOf(letter)] ?? "";
        assert.equal(shown, String(row[field] ?? ""), `${tab.table} ${row["id"]} ${field}`);
      }
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #lookAt(text: string): void {
    for (const word of text.match(/w\d+x/g) ?? []) {
      const known = this.#words.get(word);
      if (known !== undefined) known.seen = true;
    }
  }

  #pick<T>(choices: readonly T[]): T {
    return must(choices[randomInteger(this.#random, 0, choices.length - 1)], "a choice");
  }

  #word(tab: TabCase, id: string, by: Word["by"]): string {
    const text = `w${this.#words.size}x`;
    this.#words.set(text, { tab, id, by, seen: false, withdrawn: false });
    return text;
  }

  async #screen({ title }: TabCase): Promise<ScreenRow[]> {
    const [, ...rows] = await this.#owner.read(title);
    return rows.flatMap((cells, index) => {
      const [id = ""] = cells;
      return id === "" ? [] : [{ id, row: index + 2, cells }];
    });
  }

  /** A row of the agent's, as it stands on the screen; undefined: there is none yet. */
  async #someRow(tab: TabCase): Promise<ScreenRow | undefined> {
    const rows = (await this.#screen(tab)).filter(({ id }) => !id.startsWith("mirror-"));
    return rows.length === 0 ? undefined : this.#pick(rows);
  }

  async #typeNote(tab: TabCase): Promise<void> {
    const found = await this.#someRow(tab);
    if (found === undefined) return;
    const { notes } = tab.shown;
    const old = found.cells[columnOf(notes)] ?? "";
    const word = this.#word(tab, found.id, "human");
    await this.#owner.type(
      tab.title,
      notes + found.row,
      old === "" ? word : this.#random.next() < 0.8 ? `${old}\n${word}` : `${word}\n${old}`,
    );
  }

  async #decide(): Promise<void> {
    const [tab] = TABS;
    const found = await this.#someRow(tab);
    if (found?.cells[columnOf("E")] !== "pending") return;
    const word = this.#pick(["approved", "rejected", "Rejected ", "aproved"]);
    await this.#owner.type(tab.title, `E${found.row}`, word);
  }

  async #resolve(): Promise<void> {
    const tab = TABS[2];
    const found = await this.#someRow(tab);
    if (found === undefined) return;
    await this.#owner.type(tab.title, `F${found.row}`, this.#pick(["true", "false"]));
    this.#withdraw(found.cells[columnOf("G")] ?? "");
    await this.#owner.type(tab.title, `G${found.row}`, this.#word(tab, found.id, "human"));
  }

  async #deleteRow(tab: TabCase): Promise<void> {
    const found = await this.#someRow(tab);
    if (found === undefined) return;
    this.#withdraw(found.cells.join());
    await this.#owner.deleteRow(tab.title, found.row);
  }

  async #copyRow(tab: TabCase): Promise<void> {
    const found = await this.#someRow(tab);
    if (found === undefined) return;
    const below = Math.max(...(await this.#screen(tab)).map(({ row }) => row)) + 3;
    await this.#owner.copyRow(tab.title, found.row, below);
  }

  #withdraw(text: string): void {
    for (const word of text.match(/w\d+x/g) ?? []) {
      const known = this.#words.get(word);
      if (known !== undefined) known.withdrawn = true;
    }
  }

  #newRow(tab: TabCase): Promise<void> {
    if (this.#rows < ROWS_MAX * TABS.length) this.#addRow(tab);
    return Promise.resolve();
  }

  #addRow({ table, fields, row }: TabCase): void {
    this.#site.sql(`INSERT INTO "${table}" (id, ${fields}) VALUES ('r${this.#rows++}', ${row})`);
  }

  #someId(table: string): string | undefined {
    using db = openDatabase(this.#site.database, { mode: "read" });
    const rows = db.all(`SELECT id FROM "${table}" WHERE id NOT LIKE 'mirror-%'`);
    return rows.length === 0 ? undefined : String(this.#pick(rows)["id"]);
  }

  #noteOfAgent(tab: TabCase): Promise<void> {
    const id = this.#someId(tab.table);
    if (id !== undefined) {
      const word = this.#word(tab, id, "agent");
      this.#site.sql(
        `UPDATE "${tab.table}" SET notes = trim(coalesce(notes, '') || char(10) || '${word}',
          char(10)) WHERE id = '${id}'`,
      );
    }
    return Promise.resolve();
  }

  #moveRun(): Promise<void> {
    const status = this.#pick(["running", "success", "failed"]);
    const id = this.#someId("runs");
    if (id !== undefined) {
      this.#site.sql(
        `UPDATE runs SET status = '${status}', output = 'step ${this.#words.size}'
          WHERE id = '${id}'`,
      );
    }
    return Promise.resolve();
  }
}

/** `E` is 4. */
function columnOf(letter: string): number {
  return letter.charCodeAt(0) - 65;
}
