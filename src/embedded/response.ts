/** `spreadsheets.get`: a spreadsheet as the API shows it, as much of it as was asked for. @module */

import {
  type Band,
  type Cell,
  DEFAULT_PIXELS,
  type Dimension,
  type Sheet,
  type Workbook,
} from "./book.ts";
import { Calculator } from "./calculator.ts";
import { effectiveFormat } from "./cell_format.ts";
import { below, type Mask, project, projectFields } from "./field_mask.ts";
import { isFilteredOut } from "./filter.ts";
import type { Computed } from "./formula.ts";
import type { Message } from "./messages.ts";
import { toDeveloperMetadata } from "./metadata.ts";
import type { Guard } from "./protection.ts";
import type { Area } from "./ranges.ts";

/** What of a spreadsheet is wanted. */
export interface View {
  readonly mask: Mask;
  /** The areas that were named; null: all sheets. */
  readonly areas: readonly Area[] | null;
  /** Whether cells are sent where no mask says so. */
  readonly includeGridData: boolean;
}

/** The fields of a cell that the API shows, each made only when it is wanted. */
type CellFields = {
  readonly [Field in keyof Message<"CellData">]?: (
    sheet: Sheet,
    row: number,
    column: number,
    cell: Cell,
  ) => Message<"CellData">[Field] | undefined;
};

function toExtendedValue(value: Computed): Message<"ExtendedValue"> | undefined {
  if (value === null) return undefined;
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "number":
      return { numberValue: value };
    case "boolean":
      return { boolValue: value };
    default:
      return { errorValue: { type: value.type, message: value.message } };
  }
}

function cellFields(calculator: Calculator): CellFields {
  return {
    userEnteredValue: (_sheet, _row, _column, { entry }) => {
      if (entry === undefined) return undefined;
      return typeof entry === "object" ? { formulaValue: entry.formula } : toExtendedValue(entry);
    },
    effectiveValue: (sheet, row, column) => toExtendedValue(calculator.value(sheet, row, column)),
    formattedValue: (sheet, row, column, { entry }) =>
      entry === undefined ? undefined : calculator.shown(sheet, row, column),
    userEnteredFormat: (_sheet, _row, _column, cell) => cell.format,
    effectiveFormat: (_sheet, _row, _column, cell) =>
      cell.entry === undefined && cell.format === undefined
        ? undefined
        : effectiveFormat(cell.format),
    hyperlink: (sheet, row, column) => calculator.link(sheet, row, column) ?? undefined,
    note: (_sheet, _row, _column, cell) => cell.note,
    dataValidation: (_sheet, _row, _column, cell) => cell.validation,
    textFormatRuns: (_sheet, _row, _column, cell) =>
      cell.runs === undefined ? undefined : [...cell.runs],
  };
}

/** Makes the cells of one answer; what nobody asked for is never computed. */
function cellReader(book: Workbook, mask: Mask) {
  const wanted = Object.entries(cellFields(new Calculator(book))).flatMap(([field, make]) => {
    const rest = below(mask, field);
    return rest === null ? [] : [{ field, make, rest }];
  });
  return (sheet: Sheet, row: number, column: number): Record<string, unknown> => {
    const cell = sheet.cell(row, column);
    const data: Record<string, unknown> = {};
    if (cell === undefined) return data;
    for (const { field, make, rest } of wanted) {
      const value = make(sheet, row, column, cell);
      if (value !== undefined) data[field] = project(value, rest);
    }
    return data;
  };
}

function isEmpty(value: object): boolean {
  for (const _field in value) return false;
  return true;
}

function readRows(book: Workbook, area: Area, mask: Mask): unknown[] {
  const valuesMask = below(mask, "values");
  const read = cellReader(book, valuesMask ?? new Map());
  const rows: Record<string, unknown>[] = [];
  for (let row = area.top; row < area.bottom; row++) {
    const end = Math.min(area.right, area.sheet.rows[row]?.cells.length ?? 0);
    const values: Record<string, unknown>[] = [];
    for (let column = area.left; column < end; column++) values.push(read(area.sheet, row, column));
    while (values.length > 0 && isEmpty(values[values.length - 1] ?? {})) values.pop();
    rows.push(values.length > 0 ? { values } : {});
  }
  while (rows.length > 0 && isEmpty(rows[rows.length - 1] ?? {})) rows.pop();
  return rows;
}

function readBand(
  sheet: Sheet,
  dimension: Dimension,
  index: number,
  band: Band | undefined,
  mask: Mask,
): unknown {
  const properties: Message<"DimensionProperties"> = {
    pixelSize: band?.pixelSize ?? DEFAULT_PIXELS[dimension],
    ...(band?.hidden === true ? { hiddenByUser: true } : {}),
    ...(dimension === "ROWS" && isFilteredOut(sheet, index) ? { hiddenByFilter: true } : {}),
    ...(band?.metadata === undefined ? {} : {
      developerMetadata: band.metadata.map((metadata) =>
        toDeveloperMetadata({ metadata, place: { kind: dimension, sheet, index } })
      ),
    }),
  };
  return project(properties, mask);
}

function readBands(area: Area, dimension: Dimension, mask: Mask): unknown[] {
  const { sheet } = area;
  const [start, end] = dimension === "ROWS" ? [area.top, area.bottom] : [area.left, area.right];
  const bands: readonly (Band | undefined)[] = dimension === "ROWS" ? sheet.rows : sheet.columns;
  const read: unknown[] = [];
  for (let index = start; index < end; index++) {
    read.push(readBand(sheet, dimension, index, bands[index], mask));
  }
  return read;
}

function readGrid(book: Workbook, area: Area, mask: Mask): Record<string, unknown> {
  const grid: Record<string, unknown> = {};
  if (area.top > 0 && below(mask, "startRow") !== null) grid["startRow"] = area.top;
  if (area.left > 0 && below(mask, "startColumn") !== null) grid["startColumn"] = area.left;
  const rowMask = below(mask, "rowData");
  if (rowMask !== null) {
    const rowData = readRows(book, area, rowMask);
    if (rowData.length > 0) grid["rowData"] = rowData;
  }
  const rowBands = below(mask, "rowMetadata");
  if (rowBands !== null) grid["rowMetadata"] = readBands(area, "ROWS", rowBands);
  const columnBands = below(mask, "columnMetadata");
  if (columnBands !== null) grid["columnMetadata"] = readBands(area, "COLUMNS", columnBands);
  return grid;
}

/** A sheet's properties with its place and the size of its grid. */
export function sheetProperties(book: Workbook, sheet: Sheet): Message<"SheetProperties"> {
  return {
    ...sheet.properties,
    index: book.sheets.indexOf(sheet),
    gridProperties: {
      ...sheet.properties.gridProperties,
      rowCount: sheet.rowCount,
      columnCount: sheet.columnCount,
    },
  };
}

/** The list, or nothing at all where it is empty. */
function listed<Field extends string, Item>(field: Field, items: readonly Item[]) {
  return items.length === 0 ? {} : { [field]: [...items] };
}

function sheetWithoutCells(book: Workbook, sheet: Sheet, guard: Guard): Message<"Sheet"> {
  const { rules } = sheet;
  const protectedRanges = rules.protectedRanges.map((range) => {
    if (guard.mayEdit(range)) return { ...range, requestingUserCanEdit: true };
    // Who may edit is shown only to those who may.
    const { editors: _hidden, ...rest } = range;
    return rest;
  });
  const metadata = rules.metadata.map((piece) =>
    toDeveloperMetadata({ metadata: piece, place: { kind: "sheet", sheet } })
  );
  return {
    properties: sheetProperties(book, sheet),
    ...listed("merges", rules.merges),
    ...listed("conditionalFormats", rules.conditionalFormats),
    ...listed("filterViews", rules.filterViews),
    ...listed("protectedRanges", protectedRanges),
    ...(rules.basicFilter === null ? {} : { basicFilter: rules.basicFilter }),
    ...listed("rowGroups", rules.rowGroups),
    ...listed("columnGroups", rules.columnGroups),
    ...listed("developerMetadata", metadata),
  };
}

/** Where people would open the spreadsheet. */
function spreadsheetUrl(book: Workbook): string {
  return `https://docs.google.com/spreadsheets/d/${book.spreadsheetId}/edit`;
}

/** The spreadsheet, as much of it as the view shows. */
export function readSpreadsheet(
  book: Workbook,
  guard: Guard,
  view: View,
): Record<string, unknown> {
  const { mask, areas } = view;
  const answer: Record<string, unknown> = {};
  const show = (field: string, make: () => unknown) => {
    const rest = below(mask, field);
    if (rest === null) return;
    const value = make();
    if (!Array.isArray(value) || value.length > 0) answer[field] = project(value, rest);
  };
  show("spreadsheetId", () => book.spreadsheetId);
  show("properties", () => book.properties);
  const sheetMask = below(mask, "sheets");
  if (sheetMask !== null) {
    const shown = areas === null
      ? book.sheets
      : book.sheets.filter((sheet) => areas.some((area) => area.sheet === sheet));
    const sheets = shown.map((sheet) => readSheet(book, sheet, guard, view, sheetMask));
    if (sheets.length > 0) answer["sheets"] = sheets;
  }
  show("namedRanges", () => book.namedRanges);
  show("spreadsheetUrl", () => spreadsheetUrl(book));
  show(
    "developerMetadata",
    () =>
      book.metadata.map((metadata) =>
        toDeveloperMetadata({ metadata, place: { kind: "spreadsheet" } })
      ),
  );
  return answer;
}

function readSheet(book: Workbook, sheet: Sheet, guard: Guard, view: View, mask: Mask): unknown {
  const shown = projectFields(sheetWithoutCells(book, sheet, guard), mask);
  const gridMask = view.mask === "all" && !view.includeGridData ? null : below(mask, "data");
  if (gridMask === null) return shown;
  const all = { sheet, top: 0, bottom: sheet.rowCount, left: 0, right: sheet.columnCount };
  const areas = view.areas?.filter((area) => area.sheet === sheet) ?? [all];
  shown["data"] = areas.map((area) => readGrid(book, area, gridMask));
  return shown;
}
