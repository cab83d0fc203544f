/** The audit: everything that ever happened to a row. The table itself refuses to forget. @module */

import * as z from "zod";
import { type RowId, rowId } from "../contract/cell.ts";
import type { Database } from "./database.ts";
import type { AuditEntry, StoredAuditEntry } from "./records.ts";

/** Writes entries, in their order, under one cycle. `at` is ISO 8601 UTC. */
export function appendAudit(
  db: Database,
  entries: Iterable<AuditEntry>,
  { at, cycle }: { readonly at: string; readonly cycle: number },
): void {
  for (const entry of entries) {
    db.run(
      `INSERT INTO mirror_audit (at, cycle, tab, row_id, column, direction, actor, verdict, reason,
        old_value, new_value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    );
  }
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
