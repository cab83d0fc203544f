/** Whether the daemon is alive and its cycles come to an end, from the database alone. @module */

import { isoTime } from "../base/clock.ts";
import type { Contract } from "../contract/schema.ts";
import { openAlerts } from "../store/alerts.ts";
import { lastCycles } from "../store/cycles.ts";
import type { Database } from "../store/database.ts";
import { HEARTBEAT_MS, readHeartbeat } from "../store/heartbeat.ts";
import { MINUTE_MS, spanText } from "./durations.ts";

/** A daemon that missed so many signs of life is not alive. */
const MISSED_HEARTBEATS = 5;
/** Cycles of the last hours, among which the last finished one is looked for. */
const CYCLES = 20;

/** What a load balancer or a supervisor asks. Times are ISO 8601 UTC. */
export interface Liveness {
  readonly status:
    /** It is alive, and the last cycle went well or is still to come. */
    | "ok"
    /** It is alive, but humans should look: a tab failed, a guard stopped one, an alert is open. */
    | "degraded"
    /** It gives no signs of life, its cycles do not end, or the last one failed altogether. */
    | "failing";
  /** Why it is not `ok`. */
  readonly reasons: readonly string[];
  readonly heartbeat: string | null;
  readonly lastCycle: { readonly finishedAt: string; readonly status: string } | null;
  readonly alerts: { readonly critical: number; readonly warning: number };
  readonly at: string;
}

/** Judges what the database tells. `now` is in milliseconds. */
export function readLiveness(db: Database, contract: Contract, now: number): Liveness {
  const heartbeat = readHeartbeat(db)?.at ?? null;
  const finished = lastCycles(db, CYCLES).find(({ finishedAt }) => finishedAt !== null);
  const lastCycle = finished === undefined || finished.finishedAt === null
    ? null
    : { finishedAt: finished.finishedAt, status: finished.status ?? "failed" };
  const open = openAlerts(db);
  const severe = (severity: string) => open.filter((alert) => alert.severity === severity).length;
  const alerts = { critical: severe("critical"), warning: severe("warning") };

  const failing: string[] = [];
  // A sign from the future: the clock was set back, and there was none since.
  const silentMs = heartbeat === null ? Infinity : Math.abs(now - Date.parse(heartbeat));
  if (heartbeat === null) failing.push("no daemon has given a sign of life");
  else if (silentMs > MISSED_HEARTBEATS * HEARTBEAT_MS) {
    failing.push(`no sign of life for ${spanText(silentMs)}`);
  }
  const patienceMs = 2 * Math.min(...contract.tabs.map(({ cadence }) => cadence.minutes)) *
    MINUTE_MS;
  if (lastCycle !== null) {
    const ageMs = now - Date.parse(lastCycle.finishedAt);
    if (ageMs > patienceMs) failing.push(`no cycle came to its end for ${spanText(ageMs)}`);
    if (lastCycle.status === "failed") failing.push("every tab failed in the last cycle");
  }
  const degraded: string[] = [];
  if (lastCycle?.status === "partial") degraded.push("a tab failed in the last cycle");
  if (lastCycle?.status === "guarded") degraded.push("a guard stopped a tab in the last cycle");
  if (alerts.critical + alerts.warning > 0) {
    degraded.push(`open: ${openText(alerts)}`);
  }
  return {
    status: failing.length > 0 ? "failing" : degraded.length > 0 ? "degraded" : "ok",
    reasons: [...failing, ...degraded],
    heartbeat,
    lastCycle,
    alerts,
    at: isoTime(now),
  };
}

/** `1 critical alert and 2 warnings`. */
function openText({ critical, warning }: Liveness["alerts"]): string {
  const parts = ([[critical, "critical alert"], [warning, "warning"]] as const)
    .filter(([count]) => count > 0)
    .map(([count, noun]) => `${count} ${noun}${count === 1 ? "" : "s"}`);
  return parts.join(" and ");
}
