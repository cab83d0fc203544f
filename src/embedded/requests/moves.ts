/** Requests that carry cells from one place to another: copy, cut, sort, shift. @module */

import type { Cell, Metadata, Sheet, Workbook } from "../book.ts";
import { Calculator } from "../calculator.ts";
import { type Edit, withEntry } from "../edit.ts";
import { invalid, unsupported } from "../errors.ts";
import type { Computed } from "../formula.ts";
import type { Message } from "../messages.ts";
import { type Area, coordinateCell, rangeArea, rangeMeets } from "../ranges.ts";
import { translateEntry } from "../shift.ts";

type PasteType = Message<"CopyPasteRequest">["pasteType"];

/** Takes from `source` what the kind of paste carries; the rest of `target` stays. */
function pasted(
  target: Cell | undefined,
  source: Cell | undefined,
  type: PasteType,
  computed: Computed,
): Cell {
  switch (type) {
    case undefined:
    case "PASTE_NORMAL":
      return source ?? {};
    case "PASTE_VALUES": {
      const value = typeof computed === "object" ? null : computed;
      return withEntry(target, value ?? undefined);
    }
    case "PASTE_FORMULA":
      return withEntry(target, source?.entry);
    case "PASTE_FORMAT": {
      const { format: _replaced, ...rest } = target ?? {};
      return source?.format === undefined ? rest : { ...rest, format: source.format };
    }
    case "PASTE_NO_BORDERS": {
      if (source?.format === undefined) return source ?? {};
      const { borders: _left, ...format } = source.format;
      return { ...source, format };
    }
    case "PASTE_DATA_VALIDATION": {
      const { validation: _replaced, ...rest } = target ?? {};
      return source?.validation === undefined ? rest : { ...rest, validation: source.validation };
    }
    default:
      throw unsupported(`pasteType ${type}`);
  }
}

/** The cells of an area as they stand now, with what formulas amount to. */
function lift(edit: Edit, area: Area): { cell: Cell | undefined; computed: Computed }[][] {
  const calculator = new Calculator(edit.book);
  const rows = [];
  for (let row = area.top; row < area.bottom; row++) {
    const cells = [];
    for (let column = area.left; column < area.right; column++) {
      const cell = area.sheet.cell(row, column);
      cells.push({ cell, computed: calculator.value(area.sheet, row, column) });
    }
    rows.push(cells);
  }
  return rows;
}

/** Rewrites the cells of an area in place, row by row. */
function rewrite(
  edit: Edit,
  area: Area,
  make: (cell: Cell | undefined, row: number, column: number) => Cell | undefined,
): void {
  const { sheet, top, bottom, left, right } = area;
  for (let row = top; row < bottom; row++) {
    const cells = sheet.rows[row]?.cells.slice() ?? [];
    for (let column = left; column < right; column++) {
      while (cells.length < column) cells.push(undefined);
      cells[column] = make(cells[column], row, column);
    }
    edit.book.setCells(sheet, row, cells);
  }
}

/** How often the source fits into a side of the destination; a smaller destination grows. */
function repeated(source: number, destination: number): number {
  return destination % source === 0 ? destination : source;
}

export function copyPaste(edit: Edit, request: Message<"CopyPasteRequest">): Message<"Response"> {
  const source = rangeArea(edit.book, request.source);
  const target = rangeArea(edit.book, request.destination);
  const turned = request.pasteOrientation === "TRANSPOSE";
  const height = source.bottom - source.top;
  const width = source.right - source.left;
  const tall = turned ? width : height;
  const wide = turned ? height : width;
  const area: Area = {
    ...target,
    bottom: target.top + repeated(tall, target.bottom - target.top),
    right: target.left + repeated(wide, target.right - target.left),
  };
  if (area.bottom > area.sheet.rowCount || area.right > area.sheet.columnCount) {
    throw invalid("The destination of the paste lies outside the grid.");
  }
  edit.guard.cells(area);
  const lifted = lift(edit, source);
  rewrite(edit, area, (cell, row, column) => {
    const down = (row - area.top) % tall;
    const across = (column - area.left) % wide;
    const [sourceRow, sourceColumn] = turned ? [across, down] : [down, across];
    const from = lifted[sourceRow]?.[sourceColumn];
    const result = pasted(cell, from?.cell, request.pasteType, from?.computed ?? null);
    const isMoved = result.entry !== undefined && result.entry === from?.cell?.entry;
    if (!isMoved || result.entry === undefined) return result;
    const rows = row - source.top - sourceRow;
    const columns = column - source.left - sourceColumn;
    return { ...result, entry: translateEntry(result.entry, rows, columns) };
  });
  return {};
}

export function cutPaste(edit: Edit, request: Message<"CutPasteRequest">): Message<"Response"> {
  const source = rangeArea(edit.book, request.source);
  const { sheet, row, column } = coordinateCell(edit.book, request.destination);
  const area: Area = {
    sheet,
    top: row,
    left: column,
    bottom: row + source.bottom - source.top,
    right: column + source.right - source.left,
  };
  if (area.bottom > sheet.rowCount || area.right > sheet.columnCount) {
    throw invalid("The destination of the paste lies outside the grid.");
  }
  edit.guard.cells(source);
  edit.guard.cells(area);
  const lifted = lift(edit, source);
  const type = request.pasteType;
  // All of the source is cut, whatever is pasted; but only cells go. What belongs to the rows,
  // developer metadata above all, stays behind.
  rewrite(edit, source, () => undefined);
  rewrite(edit, area, (cell, at, across) => {
    const from = lifted[at - area.top]?.[across - area.left];
    return pasted(cell, from?.cell, type, from?.computed ?? null);
  });
  return {};
}

/** Numbers before texts before booleans before errors; empty cells come last either way. */
function rankOf(value: Computed): number {
  if (value === null) return 4;
  return ["number", "string", "boolean", "object"].indexOf(typeof value);
}

/** Upper and lower case are the same to a sort. */
const COLLATOR = new Intl.Collator("en", { sensitivity: "accent" });

function compareValues(a: Computed, b: Computed): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") {
    return COLLATOR.compare(a, b);
  }
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return rankOf(a) - rankOf(b);
}

function compareRows(
  specs: readonly Message<"SortSpec">[],
  a: ReadonlyMap<number, Computed>,
  b: ReadonlyMap<number, Computed>,
): number {
  for (const { dimensionIndex = 0, sortOrder } of specs) {
    const left = a.get(dimensionIndex) ?? null;
    const right = b.get(dimensionIndex) ?? null;
    if (left === null || right === null) {
      if (left !== right) return left === null ? 1 : -1;
      continue;
    }
    const order = compareValues(left, right);
    if (order !== 0) return sortOrder === "DESCENDING" ? -order : order;
  }
  return 0;
}

/** Whether any of the rows holds a value outside the columns of the area. */
function reachesBeyond({ sheet, top, bottom, left, right }: Area): boolean {
  for (let row = top; row < bottom; row++) {
    const cells = sheet.rows[row]?.cells ?? [];
    for (const [column, cell] of cells.entries()) {
      if (cell?.entry !== undefined && (column < left || column >= right)) return true;
    }
  }
  return false;
}

export function sortRange(edit: Edit, request: Message<"SortRangeRequest">): Message<"Response"> {
  const area = rangeArea(edit.book, request.range);
  const { sheet, top, bottom, left, right } = area;
  const specs = request.sortSpecs ?? [];
  if (specs.length === 0) throw invalid("At least one sort spec must be specified.");
  for (const { dimensionIndex = 0 } of specs) {
    if (dimensionIndex >= left && dimensionIndex < right) continue;
    throw invalid(
      `SortSpec.dimensionIndex[${dimensionIndex}] is outside the range that is sorted.`,
    );
  }
  if (sheet.rules.merges.some((merge) => rangeMeets({ ...merge, sheetId: sheet.sheetId }, area))) {
    throw invalid("You can't sort a range that contains merged cells.");
  }
  edit.guard.cells(area);
  // A row keeps its metadata when all that stands in it is sorted; a part of a row is only cells.
  const movesRows = !reachesBeyond(area);
  const calculator = new Calculator(edit.book);
  const sorted = [];
  for (let row = top; row < bottom; row++) {
    const keys = new Map<number, Computed>();
    for (const { dimensionIndex = 0 } of specs) {
      keys.set(dimensionIndex, calculator.value(sheet, row, dimensionIndex));
    }
    const metadata = edit.book.band(sheet, "ROWS", row).metadata ?? [];
    const { key, cells = [] } = sheet.rows[row] ?? {};
    sorted.push({ row, key, keys, metadata, cells });
  }
  sorted.sort((a, b) => compareRows(specs, a.keys, b.keys) || a.row - b.row);
  for (const [offset, from] of sorted.entries()) {
    const row = top + offset;
    if (from.row === row) continue;
    const cells = sheet.rows[row]?.cells.slice() ?? [];
    for (let column = left; column < right; column++) {
      while (cells.length < column) cells.push(undefined);
      const cell = from.cells[column];
      cells[column] = cell?.entry === undefined
        ? cell
        : { ...cell, entry: translateEntry(cell.entry, row - from.row, 0) };
    }
    edit.book.setCells(sheet, row, cells);
    if (movesRows) moveMetadata(edit, sheet, row, from.metadata);
  }
  if (movesRows) moveKeys(edit.book, sheet, top, sorted.map(({ key }) => key));
  return {};
}

/** Rows that were sorted as wholes are the same rows in other places; whoever follows one finds it. */
function moveKeys(
  book: Workbook,
  sheet: Sheet,
  top: number,
  keys: readonly (number | undefined)[],
): void {
  for (const [offset, key] of keys.entries()) {
    const row = sheet.rows[top + offset];
    // A height or the like stays where it is; with nothing that moved there, it is a row of its own.
    if (row !== undefined) sheet.rows[top + offset] = { ...row, key: key ?? book.nextRowKey++ };
  }
}

function moveMetadata(
  edit: Edit,
  sheet: Sheet,
  row: number,
  metadata: readonly Metadata[],
): void {
  const band = edit.book.band(sheet, "ROWS", row);
  edit.book.setBand(sheet, "ROWS", row, { ...band, metadata });
}

/** The area from the range to the edge of the grid, in the direction in which cells are pushed. */
function pushed(area: Area, dimension: Message<"InsertRangeRequest">["shiftDimension"]): Area {
  if (dimension === "ROWS") return { ...area, bottom: area.sheet.rowCount };
  if (dimension === "COLUMNS") return { ...area, right: area.sheet.columnCount };
  throw invalid("No dimension specified.");
}

/** Pushes the cells of a range away from its beginning, or pulls those behind it over it. */
function shiftCells(
  edit: Edit,
  range: Message<"GridRange"> | undefined,
  dimension: Message<"InsertRangeRequest">["shiftDimension"],
  direction: 1 | -1,
): Message<"Response"> {
  const area = rangeArea(edit.book, range);
  const whole = pushed(area, dimension);
  edit.guard.cells(whole);
  const down = dimension === "ROWS" ? (area.bottom - area.top) * direction : 0;
  const across = dimension === "COLUMNS" ? (area.right - area.left) * direction : 0;
  const lifted = lift(edit, whole);
  const lost = direction > 0 &&
    lifted.some((cells, row) =>
      cells.some(({ cell }, column) =>
        cell?.entry !== undefined &&
        (row + down >= lifted.length || column + across >= cells.length)
      )
    );
  if (lost) throw invalid("The insertion would push cells out of the grid.");
  rewrite(
    edit,
    whole,
    (_cell, row, column) => lifted[row - whole.top - down]?.[column - whole.left - across]?.cell,
  );
  return {};
}

export function insertRange(
  edit: Edit,
  request: Message<"InsertRangeRequest">,
): Message<"Response"> {
  return shiftCells(edit, request.range, request.shiftDimension, 1);
}

export function deleteRange(
  edit: Edit,
  request: Message<"DeleteRangeRequest">,
): Message<"Response"> {
  return shiftCells(edit, request.range, request.shiftDimension, -1);
}
