/** The audit: everything that ever happened to a row. The table itself refuses to forget. @module */

import * as z from "zod";
import { type RowId, rowId } from "../contract/cell.ts";
import type { Database } from "./database.ts";
import type { AuditEntry, StoredAuditEntry } from "./records.ts";

const INSERT = `INSERT INTO mirror_audit (at, cycle, tab, row_id, column, direction, actor, verdict,
  reason, old_value, new_value) VALUES`;
const LINE = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const INSERT_LINE = `${INSERT} ${LINE}`;
const INSERT_GROUP = `${INSERT} ${LINE}, ${LINE}, ${LINE}, ${LINE}, ${LINE}`;

/**
 * Lines of a statement. SQLite makes the lists that the table's checks look into anew for each of them,
 * which is half of what a line costs by itself. More than this many save nothing.
 */
const GROUP = 5;

/** Writes entries, in their order, under one cycle. `at` is ISO 8601 UTC. */
export function appendAudit(
  db: Database,
  entries: Iterable<AuditEntry>,
  { at, cycle }: { readonly at: string; readonly cycle: number },
): void {
  const lines = Array.from(entries, (entry) => [
    at,
    BigInt(cycle),
    entry.tab,
    entry.rowId,
    entry.column,
    entry.direction,
    entry.actor,
    entry.verdict,
    entry.reason,
    entry.oldValue,
    entry.newValue,
  ]);
  const grouped = lines.length - lines.length % GROUP;
  for (let start = 0; start < grouped; start += GROUP) {
    db.run(INSERT_GROUP, ...lines.slice(start, start + GROUP).flat());
  }
  for (const line of lines.slice(grouped)) db.run(INSERT_LINE, ...line);
}

/** Whether the audit has this about the row already. */
export function isAudited(
  db: Database,
  { rowId, verdict, newValue }: Pick<AuditEntry, "rowId" | "verdict" | "newValue">,
): boolean {
  return db.get(
    "SELECT 1 FROM mirror_audit WHERE row_id = ? AND verdict = ? AND new_value = ?",
    rowId,
    verdict,
    newValue,
  ) !== undefined;
}

/** A line as a query gives it. */
export const storedSchema = z.object({
  at: z.string(),
  cycle: z.number(),
  tab: z.string(),
  rowId: z.string().transform(rowId),
  column: z.string().nullable(),
  direction: z.enum(["import", "export"]),
  actor: z.enum(["human", "agent", "mirror"]),
  verdict: z.enum([
    "accepted",
    "merged",
    "refused",
    "restored",
    "conflict",
    "exported",
    "added",
    "removed",
    "archived",
  ]),
  reason: z.string(),
  oldValue: z.string().nullable(),
  newValue: z.string().nullable(),
});

/** Everything about the rows with this ID, in whatever tab, in the order in which it happened. */
export function readHistory(db: Database, id: RowId): StoredAuditEntry[] {
  return db.all(
    `SELECT at, cycle, tab, row_id AS rowId, column, direction, actor, verdict, reason,
      old_value AS oldValue, new_value AS newValue
      FROM mirror_audit WHERE row_id = ? ORDER BY id`,
    id,
  ).map((row) => storedSchema.parse(row));
}
