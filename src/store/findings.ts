/** Findings: what humans should know about a row or cell, remembered so that it is said once. @module */

import type { Database, SqlRow } from "./database.ts";
import type { Finding } from "./records.ts";

/** The findings of a tab that were not cured yet, the oldest first. */
export function loadOpenFindings(db: Database, tab: string): Finding[] {
  return db.all(
    `SELECT tab, row, column, code, value, reason FROM mirror_finding
      WHERE tab = ? AND resolved_at IS NULL ORDER BY id`,
    tab,
  ).map(toFinding);
}

function toFinding(row: SqlRow): Finding {
  return {
    tab: String(row["tab"]),
    row: String(row["row"]),
    column: String(row["column"]),
    code: String(row["code"]),
    value: String(row["value"]),
    reason: String(row["reason"]),
  };
}

/**
 * Records what was seen at `at` (ISO 8601 UTC). An open finding on the same place with the same code
 * and value is only seen again; its reason stays as it was first said.
 *
 * @returns the new ones, those that humans have not been told of.
 */
export function recordFindings(
  db: Database,
  findings: Iterable<Finding>,
  { at }: { readonly at: string },
): Finding[] {
  const fresh: Finding[] = [];
  for (const finding of findings) {
    const place = [finding.tab, finding.row, finding.column, finding.code, finding.value];
    const seenAgain = db.run(
      `UPDATE mirror_finding SET last_seen = ? WHERE resolved_at IS NULL
        AND tab = ? AND row = ? AND column = ? AND code = ? AND value = ?`,
      at,
      ...place,
    );
    if (seenAgain > 0) continue;
    db.run(
      `INSERT INTO mirror_finding (tab, row, column, code, value, reason, first_seen, last_seen)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...place,
      finding.reason,
      at,
      at,
    );
    fresh.push(finding);
  }
  return fresh;
}

/**
 * Marks every open finding of the tab as cured at `at` (ISO 8601 UTC), except those in `keep`. One that
 * comes back later is new again.
 *
 * @returns the cured ones.
 */
export function resolveFindings(
  db: Database,
  tab: string,
  { keep, at }: { readonly keep: Iterable<Finding>; readonly at: string },
): Finding[] {
  const places = [...keep].filter((finding) => finding.tab === tab)
    .map(({ row, column, code, value }) => [row, column, code, value]);
  return db.all(
    `UPDATE mirror_finding SET resolved_at = ? WHERE tab = ? AND resolved_at IS NULL
      AND (row, column, code, value) NOT IN
        (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?))
      RETURNING tab, row, column, code, value, reason`,
    at,
    tab,
    JSON.stringify(places),
  ).map(toFinding);
}
