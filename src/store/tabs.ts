/** What is known of each tab between two cycles. @module */

import { assert } from "../base/assert.ts";
import type { Database } from "./database.ts";
import { readMeta, writeMeta } from "./meta.ts";
import type { TabState } from "./records.ts";

/** The state of every tab that was met, by its title in the contract. */
export function loadTabStates(db: Database): Map<string, TabState> {
  const rows = db.all("SELECT tab, sheet_id, title, zone, fingerprint FROM mirror_tab");
  return new Map(rows.map((row) => {
    const tab = String(row["tab"]);
    return [tab, {
      tab,
      sheetId: Number(row["sheet_id"]),
      title: String(row["title"]),
      zone: String(row["zone"]),
      fingerprint: String(row["fingerprint"]),
    }];
  }));
}

/** Writes the state of a tab; when it last succeeded is kept. */
export function putTabState(db: Database, state: TabState): void {
  db.run(
    `INSERT INTO mirror_tab (tab, sheet_id, title, zone, fingerprint) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (tab) DO UPDATE SET sheet_id = excluded.sheet_id, title = excluded.title,
        zone = excluded.zone, fingerprint = excluded.fingerprint`,
    state.tab,
    BigInt(state.sheetId),
    state.title,
    state.zone,
    state.fingerprint,
  );
}

/** Notes that a whole sync of the tab succeeded at `at` (ISO 8601 UTC). Its state was put before. */
export function markTabSuccess(db: Database, tab: string, at: string): void {
  const changed = db.run("UPDATE mirror_tab SET last_success = ? WHERE tab = ?", at, tab);
  assert(changed === 1, `the state of tab "${tab}" is known when it succeeds`);
}

/**
 * A success later than `at` (ISO 8601 UTC) is from before the clock was set back; it counts as one of
 * `at`, or failures that come after it would seem to have come before.
 */
export function capTabSuccesses(db: Database, at: string): void {
  db.run("UPDATE mirror_tab SET last_success = ? WHERE last_success > ?", at, at);
}

/** When each tab last succeeded (ISO 8601 UTC); tabs that never did are not in it. */
export function lastTabSuccesses(db: Database): Map<string, string> {
  const rows = db.all("SELECT tab, last_success FROM mirror_tab WHERE last_success IS NOT NULL");
  return new Map(rows.map((row) => [String(row["tab"]), String(row["last_success"])]));
}

/** When the spreadsheet was last read in full, in milliseconds since 1970; null: it never was. */
export function readFullLook(db: Database): number | null {
  const at = readMeta(db, "full_look");
  return at === undefined ? null : Number(at);
}

/** Notes that the spreadsheet was read in full. */
export function putFullLook(db: Database, at: number): void {
  writeMeta(db, "full_look", String(at));
}
