/**
 * Moving old lines out of the audit: only those that say what was shown, never what a human did. They
 * are read first, and deleted once whoever has them says that they are safe.
 *
 * @module
 */

import { assert } from "../base/assert.ts";
import { rowId } from "../contract/cell.ts";
import { appendAudit, storedSchema } from "./audit.ts";
import type { Database } from "./database.ts";
import type { StoredAuditEntry } from "./records.ts";

/** What may leave. */
const MAY_LEAVE = "verdict IN ('exported', 'added') AND at < ?";

/** Lines that are read at once. */
const PAGE_LINES = 1_000;

/** A line with the number it had in the table. */
export interface ArchivedEntry extends StoredAuditEntry {
  readonly id: number;
}

/** The next lines older than `before` (ISO 8601 UTC) behind the one numbered `after`; empty: no more. */
export function readArchivable(
  db: Database,
  { before, after }: { readonly before: string; readonly after: number },
): readonly ArchivedEntry[] {
  return db.all(
    `SELECT id, at, cycle, tab, row_id AS rowId, column, direction, actor, verdict, reason,
      old_value AS oldValue, new_value AS newValue
      FROM mirror_audit WHERE ${MAY_LEAVE} AND id > ? ORDER BY id LIMIT ?`,
    before,
    BigInt(after),
    BigInt(PAGE_LINES),
  ).map((row) => ({ id: Number(row["id"]), ...storedSchema.parse(row) }));
}

/** Lines that are safe elsewhere. */
export interface Archive {
  /** ISO 8601 UTC, as they were read with. */
  readonly before: string;
  /** The number of the last one. */
  readonly last: number;
  readonly count: number;
  readonly file: string;
  /** Of the file's bytes, in hex digits. */
  readonly sha256: string;
  /** Now, ISO 8601 UTC. */
  readonly at: string;
}

/**
 * Deletes the lines that were archived, in one transaction with a line that says where they went. The
 * trigger that forbids it is down only within the transaction, which nobody else sees into.
 */
export function deleteArchived(db: Database, archive: Archive): void {
  const { before, last, count, file, sha256, at } = archive;
  db.transaction(() => {
    const trigger = db.get(
      "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'mirror_audit_no_delete'",
    );
    const sql = trigger?.["sql"];
    assert(typeof sql === "string", "the audit has its trigger against deleting");
    db.run("DROP TRIGGER mirror_audit_no_delete");
    const deleted = db.run(
      `DELETE FROM mirror_audit WHERE ${MAY_LEAVE} AND id <= ?`,
      before,
      BigInt(last),
    );
    assert(deleted === count, `${count} lines were archived, and as many leave`);
    db.run(sql);
    appendAudit(db, [{
      tab: "",
      rowId: rowId(""),
      column: null,
      direction: "export",
      actor: "mirror",
      verdict: "archived",
      reason: `${count} lines of the audit older than ${before} went to the file ${file}`,
      oldValue: null,
      newValue: `sha256 ${sha256}`,
    }], { at, cycle: 0 });
  });
}
