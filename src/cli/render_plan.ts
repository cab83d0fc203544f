/** The plan of a cycle, as a person reads it before saying yes. @module */

import { isQuiet, type SealedPlan } from "../mirror/plan.ts";
import { planSentence, ROW_KINDS, rowKind } from "../mirror/plan_words.ts";
import type { TabReport } from "../mirror/report.ts";
import { rowLines, type RowOptions } from "./render_row.ts";
import { stopLines, type StoppedTab } from "./render_stop.ts";
import { remark } from "./terminal_text.ts";

/** A tab as far as a plan could be made for it. */
export type PlannedTab = StoppedTab & Pick<TabReport, "plan">;

/** Rows that are shown of each kind; beyond, a plan is counted rather than read. */
const ROWS_MAX = 20;

/** The whole plan. Pure: the same plan gives the same text. */
export function renderPlan(tabs: readonly PlannedTab[], options: RowOptions): string {
  const lines = stopLines(tabs, options);
  for (const { tab: title, plan } of tabs) {
    if (plan !== null) lines.push(...tabLines(title, plan, options));
  }
  if (!tabs.some(isPending) && tabs.every(({ error }) => error === null)) {
    return [...lines, "No changes. The sheet and the database agree.", ""].join("\n");
  }
  const plans = tabs.flatMap(({ plan }) => plan === null ? [] : [plan]);
  lines.push(`${options.paint("strong", "Plan:")} ${planSentence(plans)}.`, "");
  return lines.join("\n");
}

/** Whether a cycle would change anything in the tab, or be stopped on the way there. */
export function isPending({ plan, guards }: PlannedTab): boolean {
  return guards.length > 0 || (plan !== null && !isQuiet(plan));
}

function tabLines(title: string, plan: SealedPlan, options: RowOptions): string[] {
  const { paint, mask, width } = options;
  if (plan.rows.length + plan.strays.length + plan.held.length === 0) return [];
  const lines = [paint("strong", title), ""];
  for (const kind of ROW_KINDS) {
    const rows = plan.rows.filter((row) => rowKind(row) === kind);
    for (const row of rows.slice(0, ROWS_MAX)) lines.push(...rowLines(plan.tab, row, options));
    if (rows.length > ROWS_MAX) lines.push(moreLine(rows.length - ROWS_MAX, options));
  }
  const asides = [
    ...plan.held.map(({ id, reason }) => `${id} stays back: ${reason}`),
    ...plan.strays.map(({ row, reason }) =>
      `${row === "" ? "a row" : row} is left alone: ${reason}`
    ),
  ];
  for (const aside of asides.slice(0, ROWS_MAX)) {
    lines.push(...remark(paint("warn", "!"), mask(aside), width, "  "));
  }
  if (asides.length > ROWS_MAX) lines.push(moreLine(asides.length - ROWS_MAX, options));
  return [...lines, "", `  ${paint("faint", `${title}: ${planSentence([plan])}`)}`, ""];
}

function moreLine(count: number, { paint }: RowOptions): string {
  return paint("faint", `  … and ${count} more; --json shows all`);
}
