/** The `spreadsheets.values` calls: reading, writing, clearing and appending plain values. @module */

import { columnLetters } from "./a1.ts";
import type { Cell, Sheet } from "./book.ts";
import { Calculator, type DateRender, type ValueRender } from "./calculator.ts";
import { type Edit, enterValue, growRows, type ValueInput, withEntry } from "./edit.ts";
import { invalid } from "./errors.ts";
import type { Message } from "./messages.ts";
import { type Area, areaName, exceedsGrid, type NamedArea } from "./ranges.ts";

type ValueRange = Message<"ValueRange">;

/** How values are read. */
export interface ReadOptions {
  readonly majorDimension?: Message<"ValueRange">["majorDimension"];
  readonly values?: ValueRender;
  readonly dates?: DateRender;
}

type Grid = (string | number | boolean)[][];

/** Empty cells at the end of a row and empty rows at the end are not sent. */
function trim(grid: Grid): Grid {
  for (const row of grid) {
    while (row.length > 0 && row[row.length - 1] === "") row.pop();
  }
  while (grid.length > 0 && grid[grid.length - 1]?.length === 0) grid.pop();
  return grid;
}

/** The values of an area. */
export function readValues(calculator: Calculator, area: Area, options: ReadOptions): ValueRange {
  const { sheet, top, bottom, left, right } = area;
  const byColumns = options.majorDimension === "COLUMNS";
  const render = (row: number, column: number) =>
    calculator.render(sheet, row, column, options.values, options.dates);
  const grid: Grid = [];
  if (byColumns) {
    for (let column = left; column < right; column++) {
      const values: Grid[number] = [];
      for (let row = top; row < bottom; row++) values.push(render(row, column));
      grid.push(values);
    }
  } else {
    for (let row = top; row < bottom; row++) {
      const end = Math.min(right, sheet.rows[row]?.cells.length ?? 0);
      const values: Grid[number] = [];
      for (let column = left; column < end; column++) values.push(render(row, column));
      grid.push(values);
    }
  }
  const values = trim(grid);
  return {
    range: areaName(area),
    majorDimension: byColumns ? "COLUMNS" : "ROWS",
    ...(values.length > 0 ? { values } : {}),
  };
}

/** What one write has touched. */
export interface Written {
  /** From the first cell named, as far as the values reach. */
  readonly area: Area;
  readonly rows: ReadonlySet<number>;
  readonly columns: ReadonlySet<number>;
  readonly cells: number;
}

/** The given values row by row, whatever way they came. */
function toRows(values: readonly unknown[][], byColumns: boolean): unknown[][] {
  if (!byColumns) return values.map((row) => row);
  const height = Math.max(0, ...values.map((column) => column.length));
  return Array.from(
    { length: height },
    (_, row) => values.map((column) => row < column.length ? column[row] : null),
  );
}

/** How many rows the given values take. */
export function heightOf(given: ValueRange): number {
  return toRows(given.values ?? [], given.majorDimension === "COLUMNS").length;
}

/** Refuses values that do not fit into the range that was named for them. */
function checkFit(named: NamedArea, name: string, height: number, width: number): void {
  const { sheet, box } = named;
  const { top = 0, left = 0 } = box;
  const { rowCount, columnCount } = sheet;
  if (top >= rowCount || left >= columnCount) throw exceedsGrid(named);
  const isTooTall = top + height > rowCount;
  const isTooWide = left + width > columnCount;
  const reachesOut = (box.bottom ?? 0) > rowCount || (box.right ?? 0) > columnCount;
  if (reachesOut && (isTooTall || isTooWide)) throw exceedsGrid(named);
  // A single cell is only where the values begin.
  const isCell = box.bottom === top + 1 && box.right === left + 1;
  const bottom = isCell ? rowCount : Math.min(box.bottom ?? rowCount, rowCount);
  const right = isCell ? columnCount : Math.min(box.right ?? columnCount, columnCount);
  const beyond = top + height > bottom
    ? `row [${bottom + 1}]`
    : left + width > right
    ? `column [${columnLetters(right)}]`
    : null;
  if (beyond === null) return;
  throw invalid(`Requested writing within range [${name}], but tried writing to ${beyond}`);
}

function checkedValue(value: unknown, row: number, column: number): string | number | boolean {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  const kind = Array.isArray(value) ? "list_value" : "struct_value";
  throw invalid(`Invalid values[${row}][${column}]: ${kind} {\n}\n`);
}

/**
 * Writes values; `null` leaves a cell as it is, `""` empties it. `name` is what the caller called the
 * range.
 */
export function writeValues(
  edit: Edit,
  named: NamedArea,
  name: string,
  given: ValueRange,
  input: ValueInput | undefined,
): Written {
  if (input === undefined || input === "INPUT_VALUE_OPTION_UNSPECIFIED") {
    throw invalid("'valueInputOption' is required but not specified");
  }
  const { sheet, box } = named;
  const { top = 0, left = 0 } = box;
  const values = toRows(given.values ?? [], given.majorDimension === "COLUMNS");
  const width = Math.max(0, ...values.map((row) => row.length));
  checkFit(named, name, values.length, width);
  const rows = new Set<number>();
  const columns = new Set<number>();
  let cells = 0;
  for (const [offset, row] of values.entries()) {
    if (row.every((value) => value === null)) continue;
    const at = top + offset;
    const changed: (Cell | undefined)[] = sheet.rows[at]?.cells.slice() ?? [];
    for (const [column, value] of row.entries()) {
      if (value === null) continue;
      const checked = checkedValue(value, offset, column);
      const place = left + column;
      edit.guard.cells({ sheet, top: at, bottom: at + 1, left: place, right: place + 1 });
      while (changed.length < place) changed.push(undefined);
      changed[place] = enterValue(edit, changed[place], checked, input);
      columns.add(place);
      cells++;
    }
    edit.book.setCells(sheet, at, changed);
    rows.add(at);
  }
  const area = {
    sheet,
    top,
    left,
    bottom: top + Math.max(values.length, 1),
    right: left + Math.max(width, 1),
  };
  return { area, rows, columns, cells };
}

/** Takes the values away; formats, notes and validation stay. */
export function clearValues(edit: Edit, area: Area): void {
  const { sheet, top, bottom, left, right } = area;
  edit.guard.cells(area);
  for (let row = top; row < bottom; row++) {
    const cells = sheet.rows[row]?.cells;
    if (cells === undefined) continue;
    const isInside = (column: number) => column >= left && column < right;
    edit.book.setCells(
      sheet,
      row,
      cells.map((cell, column) => isInside(column) ? withEntry(cell, undefined) : cell),
    );
  }
}

/** The answer about one write. `read`: how the written values are to be sent back. */
export function toUpdateResponse(
  edit: Edit,
  written: Written,
  read: ReadOptions | null,
): Message<"UpdateValuesResponse"> {
  return {
    spreadsheetId: edit.book.spreadsheetId,
    updatedRange: areaName(written.area),
    ...(written.cells === 0 ? {} : {
      updatedRows: written.rows.size,
      updatedColumns: written.columns.size,
      updatedCells: written.cells,
    }),
    ...(read === null
      ? {}
      : { updatedData: readValues(new Calculator(edit.book), written.area, read) }),
  };
}

/** The sums over several writes. */
export function totals(writes: readonly Written[]): Message<"BatchUpdateValuesResponse"> {
  const touched = new Map<Sheet, { rows: Set<number>; columns: Set<number> }>();
  let cells = 0;
  for (const { area: { sheet }, ...written } of writes) {
    if (written.cells === 0) continue;
    cells += written.cells;
    const sums = touched.get(sheet) ?? { rows: new Set(), columns: new Set() };
    for (const row of written.rows) sums.rows.add(row);
    for (const column of written.columns) sums.columns.add(column);
    touched.set(sheet, sums);
  }
  if (cells === 0) return {};
  const sum = (what: "rows" | "columns") =>
    touched.values().reduce((total, sets) => total + sets[what].size, 0);
  return {
    totalUpdatedRows: sum("rows"),
    totalUpdatedColumns: sum("columns"),
    totalUpdatedCells: cells,
    totalUpdatedSheets: touched.size,
  };
}

function isFilled(sheet: Sheet, row: number, column: number): boolean {
  return sheet.cell(row, column)?.entry !== undefined;
}

/** The rectangle around all cells that hang together with the one given, corners included. */
function tableAround(sheet: Sheet, row: number, column: number, seen: Set<string>): Area {
  let [top, bottom, left, right] = [row, row + 1, column, column + 1];
  const waiting: [number, number][] = [[row, column]];
  seen.add(`${row}:${column}`);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [r, c] = next;
    top = Math.min(top, r);
    bottom = Math.max(bottom, r + 1);
    left = Math.min(left, c);
    right = Math.max(right, c + 1);
    for (let nearRow = r - 1; nearRow <= r + 1; nearRow++) {
      for (let nearColumn = c - 1; nearColumn <= c + 1; nearColumn++) {
        const place = `${nearRow}:${nearColumn}`;
        if (seen.has(place) || !isFilled(sheet, nearRow, nearColumn)) continue;
        seen.add(place);
        waiting.push([nearRow, nearColumn]);
      }
    }
  }
  return { sheet, top, bottom, left, right };
}

/** The last table that the area touches; null: it touches none. */
export function lastTable(area: Area): Area | null {
  const { sheet } = area;
  const seen = new Set<string>();
  let last: Area | null = null;
  for (let row = area.top; row < area.bottom; row++) {
    const end = Math.min(area.right, sheet.rows[row]?.cells.length ?? 0);
    for (let column = area.left; column < end; column++) {
      if (seen.has(`${row}:${column}`) || !isFilled(sheet, row, column)) continue;
      last = tableAround(sheet, row, column, seen);
    }
  }
  return last;
}

/**
 * Writes values behind the table, or at the beginning of the area where there is no table. Rows are
 * added to the grid where they are needed.
 */
export function appendValues(
  edit: Edit,
  area: Area,
  table: Area | null,
  given: ValueRange,
  input: ValueInput | undefined,
): Written {
  const { sheet } = area;
  const top = table?.bottom ?? area.top;
  const left = table?.left ?? area.left;
  growRows(edit, sheet, top + heightOf(given) - sheet.rowCount);
  return writeValues(edit, { sheet, box: { top, left } }, areaName(area), given, input);
}
