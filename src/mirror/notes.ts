/**
 * What the mirror says in notes on cells: there where the human looks who wonders what became of an
 * edit. A note goes up with the verdict and stays as long as the finding behind it is open.
 *
 * @module
 */

import type { Tab } from "../contract/schema.ts";
import { withOurs } from "../sheets/notes.ts";
import type { SheetRow } from "../sheets/snapshot.ts";
import type { Finding } from "../store/records.ts";
import { isAnswered } from "./cured.ts";
import { findingKind } from "./findings.ts";
import type { CellPlan, NotePlan } from "./plan.ts";

/** Said on the ID of a row that a human had removed. */
export const PUT_BACK_NOTE =
  "put back: this row was removed in the sheet, but it still stands in the database.";

/** Said on the ID of a row that went when another was meant. */
export const MISTAKE_NOTE = "put back: this row was removed by mistake while people moved rows.";

/** What a note has to say, by the finding it is about. */
type Told = Pick<Finding, "column" | "code" | "reason">;

/**
 * The notes of a standing row that change. `open` are the findings of the row that earlier cycles left
 * open. A note goes up only where something happened to the cell, so that one which a human took
 * away stays away; it comes down wherever nothing is behind it any more.
 */
export function planNotes(
  { columns }: Tab,
  row: SheetRow,
  cells: readonly CellPlan[],
  open: readonly Finding[],
): NotePlan[] {
  if (row.notes.size === 0 && cells.every(({ code }) => code === null) && open.length === 0) {
    return [];
  }
  const told: Told[] = [
    ...open.filter((finding) => !isAnswered(finding, cells)),
    ...cells.flatMap(({ field, code, reason }) =>
      code === null ? [] : [{ column: field, code, reason }]
    ),
  ];
  return columns.flatMap(({ field }, column): NotePlan[] => {
    const before = row.notes.get(column) ?? "";
    const line = lineFor(field, column, told);
    const isTouched = cells.some((cell) => cell.column === column);
    const text = line === null
      ? withOurs(before, null)
      : isTouched
      ? withOurs(before, line)
      : before;
    return text === before ? [] : [{ column, before, text }];
  });
}

/** What a cell's note has to say by now; null: nothing. */
function lineFor(field: string, column: number, told: readonly Told[]): string | null {
  // The row's first cell carries what is said about the row as a whole.
  if (column === 0) {
    return told.some(({ code }) => code === "MIRROR-ROW-REMOVED") ? PUT_BACK_NOTE : null;
  }
  const last = told.findLast((finding) => finding.column === field);
  const fix = last === undefined ? null : findingKind(last.code)?.fix ?? null;
  if (last === undefined || fix === null) return null;
  const verdict = last.code === "MIRROR-CONFLICT" ? "not taken" : "refused";
  return `${verdict}: ${last.reason}. ${fix}`.replace("?. ", "? ");
}
