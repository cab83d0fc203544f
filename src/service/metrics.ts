/**
 * What is measured: each cycle leaves samples in the database, and a span of them gives the figures
 * of the contract.
 *
 * @module
 */

import { isoTime } from "../base/clock.ts";
import type { Contract } from "../contract/schema.ts";
import { parseTimestamp } from "../contract/timestamp.ts";
import { type Workflow, workflowsOf } from "../contract/workflow.ts";
import type { CycleReport, TabReport } from "../mirror/report.ts";
import type { Database } from "../store/database.ts";
import { type Distribution, mean, merge, NOTHING, percentile } from "../store/distribution.ts";
import { readMeta, writeMeta } from "../store/meta.ts";
import {
  addSamples,
  measure,
  type Measured,
  pruneMetrics,
  type Sample,
  type Span,
} from "../store/metrics.ts";
import { newFindings } from "../store/recent_findings.ts";
import { type EndedRow, lastAuditId, readEnded, readWaiting } from "../store/waiting.ts";

/** What a sample measures. Times are in seconds. */
export type MetricName =
  /** One sync of one tab: 1 where it was completed, 0 where it failed or a guard stopped it. */
  | "sync"
  /** How long a cycle took. */
  | "cycle_seconds"
  /** Requests of a cycle; the label is `read` or `write`. */
  | "requests"
  /** Requests of a cycle that were sent again. */
  | "retries"
  /** Values and rows that met the contract, on their way in or out. */
  | "valid"
  /** Edits that were refused and rows that stay back, each counted once. */
  | "invalid"
  /** Cells imported, and what else a tab's report counts. */
  | "imports"
  | "exports"
  | "added"
  | "removed"
  | "archived"
  | "refusals"
  | "restorations"
  | "conflicts"
  /** From the time of a request to that of the human's decision. */
  | "response_seconds"
  /** From the time of an error to that of its resolution; the label is its severity. */
  | "resolution_seconds"
  /** How many rows of a tab wait for a human at the end of a cycle. */
  | "waiting";

const COUNTS = {
  imported: "imports",
  exported: "exports",
  added: "added",
  removed: "removed",
  archived: "archived",
  refused: "refusals",
  restored: "restorations",
  conflicts: "conflicts",
} as const satisfies Partial<Record<keyof TabReport, MetricName>>;

/** Up to where the audit and the findings were measured. */
const AUDIT_MARK = "metrics_audit";
const FINDINGS_MARK = "metrics_findings";

/**
 * Turns the report of a cycle that was applied into samples, together with what the audit and the
 * findings got since the last call, so that a crash in between loses none of those. Run it inside a
 * transaction.
 *
 * @param at when the cycle ended, in milliseconds.
 */
export function recordCycle(
  db: Database,
  contract: Contract,
  report: CycleReport,
  at: number,
): void {
  const held = newFindings(db, "MIRROR-INVALID-ROW", Number(readMeta(db, FINDINGS_MARK) ?? "0"));
  const samples = [
    ...cycleSamples(report, isoTime(at)),
    ...[...held.counts].map(([tab, value]) => sample("invalid", isoTime(at), value, tab)),
    ...workSamples(db, contract, at),
  ];
  addSamples(db, samples);
  writeMeta(db, FINDINGS_MARK, String(held.last));
  writeMeta(db, AUDIT_MARK, String(lastAuditId(db)));
}

function sample(name: MetricName, at: string, value: number, tab = "", label = ""): Sample {
  return { at, name, tab, label, value };
}

/** The samples that the report alone gives. What did not happen leaves none. */
export function cycleSamples(report: CycleReport, at: string): Sample[] {
  const { requests, durationMs } = report;
  const happened = [
    sample("requests", at, requests.read, "", "read"),
    sample("requests", at, requests.write, "", "write"),
    sample("retries", at, requests.retried),
    ...report.tabs.flatMap((tab) => [
      ...(Object.keys(COUNTS) as (keyof typeof COUNTS)[]).map((count) =>
        sample(COUNTS[count], at, tab[count], tab.tab)
      ),
      sample("valid", at, tab.imported + tab.exported + tab.added, tab.tab),
      sample("invalid", at, tab.refused, tab.tab),
    ]),
  ].filter(({ value }) => value > 0);
  return [
    sample("cycle_seconds", at, durationMs / 1000),
    ...report.tabs.map(({ tab, status }) => sample("sync", at, status === "ok" ? 1 : 0, tab)),
    ...happened,
  ];
}

function workSamples(db: Database, contract: Contract, at: number): Sample[] {
  const after = Number(readMeta(db, AUDIT_MARK) ?? "0");
  return workflowsOf(contract).flatMap((workflow) => [
    ...readEnded(db, workflow, after).flatMap((row) => endedSample(workflow, row)),
    sample("waiting", isoTime(at), readWaiting(db, workflow).length, workflow.tab.title),
  ]);
}

/** How long a row waited. None where the table does not say when it began to. */
export function endedSample({ kind, tab }: Workflow, row: EndedRow): Sample[] {
  const since = row.since === null ? null : parseTimestamp(row.since);
  if (since === null) return [];
  const until = (row.until === null ? null : parseTimestamp(row.until)) ??
    Date.parse(row.notedAt);
  // Two clocks may disagree by a little, and nobody answers before the question.
  const seconds = Math.max(0, until - since) / 1000;
  return kind === "decision"
    ? [sample("response_seconds", isoTime(until), seconds, tab.title)]
    : [sample("resolution_seconds", isoTime(until), seconds, tab.title, row.group)];
}

/** Keeps the samples of a week as they are and those of a year by the hour. `now` is in milliseconds. */
export function prune(db: Database, now: number): void {
  db.transaction(() => pruneMetrics(db, now));
}

/** How many of how many. */
export interface Rate {
  readonly good: number;
  readonly total: number;
  /** From 0 to 1; null: there was nothing to judge. */
  readonly rate: number | null;
}

/** How long something took, in seconds. Percentiles are those of {@linkcode percentile}. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
}

/** The figures of a span of time. */
export interface Summary {
  /** Syncs of a tab that were completed, of all. */
  readonly completion: Rate;
  readonly completionByTab: ReadonlyMap<string, Rate>;
  /** Values and rows that met the contract, of all that were judged. */
  readonly validation: Rate;
  readonly validationByTab: ReadonlyMap<string, Rate>;
  /** From request to decision; null: nobody decided. */
  readonly response: Spread | null;
  readonly responseByTab: ReadonlyMap<string, Spread>;
  /** From error to resolution, by severity. */
  readonly resolution: ReadonlyMap<string, Spread>;
  /** How long the cycles took; null: there was none. */
  readonly latency: Spread | null;
  readonly requests: { readonly read: number; readonly write: number; readonly retried: number };
  readonly imports: number;
  readonly exports: number;
  readonly refusals: number;
  readonly conflicts: number;
  readonly restorations: number;
}

/**
 * The figures of a span, whose bounds are in milliseconds. With `names` only the figures that are made
 * of these are filled in, which is much less work.
 */
export function summarise(
  db: Database,
  span: Span,
  names: readonly MetricName[] | null = null,
): Summary {
  return summaryOf(measure(db, span, names));
}

/** The figures of what was measured. */
export function summaryOf(measured: readonly Measured[]): Summary {
  const all = (name: MetricName, label?: string) =>
    measured.filter((one) => one.name === name && (label === undefined || one.label === label))
      .reduce((sum, { distribution }) => merge(sum, distribution), NOTHING);
  const by = (name: MetricName, key: "tab" | "label") => {
    const groups = new Map<string, Distribution>();
    for (const one of measured) {
      if (one.name !== name) continue;
      groups.set(one[key], merge(groups.get(one[key]) ?? NOTHING, one.distribution));
    }
    return groups;
  };
  const sync = by("sync", "tab");
  const valid = by("valid", "tab");
  const invalid = by("invalid", "tab");
  const judged = new Set([...valid.keys(), ...invalid.keys()]);
  const total = (name: MetricName, label?: string) => all(name, label).total;
  return {
    completion: completionOf(all("sync")),
    completionByTab: new Map([...sync].map(([tab, syncs]) => [tab, completionOf(syncs)])),
    validation: rate(total("valid"), total("invalid")),
    validationByTab: new Map(
      [...judged].map((tab) => [
        tab,
        rate(valid.get(tab)?.total ?? 0, invalid.get(tab)?.total ?? 0),
      ]),
    ),
    response: spreadOf(all("response_seconds")),
    responseByTab: spreads(by("response_seconds", "tab")),
    resolution: spreads(by("resolution_seconds", "label")),
    latency: spreadOf(all("cycle_seconds")),
    requests: {
      read: total("requests", "read"),
      write: total("requests", "write"),
      retried: total("retries"),
    },
    imports: total("imports"),
    exports: total("exports"),
    refusals: total("refusals"),
    conflicts: total("conflicts"),
    restorations: total("restorations"),
  };
}

function completionOf({ count, total }: Distribution): Rate {
  return rate(total, count - total);
}

function rate(good: number, bad: number): Rate {
  const total = good + bad;
  return { good, total, rate: total === 0 ? null : good / total };
}

function spreads(groups: ReadonlyMap<string, Distribution>): Map<string, Spread> {
  return new Map([...groups].flatMap(([key, distribution]) => {
    const spread = spreadOf(distribution);
    return spread === null ? [] : [[key, spread] as const];
  }));
}

function spreadOf(distribution: Distribution): Spread | null {
  const average = mean(distribution);
  const p50 = percentile(distribution, 0.5);
  const p95 = percentile(distribution, 0.95);
  if (average === null || p50 === null || p95 === null) return null;
  return { count: distribution.count, mean: average, p50, p95, most: distribution.most };
}
