/** What was found lately, for alerts and metrics. @module */

import type { Database } from "./database.ts";

/** A finding and when it was seen last, ISO 8601 UTC. */
export interface SeenFinding {
  readonly tab: string;
  readonly row: string;
  readonly column: string;
  readonly reason: string;
  readonly lastSeen: string;
}

/** Findings of these codes that were seen at `since` (ISO 8601 UTC) or later, the oldest first. */
export function findingsSince(
  db: Database,
  codes: readonly string[],
  since: string,
): SeenFinding[] {
  return db.all(
    `SELECT tab, row, column, reason, last_seen FROM mirror_finding
      WHERE last_seen >= ? AND code IN (SELECT value FROM json_each(?)) ORDER BY id`,
    since,
    JSON.stringify(codes),
  ).map((row) => ({
    tab: String(row["tab"]),
    row: String(row["row"]),
    column: String(row["column"]),
    reason: String(row["reason"]),
    lastSeen: String(row["last_seen"]),
  }));
}

/** How many findings of the code each tab got after the one numbered `after`, and the last number. */
export function newFindings(
  db: Database,
  code: string,
  after: number,
): { readonly counts: ReadonlyMap<string, number>; readonly last: number } {
  const rows = db.all(
    "SELECT tab, count(*) AS n FROM mirror_finding WHERE id > ? AND code = ? GROUP BY tab",
    BigInt(after),
    code,
  );
  const last = Number(db.get("SELECT max(id) AS last FROM mirror_finding")?.["last"] ?? 0);
  return {
    counts: new Map(rows.map((row) => [String(row["tab"]), Number(row["n"])])),
    last: Math.max(last, after),
  };
}
