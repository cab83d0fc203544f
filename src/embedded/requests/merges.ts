/** Requests that merge cells and part them again. @module */

import type { Edit } from "../edit.ts";
import { invalid } from "../errors.ts";
import type { Message } from "../messages.ts";
import { type GridRange, rangeArea, rangeMeets, toGridRange } from "../ranges.ts";

export function mergeCells(edit: Edit, request: Message<"MergeCellsRequest">): Message<"Response"> {
  const area = rangeArea(edit.book, request.range);
  const { sheet, top, bottom, left, right } = area;
  edit.guard.cells(area);
  const whole = toGridRange(area);
  const merges: GridRange[] = [];
  switch (request.mergeType) {
    case "MERGE_ROWS":
      for (let row = top; row < bottom; row++) {
        merges.push({ ...whole, startRowIndex: row, endRowIndex: row + 1 });
      }
      break;
    case "MERGE_COLUMNS":
      for (let column = left; column < right; column++) {
        merges.push({ ...whole, startColumnIndex: column, endColumnIndex: column + 1 });
      }
      break;
    default:
      merges.push(whole);
  }
  const kept = sheet.rules.merges.filter((old) => {
    if (!rangeMeets(old, area)) return true;
    const isInside = (old.startRowIndex ?? 0) >= top && (old.endRowIndex ?? 0) <= bottom &&
      (old.startColumnIndex ?? 0) >= left && (old.endColumnIndex ?? 0) <= right;
    if (isInside) return false;
    throw invalid("You must select all cells in a merged range to merge or unmerge them.");
  });
  sheet.rules = { ...sheet.rules, merges: [...kept, ...merges] };
  // A merged cell shows the first one; what stood in the others is gone.
  for (const merged of merges) {
    for (let row = merged.startRowIndex ?? 0; row < (merged.endRowIndex ?? 0); row++) {
      for (
        let column = merged.startColumnIndex ?? 0;
        column < (merged.endColumnIndex ?? 0);
        column++
      ) {
        const isFirst = row === merged.startRowIndex && column === merged.startColumnIndex;
        const cell = sheet.cell(row, column);
        if (isFirst || cell?.entry === undefined) continue;
        const { entry: _lost, ...rest } = cell;
        edit.book.setCell(sheet, row, column, rest);
      }
    }
  }
  return {};
}

export function unmergeCells(
  edit: Edit,
  request: Message<"UnmergeCellsRequest">,
): Message<"Response"> {
  const area = rangeArea(edit.book, request.range);
  edit.guard.cells(area);
  const merges = area.sheet.rules.merges.filter((merged) => !rangeMeets(merged, area));
  area.sheet.rules = { ...area.sheet.rules, merges };
  return {};
}
