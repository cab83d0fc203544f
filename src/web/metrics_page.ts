/**
 * The mirror's figures in the text format of Prometheus. Everything comes from the database at the
 * moment of the question, so counters go on where they were after a restart.
 * Format: https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * @module
 */

import { Counter, Gauge, Registry } from "prom-client";
import type { Contract } from "../contract/schema.ts";
import { workflowsOf } from "../contract/workflow.ts";
import { DAY_MS } from "../service/durations.ts";
import { type MetricName, type Spread, summarise, type Summary } from "../service/metrics.ts";
import { openAlerts } from "../store/alerts.ts";
import type { Database } from "../store/database.ts";
import { readHeartbeat } from "../store/heartbeat.ts";
import { readIntegrity } from "../store/integrity.ts";
import { readTotals } from "../store/metrics.ts";
import { readBacklog } from "../store/outbox.ts";
import { loadPauses } from "../store/pauses.ts";
import { lastTabSuccesses } from "../store/tabs.ts";
import { readWaiting } from "../store/waiting.ts";

const PREFIX = "atlas_mirror_";
/** Rates and latencies are of the last day. */
const DAY_SPAN_MS = DAY_MS;
/** What humans do is rarer, so it is of the last week. */
const WORK_SPAN_MS = 7 * DAY_MS;

/** The text's media type. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

type Labels = Readonly<Record<string, string>>;
type Points = readonly (readonly [labels: Labels, value: number])[];

/** The page as text. `now` is in milliseconds. */
export async function metricsPage(db: Database, contract: Contract, now: number): Promise<string> {
  const page = new Page();
  addTotals(page, db);
  addRates(page, summarise(db, { from: now - DAY_SPAN_MS, to: now + 1 }));
  addWork(page, summarise(db, { from: now - WORK_SPAN_MS, to: now + 1 }));
  addState(page, db, contract);
  return await page.text();
}

/** Metrics that were given a value; one without is left out, for 0 would be a lie. */
class Page {
  readonly #registry = new Registry();

  counter(name: string, help: string, points: Points): void {
    const metric = new Counter({ ...this.#named(name, help, points) });
    for (const [labels, value] of points) metric.inc(labels, value);
    if (points.length > 0) this.#registry.registerMetric(metric);
  }

  gauge(name: string, help: string, points: Points): void {
    const metric = new Gauge({ ...this.#named(name, help, points) });
    for (const [labels, value] of points) metric.set(labels, value);
    if (points.length > 0) this.#registry.registerMetric(metric);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #named(name: string, help: string, points: Points) {
    const labelNames = [...new Set(points.flatMap(([labels]) => Object.keys(labels)))];
    return { name: PREFIX + name, help, labelNames, registers: [] };
  }
}

/** What has happened since the mirror's tables were made. */
function addTotals(page: Page, db: Database): void {
  const totals = readTotals(db);
  const of = (name: MetricName) => totals.filter((total) => total.name === name);
  const byTab = (name: MetricName): Points => of(name).map(({ tab, total }) => [{ tab }, total]);
  const alone = (name: MetricName, key: "count" | "total"): Points =>
    of(name).map((total) => [{}, total[key]]);

  page.counter("cycles_total", "Cycles that were run.", alone("cycle_seconds", "count"));
  page.counter("cycle_seconds_total", "Time spent in cycles.", alone("cycle_seconds", "total"));
  page.counter(
    "tab_syncs_total",
    "Syncs of single tabs; those that failed or that a guard stopped are not ok.",
    of("sync").flatMap(({ tab, count, total }) => [
      [{ tab, result: "ok" }, total] as const,
      [{ tab, result: "not_ok" }, count - total] as const,
    ]),
  );
  page.counter(
    "requests_total",
    "Requests to Google Sheets.",
    of("requests").map(({ label, total }) => [{ kind: label }, total]),
  );
  page.counter(
    "request_retries_total",
    "Requests that were sent again.",
    alone("retries", "total"),
  );
  page.counter("imports_total", "Cells taken over from the sheet.", byTab("imports"));
  page.counter("exports_total", "Cells written to the sheet.", byTab("exports"));
  page.counter("rows_added_total", "Rows added to the sheet.", byTab("added"));
  page.counter("rows_removed_total", "Rows taken out of the sheet.", byTab("removed"));
  page.counter("rows_archived_total", "Rows that retention took out.", byTab("archived"));
  page.counter("refusals_total", "Edits that were refused.", byTab("refusals"));
  page.counter("restorations_total", "Cells and rows put back.", byTab("restorations"));
  page.counter("conflicts_total", "Cells that both sides changed.", byTab("conflicts"));
  page.counter("validations_total", "Values and rows judged by the contract.", [
    ...of("valid").map(({ tab, total }) => [{ tab, result: "valid" }, total] as const),
    ...of("invalid").map(({ tab, total }) => [{ tab, result: "invalid" }, total] as const),
  ]);
}

function addRates(page: Page, { completion, validation, latency }: Summary): void {
  page.gauge(
    "sync_completion_ratio",
    "Share of the syncs of single tabs that were completed, last 24 hours.",
    single(completion.rate),
  );
  page.gauge(
    "validation_pass_ratio",
    "Share of the judged values and rows that met the contract, last 24 hours.",
    single(validation.rate),
  );
  page.gauge("cycle_seconds", "Duration of a cycle, last 24 hours.", spreadPoints({}, latency));
}

function addWork(page: Page, { responseByTab, resolution }: Summary): void {
  page.gauge(
    "human_response_seconds",
    "From a request to its decision, last 7 days.",
    [...responseByTab].flatMap(([tab, spread]) => spreadPoints({ tab }, spread)),
  );
  page.gauge(
    "error_resolution_seconds",
    "From an error to its resolution, last 7 days.",
    [...resolution].flatMap(([severity, spread]) => spreadPoints({ severity }, spread)),
  );
}

/** What is so now. */
function addState(page: Page, db: Database, contract: Contract): void {
  const waiting = workflowsOf(contract).map((workflow) =>
    [{ tab: workflow.tab.title }, readWaiting(db, workflow).length] as const
  );
  page.gauge("waiting_rows", "Rows that wait for a human.", waiting);
  page.gauge(
    "last_success_timestamp_seconds",
    "When a tab was last synced.",
    [...lastTabSuccesses(db)].map(([tab, at]) => [{ tab }, seconds(at)]),
  );
  const heartbeat = readHeartbeat(db);
  page.gauge(
    "heartbeat_timestamp_seconds",
    "The daemon's last sign of life.",
    heartbeat === undefined ? [] : [[{}, seconds(heartbeat.at)]],
  );
  const integrity = readIntegrity(db);
  page.gauge(
    "database_sound",
    "1 where the last check of the database file found no damage.",
    integrity === undefined ? [] : [[{}, integrity.ok ? 1 : 0]],
  );
  const paused = new Set(loadPauses(db).map(({ tab }) => tab));
  page.gauge(
    "tab_paused",
    "1 where a tab is left out until it is resumed.",
    contract.tabs.map(({ title }) => [{ tab: title }, paused.has(title) ? 1 : 0]),
  );
  page.gauge(
    "alert_active",
    "1 for each open alert; tab is empty where it is about the whole database.",
    openAlerts(db).map(({ rule, tab, severity }) => [{ rule, tab, severity }, 1]),
  );
  page.gauge(
    "outbox_messages",
    "Messages that wait for their channel.",
    readBacklog(db).map(({ channel, waiting }) => [{ channel }, waiting]),
  );
}

function single(value: number | null): Points {
  return value === null ? [] : [[{}, value]];
}

function spreadPoints(labels: Labels, spread: Spread | null): Points {
  if (spread === null) return [];
  const { mean, p50, p95 } = spread;
  return Object.entries({ mean, p50, p95 }).map(([stat, value]) => [{ ...labels, stat }, value]);
}

function seconds(at: string): number {
  return Date.parse(at) / 1000;
}
