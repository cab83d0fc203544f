/** Requests about sheets and the spreadsheet itself. @module */

import { Sheet } from "../book.ts";
import { bothColors } from "../cell_format.ts";
import { DEFAULT_COLUMNS, DEFAULT_ROWS } from "../defaults.ts";
import { checkCellCount, checkColumnCount, type Edit, freshId } from "../edit.ts";
import { invalid } from "../errors.ts";
import { merge, parseUpdateMask } from "../field_mask.ts";
import type { Message } from "../messages.ts";
import { sheetById, withoutZeroSheet } from "../ranges.ts";
import { sheetProperties } from "../response.ts";
import { applyShift, deleteShift } from "../shift.ts";

const TITLE_LIMIT = 100;

function checkTitle(edit: Edit, title: string, except: Sheet | null): void {
  if (title === "") throw invalid("The sheet name cannot be empty.");
  if (title.length > TITLE_LIMIT) {
    throw invalid(`The sheet name cannot be greater than ${TITLE_LIMIT} characters.`);
  }
  const other = edit.book.sheetByTitle(title);
  if (other !== undefined && other !== except) {
    throw invalid(`A sheet with the name "${title}" already exists. Please enter another name.`);
  }
}

/** A title that no sheet has: `Sheet2`, `Sheet3`. */
function freeTitle(edit: Edit): string {
  for (let number = edit.book.sheets.length + 1;; number++) {
    const title = `Sheet${number}`;
    if (edit.book.sheetByTitle(title) === undefined) return title;
  }
}

function freeSheetId(edit: Edit, wanted: number | undefined): number {
  if (wanted === undefined) {
    return freshId(edit.random, (id) => edit.book.sheetById(id) !== undefined);
  }
  if (wanted < 0) throw invalid(`Sheet id must not be negative: ${wanted}`);
  if (edit.book.sheetById(wanted) !== undefined) {
    throw invalid(`A sheet with id ${wanted} already exists. Please enter another id.`);
  }
  return wanted;
}

type GridProperties = Message<"GridProperties">;

/** Only what is set: a count of zero and a `false` are the same as nothing. */
function withoutZeros(grid: GridProperties): GridProperties {
  return Object.fromEntries(Object.entries(grid).filter(([_, value]) => Boolean(value)));
}

/** The properties as they are kept: without place and size, colours in both ways of writing. */
function keptProperties(
  properties: Message<"SheetProperties"> & { sheetId: number; title: string },
): Message<"SheetProperties"> & { sheetId: number; title: string } {
  const { index: _place, gridProperties = {}, tabColor, tabColorStyle, ...rest } = properties;
  const { rowCount: _rows, columnCount: _columns, ...grid } = gridProperties;
  const colors = bothColors(tabColor, tabColorStyle);
  const { hidden, rightToLeft, ...plain } = rest;
  return {
    ...plain,
    sheetType: "GRID",
    gridProperties: withoutZeros(grid),
    ...(hidden === true ? { hidden } : {}),
    ...(rightToLeft === true ? { rightToLeft } : {}),
    ...(colors === null ? {} : { tabColor: colors.color, tabColorStyle: colors.style }),
  };
}

function checkGrid(rowCount: number, columnCount: number): void {
  if (rowCount < 1 || columnCount < 1) {
    throw invalid("The number of rows and columns of a sheet must be at least 1.");
  }
  checkColumnCount(columnCount);
}

/** Makes a sheet that belongs to no book yet. */
function makeSheet(
  properties: Message<"SheetProperties"> & { sheetId: number; title: string },
): Sheet {
  if (properties.sheetType !== undefined && properties.sheetType !== "GRID") {
    throw invalid(`Unsupported sheet type: ${properties.sheetType}`);
  }
  const { rowCount = DEFAULT_ROWS, columnCount = DEFAULT_COLUMNS } = properties.gridProperties ??
    {};
  checkGrid(rowCount, columnCount);
  return new Sheet(keptProperties(properties), rowCount, columnCount);
}

export function addSheet(edit: Edit, request: Message<"AddSheetRequest">): Message<"Response"> {
  const { properties = {} } = request;
  const title = properties.title ?? freeTitle(edit);
  checkTitle(edit, title, null);
  const sheet = makeSheet({
    ...properties,
    title,
    sheetId: freeSheetId(edit, properties.sheetId),
  });
  checkCellCount(edit.book, sheet.rowCount * sheet.columnCount);
  edit.book.sheets.splice(properties.index ?? edit.book.sheets.length, 0, sheet);
  return { addSheet: { properties: sheetProperties(edit.book, sheet) } };
}

export function deleteSheet(
  edit: Edit,
  request: Message<"DeleteSheetRequest">,
): Message<"Response"> {
  const sheet = sheetById(edit.book, request.sheetId);
  if (edit.book.sheets.length === 1) {
    throw invalid("You can't remove all the sheets in a document.");
  }
  const isOnlyVisible = edit.book.sheets.every((other) =>
    other === sheet || other.properties.hidden === true
  );
  if (isOnlyVisible) throw invalid("You can't remove all the visible sheets in a document.");
  edit.guard.wholeSheet(sheet);
  edit.book.sheets = edit.book.sheets.filter((other) => other !== sheet);
  edit.book.namedRanges = edit.book.namedRanges.filter((named) =>
    (named.range?.sheetId ?? 0) !== sheet.sheetId
  );
  return {};
}

export function duplicateSheet(
  edit: Edit,
  request: Message<"DuplicateSheetRequest">,
): Message<"Response"> {
  const source = sheetById(edit.book, request.sourceSheetId);
  const title = request.newSheetName ?? `Copy of ${source.title}`;
  checkTitle(edit, title, null);
  const sheetId = freeSheetId(edit, request.newSheetId);
  checkCellCount(edit.book, source.rowCount * source.columnCount);
  const copy = new Sheet(
    { ...source.properties, sheetId, title },
    source.rowCount,
    source.columnCount,
  );
  const here = <Range extends { sheetId?: number }>(range: Range) =>
    withoutZeroSheet({ ...range, sheetId });
  // Developer metadata and protection belong to the sheet they were made for.
  copy.rules = {
    ...copy.rules,
    merges: source.rules.merges.map(here),
    conditionalFormats: source.rules.conditionalFormats.map((rule) => ({
      ...rule,
      ranges: (rule.ranges ?? []).map(here),
    })),
    basicFilter: source.rules.basicFilter === null ? null : {
      ...source.rules.basicFilter,
      range: here(source.rules.basicFilter.range ?? {}),
    },
  };
  for (const [index, row] of source.rows.entries()) {
    if (row === undefined) continue;
    const { metadata: _stays, ...band } = row;
    edit.book.setCells(copy, index, row.cells);
    edit.book.setBand(copy, "ROWS", index, band);
  }
  for (const [index, column] of source.columns.entries()) {
    const { metadata: _stays, ...band } = column ?? {};
    edit.book.setBand(copy, "COLUMNS", index, band);
  }
  edit.book.sheets.splice(request.insertSheetIndex ?? 0, 0, copy);
  return { duplicateSheet: { properties: sheetProperties(edit.book, copy) } };
}

/** Gives the grid another size; what lies outside is gone. */
function resize(edit: Edit, sheet: Sheet, rowCount: number, columnCount: number): void {
  checkGrid(rowCount, columnCount);
  checkCellCount(edit.book, rowCount * columnCount - sheet.rowCount * sheet.columnCount);
  const rows = sheet.rowCount;
  const columns = sheet.columnCount;
  if (rowCount < rows) {
    edit.guard.bands(sheet, "ROWS", rowCount, rows);
    sheet.rows.length = rowCount;
    applyShift(edit.book, { sheet, dimension: "ROWS", shift: deleteShift(rowCount, rows) });
  }
  if (columnCount < columns) {
    edit.guard.bands(sheet, "COLUMNS", columnCount, columns);
    sheet.columns.length = columnCount;
    for (const [index, row] of sheet.rows.entries()) {
      const isWider = row !== undefined && row.cells.length > columnCount;
      if (isWider) edit.book.setCells(sheet, index, row.cells.slice(0, columnCount));
    }
    applyShift(edit.book, {
      sheet,
      dimension: "COLUMNS",
      shift: deleteShift(columnCount, columns),
    });
  }
  while (sheet.rows.length < rowCount) sheet.rows.push(undefined);
  while (sheet.columns.length < columnCount) sheet.columns.push(undefined);
}

export function updateSheetProperties(
  edit: Edit,
  request: Message<"UpdateSheetPropertiesRequest">,
): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "SheetProperties");
  const { properties: given = {} } = request;
  const sheet = sheetById(edit.book, given.sheetId);
  edit.guard.sheetItself(sheet);
  const current = sheetProperties(edit.book, sheet);
  const next = merge(current, { ...given, sheetType: "GRID" }, mask);
  const { title = "", index = 0, gridProperties = {} } = next;
  const { rowCount = sheet.rowCount, columnCount = sheet.columnCount } = gridProperties;
  if (title !== sheet.title) checkTitle(edit, title, sheet);
  if ((gridProperties.frozenRowCount ?? 0) >= rowCount) {
    throw invalid("You can't freeze all visible rows on the sheet.");
  }
  if ((gridProperties.frozenColumnCount ?? 0) >= columnCount) {
    throw invalid("You can't freeze all visible columns on the sheet.");
  }
  const othersHidden = edit.book.sheets.every((other) =>
    other === sheet || other.properties.hidden === true
  );
  if (next.hidden === true && othersHidden) {
    throw invalid("You can't hide all the sheets in a document.");
  }
  resize(edit, sheet, rowCount, columnCount);
  sheet.properties = keptProperties({ ...next, title, sheetId: sheet.sheetId });
  if (index !== current.index) moveSheet(edit, sheet, index);
  return {};
}

/** `to` counts before the sheet is taken out. */
function moveSheet(edit: Edit, sheet: Sheet, to: number): void {
  const { sheets } = edit.book;
  const from = sheets.indexOf(sheet);
  if (to < 0 || to > sheets.length) throw invalid(`Sheet index must be valid: ${to}`);
  sheets.splice(from, 1);
  sheets.splice(to > from ? to - 1 : to, 0, sheet);
}

export function updateSpreadsheetProperties(
  edit: Edit,
  request: Message<"UpdateSpreadsheetPropertiesRequest">,
): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "SpreadsheetProperties");
  const properties = merge(edit.book.properties, request.properties ?? {}, mask);
  checkProperties(properties);
  edit.book.properties = properties;
  return {};
}

/** Refuses an empty title, an unknown zone and a locale that is none. */
export function checkProperties(properties: Message<"SpreadsheetProperties">): void {
  const { title, timeZone, locale } = properties;
  if (title === undefined || title === "") throw invalid("The title cannot be empty.");
  if (timeZone === undefined || !isTimeZone(timeZone)) {
    throw invalid(`Invalid time zone: ${timeZone}`);
  }
  if (locale === undefined || !/^[a-z]{2,3}(_[A-Z]{2})?$/.test(locale)) {
    throw invalid(`Unsupported locale: ${locale}`);
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
