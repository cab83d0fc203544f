/** From the ways to name cells (A1 texts, GridRanges, named ranges) to cells of this spreadsheet. @module */

import { type CellBox, formatBox, formatOpenBox, parseReference } from "./a1.ts";
import type { Sheet, Workbook } from "./book.ts";
import { type ApiError, invalid } from "./errors.ts";
import type { Message } from "./messages.ts";

export type GridRange = Message<"GridRange">;

/** Cells of a sheet, counted from 0, ends excluded. It always lies inside the grid. */
export interface Area {
  readonly sheet: Sheet;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** An area together with the way it was named. */
export interface NamedArea {
  readonly sheet: Sheet;
  readonly box: CellBox;
}

/** `Sheet1!A1:B2` */
export function areaName(area: Area): string {
  return formatBox(area.sheet.title, area);
}

/** 400: the named cells lie outside the grid. */
export function exceedsGrid(named: NamedArea): ApiError {
  const { sheet, box } = named;
  return invalid(
    `Range (${
      formatOpenBox(sheet.title, box)
    }) exceeds grid limits. Max rows: ${sheet.rowCount}, ` +
      `max columns: ${sheet.columnCount}`,
  );
}

function boxOfRange(range: GridRange): CellBox {
  return {
    ...(range.startRowIndex === undefined ? {} : { top: range.startRowIndex }),
    ...(range.endRowIndex === undefined ? {} : { bottom: range.endRowIndex }),
    ...(range.startColumnIndex === undefined ? {} : { left: range.startColumnIndex }),
    ...(range.endColumnIndex === undefined ? {} : { right: range.endColumnIndex }),
  };
}

/** What an A1 text names here. A bare word is a named range before it is a title. */
export function findReference(book: Workbook, text: string): NamedArea {
  const reference = parseReference(text);
  const unparsable = invalid(`Unable to parse range: ${text}`);
  if (reference === null) throw unparsable;
  const titled = reference.title === null ? book.sheets[0] : book.sheetByTitle(reference.title);
  if (titled === undefined) throw unparsable;
  if (reference.kind === "cells") return { sheet: titled, box: reference.box };
  if (reference.kind === "sheet") return { sheet: titled, box: {} };
  const name = reference.name.toLowerCase();
  const range = book.namedRanges.find((named) => named.name?.toLowerCase() === name)?.range;
  const sheet = range === undefined
    ? (reference.title === null ? book.sheetByTitle(reference.name) : undefined)
    : book.sheetById(range.sheetId ?? 0);
  if (sheet === undefined) throw unparsable;
  return { sheet, box: range === undefined ? {} : boxOfRange(range) };
}

/** The part of the named cells that lies in the grid; refuses where it begins outside. */
export function clip(named: NamedArea): Area {
  const { sheet, box } = named;
  const top = box.top ?? 0;
  const left = box.left ?? 0;
  if (top >= sheet.rowCount || left >= sheet.columnCount) throw exceedsGrid(named);
  return {
    sheet,
    top,
    left,
    bottom: Math.min(box.bottom ?? sheet.rowCount, sheet.rowCount),
    right: Math.min(box.right ?? sheet.columnCount, sheet.columnCount),
  };
}

/** The cells that an A1 text names. */
export function findArea(book: Workbook, text: string): Area {
  return clip(findReference(book, text));
}

/** The sheet that a request about cells names. */
export function gridById(book: Workbook, sheetId: number | undefined): Sheet {
  const sheet = book.sheetById(sheetId ?? 0);
  if (sheet === undefined) throw invalid(`No grid with id: ${sheetId ?? 0}`);
  return sheet;
}

/** The sheet that a request about sheets names. */
export function sheetById(book: Workbook, sheetId: number | undefined): Sheet {
  const sheet = book.sheetById(sheetId ?? 0);
  if (sheet === undefined) throw invalid(`No sheet with id: ${sheetId ?? 0}`);
  return sheet;
}

/** The cells that a GridRange names. */
export function rangeArea(book: Workbook, range: GridRange | undefined): Area {
  if (range === undefined) throw invalid("range is required");
  const sheet = gridById(book, range.sheetId);
  for (const [axis, start, end] of sides(range)) {
    if (start !== undefined && end !== undefined && end < start) {
      throw invalid(
        `GridRange.end${axis}Index[${end}] must not be before GridRange.start${axis}Index[${start}]`,
      );
    }
    if ((start ?? 0) < 0) {
      throw invalid(`GridRange.start${axis}Index[${start}] must not be negative`);
    }
  }
  return clip({ sheet, box: boxOfRange(range) });
}

function sides(range: GridRange): [string, number | undefined, number | undefined][] {
  return [
    ["Row", range.startRowIndex, range.endRowIndex],
    ["Column", range.startColumnIndex, range.endColumnIndex],
  ];
}

/** The cell that a GridCoordinate names. */
export function coordinateCell(
  book: Workbook,
  coordinate: Message<"GridCoordinate"> | undefined,
): { sheet: Sheet; row: number; column: number } {
  const sheet = gridById(book, coordinate?.sheetId);
  const row = coordinate?.rowIndex ?? 0;
  const column = coordinate?.columnIndex ?? 0;
  if (row >= sheet.rowCount) {
    throw invalid(
      `GridCoordinate.rowIndex[${row}] is after last row in grid[${sheet.rowCount - 1}]`,
    );
  }
  if (column >= sheet.columnCount) {
    throw invalid(
      `GridCoordinate.columnIndex[${column}] is after last column in grid[${
        sheet.columnCount - 1
      }]`,
    );
  }
  return { sheet, row, column };
}

/** The GridRange of an area, with every side written out. */
export function toGridRange(area: Area): GridRange {
  return withoutZeroSheet({
    sheetId: area.sheet.sheetId,
    startRowIndex: area.top,
    endRowIndex: area.bottom,
    startColumnIndex: area.left,
    endColumnIndex: area.right,
  });
}

/** Google leaves sheetId 0 out of ranges. */
export function withoutZeroSheet<Range extends { sheetId?: number }>(range: Range): Range {
  if (range.sheetId !== 0) return range;
  const copy = { ...range };
  delete copy.sheetId;
  return copy;
}

/** Whether two half-open spans share anything; a missing side is open. */
export function spansMeet(
  start: number | undefined,
  end: number | undefined,
  otherStart: number,
  otherEnd: number,
): boolean {
  return (start ?? 0) < otherEnd && otherStart < (end ?? Infinity);
}

/** Whether a GridRange and an area share a cell. */
export function rangeMeets(range: GridRange, area: Area): boolean {
  return (range.sheetId ?? 0) === area.sheet.sheetId &&
    spansMeet(range.startRowIndex, range.endRowIndex, area.top, area.bottom) &&
    spansMeet(range.startColumnIndex, range.endColumnIndex, area.left, area.right);
}

/** The range as it is kept: on a sheet that exists, inside its grid, sides left open stay open. */
export function checkedRange(
  book: Workbook,
  range: GridRange | undefined,
): { sheet: Sheet; range: GridRange } {
  if (range === undefined) throw invalid("Must specify a range.");
  const { sheet } = rangeArea(book, range);
  return { sheet, range: withoutZeroSheet({ ...range }) };
}
