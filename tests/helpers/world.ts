/** A whole world in one process: database, embedded spreadsheet, real client, people, a clock of our own. @module */

import { must } from "../../src/base/assert.ts";
import { type Clock, isoTime } from "../../src/base/clock.ts";
import { type Random, seededRandom } from "../../src/base/random.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { rowId } from "../../src/contract/cell.ts";
import { tabFingerprint } from "../../src/contract/fingerprint.ts";
import type { Contract } from "../../src/contract/schema.ts";
import { type Person, person } from "../../src/embedded/people.ts";
import type { EmbeddedOptions, EmbeddedSpreadsheet } from "../../src/embedded/server.ts";
import type { CycleDeps, CycleOptions } from "../../src/mirror/context.ts";
import { runCycle } from "../../src/mirror/cycle.ts";
import type { CycleReport, TabReport } from "../../src/mirror/report.ts";
import { createSheetsClient, type SheetsClient } from "../../src/sheets/client.ts";
import { setup } from "../../src/sheets/setup.ts";
import { readHistory } from "../../src/store/audit.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { readIdentity } from "../../src/store/identity.ts";
import { initialise } from "../../src/store/migrations.ts";
import type { StoredAuditEntry } from "../../src/store/records.ts";
import { putTabState } from "../../src/store/tabs.ts";
import { createMasker, type Masker } from "../../src/text/secrets.ts";
import { startChecked } from "./checked_answers.ts";

/** A clock that stands still until it is told otherwise; sleeping moves it on at once. */
export class TestClock implements Clock {
  #now: number;

  constructor(now: string) {
    this.#now = Date.parse(now);
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    this.#now += ms;
    return Promise.resolve();
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

/** Values of a row by field; a field that is left out is NULL. */
export type Row = Readonly<Record<string, string | null>>;

// Loading the rules that find secrets takes a while; every world shares one masker.
const masker: Masker = createMasker();

/** Everything a cycle needs, and eyes and hands for a test. */
export class World implements AsyncDisposable {
  readonly clock: TestClock;
  readonly random: Random;
  readonly db: Database;
  readonly sheet: EmbeddedSpreadsheet;
  readonly client: SheetsClient;
  readonly contract: Contract;
  readonly owner: Person;
  readonly editor: Person;

  private constructor(
    parts: Pick<World, "clock" | "random" | "db" | "sheet" | "contract">,
  ) {
    this.clock = parts.clock;
    this.random = parts.random;
    this.db = parts.db;
    this.sheet = parts.sheet;
    this.contract = parts.contract;
    const { url, spreadsheetId } = parts.sheet;
    this.client = createSheetsClient({
      endpoint: url,
      spreadsheetId,
      credentials: null,
      clock: parts.clock,
      random: parts.random,
    });
    this.owner = person(url, spreadsheetId, "owner");
    this.editor = person(url, spreadsheetId, "editor");
  }

  /** A database with tables, a spreadsheet that is set up, and no rows. */
  static async start(
    options: Partial<EmbeddedOptions> & {
      readonly contract?: Contract;
      /** Path of a new file; in memory where it is left out. */
      readonly database?: string;
    } = {},
  ): Promise<World> {
    const { contract = atlas, database = ":memory:", ...embedded } = options;
    const clock = new TestClock("2026-01-15T14:30:00Z");
    const random = seededRandom(1);
    const sheet = await startChecked({ storage: ":memory:", clock, random, ...embedded });
    // Nobody holds the lock for a moment only: a test that holds it does so for good.
    const db = openDatabase(database, { mode: "write", create: true, busyTimeoutMs: 20 });
    initialise(db, contract, { migrate: false, random, now: isoTime(clock.now()) });
    const world = new World({ clock, random, db, sheet, contract });
    await world.setup();
    return world;
  }

  async setup(): Promise<void> {
    const { tabs, timeZone } = await setup(this.client, this.contract, {
      mark: readIdentity(this.db),
      serviceEmail: null,
      repair: false,
      known: new Map(),
    });
    for (const { tab, sheetId, title } of tabs) {
      const fingerprint = tabFingerprint(
        must(this.contract.tabs.find((known) => known.title === tab), tab),
      );
      putTabState(this.db, { tab, sheetId, title, zone: timeZone, fingerprint });
    }
  }

  /** Writes a row as an agent would. */
  insert(table: string, row: Row): void {
    const fields = Object.keys(row);
    const places = fields.map(() => "?").join(", ");
    this.db.run(
      `INSERT INTO ${table} (${fields.join(", ")}) VALUES (${places})`,
      ...Object.values(row),
    );
  }

  /** Changes a row as an agent would. */
  change(table: string, id: string, row: Row): void {
    const set = Object.keys(row).map((field) => `${field} = ?`).join(", ");
    this.db.run(`UPDATE ${table} SET ${set} WHERE id = ?`, ...Object.values(row), id);
  }

  /** A row of the database. */
  row(table: string, id: string): Readonly<Record<string, unknown>> {
    return must(this.db.get(`SELECT * FROM ${table} WHERE id = ?`, id), `${table} ${id}`);
  }

  /** What the database holds for the keys given. */
  values(table: string, id: string, ...fields: string[]): unknown[] {
    const row = this.row(table, id);
    return fields.map((field) => row[field]);
  }

  /** Runs one cycle. `deps` takes the place of parts of this world, for a process that fails. */
  async cycle(
    options: Partial<CycleOptions> = {},
    deps: Partial<CycleDeps> = {},
  ): Promise<CycleReport> {
    const { db, client, contract, clock, random } = this;
    const usual = { db, client, contract, clock, random, masker, fence: () => {} };
    return await runCycle({ ...usual, ...deps }, {
      direction: "both",
      tabs: null,
      accept: [],
      apply: true,
      ...options,
    });
  }

  /** The audit of a row, oldest first. */
  history(id: string): StoredAuditEntry[] {
    return readHistory(this.db, rowId(id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.db.close();
    await this.sheet[Symbol.asyncDispose]();
  }
}

/** The report of one tab. */
export function tabOf(report: CycleReport, title: string): TabReport {
  return must(report.tabs.find(({ tab }) => tab === title), title);
}

/** The figures of a tab that are not zero. */
export function figuresOf(tab: TabReport): Record<string, number> {
  const { imported, exported, added, removed, archived, refused, restored, conflicts, invalid } =
    tab;
  const figures = {
    imported,
    exported,
    added,
    removed,
    archived,
    refused,
    restored,
    conflicts,
    invalid,
  };
  return Object.fromEntries(Object.entries(figures).filter(([, count]) => count > 0));
}

/** An approval that waits for a decision. */
export function approval(id: string, more: Row = {}): Row {
  return {
    id,
    type: "task",
    action: "create",
    item: `Item of ${id}`,
    status: "pending",
    requested_at: "2026-01-15T09:00:00Z",
    notes: "",
    payload: '{"a":1}',
    ...more,
  };
}

/** A run that ended well. */
export function run(id: string, more: Row = {}): Row {
  return {
    id,
    task: `Task of ${id}`,
    command: "make",
    status: "success",
    started_at: "2026-01-15T09:00:00Z",
    completed_at: "2026-01-15T09:05:00Z",
    output: "done",
    notes: "",
    ...more,
  };
}

/** An error that nobody has resolved. */
export function error(id: string, more: Row = {}): Row {
  return {
    id,
    task: `Task of ${id}`,
    error: "Timeout",
    occurred_at: "2026-01-15T09:00:00Z",
    severity: "high",
    resolved: "false",
    resolution: "",
    notes: "",
    ...more,
  };
}
