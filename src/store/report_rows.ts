/** What the daily report asks of the source tables and the audit. @module */

import type { Workflow } from "../contract/workflow.ts";
import type { Database, SqlValue } from "./database.ts";
import { isSet } from "./scope.ts";
import { quote } from "./sql.ts";

/** A change that the audit gives a reason for. */
export interface ReasonedChange {
  readonly tab: string;
  readonly id: string;
  readonly word: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** What the audit has under this reason since `since` (ISO 8601 UTC), the oldest first. */
export function changesFor(db: Database, reason: string, since: string): ReasonedChange[] {
  return db.all(
    `SELECT tab, row_id, new_value, at FROM mirror_audit WHERE reason = ? AND at >= ? ORDER BY id`,
    reason,
    since,
  ).map((row) => ({
    tab: text(row["tab"]),
    id: text(row["row_id"]),
    word: text(row["new_value"]),
    at: text(row["at"]),
  }));
}

/** How often each word was chosen by people in the sheet since `since` (ISO 8601 UTC). */
export function chosenWords(
  db: Database,
  { tab, field, closed }: Workflow,
  since: string,
): ReadonlyMap<string, number> {
  const rows = db.all(
    `SELECT new_value AS word, count(*) AS n FROM mirror_audit
      WHERE tab = ? AND column = ? AND actor = 'human' AND verdict = 'accepted' AND at >= ?
        AND new_value IN (SELECT value FROM json_each(?)) GROUP BY new_value ORDER BY n DESC`,
    tab.title,
    field,
    since,
    JSON.stringify(closed),
  );
  return new Map(rows.map((row) => [text(row["word"]), Number(row["n"])]));
}

/** Rows that say the same in one field. */
export interface Repeated {
  readonly subject: string;
  readonly rows: number;
  readonly closed: number;
  /** The newest of their times, as the table has it. */
  readonly newest: string | null;
}

/** The subjects that came up most often, at least twice, among rows that began at `since` or later. */
export function repeatedSubjects(
  db: Database,
  { tab, field, closed, since: began, reportPrefix }: Workflow,
  subject: string,
  { since, limit }: { readonly since: string; readonly limit: number },
): Repeated[] {
  const [name, time] = [quote(subject), quote(began)];
  return db.all(
    `SELECT CAST(${name} AS TEXT) AS subject, count(*) AS n, max(CAST(${time} AS TEXT)) AS newest,
      sum(${quote(field)} IN (SELECT value FROM json_each(?))) AS closed
      FROM ${quote(tab.table)}
      WHERE julianday(${time}) >= julianday(?) AND NOT (${isSet(tab.softDelete)})
        AND substr(${quote(tab.key)}, 1, ?) <> ? AND coalesce(${name}, '') <> ''
      GROUP BY 1 HAVING n > 1 ORDER BY n DESC, subject LIMIT ?`,
    JSON.stringify(closed),
    since,
    BigInt(reportPrefix?.length ?? 0),
    reportPrefix ?? "not a prefix of length zero",
    BigInt(limit),
  ).map((row) => ({
    subject: text(row["subject"]),
    rows: Number(row["n"]),
    closed: Number(row["closed"]),
    newest: row["newest"] === null ? null : text(row["newest"]),
  }));
}

function text(value: SqlValue | undefined): string {
  return String(value ?? "");
}
