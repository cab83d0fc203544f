/** The health checks: from what is known to a verdict on each part of the mirror. Pure. @module */

import type { AlertSeverity, StoredAlert } from "../store/alerts.ts";
import type { TabFacts } from "./alert_facts.ts";
import { HOUR_MS, spanText } from "./durations.ts";
import type { HealthFacts } from "./health_facts.ts";
import type { Probe } from "./health_probe.ts";
import type { Rate, Spread } from "./metrics.ts";
import { type Check, judge, type Threshold } from "./plugin_output.ts";

/** A monitoring system waits for its plugins 60 seconds at most, and often less. */
export const PROBE_LIMIT_MS = 10_000;

/** From which figures on a check is not OK. The defaults are the contract's targets. */
export interface HealthThresholds {
  /** Percent of the last hour's syncs that were completed. */
  readonly completionPercent: number;
  /** Percent of the last day's values and rows that met the contract. */
  readonly validationPercent: number;
  /** Fewer failures than this are no rate: one typo is not a trend. */
  readonly leastInvalid: number;
  /** How long people may take to decide, on average. */
  readonly responseHours: number;
  /** How long critical errors may take to be resolved, on average. */
  readonly resolutionHours: number;
  /** How long a critical error may go without an answer. */
  readonly acknowledgeHours: number;
  /** Beyond its cadence, a tab may be late by so much before it is a warning. */
  readonly lateMinutes: number;
  /** Without a success for so many cadences, a tab is critical. */
  readonly missedCadences: number;
  /** The daemon gives a sign of life every minute. */
  readonly silentMinutes: { readonly warn: number; readonly crit: number };
  /** The database file is checked once a day. */
  readonly integrityHours: { readonly warn: number; readonly crit: number };
}

export const HEALTH_THRESHOLDS: HealthThresholds = {
  completionPercent: 99,
  validationPercent: 95,
  leastInvalid: 2,
  responseHours: 4,
  resolutionHours: 24,
  acknowledgeHours: 2,
  lateMinutes: 5,
  missedCadences: 2,
  silentMinutes: { warn: 5, crit: 15 },
  integrityHours: { warn: 26, crit: 72 },
};

/** What the checks are made from. */
export interface HealthInput {
  readonly facts: HealthFacts;
  readonly mode:
    /** A daemon runs the cycles. */
    | "daemon"
    /** Something outside runs `--once`. */
    | "timer";
  /** null: the network is left out. */
  readonly probe: Probe | null;
}

/** Every check, the basic ones first. */
export function healthChecks(
  input: HealthInput,
  thresholds: HealthThresholds = HEALTH_THRESHOLDS,
): readonly Check[] {
  const { facts, mode, probe } = input;
  return [
    check("database", "OK", "the database opens"),
    integrity(facts, thresholds),
    mode === "daemon" ? daemon(facts, thresholds) : lastCycle(facts, thresholds),
    ...facts.tabs.filter(({ paused }) => !paused)
      .map((tab) => lastSync(tab, facts.now, thresholds)),
    guards(facts),
    ...(facts.anchorsHold ? [] : [ANCHORS]),
    ...(probe === null ? [] : [connectivity(probe), sample(probe)]),
    completion(facts, thresholds),
    validation(facts, thresholds),
    responseTime(facts, thresholds),
    resolutionTime(facts, thresholds),
    unacknowledged(facts, thresholds),
    alerts("critical", facts.alerts),
    alerts("warning", facts.alerts),
    paused(facts),
  ];
}

/** Told only where it is so, for nobody probes every day. */
const ANCHORS = check(
  "anchors",
  "WARNING",
  "rows cannot be told by their anchors in this spreadsheet, so only new ones are written; " +
    "--setup --probe says why",
);

function check(name: string, status: Check["status"], message: string): Check {
  return { name, tab: null, status, message, figure: null };
}

/** A check whose status follows from its figure. */
function measured(
  name: string,
  value: number,
  unit: "s" | "%" | "",
  threshold: Threshold,
  message: string,
): Check {
  // What is judged is what is printed, or a monitoring system would judge otherwise.
  const rounded = Number(value.toFixed(3));
  return {
    name,
    tab: null,
    status: judge(rounded, threshold),
    message,
    figure: { value: rounded, unit, threshold },
  };
}

function above(warn: number | null, crit: number | null = null): Threshold {
  return { bad: "above", warn, crit };
}

function below(warn: number): Threshold {
  return { bad: "below", warn, crit: null };
}

function integrity({ integrity, now }: HealthFacts, thresholds: HealthThresholds): Check {
  const { warn, crit } = thresholds.integrityHours;
  if (integrity === null) {
    return check("integrity", "WARNING", "the database file was never checked for damage");
  }
  if (!integrity.ok) {
    return check(
      "integrity",
      "CRITICAL",
      `the database is damaged: ${integrity.message}; restore it from a backup`,
    );
  }
  const age = now - Date.parse(integrity.at);
  return measured(
    "integrity",
    seconds(age),
    "s",
    above(warn * 3_600, crit * 3_600),
    `quick_check found no damage ${spanText(Math.max(0, age))} ago`,
  );
}

function daemon({ heartbeat, now }: HealthFacts, { silentMinutes }: HealthThresholds): Check {
  if (heartbeat === null) {
    return check(
      "daemon",
      "WARNING",
      'no daemon ever ran; start it, or set "mode": "timer" where --once is run from outside',
    );
  }
  // A sign from the future: the clock was set back, and there was none since.
  const age = Math.abs(now - Date.parse(heartbeat.at));
  const { warn, crit } = silentMinutes;
  const threshold = above(warn * 60, crit * 60);
  const isSilent = judge(seconds(age), threshold) !== "OK";
  return measured(
    "daemon",
    seconds(age),
    "s",
    threshold,
    isSilent
      ? `${heartbeat.holder} gave no sign of life for ${spanText(age)}; start it again`
      : `${heartbeat.holder} is alive, since ${heartbeat.startedAt}`,
  );
}

function lastCycle({ lastCycleAt, tabs, now }: HealthFacts, thresholds: HealthThresholds): Check {
  if (lastCycleAt === null) return check("last-cycle", "WARNING", "no cycle ever ran; run --once");
  const age = now - lastCycleAt;
  const minutes = Math.min(...tabs.map(({ tab }) => tab.cadence.minutes));
  return measured(
    "last-cycle",
    seconds(age),
    "s",
    lateness(minutes, thresholds),
    `the last cycle ended ${spanText(Math.max(0, age))} ago`,
  );
}

/** Late is a little after the next sync was due; the contract calls two missed ones a failure. */
function lateness(minutes: number, { lateMinutes, missedCadences }: HealthThresholds): Threshold {
  const crit = missedCadences * minutes;
  return above(Math.min(minutes + lateMinutes, crit) * 60, crit * 60);
}

function lastSync(facts: TabFacts, now: number, thresholds: HealthThresholds): Check {
  const { tab: { title, cadence }, reference, hasSucceeded, failing } = facts;
  const because = failing?.reason == null ? "" : `; the last failure: ${failing.reason}`;
  if (reference === null) {
    return {
      ...check("last-sync", "WARNING", "never synced, and never tried; run --setup and --once"),
      tab: title,
    };
  }
  const age = now - reference;
  const ago = spanText(Math.max(0, age));
  return {
    ...measured(
      "last-sync",
      seconds(age),
      "s",
      lateness(cadence.minutes, thresholds),
      hasSucceeded
        ? `synced ${ago} ago${because}`
        : `never synced; tried for the first time ${ago} ago${because}`,
    ),
    tab: title,
  };
}

function guards({ tabs }: HealthFacts): Check {
  const stopped = tabs.filter(({ guards }) => guards.length > 0).map(({ tab, guards }) =>
    `${tab.title} (${guards.map(({ guard }) => guard).join(", ")})`
  );
  return measured(
    "guards",
    stopped.length,
    "",
    above(0),
    stopped.length === 0
      ? "no tab is stopped by a guard"
      : `stopped until somebody looks at --plan: ${stopped.join(", ")}`,
  );
}

function connectivity({ connectivity }: Probe): Check {
  const limit = PROBE_LIMIT_MS / 1_000;
  switch (connectivity.kind) {
    case "answered":
      return measured(
        "connectivity",
        connectivity.ms / 1_000,
        "s",
        above(limit),
        `Google answered within ${(connectivity.ms / 1_000).toFixed(1)} s`,
      );
    // Syncs are tried again; how long that may go on is what last-sync looks at.
    case "failed":
      return check("connectivity", "WARNING", connectivity.reason);
    case "unknown":
      return check("connectivity", "UNKNOWN", connectivity.reason);
  }
}

function sample({ sample }: Probe): Check {
  if (sample === null) return check("sample", "OK", "nothing was compared without an answer");
  const { compared, different } = sample;
  const shown = different.slice(0, 3).map(({ tab, row, what }) => `${tab} ${row} (${what})`);
  const more = different.length - shown.length;
  return measured(
    "sample",
    different.length,
    "",
    above(0),
    different.length === 0
      ? `${compared} recent rows are the same on both sides`
      : `${different.length} of ${compared} recent rows differ: ${shown.join(", ")}${
        more > 0 ? ` and ${more} more` : ""
      }`,
  );
}

function completion({ hour }: HealthFacts, { completionPercent }: HealthThresholds): Check {
  const { rate, good, total }: Rate = hour.completion;
  if (rate === null) return check("completion", "OK", "no sync within the last hour");
  const message = `${good} of ${total} syncs of the last hour were completed`;
  return measured("completion", rate * 100, "%", below(completionPercent), message);
}

function validation(
  { day }: HealthFacts,
  { validationPercent, leastInvalid }: HealthThresholds,
): Check {
  const { rate, good, total }: Rate = day.validation;
  if (rate === null) return check("validation", "OK", "nothing was judged within the last day");
  const message = `${good} of ${total} values and rows of the last day met the contract`;
  if (total - good < leastInvalid) return check("validation", "OK", message);
  return measured("validation", rate * 100, "%", below(validationPercent), message);
}

function responseTime({ week }: HealthFacts, { responseHours }: HealthThresholds): Check {
  const { response } = week;
  if (response === null) return check("response-time", "OK", "nobody decided within the last week");
  return measured(
    "response-time",
    response.mean,
    "s",
    above(responseHours * 3_600),
    `people took ${
      spanText(response.mean * 1_000)
    } on average to decide (${response.count} within ` +
      "the last week)",
  );
}

function resolutionTime(
  { week, tabs }: HealthFacts,
  { resolutionHours }: HealthThresholds,
): Check {
  const urgent = new Set(tabs.flatMap(({ tab }) => tab.cadence.urgent?.when.in ?? []));
  const spreads = [...week.resolution].flatMap(([severity, spread]): Spread[] =>
    urgent.has(severity) ? [spread] : []
  );
  const count = spreads.reduce((sum, spread) => sum + spread.count, 0);
  if (count === 0) {
    return check("resolution-time", "OK", "no critical error was resolved within the last week");
  }
  const mean = spreads.reduce((sum, spread) => sum + spread.mean * spread.count, 0) / count;
  return measured(
    "resolution-time",
    mean,
    "s",
    above(resolutionHours * 3_600),
    `critical errors took ${
      spanText(mean * 1_000)
    } on average to be resolved (${count} within the ` +
      "last week)",
  );
}

function unacknowledged({ tabs }: HealthFacts, { acknowledgeHours }: HealthThresholds): Check {
  const rows = tabs.flatMap(({ waiting }) => waiting)
    .filter(({ workflow }) => workflow.kind === "resolution")
    .flatMap(({ rows }) => rows)
    .filter(({ urgent, acknowledged, waitedMs }) =>
      urgent && !acknowledged && (waitedMs === null || waitedMs > acknowledgeHours * HOUR_MS)
    );
  const names = rows.slice(0, 3).map(({ id }) => id).join(", ");
  return measured(
    "unacknowledged",
    rows.length,
    "",
    above(null, 0),
    rows.length === 0
      ? `no critical error waits for an answer for over ${acknowledgeHours} h`
      : `${rows.length} critical errors without an answer for over ${acknowledgeHours} h: ${names}; ` +
        "write into Notes what is being done",
  );
}

function alerts(severity: AlertSeverity, all: readonly StoredAlert[]): Check {
  const open = all.filter((alert) => alert.severity === severity);
  const names = open.map(({ rule, tab }) => tab === "" ? rule : `${rule} (${tab})`).join(", ");
  return measured(
    `${severity}-alerts`,
    open.length,
    "",
    severity === "critical" ? above(null, 0) : above(0),
    open.length === 0 ? `no ${severity} alert is open` : `open: ${names}`,
  );
}

function paused({ pauses, now }: HealthFacts): Check {
  const told = pauses.map(({ tab, since }) =>
    `${tab} for ${spanText(Math.max(0, now - Date.parse(since)))}`
  );
  return measured(
    "paused",
    pauses.length,
    "",
    above(0),
    pauses.length === 0 ? "no tab is paused" : `paused: ${told.join(", ")}; --resume ends it`,
  );
}

/** A clock that was set back must not give a negative age. */
function seconds(ms: number): number {
  return Math.max(0, ms) / 1_000;
}
