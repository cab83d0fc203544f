/**
 * The alerts as data: one row a rule, with its severity, its condition and its words. What they look
 * at is gathered beforehand, so a condition is a pure function.
 *
 * @module
 */

import type { AlertSeverity } from "../store/alerts.ts";
import type { DailyFacts, Facts, TabFacts, Waiting } from "./alert_facts.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, spanText } from "./durations.ts";
import { trendOf } from "./trend.ts";

/** The figures of the conditions. The defaults are the contract's. */
export interface AlertThresholds {
  /** How long a tab may fail, in milliseconds. */
  readonly failingMs: number;
  /** How many of its cadences a tab may go without a success. */
  readonly missedCadences: number;
  /** How long a security finding counts after it was seen last, in milliseconds. */
  readonly securityMs: number;
  /** How long a critical error may go without an answer, in milliseconds. */
  readonly unacknowledgedMs: number;
  /** How long a request may wait for a decision, in milliseconds. */
  readonly pendingMs: number;
  /** The share of values and rows that may fail validation within a day. */
  readonly invalidRate: number;
  /** Fewer failures than this are no alert, whatever their share: one typo is not a trend. */
  readonly leastInvalid: number;
  /** Whole days that a trend is judged by. */
  readonly trendDays: number;
  /** How often humans are told again while an alert holds, in milliseconds. */
  readonly remindMs: Readonly<Record<AlertSeverity, number>>;
}

export const DEFAULT_THRESHOLDS: AlertThresholds = {
  failingMs: HOUR_MS,
  missedCadences: 2,
  securityMs: DAY_MS,
  unacknowledgedMs: 2 * HOUR_MS,
  pendingMs: DAY_MS,
  invalidRate: 0.05,
  leastInvalid: 2,
  trendDays: 14,
  remindMs: { critical: 6 * HOUR_MS, warning: DAY_MS },
};

/** A place where a rule's condition holds. */
export interface AlertCase {
  /** The title in the contract; empty: the whole database. */
  readonly tab: string;
  /** What happened, one sentence without its full stop. */
  readonly message: string;
  /** How many rows, failures or the like it is about; at least 1. */
  readonly count: number;
  /** The rows, the most urgent first; empty: it is not about rows. */
  readonly rows: readonly string[];
  /** What to do in this case, where that is not what the rule says. */
  readonly todo?: string;
}

interface RuleWords {
  /** Its name, as alerts are known by it. */
  readonly rule: string;
  readonly severity: AlertSeverity;
  /** What it is about, in a few words. */
  readonly title: string;
  /** What to do, one sentence in the imperative. */
  readonly todo: string;
}

/** One rule. */
export type AlertRule =
  & RuleWords
  & (
    /** Asked after every cycle. */
    | { readonly asked: "every-cycle"; readonly find: Find<Facts> }
    /** Asked at the first cycle of a UTC day. */
    | { readonly asked: "daily"; readonly find: Find<DailyFacts> }
  );

type Find<F> = (facts: F, thresholds: AlertThresholds) => readonly AlertCase[];

export const ALERT_RULES: readonly AlertRule[] = [
  {
    rule: "sync-failing",
    severity: "critical",
    title: "Sync fails",
    asked: "every-cycle",
    find: ({ tabs, now }, thresholds) => tabs.flatMap((facts) => failing(facts, now, thresholds)),
    todo: "Run atlas-mirror --check-health and look at logs/mirror.log for the first failure",
  },
  {
    rule: "guard-stopped",
    severity: "critical",
    title: "A guard stopped a tab",
    asked: "every-cycle",
    find: ({ tabs }) =>
      tabs.flatMap(({ tab, paused, guards }) => {
        const [first] = guards;
        return paused || first === undefined ? [] : [{
          tab: tab.title,
          message: `"${tab.title}" is not synced: ${
            guards.map(({ message }) => message).join("; ")
          }`,
          count: guards.length,
          rows: [],
          todo: first.hint.replace(/\.$/, ""),
        }];
      }),
    todo: "Look at atlas-mirror --plan",
  },
  {
    rule: "database-damaged",
    severity: "critical",
    title: "The database is damaged",
    asked: "every-cycle",
    find: ({ integrity }) =>
      integrity === null || integrity.ok ? [] : [{
        tab: "",
        message: `quick_check of ${integrity.at} found: ${integrity.message}`,
        count: 1,
        rows: [],
      }],
    todo: "Stop what writes to the database and restore it from a backup",
  },
  {
    rule: "security-finding",
    severity: "critical",
    title: "Somebody edited what only the database may write",
    asked: "every-cycle",
    find: ({ tabs }) =>
      tabs.flatMap(({ tab, security }) => {
        const last = security.at(-1);
        return last === undefined ? [] : [{
          tab: tab.title,
          message: `${counted(security.length, "ID or timestamp", "IDs or timestamps")} ` +
            `edited in the sheet and put back; the last: ${last.reason}`,
          count: security.length,
          rows: [...new Set(security.toReversed().map(({ row }) => row))],
        }];
      }),
    todo: "Ask who did it (File, Version history) and protect the sheet again with --setup",
  },
  {
    rule: "critical-unacknowledged",
    severity: "critical",
    title: "Critical errors without an answer",
    asked: "every-cycle",
    find: ({ tabs }, { unacknowledgedMs }) =>
      tabs.flatMap((facts) => {
        const rows = waitingLonger(facts, "resolution", unacknowledgedMs)
          .filter(({ urgent, acknowledged }) => urgent && !acknowledged);
        return overdue(facts, rows, "critical error", "critical errors", "nobody answered");
      }),
    todo: "Write into Notes what is being done, or set Resolved",
  },
  {
    rule: "approval-pending",
    severity: "warning",
    title: "Requests wait for a decision",
    asked: "daily",
    find: ({ tabs }, { pendingMs }) =>
      tabs.flatMap((facts) => {
        const rows = waitingLonger(facts, "decision", pendingMs);
        return overdue(facts, rows, "request", "requests", "nobody decided");
      }),
    todo: "Decide them in the sheet",
  },
  {
    rule: "validation-failures",
    severity: "warning",
    title: "Many values fail validation",
    asked: "daily",
    find: ({ validation }, { invalidRate, leastInvalid }) =>
      [...validation].flatMap(([tab, { good, total }]) => {
        const bad = total - good;
        if (bad < leastInvalid || bad <= invalidRate * total) return [];
        return [{
          tab,
          message: `${bad} of ${total} values and rows of the last 24 hours did not meet the ` +
            `contract (${percent(bad / total)}, allowed are ${percent(invalidRate)})`,
          count: bad,
          rows: [],
        }];
      }),
    todo: "Read logs/import.log and logs/export.log: each failure stands there with its reason",
  },
  {
    rule: "errors-rising",
    severity: "warning",
    title: "Unresolved errors are trending up",
    asked: "daily",
    find: ({ waitingByDay }) =>
      [...waitingByDay].flatMap(([tab, daily]) =>
        rising(daily, tab, "unresolved errors", (value) => value.toFixed(1))
      ),
    todo: "Resolve the oldest errors first, or find what they have in common",
  },
  {
    rule: "latency-rising",
    severity: "warning",
    title: "Sync latency is trending up",
    asked: "daily",
    find: ({ latencyByDay }) =>
      rising(latencyByDay, "", "the median cycle", (value) => `${value.toFixed(2)} s`),
    todo: "Look at the size of the tabs and at retries in atlas-mirror --report",
  },
];

/**
 * Two signs that a tab does not sync any more: it fails for too long, or it is not done at all. One
 * that a guard stopped has an alert of its own.
 */
function failing(facts: TabFacts, now: number, thresholds: AlertThresholds): AlertCase[] {
  const { tab, paused, failing, guards, reference, hasSucceeded } = facts;
  if (paused || guards.length > 0 || reference === null) return [];
  const failingMs = failing === null ? 0 : now - Date.parse(failing.since);
  const missedMs = now - reference;
  const failures = failing?.failures ?? 0;
  let what: string;
  if (failingMs > thresholds.failingMs) {
    what = `has failed for ${spanText(failingMs)}, ${counted(failures, "time", "times")}`;
  } else if (missedMs > thresholds.missedCadences * tab.cadence.minutes * MINUTE_MS) {
    what = hasSucceeded
      ? `has not been synced for ${spanText(missedMs)}`
      : `has never been synced, and the first try was ${spanText(missedMs)} ago`;
  } else return [];
  const because = failing?.reason ?? null;
  return [{
    tab: tab.title,
    message: `"${tab.title}" ${what}${because === null ? "" : `; the last failure: ${because}`}`,
    count: Math.max(1, failures),
    rows: [],
  }];
}

/** Rows that have waited for longer, the longest first. One that does not say since when waits too long. */
function waitingLonger(
  { waiting }: TabFacts,
  kind: "decision" | "resolution",
  limitMs: number,
): Waiting[] {
  return waiting.filter(({ workflow }) => workflow.kind === kind).flatMap(({ rows }) => rows)
    .filter(({ waitedMs }) => waitedMs === null || waitedMs > limitMs)
    .sort((a, b) => (b.waitedMs ?? Infinity) - (a.waitedMs ?? Infinity));
}

function overdue(
  { tab }: TabFacts,
  rows: readonly Waiting[],
  one: string,
  many: string,
  complaint: string,
): AlertCase[] {
  const [oldest] = rows;
  if (oldest === undefined) return [];
  const age = oldest.waitedMs === null
    ? `"${oldest.id}" has no time that can be read`
    : `the oldest, "${oldest.id}", is ${spanText(oldest.waitedMs)} old`;
  return [{
    tab: tab.title,
    message: `${complaint} ${counted(rows.length, one, many)} in "${tab.title}"; ${age}`,
    count: rows.length,
    rows: rows.map(({ id }) => id),
  }];
}

function rising(
  daily: readonly number[],
  tab: string,
  what: string,
  text: (value: number) => string,
): AlertCase[] {
  const trend = trendOf(daily);
  const [first, last] = [daily[0], daily.at(-1)];
  if (trend?.rising !== true || first === undefined || last === undefined) return [];
  // What was cleared up yesterday still makes a trend of the days before, but no complaint.
  if (last <= first) return [];
  return [{
    tab,
    message: `${what}${tab === "" ? "" : ` of "${tab}"`} went from ${text(first)} to ` +
      `${text(last)} within ${daily.length} days`,
    count: 1,
    rows: [],
  }];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
