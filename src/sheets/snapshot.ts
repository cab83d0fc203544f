/** What was read from a spreadsheet, as plain values. @module */

import type { Anchor, CellValue } from "../contract/cell.ts";

/** A cell that is more than its value: a formula, an error, or a number where text belongs. */
export interface OddCell {
  readonly value: CellValue;
  /** What a person sees in the cell. */
  readonly formatted: string;
  /** `=…`; null: the cell holds no formula. */
  readonly formula: string | null;
}

export type SheetCell = CellValue | OddCell;

/** A row below the header that holds anything: text in a column of the contract, or an anchor. */
export interface SheetRow {
  /** Counted from 0, the header included, as the API counts. */
  readonly index: number;
  /** Our anchors on the row: normally one, none where it is a new, pasted or scratch row. */
  readonly anchors: readonly Anchor[];
  /** One cell a column of the contract. */
  readonly cells: readonly SheetCell[];
  /** What humans keep to the right of the last column, without the empty tail. */
  readonly extra: readonly CellValue[];
  /** The notes on cells of the contract's columns, by the column's position; quick reads bring none. */
  readonly notes: ReadonlyMap<number, string>;
}

/** Most rows have no note. */
export const NO_NOTES: ReadonlyMap<number, string> = new Map();

/** One tab as it was read. */
export interface TabSnapshot {
  readonly depth:
    /** Values only: no anchors, no formulas, no extra columns. Enough to see that nothing changed. */
    | "quick"
    /** Everything, from one consistent answer. Only this may be planned from. */
    | "full";
  readonly sheetId: number;
  readonly title: string;
  /** The texts in row 1, one a column of the contract; extra headers are not in here. */
  readonly header: readonly string[];
  readonly rows: readonly SheetRow[];
  /** How many rows the grid has; 0 in a quick snapshot. */
  readonly rowCount: number;
}

/** The mark a database leaves on its spreadsheet, so that no other fights with it. */
export interface Mark {
  readonly uuid: string;
  readonly epoch: number;
}

/** A tab that stands in the spreadsheet, whether or not it is in the contract. */
export interface SheetProperties {
  readonly sheetId: number;
  readonly title: string;
  readonly rowCount: number;
  readonly columnCount: number;
}

/** A spreadsheet as it was read. */
export interface SpreadsheetSnapshot {
  readonly title: string;
  /** IANA name, as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly marks: readonly Mark[];
  readonly sheets: readonly SheetProperties[];
  /** Keyed by sheetId; only the tabs that were asked for. */
  readonly tabs: ReadonlyMap<number, TabSnapshot>;
}

/** A cell's plain value. */
export function plainValue(cell: SheetCell): CellValue {
  return typeof cell === "object" ? cell.value : cell;
}
