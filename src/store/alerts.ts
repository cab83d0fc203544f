/** Alerts that humans were told of, one row from the moment a condition holds until it is over. @module */

import type { Database, SqlRow } from "./database.ts";

/** How bad it is. */
export type AlertSeverity =
  /** Somebody should look now. */
  | "critical"
  /** Somebody should look today. */
  | "warning";

/** What an alert is known by: there is one open alert for each rule and tab. */
export interface AlertKey {
  readonly rule: string;
  /** The title in the contract; empty: it is about the whole database. */
  readonly tab: string;
}

/** An alert as it stands in the table. Times are in milliseconds. */
export interface StoredAlert extends AlertKey {
  readonly severity: AlertSeverity;
  readonly message: string;
  /** How many rows, failures or the like it is about. */
  readonly count: number;
  readonly firedAt: number;
  /** When the condition was last seen to hold. */
  readonly lastSeen: number;
  /** When humans were last told. */
  readonly remindedAt: number;
  /** null: it is not over. */
  readonly overAt: number | null;
}

const COLUMNS = `rule, tab, severity, message, count, fired_at, last_seen, reminded_at, over_at`;

/** The alerts that are not over, the oldest first. */
export function openAlerts(db: Database): StoredAlert[] {
  return db.all(`SELECT ${COLUMNS} FROM mirror_alert WHERE over_at IS NULL ORDER BY id`)
    .map(toAlert);
}

/** The alerts that fired at `since` (ISO 8601 UTC) or later, over or not, the oldest first. */
export function alertsSince(db: Database, since: string): StoredAlert[] {
  return db.all(`SELECT ${COLUMNS} FROM mirror_alert WHERE fired_at >= ? ORDER BY id`, since)
    .map(toAlert);
}

/** What is written of an alert. */
export interface AlertState extends AlertKey {
  readonly severity: AlertSeverity;
  readonly message: string;
  readonly count: number;
}

/** Opens an alert. `at` is ISO 8601 UTC. */
export function openAlert(db: Database, alert: AlertState, at: string): void {
  db.run(
    `INSERT INTO mirror_alert (rule, tab, severity, message, count, fired_at, last_seen, reminded_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    alert.rule,
    alert.tab,
    alert.severity,
    alert.message,
    BigInt(alert.count),
    at,
    at,
    at,
  );
}

/** Notes that an open alert still holds at `at` (ISO 8601 UTC), and whether humans are told again. */
export function keepAlert(
  db: Database,
  alert: AlertState,
  { at, told }: { readonly at: string; readonly told: boolean },
): void {
  db.run(
    `UPDATE mirror_alert SET severity = ?, message = ?, count = ?, last_seen = ?,
      reminded_at = coalesce(?, reminded_at) WHERE rule = ? AND tab = ? AND over_at IS NULL`,
    alert.severity,
    alert.message,
    BigInt(alert.count),
    at,
    told ? at : null,
    alert.rule,
    alert.tab,
  );
}

/** Closes an open alert. `at` is ISO 8601 UTC. */
export function closeAlert(db: Database, { rule, tab }: AlertKey, at: string): void {
  db.run(
    "UPDATE mirror_alert SET over_at = ? WHERE rule = ? AND tab = ? AND over_at IS NULL",
    at,
    rule,
    tab,
  );
}

function toAlert(row: SqlRow): StoredAlert {
  const time = (column: string) => Date.parse(String(row[column]));
  return {
    rule: String(row["rule"]),
    tab: String(row["tab"]),
    severity: row["severity"] === "critical" ? "critical" : "warning",
    message: String(row["message"]),
    count: Number(row["count"]),
    firedAt: time("fired_at"),
    lastSeen: time("last_seen"),
    remindedAt: time("reminded_at"),
    overAt: row["over_at"] === null ? null : time("over_at"),
  };
}
