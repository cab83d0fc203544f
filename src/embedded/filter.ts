/** Which rows a sheet's basic filter hides. Only lists of hidden values are understood. @module */

import type { Sheet } from "./book.ts";
import { formatValue } from "./format.ts";
import type { Message } from "./messages.ts";

/** The hidden values by column, whether they came as `filterSpecs` or in the older `criteria`. */
function hiddenValues(filter: Message<"BasicFilter">): Map<number, readonly string[]> {
  const hidden = new Map<number, readonly string[]>();
  for (const [column, criteria] of Object.entries(filter.criteria ?? {})) {
    hidden.set(Number(column), criteria.hiddenValues ?? []);
  }
  for (const { columnIndex = 0, filterCriteria } of filter.filterSpecs ?? []) {
    hidden.set(columnIndex, filterCriteria?.hiddenValues ?? []);
  }
  return hidden;
}

/** Whether the filter hides the row. Its first row is the header and always stays. */
export function isFilteredOut(sheet: Sheet, row: number): boolean {
  const filter = sheet.rules.basicFilter;
  if (filter === null) return false;
  const { startRowIndex = 0, endRowIndex = sheet.rowCount } = filter.range ?? {};
  if (row <= startRowIndex || row >= endRowIndex) return false;
  for (const [column, values] of hiddenValues(filter)) {
    const cell = sheet.cell(row, column);
    const entry = cell?.entry;
    const shown = entry === undefined || typeof entry === "object"
      ? ""
      : formatValue(entry, cell?.format?.numberFormat, "en_US");
    if (values.includes(shown)) return true;
  }
  return false;
}
