/** What the tests of the sheets folder share: a clock that jumps, a client that records. @module */

import type { KeyObject } from "node:crypto";
import type { sheets_v4 } from "@googleapis/sheets";
import type { Clock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import type { Tab } from "../../../src/contract/schema.ts";
import { createSheetsClient, type SheetsClient } from "../../../src/sheets/client.ts";
import { must } from "../../../src/base/assert.ts";

/** A clock whose sleeps take no time: they move it on. */
export interface JumpingClock extends Clock {
  readonly slept: readonly number[];
}

export function jumpingClock(start = Date.UTC(2026, 0, 15, 14, 30)): JumpingClock {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}

/** A tab of the built-in contract. */
export function atlasTab(title: string): Tab {
  return must(atlas.tabs.find((tab) => tab.title === title), title);
}

/** A server on loopback for the time of one test, and what it was asked. */
export interface TestServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly seen: { readonly method: string; readonly url: URL; readonly body: string }[];
}

/** Answers every request with what `answer` says; the request's body has been read. */
export function serve(
  answer: (request: Request, body: string) => Response | Promise<Response>,
): TestServer {
  const seen: TestServer["seen"] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.text();
    seen.push({ method: request.method, url: new URL(request.url), body });
    return await answer(request, body);
  });
  return {
    endpoint: `http://127.0.0.1:${server.addr.port}/`,
    seen,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A client for the endpoint with a clock that jumps and chance that repeats. */
export function clientFor(
  endpoint: string,
  more: Partial<Parameters<typeof createSheetsClient>[0]> = {},
): SheetsClient {
  return createSheetsClient({
    endpoint,
    spreadsheetId: "sheet-1",
    credentials: null,
    clock: jumpingClock(),
    random: seededRandom(1),
    ...more,
  });
}

/** A client that answers from memory. */
export function scriptedClient(script: Partial<SheetsClient>): SheetsClient {
  const unexpected = () => Promise.reject(new Error("This call was not expected"));
  return {
    counts: () => ({ read: 0, write: 0, retried: 0 }),
    email: null,
    get: unexpected,
    values: unexpected,
    look: unexpected,
    updateByAnchor: unexpected,
    batch: unexpected,
    ...script,
  };
}

/** A cell with text, as `spreadsheets.get` brings it. */
export function textCell(text: string): sheets_v4.Schema$CellData {
  if (text === "") return {};
  const value = { stringValue: text };
  return { userEnteredValue: value, effectiveValue: value, formattedValue: text };
}

/** A private key in the form in which Google hands it out. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
