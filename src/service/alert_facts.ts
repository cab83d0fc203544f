/** What the rules of the alerts look at, gathered from the database. @module */

import { isoTime } from "../base/clock.ts";
import type { Contract, Tab } from "../contract/schema.ts";
import { parseTimestamp } from "../contract/timestamp.ts";
import { type Workflow, workflowsOf } from "../contract/workflow.ts";
import { FINDINGS } from "../mirror/findings.ts";
import type { Database } from "../store/database.ts";
import { mean, merge, NOTHING, percentile } from "../store/distribution.ts";
import {
  type Failing,
  firstCycleAt,
  lastGuards,
  readFailing,
  type StoppedBy,
} from "../store/failures.ts";
import { type Integrity, readIntegrity } from "../store/integrity.ts";
import { measure, type Measured } from "../store/metrics.ts";
import { loadPauses } from "../store/pauses.ts";
import { findingsSince, type SeenFinding } from "../store/recent_findings.ts";
import { lastTabSuccesses } from "../store/tabs.ts";
import { readWaiting } from "../store/waiting.ts";
import { DAY_MS } from "./durations.ts";
import { type MetricName, type Rate, summaryOf } from "./metrics.ts";

/** Findings that mean an attack, or somebody who takes the sheet for the source of truth. */
const SECURITY_CODES = Object.entries(FINDINGS).filter(([, { security }]) => security)
  .map(([code]) => code);

/** A row that waits for a human. */
export interface Waiting {
  readonly id: string;
  /** In milliseconds; null: the table does not say since when, or not in a way that can be read. */
  readonly waitedMs: number | null;
  readonly urgent: boolean;
  readonly acknowledged: boolean;
}

/** What is known of one tab after a cycle. */
export interface TabFacts {
  readonly tab: Tab;
  readonly paused: boolean;
  /** When it last succeeded, or else when the first cycle began, in milliseconds; null: neither. */
  readonly reference: number | null;
  readonly hasSucceeded: boolean;
  /** Its failures since the last success. */
  readonly failing: Failing | null;
  /** The guards that stopped it when it was last looked at. */
  readonly guards: readonly StoppedBy[];
  /** Security findings of the last day or whatever time is asked for. */
  readonly security: readonly SeenFinding[];
  readonly waiting: readonly { readonly workflow: Workflow; readonly rows: readonly Waiting[] }[];
}

/** What the immediate rules look at. */
export interface Facts {
  /** In milliseconds. */
  readonly now: number;
  readonly tabs: readonly TabFacts[];
  /** The last check of the database file; null: there was none. */
  readonly integrity: Integrity | null;
}

/** What the daily rules look at beside that. Daily values are of whole UTC days, the oldest first. */
export interface DailyFacts extends Facts {
  /** Of the last 24 hours. */
  readonly validation: ReadonlyMap<string, Rate>;
  /** How many rows waited on average, by tab; of tabs with a workflow of the kind `resolution`. */
  readonly waitingByDay: ReadonlyMap<string, readonly number[]>;
  /** The median duration of a cycle, in seconds. */
  readonly latencyByDay: readonly number[];
}

/** Gathers what the immediate rules look at. `securityMs` is how long a security finding counts. */
export function gatherFacts(
  db: Database,
  contract: Contract,
  { now, securityMs }: { readonly now: number; readonly securityMs: number },
): Facts {
  const successes = lastTabSuccesses(db);
  const first = firstCycleAt(db);
  const paused = new Set(loadPauses(db).map(({ tab }) => tab));
  const workflows = workflowsOf(contract);
  const security = findingsSince(db, SECURITY_CODES, isoTime(now - securityMs));
  return {
    now,
    integrity: readIntegrity(db) ?? null,
    tabs: contract.tabs.map((tab) => {
      const success = successes.get(tab.title);
      const reference = success ?? first;
      return {
        tab,
        paused: paused.has(tab.title),
        reference: reference === null ? null : Date.parse(reference),
        hasSucceeded: success !== undefined,
        failing: reference === null ? null : readFailing(db, tab.title, reference),
        guards: lastGuards(db, tab.title),
        security: security.filter((finding) => finding.tab === tab.title),
        waiting: workflows.filter((workflow) => workflow.tab === tab).map((workflow) => ({
          workflow,
          rows: waitingRows(db, workflow, now),
        })),
      };
    }),
  };
}

function waitingRows(db: Database, workflow: Workflow, now: number): Waiting[] {
  return readWaiting(db, workflow).map(({ id, since, urgent, acknowledged }) => {
    const began = since === null ? null : parseTimestamp(since);
    return { id, urgent, acknowledged, waitedMs: began === null ? null : now - began };
  });
}

/** Adds what the daily rules look at. Days without a cycle are left out. */
export function gatherDailyFacts(
  db: Database,
  facts: Facts,
  { trendDays }: { readonly trendDays: number },
): DailyFacts {
  const { now } = facts;
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const days = Array.from({ length: trendDays }, (_, index) => {
    const from = today - (trendDays - index) * DAY_MS;
    return measure(db, { from, to: from + DAY_MS });
  });
  const resolved = facts.tabs.filter(({ waiting }) =>
    waiting.some(({ workflow }) => workflow.kind === "resolution")
  );
  const lastDay = measure(db, { from: now - DAY_MS, to: now + 1 });
  return {
    ...facts,
    validation: summaryOf(lastDay).validationByTab,
    waitingByDay: new Map(
      resolved.map(({ tab: { title } }) => [
        title,
        days.flatMap((day) => mean(ofSeries(day, "waiting", title)) ?? []),
      ]),
    ),
    latencyByDay: days.flatMap((day) => percentile(ofSeries(day, "cycle_seconds", ""), 0.5) ?? []),
  };
}

function ofSeries(measured: readonly Measured[], name: MetricName, tab: string) {
  return measured.filter((one) => one.name === name && one.tab === tab)
    .reduce((sum, { distribution }) => merge(sum, distribution), NOTHING);
}
