/** Once a day: the report is made, written beside the logs, and offered to the channels. @module */

import { join } from "node:path";
import { isoTime } from "../base/clock.ts";
import { getLog } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import { writeWhole } from "../base/write_file.ts";
import { readMeta, writeMeta } from "../store/meta.ts";
import type { Database } from "../store/database.ts";
import type { Masker } from "../text/secrets.ts";
import type { Channel } from "./channels.ts";
import { DAY_MS } from "./durations.ts";
import { probe, type ProbeDeps } from "./health_probe.ts";
import type { Message } from "./messages.ts";
import { enqueue } from "./notify.ts";
import { type DailyReport, gatherReport } from "./report.ts";
import { reportSections, reportText } from "./report_text.ts";
import { checkSharing, type SharingCheck } from "./sharing.ts";

/** Comparing every row of every tab takes longer than a health check may. */
const COMPARE_LIMIT_MS = 60_000;
/** More lines make no message. */
const LINES_MAX = 15;

const KEY = "last_report";
const log = getLog("report");

/** What a report is made from. */
export interface ReportDeps extends Omit<ProbeDeps, "rows" | "limitMs"> {
  /** null: nobody said who the spreadsheet should be shared with. */
  readonly sharing: SharingCheck | null;
}

/** What the daily report needs. */
export interface DailyDeps extends ReportDeps {
  readonly random: Random;
  readonly channels: readonly Channel[];
  readonly logDir: string;
}

/** Makes the report with every row compared on both sides. */
export async function makeReport(deps: ReportDeps, signal: AbortSignal): Promise<DailyReport> {
  const sides = await probe({ ...deps, rows: Infinity, limitMs: COMPARE_LIMIT_MS }, signal);
  const sharing = await checkSharing(deps.sharing, signal);
  return gatherReport(deps.db, deps.contract, { now: deps.clock.now(), sides, sharing });
}

/** Makes the report, writes it to the log folder and puts it into the outbox. */
export async function reportDaily(deps: DailyDeps, signal: AbortSignal): Promise<void> {
  const { db, channels, random, masker, logDir } = deps;
  const report = await makeReport(deps, signal);
  const file = `report-${report.at.slice(0, 10)}.txt`;
  const why = writeWhole(join(logDir, file), await maskedText(reportText(report), masker));
  if (why === null) log.info("Wrote {file}", { file });
  else log.warn("Cannot write {file} in {logDir}: {why}", { file, logDir, why });
  db.transaction(() => {
    enqueue(db, channels, reportMessage(report), random);
    writeMeta(db, KEY, report.at);
  });
}

/**
 * Whether the last report is a day old, or there was none. One that is a day ahead is from before the
 * clock was set back. `now` is in milliseconds.
 */
export function isReportDue(db: Database, now: number): boolean {
  const last = readMeta(db, KEY);
  return last === undefined || Math.abs(now - Date.parse(last)) >= DAY_MS;
}

/** The text with its secrets masked, line by line. */
export async function maskedText(text: string, masker: Masker): Promise<string> {
  return (await masker.mask(text.split("\n"))).join("\n");
}

/** What the channels get that want to hear of everything: the lines that somebody should look at. */
export function reportMessage(report: DailyReport): Message {
  const lines = reportSections(report).flatMap(({ title, lines }) =>
    lines.flatMap(({ look, text }) => look ? [`${title}: ${text}`] : [])
  );
  const rest = lines.length - LINES_MAX;
  return {
    kind: "report",
    severity: "info",
    rule: null,
    tab: null,
    rows: [],
    title: `Daily report of ${isoTime(Date.parse(report.at)).slice(0, 10)}`,
    what: lines.length === 0
      ? ["Nothing wants a look"]
      : [...lines.slice(0, LINES_MAX), ...(rest > 0 ? [`and ${rest} more`] : [])],
    todo: lines.length === 0 ? null : "atlas-mirror --report prints all of it",
    at: report.at,
  };
}
