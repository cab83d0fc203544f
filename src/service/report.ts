/**
 * The daily report: what the contract asks about once a day, gathered as data. How it is told is in
 * `report_text.ts` and `report_html.ts`.
 *
 * @module
 */

import { isoTime } from "../base/clock.ts";
import type { Contract, Tab } from "../contract/schema.ts";
import { type Workflow, workflowsOf } from "../contract/workflow.ts";
import { DECIDED_OUTSIDE } from "../mirror/rules.ts";
import { alertsSince, openAlerts, type StoredAlert } from "../store/alerts.ts";
import type { Database } from "../store/database.ts";
import { type Integrity, readIntegrity } from "../store/integrity.ts";
import {
  changesFor,
  chosenWords,
  type ReasonedChange,
  type Repeated,
  repeatedSubjects,
} from "../store/report_rows.ts";
import { gatherFacts, type Waiting } from "./alert_facts.ts";
import { DAY_MS } from "./durations.ts";
import type { Probe } from "./health_probe.ts";
import { summarise, type Summary } from "./metrics.ts";
import type { Sharing } from "./sharing.ts";
import { type Trend, trendOf } from "./trend.ts";

/** Whole UTC days that trends are judged by. */
export const REPORT_DAYS = 14;
/** Errors that come back are looked for so far back. */
const PATTERN_DAYS = 30;
const PATTERNS_MAX = 10;

/** A day and its figures. */
export interface Day {
  /** `2026-01-15`, in UTC. */
  readonly date: string;
  readonly summary: Summary;
}

/** What humans do in one tab. */
export interface WorkReport {
  readonly workflow: Workflow;
  readonly waiting: readonly Waiting[];
  /** What people chose in the sheet within the last week, and how often. */
  readonly chosen: ReadonlyMap<string, number>;
  /** What comes back, for errors; null: there is no text to tell rows alike by. */
  readonly repeated: readonly Repeated[] | null;
}

/** How a figure developed over the days. */
export interface DayTrend {
  readonly name: string;
  /** null: too few days to say anything. */
  readonly trend: Trend | null;
}

/** The report. */
export interface DailyReport {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly tabs: readonly Tab[];
  /** null: the file was never checked. */
  readonly integrity: Integrity | null;
  /** Base, database and sheet side by side; null: the network was left out. */
  readonly sides: Probe | null;
  readonly sharing: Sharing;
  readonly outside: readonly ReasonedChange[];
  readonly lastDay: Summary;
  readonly lastWeek: Summary;
  /** The oldest first. */
  readonly days: readonly Day[];
  readonly trends: readonly DayTrend[];
  readonly work: readonly WorkReport[];
  readonly openAlerts: readonly StoredAlert[];
  readonly dayAlerts: readonly StoredAlert[];
}

/** Gathers the report; `now` is in milliseconds. */
export function gatherReport(
  db: Database,
  contract: Contract,
  { now, sides, sharing }: {
    readonly now: number;
    readonly sides: Probe | null;
    readonly sharing: Sharing;
  },
): DailyReport {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const days = Array.from({ length: REPORT_DAYS }, (_, index): Day => {
    const from = today - (REPORT_DAYS - 1 - index) * DAY_MS;
    return {
      date: isoTime(from).slice(0, 10),
      summary: summarise(db, { from, to: Math.min(from + DAY_MS, now + 1) }),
    };
  });
  const facts = gatherFacts(db, contract, { now, securityMs: DAY_MS });
  const waiting = facts.tabs.flatMap((tab) => tab.waiting);
  return {
    at: isoTime(now),
    tabs: contract.tabs,
    integrity: readIntegrity(db) ?? null,
    sides,
    sharing,
    outside: changesFor(db, DECIDED_OUTSIDE, isoTime(now - DAY_MS)),
    lastDay: summarise(db, { from: now - DAY_MS, to: now + 1 }),
    lastWeek: summarise(db, { from: now - 7 * DAY_MS, to: now + 1 }),
    days,
    trends: trendsOf(days),
    work: workflowsOf(contract).map((workflow): WorkReport => ({
      workflow,
      waiting:
        waiting.find((one) =>
          one.workflow.tab.title === workflow.tab.title && one.workflow.field === workflow.field
        )?.rows ?? [],
      chosen: chosenWords(db, workflow, isoTime(now - 7 * DAY_MS)),
      repeated: patterns(db, workflow, now),
    })),
    openAlerts: openAlerts(db),
    dayAlerts: alertsSince(db, isoTime(now - DAY_MS)),
  };
}

/** Today is not over, so it does not count. Days on which nothing was measured are left out. */
function trendsOf(days: readonly Day[]): DayTrend[] {
  const whole = days.slice(0, -1).map(({ summary }) => summary);
  const of = (name: string, value: (summary: Summary) => number | null): DayTrend => ({
    name,
    trend: trendOf(whole.flatMap((summary) => value(summary) ?? [])),
  });
  return [
    of("sync latency", ({ latency }) => latency?.p50 ?? null),
    of("failed syncs", ({ completion: { rate } }) => rate === null ? null : 1 - rate),
    of("validation failures", ({ validation: { rate } }) => rate === null ? null : 1 - rate),
    of("response time", ({ response }) => response?.mean ?? null),
  ];
}

/** Errors are alike that say the same in the last text that the database must fill in. */
function patterns(db: Database, workflow: Workflow, now: number): readonly Repeated[] | null {
  if (workflow.kind !== "resolution") return null;
  const { tab } = workflow;
  const subject = tab.columns.findLast((column) =>
    column.type === "text" && column.required && column.edit === null && column.field !== tab.key
  );
  if (subject === undefined) return null;
  return repeatedSubjects(db, workflow, subject.field, {
    since: isoTime(now - PATTERN_DAYS * DAY_MS),
    limit: PATTERNS_MAX,
  });
}
