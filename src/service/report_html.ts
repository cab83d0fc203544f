/** The daily report as one HTML file that needs nothing else: no script, no font, no network. Pure. @module */

import { type Chart, chartSvg, escapeHtml } from "./chart.ts";
import { HEALTH_THRESHOLDS } from "./health_checks.ts";
import type { Summary } from "./metrics.ts";
import type { DailyReport } from "./report.ts";
import { reportSections, type Section } from "./report_text.ts";

const STYLE = `
:root { color-scheme: light dark; --back: #fff; --card: #f6f7f9; --ink: #1b1f24; --dim: #5c6670;
  --line: #0b63c5; --grid: #d5dae0; --target: #b35900; --look: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #14171a; --card: #1e2328; --ink: #e6e9ec;
  --dim: #9aa4ae; --line: #6cb0ff; --grid: #39414a; --target: #ffb168; --look: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; background: var(--back); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; color: var(--dim); }
.grid-of-cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
section, figure { background: var(--card); border-radius: .5rem; margin: 0; padding: .75rem 1rem; }
section { margin-top: 1rem; }
ul { margin: 0; padding-left: 1.1rem; } .look { color: var(--look); font-weight: 600; }
figcaption { font-weight: 600; } svg { width: 100%; height: auto; display: block; }
.line { fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round; }
.dot { fill: var(--line); } .grid { stroke: var(--grid); }
.target { stroke: var(--target); stroke-dasharray: 4 3; stroke-width: 1.5; }
.axis { fill: var(--dim); font: 10px system-ui, sans-serif; }
@media print { body { max-width: none; } section, figure { break-inside: avoid; } }`;

/** The page. */
export function reportHtml(report: DailyReport): string {
  const title = `Atlas mirror, daily report of ${report.at.slice(0, 16).replace("T", " ")} UTC`;
  const sections = reportSections(report);
  const count = sections.flatMap(({ lines }) => lines).filter(({ look }) => look).length;
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // Whatever text came into the report, the page can neither run nor load anything.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    `<p>${
      count === 0
        ? "Nothing wants a look."
        : count === 1
        ? "One thing wants a look."
        : `${count} things want a look.`
    }</p>`,
    '<div class="grid-of-cards">',
    ...chartsOf(report).map((chart) =>
      `<figure><figcaption>${escapeHtml(chart.title)}</figcaption>${chartSvg(chart)}</figure>`
    ),
    "</div>",
    ...sections.map(sectionHtml),
    "</body></html>",
    "",
  ].join("\n");
}

function sectionHtml({ title, lines }: Section): string {
  const items = lines.map(({ look, text }) =>
    `<li${look ? ' class="look"' : ""}>${escapeHtml(text)}</li>`
  );
  return `<section><h2>${escapeHtml(title)}</h2><ul>${items.join("")}</ul></section>`;
}

function chartsOf({ days }: DailyReport): Chart[] {
  const chart = (
    value: (summary: Summary) => number | null,
    rest: Omit<Chart, "points">,
  ): Chart => ({
    ...rest,
    points: days.map(({ date, summary }) => ({ day: date, value: value(summary) })),
  });
  const percent = (value: number) => `${Number(value.toFixed(1))} %`;
  const hours = (value: number) => `${Number(value.toFixed(1))} h`;
  const { completionPercent, validationPercent, responseHours } = HEALTH_THRESHOLDS;
  const share = (rate: number | null) => rate === null ? null : rate * 100;
  return [
    chart(({ completion }) => share(completion.rate), {
      title: "Syncs completed",
      say: percent,
      target: completionPercent,
      range: { least: 90, most: 100 },
    }),
    chart(({ validation }) => share(validation.rate), {
      title: "Values that met the contract",
      say: percent,
      target: validationPercent,
      range: { least: 80, most: 100 },
    }),
    chart(({ response }) => response === null ? null : response.mean / 3_600, {
      title: "How long people took to decide",
      say: hours,
      target: responseHours,
    }),
    chart(({ latency }) => latency?.p50 ?? null, {
      title: "Median duration of a cycle",
      say: (value) => `${Number(value.toFixed(2))} s`,
      target: null,
    }),
    chart(({ imports }) => imports, {
      title: "Cells imported",
      say: (value) => String(Math.round(value)),
      target: null,
    }),
    chart(({ exports }) => exports, {
      title: "Cells exported",
      say: (value) => String(Math.round(value)),
      target: null,
    }),
  ];
}
