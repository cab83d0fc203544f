/** Findings: what humans should know about a row or cell, remembered so that it is said once. @module */

import type { Database, SqlRow } from "./database.ts";
import type { Finding } from "./records.ts";

/** The findings of a tab, the oldest first: all that was ever found, and what of it is open. */
export function loadFindings(db: Database, tab: string): { told: Finding[]; open: Finding[] } {
  const rows = db.all(
    `SELECT tab, row, column, code, value, reason, resolved_at FROM mirror_finding
      WHERE tab = ? ORDER BY id`,
    tab,
  );
  return {
    told: rows.map(toFinding),
    open: rows.filter((row) => row["resolved_at"] === null).map(toFinding),
  };
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

/** Marks open findings as cured at `at` (ISO 8601 UTC). One that comes back later is new again. */
export function resolveFindings(
  db: Database,
  cured: Iterable<Finding>,
  { at }: { readonly at: string },
): void {
  for (const { tab, row, column, code, value } of cured) {
    db.run(
      `UPDATE mirror_finding SET resolved_at = ? WHERE resolved_at IS NULL
        AND tab = ? AND row = ? AND column = ? AND code = ? AND value = ?`,
      at,
      tab,
      row,
      column,
      code,
      value,
    );
  }
}
