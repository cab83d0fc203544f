/** The words that every part of the mirror shares: a cell's value, a row's name, a row's anchor. @module */

declare const brand: unique symbol;

/**
 * The value of one cell in **sheet space**: what the API gives for UNFORMATTED_VALUE with
 * SERIAL_NUMBER. A date-time is a number (days since 1899-12-30 in the spreadsheet's zone); an empty
 * cell is `""`, for the sheet knows no difference between empty text and nothing.
 */
export type CellValue = string | number | boolean;

/** The primary key of a row, the text in the key column. */
export type RowId = string & { readonly [brand]: "RowId" };

/** The metadataId that anchors a sheet row: a positive int32 of our own choosing. */
export type Anchor = number & { readonly [brand]: "Anchor" };

/** The largest metadataId there can be. */
export const ANCHOR_MAX = 2 ** 31 - 1;

/** Names a text as a row's key. Any text may be one; whether a row has it is another question. */
export function rowId(text: string): RowId {
  return text as RowId;
}

/** Names a number as an anchor; throws a RangeError unless it is a whole number from 1 to 2^31 - 1. */
export function anchor(id: number): Anchor {
  if (!Number.isInteger(id) || id < 1 || id > ANCHOR_MAX) {
    throw new RangeError(`Anchor must be a positive int32: ${id}`);
  }
  return id as Anchor;
}

/** Two serials closer than this are the same moment: 5e-9 days are 0.4 milliseconds. */
const SERIAL_TOLERANCE_DAYS = 5e-9;

/** Whether two cells show the same: same type, same value, date-times to the millisecond. */
export function sameCell(a: CellValue, b: CellValue): boolean {
  if (a === b) return true;
  return typeof a === "number" && typeof b === "number" && Math.abs(a - b) < SERIAL_TOLERANCE_DAYS;
}
