/** Findings: what humans should know about a row or cell, remembered so that it is said once. @module */

import type { Database, SqlRow, SqlValue } from "./database.ts";
import type { Finding } from "./records.ts";

/** The findings of a tab, the oldest first: all that was ever found, and what of it is open. */
export function loadFindings(db: Database, tab: string): { told: Finding[]; open: Finding[] } {
  const rows = db.all(
    `SELECT tab, ${whole("row")}, column, code, ${whole("value")}, reason, resolved_at
      FROM mirror_finding WHERE tab = ? ORDER BY id`,
    tab,
  );
  return {
    told: rows.map(toFinding),
    open: rows.filter((row) => row["resolved_at"] === null).map(toFinding),
  };
}

/** The driver cuts a text at a NUL; a finding on such a text would never be known again. */
function whole(column: "row" | "value"): string {
  return `CASE WHEN instr(${column}, char(0)) > 0 THEN CAST(${column} AS BLOB) ELSE ${column} END ` +
    `AS ${column}`;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function toFinding(row: SqlRow): Finding {
  const textOf = (value: SqlValue | undefined) =>
    value instanceof Uint8Array ? utf8.decode(value) : String(value);
  return {
    tab: String(row["tab"]),
    row: textOf(row["row"]),
    column: String(row["column"]),
    code: String(row["code"]),
    value: textOf(row["value"]),
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
