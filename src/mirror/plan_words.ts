/** What a plan or a cycle comes to, in words and figures, for the terminal and the page alike. Pure. @module */

import { must } from "../base/assert.ts";
import type { CellValue } from "../contract/cell.ts";
import type { Column, Tab } from "../contract/schema.ts";
import { timeFromSerial } from "../contract/timestamp.ts";
import type { CellPlan, CellVerdict, Leaving, RowAction, SealedPlan, SealedShow } from "./plan.ts";
import type { TabCounts } from "./report.ts";

/** What happens to a row, in the order in which it is told. */
export const ROW_KINDS = ["change", "add", "put-back", "remove", "forget"] as const;
export type RowKind = typeof ROW_KINDS[number];

/** What happens to the row. */
export function rowKind({ action }: { readonly action: RowAction }): RowKind {
  switch (action.kind) {
    case "standing":
      return "change";
    case "add":
      return action.why === "put-back" ? "put-back" : "add";
    default:
      return action.kind;
  }
}

/** Why a row leaves, in a few words. */
export const LEAVING_WORDS: Readonly<Record<Leaving, string>> = {
  "deleted": "deleted in the database",
  "expired": "past its retention",
  "archived": "archived",
  "gone": "gone from the database",
};

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

/** What the plans amount to, as `2 to add, 1 refused`. */
export function planSentence(plans: readonly SealedPlan[]): string {
  const parts = COUNTERS.flatMap(({ name, count }) => {
    const total = plans.reduce((soFar, plan) => soFar + count(plan), 0);
    return total === 0 ? [] : [`${total} ${name}`];
  });
  return parts.length === 0 ? "nothing that can be done now" : parts.join(", ");
}

function rowsOf({ rows }: SealedPlan, kind: RowKind): number {
  return rows.filter((row) => rowKind(row) === kind).length;
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

/** How a cell changes, in the texts that people see. */
export type CellChange =
  /** Text that only grew: what was added. */
  | { readonly kind: "grown"; readonly added: string }
  /** From one text to another; the same twice where the cell stays as it is. */
  | { readonly kind: "replaced"; readonly from: string; readonly to: string };

/** How the cell changes; its texts are not masked. */
export function cellChange(tab: Tab, cell: CellPlan<SealedShow>): CellChange {
  const column = must(tab.columns[cell.column], `column ${cell.column}`);
  const { store, show } = cell;
  const imported = cell.verdict === "accepted" || cell.verdict === "merged";
  if (imported && store !== null) {
    const from = store.from ?? "";
    const to = store.to ?? "";
    return column.edit?.rule === "append" && to.startsWith(from)
      ? { kind: "grown", added: to.slice(from.length).trim() }
      : { kind: "replaced", from, to };
  }
  const from = cell.found ?? (cell.before === null ? "" : shownCell(column, cell.before));
  return {
    kind: "replaced",
    from,
    to: show.kind === "keep" ? from : shownCell(column, show.value),
  };
}

/** A cell as the sheet shows it: serials of a date column as date and time in the sheet's own zone. */
export function shownCell(column: Column, cell: CellValue): string {
  if (column.type !== "datetime" || typeof cell !== "number") return String(cell);
  const local = new Date(timeFromSerial(cell, "UTC"));
  // A number that no calendar has is shown as it is.
  if (Number.isNaN(local.getTime())) return String(cell);
  return local.toISOString().slice(0, 16).replace("T", " ");
}

/** The filled cells of a row behind its key, on one line. */
export function rowSummary(tab: Tab, cells: readonly CellValue[]): string {
  return tab.columns
    .map((column, index) => ({ column, cell: cells[index] ?? "" }))
    .filter(({ column, cell }) => column.field !== tab.key && cell !== "")
    .map(({ column, cell }) => shownCell(column, cell))
    .join(" · ");
}

/** Figures of a tab as they are told; a figure that is left out is not told. */
type ToldFigures = Partial<TabCounts> & { readonly waiting: number };

/** What was done to a tab, as `2 imported`, `1 refused`; what did not happen is left out. */
export function figureWords(tab: ToldFigures): readonly string[] {
  const parts = [
    ["imported", tab.imported],
    ["exported", tab.exported],
    ["added", tab.added],
    ["removed", tab.removed],
    ["archived", tab.archived],
    ["refused", tab.refused],
    ["restored", tab.restored],
    ["in conflict", tab.conflicts],
    ["held back", tab.invalid],
    ["left for the next cycle", tab.waiting],
  ] as const;
  return parts.flatMap(([name, count = 0]) => count > 0 ? [`${count} ${name}`] : []);
}
