/** What the tests of the store share: databases, rows and a clock that stands still. @module */

import { isoTime } from "../../../src/base/clock.ts";
import { must } from "../../../src/base/assert.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import type { Contract, Tab } from "../../../src/contract/schema.ts";
import { type Database, openDatabase } from "../../../src/store/database.ts";
import { initialise } from "../../../src/store/migrations.ts";
import { insertSource } from "../../../src/store/source.ts";

export const NOW = Date.parse("2026-01-15T14:30:00Z");
export const NOW_TEXT = isoTime(NOW);
export const DAY_MS = 86_400_000;

/** A tab of the Atlas contract by its table. */
export function tabOf(table: string, contract: Contract = atlas): Tab {
  return must(contract.tabs.find((tab) => tab.table === table), `the tab of ${table}`);
}

/** A database in memory with all tables of the contract. */
export function freshDatabase(contract: Contract = atlas): Database {
  const db = openDatabase(":memory:", { mode: "write" });
  initialise(db, contract, { migrate: false, random: seededRandom(1), now: NOW_TEXT });
  return db;
}

/** Runs `work` with the path of a database file that does not exist yet, and takes it away again. */
export function withPath(work: (path: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "atlas-store-" });
  try {
    work(`${folder}/atlas.db`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

type Values = Readonly<Record<string, string | null>>;

/** Adds a run that is complete but for what the test is about. */
export function addRun(db: Database, id: string, values: Values = {}): void {
  insertSource(db, tabOf("runs"), {
    id,
    task: "Setup database",
    command: "sqlite3 atlas.db < schema.sql",
    status: "success",
    started_at: NOW_TEXT,
    ...values,
  });
}

/** Adds an error that is complete but for what the test is about. */
export function addError(db: Database, id: string, values: Values = {}): void {
  insertSource(db, tabOf("errors"), {
    id,
    task: "Deploy to staging",
    error: "Connection timeout to database",
    occurred_at: NOW_TEXT,
    severity: "high",
    resolved: "false",
    ...values,
  });
}

/** Texts that have broken other programs: each must come back as it went in. */
export const NASTY_TEXTS = [
  "",
  "'; DROP TABLE runs; --",
  '"; DELETE FROM "mirror_audit"; --',
  "?1 :name @name $name",
  "__proto__",
  "constructor",
  "007",
  "1e3",
  "NULL",
  "a\0b",
  "\uFEFFmarked",
  "\uFEFFmarked\0too",
  "line\r\nline",
  "👩‍👩‍👧‍👦 نیم‌فاصله",
  "%_\\",
  "[1,2]",
] as const;
