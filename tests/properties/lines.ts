/** Where to look for the lines that a human typed. @module */

import { rowId } from "../../src/contract/cell.ts";
import type { TabInput } from "../../src/mirror/input.ts";
import { cellText, keyText } from "../../src/mirror/match.ts";
import type { TabPlan } from "../../src/mirror/plan.ts";
import type { SheetCell, SheetRow } from "../../src/sheets/snapshot.ts";
import { cleanIncoming } from "../../src/text/incoming.ts";
import { anchorOf } from "../helpers/tab_input.ts";

/** What went into a cell: the formula where there is one. */
function entered(cell: SheetCell): string {
  return typeof cell === "object" && cell.formula !== null ? cell.formula : cellText(cell);
}

/** The lines of a row's human columns that neither the base nor the database has there. */
export function typedLines(
  input: TabInput,
  row: SheetRow,
): { readonly column: number; readonly lines: readonly string[] }[] {
  const owner =
    [...input.base.keys()].find((id) => row.anchors.some((anchor) => anchor === anchorOf(id))) ??
      rowId(keyText(row));
  return input.tab.columns.flatMap((column, index) => {
    if (column.edit === null) return [];
    const known = new Set(
      [input.base.get(owner)?.cells[index], input.rows.get(owner)?.cells[index]]
        .flatMap((cell) => String(cell ?? "").split("\n").map((line) => line.trim())),
    );
    const lines = cleanIncoming(entered(row.cells[index] ?? "")).split("\n")
      .map((line) => line.trim()).filter((line) => line !== "" && !known.has(line));
    return lines.length === 0 ? [] : [{ column: index, lines }];
  });
}

/** Whether a line is somewhere: in the database, in the audit of the plan, or still in the sheet. */
export function isTyped(
  line: string,
  plan: TabPlan,
  before: TabInput,
  after: TabInput,
  column: number,
): boolean {
  const audited = plan.rows.flatMap(({ cells, rescued }) => [
    ...cells.flatMap(({ found, store }) => [found ?? "", store?.from ?? ""]),
    ...rescued.map(({ text }) => text),
  ]);
  const stored = [
    ...[...before.rows.values()].flatMap(({ values }) => Object.values(values)),
    ...plan.rows.flatMap(({ update }) => Object.values(update?.set ?? {})),
  ];
  const shown = after.sheet.rows.map((row) => entered(row.cells[column] ?? ""));
  const isIn = (text: string | null) =>
    cleanIncoming(text ?? "").toLowerCase().includes(line.toLowerCase());
  return [...audited, ...stored, ...shown].some(isIn);
}
