/** What a cycle did: a summary for people, and the stable JSON form for programs. @module */

import type { AtlasError } from "../base/errors.ts";
import { figureWords } from "../mirror/plan_words.ts";
import type { CycleReport, ReportedFinding, TabReport } from "../mirror/report.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import type { Tone } from "./paint.ts";
import { isPending } from "./render_plan.ts";
import type { RowOptions } from "./render_row.ts";
import { stopLines } from "./render_stop.ts";
import { padTo, remark, widthOf } from "./terminal_text.ts";

/** Findings that are printed of a tab; beyond, they are counted. */
const FINDINGS_MAX = 20;

/** The summary of `--once`. Pure. */
export function renderReport(report: CycleReport, options: RowOptions): string {
  const { paint } = options;
  const column = Math.max(...report.tabs.map(({ tab }) => widthOf(tab)));
  const lines = stopLines(report.tabs, options);
  for (const tab of report.tabs) {
    const told = [...ENDS[tab.status], ...figureWords(tab)];
    const name = paint("strong", padTo(tab.tab, column));
    lines.push(`${name}  ${told.length === 0 ? "nothing to do" : told.join(", ")}`);
    lines.push(...findingLines(tab.findings, options));
  }
  const { read, write, retried } = report.requests;
  const requests = [
    counted(read, "read"),
    counted(write, "write"),
    ...(retried > 0 ? [`${retried} tried again`] : []),
  ].join(", ");
  const seconds = (report.durationMs / 1_000).toFixed(1);
  lines.push(paint("faint", `${ENDINGS[report.status]} in ${seconds} s with ${requests}.`), "");
  return lines.join("\n");
}

const ENDS: Readonly<Record<TabReport["status"], readonly string[]>> = {
  ok: [],
  failed: ["failed"],
  guarded: ["stopped"],
};

const ENDINGS: Readonly<Record<CycleReport["status"], string>> = {
  ok: "Done",
  partial: "Done in part",
  failed: "Failed",
  guarded: "Stopped by a guard",
};

function findingLines(
  findings: readonly ReportedFinding[],
  { paint, mask, width }: RowOptions,
): string[] {
  const lines = findings.slice(0, FINDINGS_MAX)
    .flatMap(({ row, column, code, verdict, reason }) => {
      const place = [row, column].filter((part) => part !== "").join(" · ");
      const text = `${place === "" ? "the tab" : place}  ${verdict}: ${reason} [${code}]`;
      return remark(paint(TONES[verdict] ?? "warn", "!"), mask(text), width, "  ");
    });
  const more = findings.length - FINDINGS_MAX;
  return more > 0 ? [...lines, paint("faint", `  … and ${more} more; --json shows all`)] : lines;
}

const TONES: Readonly<Record<string, Tone>> = { refused: "bad", conflict: "bad" };

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `--once --json`, and with the plans `--plan --json`. Texts are still to be masked. */
export function reportJson(report: CycleReport, { plans }: { readonly plans: boolean }): unknown {
  const { fresh: _told, suspicious: _logged, ...shown } = report;
  return {
    ...shown,
    tabs: report.tabs.map(({ plan, error, ...tab }) => ({
      ...tab,
      error: error === null ? null : errorJson(error),
      ...(plans ? { plan: plan === null ? null : { ...plan, tab: undefined } } : {}),
    })),
  };
}

function errorJson({ kind, message, hint }: AtlasError): unknown {
  return { kind, message, hint: hint ?? null };
}

/** The exit code of a cycle; where several apply, the highest. */
export function exitCodeOfCycle(report: CycleReport): ExitCode {
  const isDamaged = report.tabs.some(({ error }) => error?.kind === "database-damaged");
  if (report.status === "guarded" || isDamaged) return EXIT.guarded;
  return report.status === "ok" ? EXIT.done : EXIT.failed;
}

/** The exit code of a plan; where several apply, the highest. */
export function exitCodeOfPlan(report: CycleReport): ExitCode {
  const ended = exitCodeOfCycle(report);
  return ended < EXIT.pending && report.tabs.some(isPending) ? EXIT.pending : ended;
}
