/**
 * Rows whose retention clock runs although nobody wrote down since when, as an error that an agent set
 * to resolved without the time. It runs from when the mirror first saw the row like that.
 *
 * @module
 */

import { type RowId, rowId } from "../contract/cell.ts";
import type { Database } from "./database.ts";

/** When the mirror first saw each undated row of a tab, ISO 8601 UTC. */
export function loadUndated(db: Database, tab: string): Map<RowId, string> {
  const rows = db.all("SELECT id, since FROM mirror_undated WHERE tab = ?", tab);
  return new Map(rows.map((row) => [rowId(String(row["id"])), String(row["since"])]));
}

/** Remembers rows that became undated at `at`, and forgets those that are so no more. */
export function putUndated(
  db: Database,
  tab: string,
  { fresh, cured, at }: {
    readonly fresh: readonly RowId[];
    readonly cured: readonly RowId[];
    readonly at: string;
  },
): void {
  for (const id of fresh) {
    db.run(
      "INSERT INTO mirror_undated (tab, id, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      tab,
      id,
      at,
    );
  }
  for (const id of cured) db.run("DELETE FROM mirror_undated WHERE tab = ? AND id = ?", tab, id);
}

/** How many rows of a tab were first seen undated before `moment` (ISO 8601 UTC). */
export function countUndated(db: Database, tab: string, moment: string): number {
  const row = db.get(
    "SELECT count(*) AS n FROM mirror_undated WHERE tab = ? AND since < ?",
    tab,
    moment,
  );
  return Number(row?.["n"] ?? 0);
}
