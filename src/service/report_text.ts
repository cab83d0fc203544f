/** The daily report as text, for the terminal, the log folder and messages. Pure. @module */

import { DAY_MS, spanText } from "./durations.ts";
import { HEALTH_THRESHOLDS } from "./health_checks.ts";
import type { Rate, Spread, Summary } from "./metrics.ts";
import type { DailyReport, WorkReport } from "./report.ts";
import type { Sharing } from "./sharing.ts";

const TARGETS = HEALTH_THRESHOLDS;

/** One thing the report says. */
export interface Line {
  /** Whether somebody should look. */
  readonly look: boolean;
  readonly text: string;
}

/** A part of the report. */
export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** The whole report as text. */
export function reportText(report: DailyReport): string {
  const body = reportSections(report).flatMap(({ title, lines }) => [
    title,
    ...lines.map(({ look, text }) => `  ${look ? "!" : "·"} ${text}`),
    "",
  ]);
  return [
    `Atlas mirror, daily report of ${report.at.slice(0, 16).replace("T", " ")} UTC`,
    "",
    ...body,
  ]
    .join("\n");
}

/** The parts of the report, in their order. */
export function reportSections(report: DailyReport): readonly Section[] {
  return [
    { title: "Integrity", lines: integrity(report) },
    { title: "Targets", lines: targets(report) },
    { title: "Trends", lines: trends(report) },
    ...report.work.map(work),
    { title: "Decisions made outside of the sheet", lines: outside(report) },
    { title: "Alerts", lines: alerts(report) },
    { title: "Sharing", lines: sharing(report.sharing) },
  ];
}

function sharing(found: Sharing): Line[] {
  if (found.kind === "not-checked") return [fine(`not checked: ${found.reason}`)];
  const strangers = found.strangers.map(({ who, role }) =>
    look(`shared with ${who} (${role}), who is not in the team`)
  );
  const missing = found.missing.map((who) => look(`${who} is in the team and has no access`));
  if (strangers.length + missing.length > 0) return [...strangers, ...missing];
  return [fine(`shared with the ${found.count} of the team and nobody else`)];
}

function fine(text: string): Line {
  return { look: false, text };
}

function look(text: string): Line {
  return { look: true, text };
}

function integrity({ integrity, sides }: DailyReport): Line[] {
  const file = integrity === null
    ? look("the database file was never checked for damage")
    : integrity.ok
    ? fine(`the database file is sound (quick_check at ${integrity.at})`)
    : look(`the database file is damaged: ${integrity.message}`);
  if (sides === null) return [file, fine("database and sheet were not compared")];
  if (sides.connectivity.kind !== "answered") return [file, look(sides.connectivity.reason)];
  const { compared, different } = sides.sample ?? { compared: 0, different: [] };
  if (different.length === 0) {
    return [file, fine(`${compared} rows are the same in database, base and sheet`)];
  }
  const names = different.slice(0, 5).map(({ tab, row, what }) => `${tab} ${row} (${what})`);
  return [file, look(`${different.length} of ${compared} rows differ: ${names.join(", ")}`)];
}

function targets({ lastDay, lastWeek, tabs }: DailyReport): Line[] {
  const urgent = new Set(tabs.flatMap(({ cadence }) => cadence.urgent?.when.in ?? []));
  return [
    rateLine("syncs completed", lastDay.completion, TARGETS.completionPercent / 100),
    rateLine("values that met the contract", lastDay.validation, TARGETS.validationPercent / 100),
    spreadLine("people decided", lastWeek.response, TARGETS.responseHours * 3_600),
    ...[...urgent].map((word) =>
      spreadLine(
        `errors that are ${word} were resolved`,
        lastWeek.resolution.get(word) ?? null,
        TARGETS.resolutionHours * 3_600,
      )
    ),
    traffic(lastDay),
  ];
}

function rateLine(what: string, { good, total, rate }: Rate, target: number): Line {
  if (rate === null) return fine(`${what}: none in the last 24 hours`);
  const text = `${what}: ${good} of ${total} in the last 24 hours, ${percent(rate)} (target ` +
    `${percent(target)})`;
  return { look: rate < target, text };
}

function spreadLine(what: string, spread: Spread | null, targetS: number): Line {
  if (spread === null) return fine(`${what}: none within a week`);
  const { mean, p50, p95, count } = spread;
  return {
    look: mean > targetS,
    text: `${what} within ${seconds(mean)} on average (target ${seconds(targetS)}); half within ` +
      `${seconds(p50)}, 95 % within ${seconds(p95)}; ${count} within a week`,
  };
}

function traffic({ requests, imports, exports, refusals, latency }: Summary): Line {
  const cycles = latency === null
    ? "no cycle"
    : `${latency.count} cycles, half within ${latency.p50.toFixed(1)} s`;
  return fine(
    `${cycles}; ${imports} cells imported, ${exports} exported, ${refusals} refused; ` +
      `${requests.read} reads, ${requests.write} writes, ${requests.retried} tried again`,
  );
}

function trends({ trends }: DailyReport): Line[] {
  return trends.map(({ name, trend }) => {
    if (trend === null) return fine(`${name}: too few days to tell`);
    return trend.rising ? look(`${name}: going up`) : fine(`${name}: no rise`);
  });
}

/** How well people keep up in one tab, and what comes back there. */
function work({ workflow, waiting, chosen, repeated }: WorkReport): Section {
  const { tab, kind } = workflow;
  const oldest = waiting.reduce((most, { waitedMs }) => Math.max(most, waitedMs ?? 0), 0);
  const words = [...chosen].map(([word, count]) => `${count} × ${word}`).join(", ");
  const urgent = waiting.filter((row) => row.urgent).length;
  const lines = [
    waiting.length === 0 ? fine("nothing waits for anybody") : {
      look: oldest > DAY_MS,
      text: `${waiting.length} waiting${urgent === 0 ? "" : `, ${urgent} of them critical`}; the ` +
        `oldest for ${spanText(oldest)}`,
    },
    fine(words === "" ? "nobody closed any within a week" : `closed within a week: ${words}`),
    ...(repeated ?? []).map(({ subject, rows, closed, newest }) =>
      fine(
        `${rows} times within 30 days: "${subject}", ${closed} resolved` +
          (newest === null ? "" : `, the last at ${newest}`),
      )
    ),
    ...(repeated?.length === 0 ? [fine("no error came up twice within 30 days")] : []),
  ];
  return { title: `${tab.title}: ${kind === "decision" ? "decisions" : "resolutions"}`, lines };
}

function outside({ outside }: DailyReport): Line[] {
  if (outside.length === 0) return [fine("none within a day")];
  return outside.map(({ tab, id, word, at }) => look(`${tab} ${id}: ${word}, seen at ${at}`));
}

function alerts({ openAlerts, dayAlerts }: DailyReport): Line[] {
  const open = openAlerts.map(({ rule, tab, severity, message }) =>
    look(`open, ${severity}: ${rule}${tab === "" ? "" : ` (${tab})`}: ${message}`)
  );
  const over = dayAlerts.filter(({ overAt }) => overAt !== null).map(({ rule, tab }) =>
    fine(`fired and over within a day: ${rule}${tab === "" ? "" : ` (${tab})`}`)
  );
  return open.length + over.length === 0 ? [fine("none")] : [...open, ...over];
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}

function seconds(value: number): string {
  return spanText(value * 1_000);
}
