/**
 * What happens to everything that names rows or columns when some are put in, taken out or moved:
 * ranges of all kinds, merges, groups, and the references inside formulas.
 *
 * @module
 */

import { columnIndex, columnLetters } from "./a1.ts";
import type { Dimension, Entry, Sheet, Workbook } from "./book.ts";
import { parseFormulaReference, tokenize } from "./formula.ts";
import type { Message } from "./messages.ts";
import type { GridRange } from "./ranges.ts";

/** A half-open span. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a span is after the change; null: it is gone. An open end is Infinity. */
export type Shift = (span: Span) => Span | null;

/** Lines put in at a span's beginning push it on; inside it they make it longer. */
export function insertShift(at: number, count: number): Shift {
  return ({ start, end }) => ({
    start: at <= start ? start + count : start,
    end: at < end ? end + count : end,
  });
}

/** Lines taken out of a span make it shorter; all of them, and it is gone. */
export function deleteShift(from: number, to: number): Shift {
  const moved = (index: number) => index - Math.max(0, Math.min(index, to) - from);
  return ({ start, end }) => {
    const shifted = { start: moved(start), end: end === Infinity ? end : moved(end) };
    return shifted.start < shifted.end ? shifted : null;
  };
}

/** Lines moved to in front of `to`, which is counted before they are taken out. */
export function moveShift(source: Span, to: number): Shift {
  const count = source.end - source.start;
  const landing = to > source.start ? to - count : to;
  const takeOut = deleteShift(source.start, source.end);
  const putIn = insertShift(landing, count);
  return (span) => {
    if (source.start <= span.start && span.end <= source.end) {
      const offset = landing - source.start;
      return { start: span.start + offset, end: span.end + offset };
    }
    const staysInside = span.start <= source.start && source.end <= span.end &&
      span.start <= to && to <= span.end;
    if (staysInside) return span;
    const left = takeOut(span);
    return left === null ? null : putIn(left);
  };
}

/** A change of one sheet's rows or columns, on its way to everything that names them. */
export interface LineChange {
  readonly sheet: Sheet;
  readonly dimension: Dimension;
  readonly shift: Shift;
}

type Side = "startRowIndex" | "endRowIndex" | "startColumnIndex" | "endColumnIndex";

function shiftRange(range: GridRange, change: LineChange): GridRange | null {
  const [startSide, endSide]: [Side, Side] = change.dimension === "ROWS"
    ? ["startRowIndex", "endRowIndex"]
    : ["startColumnIndex", "endColumnIndex"];
  const start = range[startSide];
  const end = range[endSide];
  if (start === undefined && end === undefined) return range;
  const shifted = change.shift({ start: start ?? 0, end: end ?? Infinity });
  if (shifted === null) return null;
  return {
    ...range,
    ...(start === undefined ? {} : { [startSide]: shifted.start }),
    ...(end === undefined ? {} : { [endSide]: shifted.end }),
  };
}

/** The ranges that are still there. */
function shiftRanges(ranges: readonly GridRange[], change: LineChange): GridRange[] {
  return ranges.flatMap((range) => shiftRange(range, change) ?? []);
}

/** Things that have one range: those whose range is gone are gone with it. */
function shiftOwners<Owner extends { range?: GridRange }>(
  owners: readonly Owner[],
  change: LineChange,
): Owner[] {
  return owners.flatMap((owner) => {
    if (owner.range === undefined) return [owner];
    const range = shiftRange(owner.range, change);
    return range === null ? [] : [{ ...owner, range }];
  });
}

function isMerge(range: GridRange): boolean {
  const rows = (range.endRowIndex ?? 0) - (range.startRowIndex ?? 0);
  const columns = (range.endColumnIndex ?? 0) - (range.startColumnIndex ?? 0);
  return rows * columns > 1;
}

function shiftGroups(
  groups: readonly Message<"DimensionGroup">[],
  change: LineChange,
): Message<"DimensionGroup">[] {
  return groups.flatMap((group) => {
    const span = { start: group.range?.startIndex ?? 0, end: group.range?.endIndex ?? 0 };
    const shifted = change.shift(span);
    if (shifted === null) return [];
    const range = { ...group.range, startIndex: shifted.start, endIndex: shifted.end };
    return [{ ...group, range }];
  });
}

function shiftRules(change: LineChange): void {
  const { rules } = change.sheet;
  const [basicFilter = null] = shiftOwners(
    rules.basicFilter === null ? [] : [rules.basicFilter],
    change,
  );
  change.sheet.rules = {
    ...rules,
    basicFilter,
    merges: shiftRanges(rules.merges, change).filter(isMerge),
    protectedRanges: shiftOwners(rules.protectedRanges, change).map((range) =>
      range.unprotectedRanges === undefined
        ? range
        : { ...range, unprotectedRanges: shiftRanges(range.unprotectedRanges, change) }
    ),
    conditionalFormats: rules.conditionalFormats.flatMap((rule) => {
      const ranges = shiftRanges(rule.ranges ?? [], change);
      return ranges.length === 0 ? [] : [{ ...rule, ranges }];
    }),
    filterViews: shiftOwners(rules.filterViews, change),
    rowGroups: change.dimension === "ROWS" ? shiftGroups(rules.rowGroups, change) : rules.rowGroups,
    columnGroups: change.dimension === "COLUMNS"
      ? shiftGroups(rules.columnGroups, change)
      : rules.columnGroups,
  };
}

/** The formula with every reference replaced by what `replace` makes of it. */
function replaceReferences(formula: string, replace: (reference: string) => string): string {
  const tokens = tokenize(formula);
  if (tokens === null) return formula;
  const texts = tokens.map(({ kind, text }) => kind === "reference" ? replace(text) : text);
  return `=${texts.join("")}`;
}

const CORNER = /(\$?)([A-Za-z]{1,3}(?![A-Za-z]))?(\$?)(\d+)?/;

interface Corner {
  readonly columnMark: string;
  readonly column: number | null;
  readonly rowMark: string;
  readonly row: number | null;
}

function readCorner(text: string): Corner {
  const [, first = "", letters, second = "", digits] = CORNER.exec(text) ?? [];
  return {
    columnMark: letters === undefined ? "" : first,
    column: letters === undefined ? null : columnIndex(letters),
    rowMark: letters === undefined ? first : second,
    row: digits === undefined ? null : Number(digits) - 1,
  };
}

function writeCorner(corner: Corner): string {
  const column = corner.column === null ? "" : corner.columnMark + columnLetters(corner.column);
  return column + (corner.row === null ? "" : `${corner.rowMark}${corner.row + 1}`);
}

/** A reference taken apart so that it can be put together again, `$` included. */
function readCorners(reference: string): { prefix: string; corners: Corner[] } {
  const end = reference.lastIndexOf("!") + 1;
  return {
    prefix: reference.slice(0, end),
    corners: reference.slice(end).split(":").map(readCorner),
  };
}

/** A reference after the change; `#REF!` where its cells are gone. */
function shiftReference(reference: string, change: LineChange): string {
  const { prefix, corners } = readCorners(reference);
  const axis = change.dimension === "ROWS" ? "row" : "column";
  const places = corners.flatMap((corner) => corner[axis] ?? []);
  const first = places[0];
  const last = places[places.length - 1];
  if (first === undefined || last === undefined) return reference;
  const isOpen = places.length < corners.length;
  const shifted = change.shift({ start: first, end: isOpen ? Infinity : last + 1 });
  if (shifted === null) return "#REF!";
  const moved = [shifted.start, shifted.end - 1];
  let next = 0;
  const written = corners.map((corner) =>
    corner[axis] === null ? corner : { ...corner, [axis]: moved[next++] ?? corner[axis] }
  );
  return prefix + written.map(writeCorner).join(":");
}

function shiftFormulas(book: Workbook, change: LineChange): void {
  for (const sheet of book.sheets) {
    if (!sheet.mayHaveFormulas) continue;
    const replace = (reference: string) => {
      const title = parseFormulaReference(reference)?.title ?? null;
      const named = title === null ? sheet : book.sheetByTitle(title);
      return named === change.sheet ? shiftReference(reference, change) : reference;
    };
    for (const [index, row] of sheet.rows.entries()) {
      if (row?.cells.some((cell) => typeof cell?.entry === "object") !== true) continue;
      const cells = row.cells.map((cell) => {
        if (typeof cell?.entry !== "object") return cell;
        return { ...cell, entry: { formula: replaceReferences(cell.entry.formula, replace) } };
      });
      book.setCells(sheet, index, cells);
    }
  }
}

/** Carries a change of rows or columns to everything in the book that names them. */
export function applyShift(book: Workbook, change: LineChange): void {
  shiftRules(change);
  const { sheetId } = change.sheet;
  book.namedRanges = book.namedRanges.flatMap((named) =>
    (named.range?.sheetId ?? 0) === sheetId ? shiftOwners([named], change) : [named]
  );
  shiftFormulas(book, change);
}

/** What is entered where a cell is copied to: relative references move along. */
export function translateEntry(entry: Entry, rows: number, columns: number): Entry {
  if (typeof entry !== "object") return entry;
  const formula = replaceReferences(entry.formula, (reference) => {
    const { prefix, corners } = readCorners(reference);
    const moved = corners.map((corner) => ({
      ...corner,
      row: corner.row === null || corner.rowMark === "$" ? corner.row : corner.row + rows,
      column: corner.column === null || corner.columnMark === "$"
        ? corner.column
        : corner.column + columns,
    }));
    const isOutside = moved.some(({ row, column }) => (row ?? 0) < 0 || (column ?? 0) < 0);
    return isOutside ? "#REF!" : prefix + moved.map(writeCorner).join(":");
  });
  return { formula };
}
