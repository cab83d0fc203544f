/**
 * The spreadsheet as it stands in memory. Cells and rows are never changed in place: a change puts a
 * new row where the old one was. So a fork of the whole book costs a few array copies, a batch works
 * on a fork, and a batch that fails is simply dropped.
 *
 * @module
 */

import { must } from "../base/assert.ts";
import type { Message } from "./messages.ts";

/** What was entered into a cell that holds no formula. */
export type Scalar = string | number | boolean;

/** A formula as it was entered, the `=` included. */
export interface Formula {
  readonly formula: string;
}

/** What was entered into a cell. */
export type Entry = Scalar | Formula;

/** One cell. A cell without any of these does not exist. */
export interface Cell {
  readonly entry?: Entry;
  readonly format?: Message<"CellFormat">;
  readonly runs?: readonly Message<"TextFormatRun">[];
  readonly note?: string;
  readonly validation?: Message<"DataValidationRule">;
}

/** Developer metadata without its location: it is stored where it belongs to. */
export interface Metadata {
  readonly id: number;
  readonly key: string;
  readonly value: string | null;
  readonly visibility: "DOCUMENT" | "PROJECT";
}

/** What a row or a column has apart from its cells. */
export interface Band {
  readonly pixelSize?: number;
  readonly hidden?: boolean;
  readonly metadata?: readonly Metadata[];
}

/** One row: its cells, with holes, and what the row itself carries. */
export interface Row extends Band {
  /** Names the row in the storage; it stays when the row moves. */
  readonly key: number;
  readonly cells: readonly (Cell | undefined)[];
}

/** A sheet's rows or its columns. */
export type Dimension = "ROWS" | "COLUMNS";

/** Everything of a sheet but its rows and columns, as the API shows it. */
export interface SheetRules {
  merges: readonly Message<"GridRange">[];
  protectedRanges: readonly Message<"ProtectedRange">[];
  conditionalFormats: readonly Message<"ConditionalFormatRule">[];
  basicFilter: Message<"BasicFilter"> | null;
  filterViews: readonly Message<"FilterView">[];
  rowGroups: readonly Message<"DimensionGroup">[];
  columnGroups: readonly Message<"DimensionGroup">[];
  metadata: readonly Metadata[];
}

/** Pixel sizes that Google gives to a row and a column nobody has touched. */
export const DEFAULT_PIXELS = { ROWS: 21, COLUMNS: 100 } as const;

const NO_RULES: SheetRules = {
  merges: [],
  protectedRanges: [],
  conditionalFormats: [],
  basicFilter: null,
  filterViews: [],
  rowGroups: [],
  columnGroups: [],
  metadata: [],
};

function isBlankCell(cell: Cell): boolean {
  return cell.entry === undefined && cell.format === undefined && cell.note === undefined &&
    cell.validation === undefined && cell.runs === undefined;
}

/** Whether a row or column carries anything of its own. */
function isBlankBand(band: Band): boolean {
  return band.pixelSize === undefined && band.hidden !== true &&
    (band.metadata === undefined || band.metadata.length === 0);
}

/** One tab. */
export class Sheet {
  readonly sheetId: number;
  /** As the API shows them, but for `index` and the size of the grid. */
  properties: Message<"SheetProperties">;
  rules: SheetRules = NO_RULES;
  /** One entry a row of the grid; undefined: the row carries nothing. */
  rows: (Row | undefined)[];
  /** One entry a column of the grid; undefined: the column carries nothing. */
  columns: (Band | undefined)[];
  /** False: no cell holds a formula, so nobody has to look for references. */
  mayHaveFormulas = false;

  constructor(
    properties: Message<"SheetProperties"> & { sheetId: number; title: string },
    rowCount: number,
    columnCount: number,
  ) {
    this.sheetId = properties.sheetId;
    this.properties = properties;
    this.rows = new Array<Row | undefined>(rowCount).fill(undefined);
    this.columns = new Array<Band | undefined>(columnCount).fill(undefined);
  }

  get title(): string {
    return must(this.properties.title, "the title of a sheet");
  }

  get rowCount(): number {
    return this.rows.length;
  }

  get columnCount(): number {
    return this.columns.length;
  }

  /** The cell at a place counted from 0; undefined: nothing is there. */
  cell(row: number, column: number): Cell | undefined {
    return this.rows[row]?.cells[column];
  }

  /** A sheet that can be changed without this one noticing. */
  fork(): Sheet {
    const fork = new Sheet({ ...this.properties, sheetId: this.sheetId, title: this.title }, 0, 0);
    fork.rules = { ...this.rules };
    fork.rows = this.rows.slice();
    fork.columns = this.columns.slice();
    fork.mayHaveFormulas = this.mayHaveFormulas;
    return fork;
  }
}

/** A spreadsheet. */
export class Workbook {
  readonly spreadsheetId: string;
  properties: Message<"SpreadsheetProperties">;
  sheets: Sheet[] = [];
  namedRanges: readonly Message<"NamedRange">[] = [];
  metadata: readonly Metadata[] = [];
  /** The key that the next row is going to have. */
  nextRowKey = 1;

  constructor(spreadsheetId: string, properties: Message<"SpreadsheetProperties">) {
    this.spreadsheetId = spreadsheetId;
    this.properties = properties;
  }

  get locale(): string {
    return this.properties.locale ?? "en_US";
  }

  sheetById(sheetId: number): Sheet | undefined {
    return this.sheets.find((sheet) => sheet.sheetId === sheetId);
  }

  /** Titles differ in more than upper and lower case. */
  sheetByTitle(title: string): Sheet | undefined {
    return this.sheets.find((sheet) => sheet.title === title) ??
      this.sheets.find((sheet) => sheet.title.toLowerCase() === title.toLowerCase());
  }

  /** How many cells all grids have together. */
  cellCount(): number {
    return this.sheets.reduce((sum, sheet) => sum + sheet.rowCount * sheet.columnCount, 0);
  }

  /** Puts the row's cells in place of those that stand there. */
  setCells(sheet: Sheet, row: number, cells: readonly (Cell | undefined)[]): void {
    const kept: (Cell | undefined)[] = cells.map((cell) =>
      cell === undefined || isBlankCell(cell) ? undefined : cell
    );
    while (kept.length > 0 && kept[kept.length - 1] === undefined) kept.pop();
    sheet.mayHaveFormulas ||= kept.some((cell) => typeof cell?.entry === "object");
    this.#setRow(sheet, row, kept, sheet.rows[row] ?? {});
  }

  /** Puts one cell in place of the one that stands there; undefined takes it away. */
  setCell(sheet: Sheet, row: number, column: number, cell: Cell | undefined): void {
    const cells = sheet.rows[row]?.cells.slice() ?? [];
    while (cells.length < column) cells.push(undefined);
    cells[column] = cell;
    this.setCells(sheet, row, cells);
  }

  /** What a row or a column carries apart from its cells. */
  band(sheet: Sheet, dimension: Dimension, index: number): Band {
    return (dimension === "ROWS" ? sheet.rows[index] : sheet.columns[index]) ?? {};
  }

  /** Gives a row or a column other things of its own; its cells stay. */
  setBand(sheet: Sheet, dimension: Dimension, index: number, band: Band): void {
    if (dimension === "ROWS") this.#setRow(sheet, index, sheet.rows[index]?.cells ?? [], band);
    else sheet.columns[index] = isBlankBand(band) ? undefined : bandOf(band);
  }

  #setRow(sheet: Sheet, row: number, cells: readonly (Cell | undefined)[], band: Band): void {
    if (cells.length === 0 && isBlankBand(band)) {
      sheet.rows[row] = undefined;
      return;
    }
    const key = sheet.rows[row]?.key ?? this.nextRowKey++;
    sheet.rows[row] = { ...bandOf(band), key, cells };
  }

  /** A book that can be changed without this one noticing. */
  fork(): Workbook {
    const fork = new Workbook(this.spreadsheetId, this.properties);
    fork.sheets = this.sheets.map((sheet) => sheet.fork());
    fork.namedRanges = this.namedRanges;
    fork.metadata = this.metadata;
    fork.nextRowKey = this.nextRowKey;
    return fork;
  }
}

/** Only what belongs to the band, so that a row can be given where a band is asked for. */
function bandOf(band: Band): Band {
  return {
    ...(band.pixelSize === undefined ? {} : { pixelSize: band.pixelSize }),
    ...(band.hidden === true ? { hidden: true } : {}),
    ...(band.metadata === undefined || band.metadata.length === 0
      ? {}
      : { metadata: band.metadata }),
  };
}
