/** What every change works with: a fork of the book, and who makes the change. @module */

import { type Random, randomInteger } from "../base/random.ts";
import { COLUMN_LIMIT } from "./a1.ts";
import type { Cell, Entry, Sheet, Workbook } from "./book.ts";
import { CELL_LIMIT, CELL_TEXT_LIMIT } from "./defaults.ts";
import { invalid } from "./errors.ts";
import type { Message } from "./messages.ts";
import { parseEntry } from "./parse_entry.ts";
import type { Guard } from "./protection.ts";

/** A change under way. */
export interface Edit {
  /** The fork that is changed; it replaces the book when everything went well. */
  readonly book: Workbook;
  readonly guard: Guard;
  readonly random: Random;
  /** The year that a date without one falls into. */
  readonly thisYear: number;
}

/** How given values are read. */
export type ValueInput = NonNullable<Message<"BatchUpdateValuesRequest">["valueInputOption"]>;

/** A positive int32 that is not taken. */
export function freshId(random: Random, isTaken: (id: number) => boolean): number {
  for (;;) {
    const id = randomInteger(random, 1, 2 ** 31 - 1);
    if (!isTaken(id)) return id;
  }
}

/** The cell with another entry; undefined empties it and keeps format, note and validation. */
export function withEntry(cell: Cell | undefined, entry: Entry | undefined): Cell {
  const { entry: _replaced, runs: _ofTheOldText, ...rest } = cell ?? {};
  return entry === undefined ? rest : { ...rest, entry };
}

/** Refuses a text that is longer than a cell can be. */
export function checkLength(text: string): void {
  if (text.length <= CELL_TEXT_LIMIT) return;
  throw invalid(
    `Your input contains more than the maximum of ${CELL_TEXT_LIMIT} characters in a single cell.`,
  );
}

/** Refuses where the workbook would become too large. */
export function checkCellCount(book: Workbook, added: number): void {
  if (added <= 0 || book.cellCount() + added <= CELL_LIMIT) return;
  throw invalid(
    "This action would increase the number of cells in the workbook above the limit of " +
      `${CELL_LIMIT} cells.`,
  );
}

/** Refuses where a sheet would have more columns than there are names for. */
export function checkColumnCount(columnCount: number): void {
  if (columnCount <= COLUMN_LIMIT) return;
  throw invalid(
    `This action would increase the number of columns in the sheet above the limit of ` +
      `${COLUMN_LIMIT} columns.`,
  );
}

/** The cell with a given value entered into it, read as `input` says. */
export function enterValue(
  edit: Edit,
  cell: Cell | undefined,
  value: string | number | boolean,
  input: ValueInput,
): Cell {
  if (value === "") return withEntry(cell, undefined);
  if (typeof value !== "string") return withEntry(cell, value);
  checkLength(value);
  const isText = cell?.format?.numberFormat?.type === "TEXT";
  if (input !== "USER_ENTERED" || isText) return withEntry(cell, value);
  const { entry, numberFormat } = parseEntry(value, edit.book.locale, edit.thisYear);
  if (entry === "") return withEntry(cell, undefined);
  const entered = withEntry(cell, entry);
  // What was typed brings its format along only where nobody has chosen one.
  if (numberFormat === undefined || cell?.format?.numberFormat !== undefined) return entered;
  return { ...entered, format: { ...entered.format, numberFormat } };
}

/** Adds rows at the end of the grid. */
export function growRows(edit: Edit, sheet: Sheet, count: number): void {
  checkCellCount(edit.book, count * sheet.columnCount);
  for (let added = 0; added < count; added++) sheet.rows.push(undefined);
}
