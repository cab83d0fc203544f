/** Findings that were not written to the log files yet. @module */

import type { Database } from "./database.ts";
import { readMeta, writeMeta } from "./meta.ts";
import type { Finding } from "./records.ts";

/** Up to which finding the files were written. */
const MARK = "logged_findings";

/**
 * The findings that came since the last call, the oldest first. They count as written from then on,
 * whichever process found them: a daemon and a run by hand never write one twice.
 */
export function takeUnlogged(db: Database): readonly Finding[] {
  return db.transaction(() => {
    const rows = db.all(
      `SELECT id, tab, row, column, code, value, reason FROM mirror_finding
        WHERE id > ? ORDER BY id`,
      BigInt(readMeta(db, MARK) ?? "0"),
    );
    const last = rows.at(-1);
    if (last !== undefined) writeMeta(db, MARK, String(last["id"]));
    return rows.map((row) => ({
      tab: String(row["tab"]),
      row: String(row["row"]),
      column: String(row["column"]),
      code: String(row["code"]),
      value: String(row["value"]),
      reason: String(row["reason"]),
    }));
  });
}
