/** A database and a spreadsheet with the mirror between them, and a meter on the wire. @module */

import { must } from "../src/base/assert.ts";
import { type Clock, isoTime } from "../src/base/clock.ts";
import { seededRandom } from "../src/base/random.ts";
import { atlas } from "../src/contract/atlas.ts";
import { tabFingerprint } from "../src/contract/fingerprint.ts";
import type { Contract } from "../src/contract/schema.ts";
import { runCycle } from "../src/mirror/cycle.ts";
import type { CycleReport } from "../src/mirror/report.ts";
import { createSheetsClient, type SheetsClient } from "../src/sheets/client.ts";
import { setup } from "../src/sheets/setup.ts";
import type { Fetch } from "../src/sheets/transport.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { readIdentity } from "../src/store/identity.ts";
import { initialise } from "../src/store/migrations.ts";
import { putTabState } from "../src/store/tabs.ts";
import { createMasker, type Masker } from "../src/text/secrets.ts";

/** The tab the figures are about: unresolved errors have no retention, so all of them are shown. */
export const ERRORS = "Errors_Hotlist";

/** The spreadsheet's id in the embedded server. */
export const SPREADSHEET = "embedded";

const NOW_MS = Date.UTC(2026, 0, 15, 14, 30);

/** One request that went over the wire, with its answer. */
export interface Exchange {
  readonly method: string;
  /** Path and query, without the server's address. */
  readonly path: string;
  readonly sent: string;
  readonly received: string;
  readonly status: number;
}

/** Counts what goes over the wire, and how long the other end took. */
export class Meter {
  /** Since the last {@linkcode reset}. */
  exchanges: Exchange[] = [];
  /** Time spent waiting for answers, in milliseconds. */
  waitedMs = 0;

  readonly fetch: Fetch = async (input, init) => {
    // Keeping a copy is no work of the mirror's either.
    const began = performance.now();
    const request = new Request(input, init);
    const sent = await request.clone().text();
    const answer = await fetch(request);
    const received = await answer.text();
    this.waitedMs += performance.now() - began;
    const { pathname, search } = new URL(request.url);
    const { method } = request;
    const { status } = answer;
    this.exchanges.push({ method, path: pathname + search, sent, received, status });
    return new Response(received, { status, headers: answer.headers });
  };

  reset(): void {
    this.exchanges = [];
    this.waitedMs = 0;
  }
}

/** Answers as the spreadsheet did when the exchanges were recorded, at once. */
export function replay(exchanges: readonly Exchange[]): Fetch {
  const known = new Map(exchanges.map((one) => [`${one.method} ${one.path} ${one.sent}`, one]));
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    const key = `${request.method} ${pathname}${search} ${await request.text()}`;
    const { received, status } = must(known.get(key), `the answer to ${key}`);
    return new Response(received, {
      status,
      headers: { "content-type": "application/json; charset=UTF-8" },
    });
  };
}

/** A clock that stands still; sleeping moves it on at once, so that no budget makes a round wait. */
export function benchClock(): Clock {
  let now = NOW_MS;
  return {
    now: () => now,
    sleep(ms) {
      now += ms;
      return Promise.resolve();
    },
  };
}

/** What a cycle needs beside the database. */
export interface Mirror {
  readonly client: SheetsClient;
  readonly clock: Clock;
  readonly masker: Masker;
  readonly contract: Contract;
}

/** A mirror that speaks to `endpoint` through `send`. */
export function mirrorOf(endpoint: string, send: Fetch): Mirror {
  const clock = benchClock();
  const client = createSheetsClient({
    endpoint,
    spreadsheetId: SPREADSHEET,
    credentials: null,
    clock,
    random: seededRandom(1),
    fetch: send,
  });
  return { client, clock, masker: createMasker(), contract: atlas };
}

/** One cycle of the tabs given, or of all, which must go well. */
export async function cycle(
  db: Database,
  mirror: Mirror,
  tabs: readonly string[] | null = null,
): Promise<CycleReport> {
  const report = await runCycle({ db, ...mirror, random: seededRandom(2), fence() {} }, {
    direction: "both",
    tabs,
    accept: [],
    apply: true,
  });
  const bad = report.tabs.find(({ status }) => status !== "ok");
  if (bad !== undefined) {
    throw new Error(`${bad.tab} is ${bad.status}: ${JSON.stringify(bad).slice(0, 500)}`);
  }
  return report;
}

/** An empty spreadsheet in a thread of its own. */
export async function startSpreadsheet(): Promise<{ readonly url: string } & Disposable> {
  const worker = new Worker(new URL("spreadsheet_worker.ts", import.meta.url), { type: "module" });
  const url = await new Promise<string>((resolve, reject) => {
    worker.onmessage = (message) => resolve(String(message.data));
    worker.onerror = (event) => reject(new Error(event.message));
  });
  return { url, [Symbol.dispose]: () => worker.terminate() };
}

/** A site that is set up: tables, tabs, no rows. */
export class Rig implements Disposable {
  readonly db: Database;
  readonly url: string;
  readonly meter: Meter;
  readonly mirror: Mirror;
  readonly #spreadsheet: Disposable;

  private constructor(db: Database, spreadsheet: { readonly url: string } & Disposable) {
    this.db = db;
    this.url = spreadsheet.url;
    this.#spreadsheet = spreadsheet;
    this.meter = new Meter();
    this.mirror = mirrorOf(this.url, this.meter.fetch);
  }

  /** `path`: the database's file; it is made. */
  static async start(path: string): Promise<Rig> {
    const spreadsheet = await startSpreadsheet();
    const db = openDatabase(path, { mode: "write", create: true });
    initialise(db, atlas, { migrate: false, random: seededRandom(1), now: isoTime(NOW_MS) });
    const rig = new Rig(db, spreadsheet);
    await rig.#setUp();
    return rig;
  }

  async #setUp(): Promise<void> {
    const { tabs, timeZone } = await setup(this.mirror.client, atlas, {
      mark: readIdentity(this.db),
      serviceEmail: null,
      repair: false,
      known: new Map(),
    });
    for (const { tab, sheetId, title } of tabs) {
      const shape = must(atlas.tabs.find((known) => known.title === tab), tab);
      const fingerprint = tabFingerprint(shape);
      putTabState(this.db, { tab, sheetId, title, zone: timeZone, fingerprint });
    }
  }

  /** Brings `rows` unresolved errors to both sides; afterwards a cycle has nothing to do. */
  async fill(rows: number): Promise<void> {
    insertErrors(this.db, rows);
    await this.cycle();
    await this.cycle();
    await this.cycle();
  }

  /** One cycle of the tabs given, or of all. */
  cycle(tabs: readonly string[] | null = null): Promise<CycleReport> {
    return cycle(this.db, this.mirror, tabs);
  }

  [Symbol.dispose](): void {
    this.db.close();
    this.#spreadsheet[Symbol.dispose]();
  }
}

const WORDS =
  ("timeout refused while connecting to the staging database after three attempts and " +
    "a restart of the worker that holds the queue").split(" ");

/** A sentence that is another one for every number. */
function sentence(seed: number, length: number): string {
  return Array.from({ length }, (_, at) => WORDS[(seed * 7 + at * (1 + seed % 5)) % WORDS.length])
    .join(" ");
}

/** The values of an error in the order of the tab's columns, without `id`. */
export function errorValues(index: number): readonly string[] {
  const minutes = String(index % 60).padStart(2, "0");
  return [
    `Deploy ${sentence(index, 2)}`,
    sentence(index, 9),
    `2026-01-14T0${index % 10}:${minutes}:00Z`,
    ["low", "medium", "high"][index % 3] ?? "low",
    "false",
    "",
    index % 4 === 0 ? sentence(index + 1, 6) : "",
  ];
}

/** Writes unresolved errors as an agent would. */
export function insertErrors(db: Database, rows: number): void {
  db.transaction(() => {
    for (let index = 0; index < rows; index++) {
      db.run(
        "INSERT INTO errors (id, task, error, occurred_at, severity, resolved, resolution, notes) " +
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        errorId(index),
        ...errorValues(index),
      );
    }
  });
}

export function errorId(index: number): string {
  return `err-${index}`;
}

/** All rows of the errors as one SELECT gives them: the least any tool has to read. */
export function selectErrors(db: Database): number {
  return db.all(
    "SELECT id, task, error, occurred_at, severity, resolved, resolution, notes FROM errors",
  ).length;
}
