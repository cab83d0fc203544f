/**
 * What is left of a plan where row anchors do not hold in the spreadsheet (`--setup --probe` found so).
 * A row can then be told only by its ID, and nothing can be written to it wherever it stands: new rows
 * still go in, what humans wrote still comes in where the sheet shows it right already, and the rest
 * stays as it is and is reported.
 *
 * @module
 */

import { sameCell } from "../contract/cell.ts";
import type { CellPlan, RowPlan, StrayFinding } from "./plan.ts";

/** The rows that need no write by an anchor, and a finding for each of the others. */
export function withoutAnchors(
  planned: readonly RowPlan[],
): { readonly rows: readonly RowPlan[]; readonly withheld: readonly StrayFinding[] } {
  const rows: RowPlan[] = [];
  const withheld: StrayFinding[] = [];
  for (const row of planned) {
    const wanted = writesOf(row);
    if (wanted === null) rows.push({ ...row, cells: row.cells.map(asItIs) });
    else {
      withheld.push({
        row: row.id,
        code: "MIRROR-UNANCHORED",
        value: "",
        reason: `anchors do not hold in this spreadsheet, so the mirror does not ${wanted}`,
      });
    }
  }
  return { rows, withheld };
}

/** What would have to be written to a row that stands; null: nothing. */
function writesOf({ action, copies, cells, notes }: RowPlan): string | null {
  if (action.kind === "add" || action.kind === "forget") return null;
  if (action.kind === "remove") return "take the row out";
  if (copies.length > 0) return "take out the further rows with this ID";
  const changed = cells.filter((cell) => !isShown(cell)).map(({ header }) => header);
  if (changed.length > 0) return `write ${changed.join(", ")}`;
  if (notes.length > 0) return "write a note on the row";
  return action.anchor === null || action.orphans.length > 0 ? "anchor the row" : null;
}

/** Whether the sheet shows already what it is to show. */
function isShown({ show, before }: CellPlan): boolean {
  switch (show.kind) {
    case "keep":
      return true;
    case "value":
      return before !== null && sameCell(before, show.value);
    case "text":
      return before === show.text;
  }
}

const asItIs = (cell: CellPlan): CellPlan => ({ ...cell, show: { kind: "keep" } });
