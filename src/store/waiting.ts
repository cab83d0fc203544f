/** What waits for humans in the source tables, and how long it took where it does not any more. @module */

import type { Workflow } from "../contract/workflow.ts";
import type { Database } from "./database.ts";
import { isLive } from "./scope.ts";
import { literal, quote } from "./sql.ts";

/** A row that waits for a human. */
export interface WaitingRow {
  readonly id: string;
  /** When the waiting began, as the table has it; null: it does not say. */
  readonly since: string | null;
  /** Whether the contract calls it urgent. */
  readonly urgent: boolean;
  /** Whether a human wrote into one of the row's cells that count as an answer. */
  readonly acknowledged: boolean;
}

/**
 * The rows that wait, neither deleted nor archived; reports of the mirror itself are left out.
 * Acknowledged means that the audit has something a human added to an append column, or a transition.
 */
export function readWaiting(db: Database, workflow: Workflow): WaitingRow[] {
  const { tab, urgent, open, since, field } = workflow;
  const answers = tab.columns.filter(({ edit }) => edit !== null && edit.rule !== "replace")
    .map((column) => column.field);
  // Named in full: inside the question to the audit, "id" alone would be the audit's.
  const key = `${quote(tab.table)}.${quote(tab.key)}`;
  const isUrgent = urgent === null
    ? "0"
    : `${quote(urgent.field)} IN (SELECT value FROM json_each(?))`;
  return db.all(
    `SELECT CAST(${key} AS TEXT) AS id, CAST(${quote(since)} AS TEXT) AS since,
      coalesce(${isUrgent}, 0) AS urgent,
      EXISTS (SELECT 1 FROM mirror_audit WHERE row_id = CAST(${key} AS TEXT) AND tab = ?
        AND actor = 'human' AND verdict IN ('accepted', 'merged')
        AND column IN (SELECT value FROM json_each(?))) AS acknowledged
      FROM ${quote(tab.table)}
      WHERE ${quote(field)} IN (SELECT value FROM json_each(?)) AND ${key} IS NOT NULL
        AND ${notReport(workflow, key)} AND ${isLive(tab)}`,
    ...(urgent === null ? [] : [JSON.stringify(urgent.in)]),
    tab.title,
    JSON.stringify(answers),
    JSON.stringify(open),
  ).map((row) => ({
    id: String(row["id"]),
    since: textOrNull(row["since"]),
    urgent: row["urgent"] === 1,
    acknowledged: row["acknowledged"] === 1,
  }));
}

/** A row whose waiting came to an end. */
export interface EndedRow {
  readonly id: string;
  readonly since: string | null;
  readonly until: string | null;
  /** The word of the workflow's group; empty where there is none. */
  readonly group: string;
  /** When the mirror took note of it, ISO 8601 UTC. */
  readonly notedAt: string;
}

/**
 * The rows whose waiting the audit saw end after the entry `after`: a human's transition that was
 * imported and, for a resolution, one that an agent made, which the mirror exported or added.
 */
export function readEnded(db: Database, workflow: Workflow, after: number): EndedRow[] {
  const { tab, field, closed, since, until, group, kind } = workflow;
  const key = quote(tab.key);
  // A row that comes into the tab a second time was counted the first time.
  const byAgent = `OR (a.verdict = 'exported' AND a.column = ?)
        OR (a.verdict = 'added' AND NOT EXISTS (SELECT 1 FROM mirror_audit AS earlier
          WHERE earlier.row_id = a.row_id AND earlier.tab = a.tab AND earlier.id < a.id))`;
  return db.all(
    `SELECT CAST(t.${key} AS TEXT) AS id, CAST(t.${quote(since)} AS TEXT) AS since,
      CAST(t.${quote(until)} AS TEXT) AS until, min(a.at) AS notedAt,
      ${group === null ? "''" : `coalesce(CAST(t.${quote(group)} AS TEXT), '')`} AS "group"
      FROM mirror_audit AS a JOIN ${quote(tab.table)} AS t ON t.${key} = a.row_id
      WHERE a.id > ? AND a.tab = ? AND ${notReport(workflow, "a.row_id")}
        AND t.${quote(field)} IN (SELECT value FROM json_each(?))
        AND ((a.verdict = 'accepted' AND a.actor = 'human' AND a.column = ?)
          ${kind === "resolution" ? byAgent : ""})
      GROUP BY t.${key}`,
    BigInt(after),
    tab.title,
    JSON.stringify(closed),
    field,
    ...(kind === "resolution" ? [field] : []),
  ).map((row) => ({
    id: String(row["id"]),
    since: textOrNull(row["since"]),
    until: textOrNull(row["until"]),
    group: String(row["group"]),
    notedAt: String(row["notedAt"]),
  }));
}

/** The number of the last entry of the audit; 0: it is empty. */
export function lastAuditId(db: Database): number {
  return Number(db.get("SELECT max(id) AS last FROM mirror_audit")?.["last"] ?? 0);
}

/** True for rows that are not the mirror's own. */
function notReport({ reportPrefix }: Workflow, key: string): string {
  if (reportPrefix === null) return "1";
  return `substr(${key}, 1, ${reportPrefix.length}) <> ${literal(reportPrefix)}`;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
