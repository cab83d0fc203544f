/** The plan of a cycle, as a person reads it before saying yes. @module */

import {
  type CellVerdict,
  isQuiet,
  type RowPlan,
  type SealedPlan,
  type SealedShow,
} from "../mirror/plan.ts";
import type { TabReport } from "../mirror/report.ts";
import { rowLines, type RowOptions } from "./render_row.ts";
import { stopLines, type StoppedTab } from "./render_stop.ts";
import { remark } from "./terminal_text.ts";

/** A tab as far as a plan could be made for it. */
export type PlannedTab = StoppedTab & Pick<TabReport, "plan">;

/** Rows that are shown of each kind; beyond, a plan is counted rather than read. */
const ROWS_MAX = 20;

/** What happens to a row, in the order of printing. */
const KINDS = ["change", "add", "put-back", "remove", "forget"] as const;
type Kind = typeof KINDS[number];

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
  lines.push(`${options.paint("strong", "Plan:")} ${sentence(plans)}.`, "");
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
  for (const kind of KINDS) {
    const rows = plan.rows.filter((row) => kindOf(row) === kind);
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
  return [...lines, "", `  ${paint("faint", `${title}: ${sentence([plan])}`)}`, ""];
}

function moreLine(count: number, { paint }: RowOptions): string {
  return paint("faint", `  … and ${count} more; --json shows all`);
}

function kindOf({ action }: RowPlan<SealedShow>): Kind {
  switch (action.kind) {
    case "standing":
      return "change";
    case "add":
      return action.why === "put-back" ? "put-back" : "add";
    default:
      return action.kind;
  }
}

/** What a plan amounts to, one part of the sentence each. */
const COUNTERS: readonly { readonly name: string; count(plan: SealedPlan): number }[] = [
  { name: "to add", count: (plan) => rowsOf(plan, "add") },
  { name: "to remove", count: (plan) => rowsOf(plan, "remove") },
  { name: "to import", count: (plan) => cellsOf(plan, "accepted", "merged") },
  { name: "to export", count: (plan) => cellsOf(plan, "exported", "normalised", "caught-up") },
  { name: "refused", count: (plan) => cellsOf(plan, "refused") },
  { name: "in conflict", count: (plan) => cellsOf(plan, "conflict") },
  {
    name: "to restore",
    count: (plan) => cellsOf(plan, "restored") + rowsOf(plan, "put-back"),
  },
  {
    name: "to note in the mirror's own records",
    count: (plan) => cellsOf(plan, "agreed") + rowsOf(plan, "forget") + wordlessRows(plan),
  },
  { name: "held back", count: ({ held }) => held.length },
];

function sentence(plans: readonly SealedPlan[]): string {
  const parts = COUNTERS.flatMap(({ name, count }) => {
    const total = plans.reduce((soFar, plan) => soFar + count(plan), 0);
    return total === 0 ? [] : [`${total} ${name}`];
  });
  return parts.length === 0 ? "nothing that can be done now" : parts.join(", ");
}

function rowsOf({ rows }: SealedPlan, kind: Kind): number {
  return rows.filter((row) => kindOf(row) === kind).length;
}

function cellsOf({ rows }: SealedPlan, ...verdicts: readonly CellVerdict[]): number {
  return rows.flatMap(({ cells }) => cells).filter(({ verdict }) => verdicts.includes(verdict))
    .length;
}

/** Rows that stay as they are, cell by cell, and yet get an anchor or lose a stale one. */
function wordlessRows({ rows }: SealedPlan): number {
  return rows.filter(({ action, cells }) => action.kind === "standing" && cells.length === 0)
    .length;
}
