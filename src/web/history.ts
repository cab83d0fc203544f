/** The figures of a span of time, cut into equal steps, as the charts show them. @module */

import type { Contract } from "../contract/schema.ts";
import { workflowsOf } from "../contract/workflow.ts";
import { DAY_MS, HOUR_MS } from "../service/durations.ts";
import { type MetricName, type Summary, summaryOf } from "../service/metrics.ts";
import type { Database } from "../store/database.ts";
import { mean, merge, NOTHING } from "../store/distribution.ts";
import { measure, type Measured } from "../store/metrics.ts";

/** The spans that can be looked at, by their name in an address. */
export const SPANS = {
  day: { title: "24 hours", stepMs: HOUR_MS, steps: 24 },
  week: { title: "7 days", stepMs: 6 * HOUR_MS, steps: 28 },
  month: { title: "30 days", stepMs: DAY_MS, steps: 30 },
} as const;
export type SpanName = keyof typeof SPANS;

/** The span of that name; the shortest where there is none. */
export function spanNamed(name: string | undefined): SpanName {
  return name === "week" || name === "month" ? name : "day";
}

/** What was measured in one step. */
export interface Step {
  /** Its first moment, in milliseconds. */
  readonly from: number;
  readonly summary: Summary;
  /** The requests of the cycle that needed the most. */
  readonly busiest: Busiest;
  /** Rows that waited for humans at the end of a cycle, on average, by tab. */
  readonly waiting: ReadonlyMap<string, number>;
}

/** The most requests of one cycle; null: no cycle was measured. */
export interface Busiest {
  readonly read: number | null;
  readonly write: number | null;
}

/** The steps of the span, the oldest first; the last one holds `now` (in milliseconds). */
export function readSteps(
  db: Database,
  contract: Contract,
  { span, now }: { readonly span: SpanName; readonly now: number },
): Step[] {
  const { stepMs, steps } = SPANS[span];
  const end = (Math.floor(now / stepMs) + 1) * stepMs;
  const tabs = workflowsOf(contract).map(({ tab }) => tab.title);
  return Array.from({ length: steps }, (_, index): Step => {
    const from = end - (steps - index) * stepMs;
    const measured = measure(db, { from, to: from + stepMs });
    return {
      from,
      summary: summaryOf(measured),
      busiest: busiestOf(measured),
      waiting: new Map(tabs.flatMap((tab) => {
        const average = mean(seriesOf(measured, "waiting", { tab }));
        return average === null ? [] : [[tab, average] as const];
      })),
    };
  });
}

/** The requests of the cycle that needed the most. A cycle without any leaves no measurement of them. */
export function busiestOf(measured: readonly Measured[]): Busiest {
  const hasCycles = seriesOf(measured, "cycle_seconds", {}).count > 0;
  const most = (label: string) =>
    hasCycles ? Math.max(0, seriesOf(measured, "requests", { label }).most) : null;
  return { read: most("read"), write: most("write") };
}

function seriesOf(
  measured: readonly Measured[],
  name: MetricName,
  { tab = "", label = "" }: { readonly tab?: string; readonly label?: string },
) {
  return measured.filter((one) => one.name === name && one.tab === tab && one.label === label)
    .reduce((sum, { distribution }) => merge(sum, distribution), NOTHING);
}
