/**
 * What follows from the rules of a tab: which cells are protected, coloured, hidden, in which order
 * rows are shown. Pure; it runs in the tests as well.
 *
 * @module
 */

/** @import { CellView, ColourRule, FilterRule, Frame, Look, Span } from "../protocol.ts" */
/** @import { GridRow } from "./types.d.ts" */

/**
 * The letters of a column counted from 0.
 *
 * @param {number} column
 * @returns {string}
 */
export function columnLetters(column) {
  const last = String.fromCharCode(65 + column % 26);
  return column < 26 ? last : columnLetters(Math.floor(column / 26) - 1) + last;
}

/**
 * @param {Span} span
 * @param {number} row
 * @param {number} column
 */
function holds(span, row, column) {
  return row >= span.top && row < (span.bottom ?? Infinity) &&
    column >= span.left && column < (span.right ?? Infinity);
}

/**
 * Whether the identity of the page may not change the cell.
 *
 * @param {Frame} frame
 * @param {number} row
 * @param {number} column
 */
export function isProtected(frame, row, column) {
  return frame.protections.some((protection) =>
    holds(protection, row, column) &&
    !protection.exceptions.some((hole) => holds(hole, row, column))
  );
}

/**
 * Google compares texts in conditions without regard to case.
 *
 * @param {string} condition
 * @param {readonly string[]} values
 * @param {string} text
 * @returns {boolean}
 */
function meets(condition, values, text) {
  const shown = text.toLowerCase();
  const [first = "", second = ""] = values.map((value) => value.toLowerCase());
  const number = text === "" ? NaN : Number(text);
  switch (condition) {
    case "TEXT_EQ":
      return shown === first;
    case "TEXT_NOT_EQ":
      return shown !== first;
    case "TEXT_CONTAINS":
      return shown.includes(first);
    case "TEXT_NOT_CONTAINS":
      return !shown.includes(first);
    case "TEXT_STARTS_WITH":
      return shown.startsWith(first);
    case "TEXT_ENDS_WITH":
      return shown.endsWith(first);
    case "BLANK":
      return text === "";
    case "NOT_BLANK":
      return text !== "";
    case "NUMBER_EQ":
      return number === Number(first);
    case "NUMBER_NOT_EQ":
      return !Number.isNaN(number) && number !== Number(first);
    case "NUMBER_GREATER":
      return number > Number(first);
    case "NUMBER_GREATER_THAN_EQ":
      return number >= Number(first);
    case "NUMBER_LESS":
      return number < Number(first);
    case "NUMBER_LESS_THAN_EQ":
      return number <= Number(first);
    case "NUMBER_BETWEEN":
      return number >= Number(first) && number <= Number(second);
    default:
      // Formulas, dates and ranges as conditions are not shown.
      return false;
  }
}

/**
 * What conditional formats make of the cell; the first rule that holds wins.
 *
 * @param {Frame} frame
 * @param {number} row
 * @param {number} column
 * @param {string} text
 * @returns {ColourRule["look"] | null}
 */
export function colourOf(frame, row, column, text) {
  const rule = frame.colours.find(({ spans, condition, values }) =>
    spans.some((span) => holds(span, row, column)) && meets(condition, values, text)
  );
  return rule?.look ?? null;
}

/**
 * @param {GridRow} row
 * @param {number} column
 */
function textOf(row, column) {
  return row.cells[column]?.text ?? "";
}

/**
 * @param {FilterRule} filter
 * @param {GridRow} row
 */
function isHidden(filter, row) {
  // The first row of a filter is its header.
  if (row.index <= filter.top || row.index >= (filter.bottom ?? Infinity)) return false;
  return filter.hidden.some(({ column, words }) => words.includes(textOf(row, column)));
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * Empty cells come last, whichever way the others go.
 *
 * @param {string} a
 * @param {string} b
 * @param {boolean} ascending
 */
function compareTexts(a, b, ascending) {
  if (a === "" || b === "") return Number(a === "") - Number(b === "");
  return ascending ? collator.compare(a, b) : collator.compare(b, a);
}

/**
 * The rows in the order in which they are shown: without the header that stands in the column titles,
 * without what the tab's filter and the chosen view hide.
 *
 * @param {readonly GridRow[]} rows
 * @param {Frame} frame
 * @param {FilterRule | null} view
 * @returns {GridRow[]}
 */
export function shownRows(rows, frame, view) {
  const filters = [frame.filter, view].filter((filter) => filter !== null);
  const header = frame.frozenRows > 0 ? 1 : 0;
  const shown = rows.filter((row) =>
    row.index >= header && !row.hidden && !filters.some((filter) => isHidden(filter, row))
  );
  const order = view?.sort ?? [];
  if (order.length === 0) return shown;
  return shown.sort((a, b) => {
    for (const { column, ascending } of order) {
      const difference = compareTexts(textOf(a, column), textOf(b, column), ascending);
      if (difference !== 0) return difference;
    }
    return a.index - b.index;
  });
}
