/** Looking into the audit from its end, a page at a time. Every question follows an index. @module */

import * as z from "zod";
import { storedSchema } from "./audit.ts";
import type { Database } from "./database.ts";
import type { AuditVerdict, StoredAuditEntry } from "./records.ts";

/** An entry and its number, by which the next page begins. */
export interface NumberedEntry extends StoredAuditEntry {
  readonly id: number;
}

const numberedSchema = storedSchema.extend({ id: z.number() });

const COLUMNS = `id, at, cycle, tab, row_id AS rowId, column, direction, actor, verdict, reason,
  old_value AS oldValue, new_value AS newValue`;

/** Which part of the audit. */
export interface AuditPage {
  /** Entries of this ID alone, in whatever tab; null: of all. */
  readonly row: string | null;
  /** Entries older than that number; null: the newest. */
  readonly before: number | null;
  readonly limit: number;
}

/** A page of the audit, the newest first. */
export function readAuditPage(db: Database, { row, before, limit }: AuditPage): NumberedEntry[] {
  const bounds = [BigInt(before ?? Number.MAX_SAFE_INTEGER), BigInt(limit)];
  const rows = row === null
    ? db.all(
      `SELECT ${COLUMNS} FROM mirror_audit WHERE id < ? ORDER BY id DESC LIMIT ?`,
      ...bounds,
    )
    : db.all(
      `SELECT ${COLUMNS} FROM mirror_audit WHERE row_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
      row,
      ...bounds,
    );
  return rows.map((row) => numberedSchema.parse(row));
}

/** IDs in the audit that begin with the text, in their order. */
export function idsLike(db: Database, text: string, limit: number): string[] {
  return db.all(
    `SELECT DISTINCT row_id AS id FROM mirror_audit WHERE row_id >= ? AND row_id < ?
      ORDER BY row_id LIMIT ?`,
    text,
    `${text}\u{10FFFF}`,
    BigInt(limit),
  ).map((row) => String(row["id"]));
}

/**
 * The newest entries with one of the verdicts, among the last `within` entries: no index knows the
 * verdicts, so what is looked at has an end.
 */
export function lastVerdicts(
  db: Database,
  verdicts: readonly AuditVerdict[],
  { within, limit }: { readonly within: number; readonly limit: number },
): NumberedEntry[] {
  return db.all(
    `SELECT ${COLUMNS} FROM mirror_audit
      WHERE id > (SELECT coalesce(max(id), 0) FROM mirror_audit) - ?
        AND verdict IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?`,
    BigInt(within),
    JSON.stringify(verdicts),
    BigInt(limit),
  ).map((row) => numberedSchema.parse(row));
}
