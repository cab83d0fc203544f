/** What the cells of one state of the book amount to. Formulas are computed when asked for. @module */

import type { CellBox } from "./a1.ts";
import type { Cell, Sheet, Workbook } from "./book.ts";
import { formatValue, isDateFormat } from "./format.ts";
import { type Computed, ERROR_TEXTS, evaluate, type FormulaResult } from "./formula.ts";
import type { Message } from "./messages.ts";

/** How values are asked for. */
export type ValueRender = Message<"BatchGetValuesByDataFilterRequest">["valueRenderOption"];
export type DateRender = Message<"BatchGetValuesByDataFilterRequest">["dateTimeRenderOption"];

const CIRCULAR: FormulaResult = {
  value: {
    type: "REF",
    message:
      "Circular dependency detected. To resolve with iterative calculation, see File > Settings.",
  },
  link: null,
};

/** Computes, shows and renders the cells of a book that does not change meanwhile. */
export class Calculator {
  readonly #book: Workbook;
  readonly #results = new Map<string, FormulaResult>();

  constructor(book: Workbook) {
    this.#book = book;
  }

  #formula(sheet: Sheet, row: number, column: number, formula: string): FormulaResult {
    const place = `${sheet.sheetId}:${row}:${column}`;
    const known = this.#results.get(place);
    if (known !== undefined) return known;
    // Whoever asks for this cell while it is being computed is part of a circle.
    this.#results.set(place, CIRCULAR);
    const result = evaluate(formula, { read: (title, box) => this.#read(sheet, title, box) });
    this.#results.set(place, result);
    return result;
  }

  #read(home: Sheet, title: string | null, box: CellBox): Computed[][] | null {
    const sheet = title === null ? home : this.#book.sheetByTitle(title);
    if (sheet === undefined) return null;
    const { top = 0, left = 0, bottom = sheet.rowCount, right = sheet.columnCount } = box;
    if (bottom > sheet.rowCount || right > sheet.columnCount) return null;
    const rows: Computed[][] = [];
    for (let row = top; row < bottom; row++) {
      const values: Computed[] = [];
      for (let column = left; column < right; column++) values.push(this.value(sheet, row, column));
      rows.push(values);
    }
    return rows;
  }

  /** What the cell amounts to. */
  value(sheet: Sheet, row: number, column: number): Computed {
    const entry = sheet.cell(row, column)?.entry;
    if (entry === undefined) return null;
    if (typeof entry !== "object") return entry;
    return this.#formula(sheet, row, column, entry.formula).value;
  }

  /** Where the cell leads; null: nowhere. */
  link(sheet: Sheet, row: number, column: number): string | null {
    const entry = sheet.cell(row, column)?.entry;
    if (typeof entry !== "object") return null;
    return this.#formula(sheet, row, column, entry.formula).link;
  }

  /** What a person sees in the cell. */
  shown(sheet: Sheet, row: number, column: number): string {
    const cell = sheet.cell(row, column);
    return cell === undefined ? "" : this.#show(cell, this.value(sheet, row, column));
  }

  #show(cell: Cell, value: Computed): string {
    if (value === null) return "";
    if (typeof value === "object") return ERROR_TEXTS[value.type];
    return formatValue(value, cell.format?.numberFormat, this.#book.locale);
  }

  /** The cell as `values.get` answers it; `""`: nothing is there. */
  render(
    sheet: Sheet,
    row: number,
    column: number,
    how: ValueRender,
    dates: DateRender,
  ): string | number | boolean {
    const cell = sheet.cell(row, column);
    const entry = cell?.entry;
    if (cell === undefined || entry === undefined) return "";
    if (how === "FORMULA" && typeof entry === "object") return entry.formula;
    const value = this.value(sheet, row, column);
    if (how === undefined || how === "FORMATTED_VALUE" || value === null) {
      return this.#show(cell, value);
    }
    // A person sees `#NAME?`; a program is also told why.
    if (typeof value === "object") return `${ERROR_TEXTS[value.type]} (${value.message})`;
    const asText = dates === "FORMATTED_STRING" && typeof value === "number" &&
      isDateFormat(cell.format?.numberFormat);
    return asText ? this.#show(cell, value) : value;
  }
}
