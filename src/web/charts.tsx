/**
 * Figures over time, each as a table of its own. Where scripts run, the table is drawn as a chart.
 *
 * @module
 */

import { isoTime } from "../base/clock.ts";
import { workflowsOf } from "../contract/workflow.ts";
import { DAY_MS } from "../service/durations.ts";
import { durationText, percentText, QUOTA_PER_MINUTE } from "./figures.tsx";
import { type SpanName, SPANS, type Step } from "./history.ts";
import { Section } from "./parts.tsx";
import type { Status } from "./status.ts";

/** What the values of a chart are. */
type Unit = "percent" | "seconds" | "count";

/** One figure over time. */
interface Series {
  readonly name: string;
  /** null: nothing was measured. */
  value(step: Step): number | null;
}

interface ChartOptions {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** A level to compare with. */
  readonly level?: { readonly value: number; readonly name: string };
  readonly series: readonly Series[];
}

const CHARTS: readonly ChartOptions[] = [
  {
    id: "rates",
    title: "Completed syncs and valid values",
    unit: "percent",
    series: [
      { name: "completed", value: ({ summary }) => summary.completion.rate },
      { name: "valid", value: ({ summary }) => summary.validation.rate },
    ],
  },
  {
    id: "latency",
    title: "Duration of a cycle",
    unit: "seconds",
    series: [
      { name: "half within", value: ({ summary }) => summary.latency?.p50 ?? null },
      { name: "95 % within", value: ({ summary }) => summary.latency?.p95 ?? null },
    ],
  },
  {
    id: "requests",
    title: "Requests of the busiest cycle",
    unit: "count",
    level: { value: QUOTA_PER_MINUTE, name: "quota a minute" },
    series: [
      { name: "reads", value: ({ busiest }) => busiest.read },
      { name: "writes", value: ({ busiest }) => busiest.write },
    ],
  },
];

/** All charts, with the choice of their span. */
export function Charts({ status }: { readonly status: Status }) {
  const { contract, span, steps } = status;
  const waiting: ChartOptions = {
    id: "waiting",
    title: "Rows that wait for people",
    unit: "count",
    series: workflowsOf(contract).map(({ tab: { title } }) => ({
      name: title,
      value: ({ waiting }) => waiting.get(title) ?? null,
    })),
  };
  const charts = waiting.series.length === 0 ? CHARTS : [...CHARTS, waiting];
  return (
    <Section id="charts" title="Over time" aside={<SpanChoice current={span} />}>
      <div class="charts">
        {charts.map((chart) => <Chart chart={chart} span={span} steps={steps} />)}
      </div>
    </Section>
  );
}

function SpanChoice({ current }: { readonly current: SpanName }) {
  return (
    <nav aria-label="Span of time" class="choice">
      <ul>
        {Object.entries(SPANS).map(([name, { title }]) => (
          <li>
            <a
              href={name === "day" ? "/#charts" : `/?span=${name}#charts`}
              aria-current={name === current ? "true" : undefined}
            >
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Chart({ chart, span, steps }: {
  readonly chart: ChartOptions;
  readonly span: SpanName;
  readonly steps: readonly Step[];
}) {
  const { id, title, unit, level, series } = chart;
  const caption = `${id}-caption`;
  const measured = steps.filter((step) => series.some(({ value }) => value(step) !== null));
  return (
    <figure
      class="chart"
      data-unit={unit}
      data-level={level?.value}
      data-level-name={level?.name}
      aria-labelledby={caption}
    >
      <figcaption id={caption}>{title}</figcaption>
      {measured.length === 0 ? <p class="nothing">Nothing was measured.</p> : (
        <>
          <div class="plot"></div>
          <details id={`${id}-table`} open>
            <summary>As a table</summary>
            <div class="scroll" tabindex={0} role="group" aria-labelledby={caption}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">From</th>
                    {series.map(({ name }) => <th scope="col">{name}</th>)}
                  </tr>
                </thead>
                <tbody>
                  {steps.map((step) => (
                    <tr class={measured.includes(step) ? undefined : "unmeasured"}>
                      <th scope="row">
                        <time datetime={isoTime(step.from)}>{stepText(step.from, span)}</time>
                      </th>
                      {series.map(({ value }) => <Value value={value(step)} unit={unit} />)}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </figure>
  );
}

/** One measurement; the exact one is there for the script that draws. */
function Value({ value, unit }: { readonly value: number | null; readonly unit: Unit }) {
  if (value === null) return <td data-value="">–</td>;
  return <td data-value={String(value)}>{valueText(value, unit)}</td>;
}

function valueText(value: number, unit: Unit): string {
  switch (unit) {
    case "percent":
      return percentText(value);
    case "seconds":
      return durationText(value);
    case "count":
      return value.toLocaleString("en", { maximumFractionDigits: 1 });
  }
}

function stepText(from: number, span: SpanName): string {
  const text = isoTime(from);
  return SPANS[span].stepMs === DAY_MS ? text.slice(0, 10) : text.slice(5, 16).replace("T", " ");
}
