/** What the health checks look at, gathered from the database alone. @module */

import type { Contract } from "../contract/schema.ts";
import { openAlerts, type StoredAlert } from "../store/alerts.ts";
import { lastCycles } from "../store/cycles.ts";
import type { Database } from "../store/database.ts";
import { type Heartbeat, readHeartbeat } from "../store/heartbeat.ts";
import { loadPauses, type Pause } from "../store/pauses.ts";
import { readProbe } from "../store/probe.ts";
import { type Facts, gatherFacts } from "./alert_facts.ts";
import { DAY_MS, HOUR_MS } from "./durations.ts";
import { type MetricName, summarise, type Summary } from "./metrics.ts";

/** Everything that is known without the network. */
export interface HealthFacts extends Facts {
  /** null: no daemon ever ran on this database. */
  readonly heartbeat: Heartbeat | null;
  /** When the newest cycle that was finished ended, in milliseconds; null: there was none. */
  readonly lastCycleAt: number | null;
  readonly alerts: readonly StoredAlert[];
  readonly pauses: readonly Pause[];
  /** False: the probe found that rows cannot be written by their anchors. */
  readonly anchorsHold: boolean;
  /** Whether syncs fail now is told by the last hour, so that a mirror that recovered is well again. */
  readonly hour: Summary;
  readonly day: Summary;
  /** People answer at their own pace: a day may have no answer at all. */
  readonly week: Summary;
}

/** Cycles that are looked through for one that was finished. */
const CYCLES_SEEN = 20;

/** Gathers the facts; `now` is in milliseconds. */
export function gatherHealth(db: Database, contract: Contract, now: number): HealthFacts {
  const finished = lastCycles(db, CYCLES_SEEN).find(({ finishedAt }) => finishedAt !== null);
  const within = (ms: number, ...names: MetricName[]) =>
    summarise(db, { from: now - ms, to: now + 1 }, names);
  return {
    ...gatherFacts(db, contract, { now, securityMs: DAY_MS }),
    heartbeat: readHeartbeat(db) ?? null,
    lastCycleAt: finished?.finishedAt == null ? null : Date.parse(finished.finishedAt),
    alerts: openAlerts(db),
    pauses: loadPauses(db),
    anchorsHold: readProbe(db)?.anchorsHold ?? true,
    hour: within(HOUR_MS, "sync"),
    day: within(DAY_MS, "valid", "invalid"),
    week: within(7 * DAY_MS, "response_seconds", "resolution_seconds"),
  };
}
