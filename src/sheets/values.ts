/**
 * The answer of `spreadsheets.values.batchGet`, range by range. Each range is known by a digest of its
 * text, so that one that says what it said before has not to be decoded at all: in a quiet cycle that
 * is all of a large tab.
 *
 * @see https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/batchGet
 * @module
 */

import { sha256Hex } from "../base/digest.ts";
import type { CellValue } from "../contract/cell.ts";
import { isFields, listOf, ShapeError } from "./shape.ts";

/** Rows of plain values, without the empty cells and rows at their ends. */
export type ValueRows = readonly (readonly CellValue[])[];

/** One range of the answer. */
export interface ValueRange {
  /** Of the text that the range is in the answer: the same digest, the same rows. */
  readonly digest: string;
  /** The rows, decoded when they are first asked for. */
  rows(): ValueRows;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Reads the ranges of an answer and checks them, except those whose digest is among `known`: the same
 * text was checked before.
 *
 * @param expected How many ranges were asked for.
 * @throws {ShapeError} where the answer is not as documented.
 */
export function readValueRanges(
  text: string,
  expected: number,
  known: ReadonlySet<string> = NONE,
): readonly ValueRange[] {
  const ranges = splitRanges(text, expected) ?? parseRanges(text, expected);
  return ranges.map((range, position) => {
    const digest = sha256Hex(range);
    let decoded: ValueRows | null = null;
    const rows = () => decoded ??= decodeRange(range, `valueRanges.${position}`);
    if (!known.has(digest)) rows();
    return { digest, rows };
  });
}

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const OPENING = new RegExp(
  String.raw`^\s*\{\s*"spreadsheetId"\s*:\s*${QUOTED}\s*,\s*"valueRanges"\s*:\s*\[\s*$`,
);
const BETWEEN = /\}\s*,\s*$/;
const CLOSING = /\}\s*\]\s*\}\s*$/;

/**
 * Cuts the text of an answer into those of its ranges, without decoding it. A name with a colon behind
 * it is no cell, however a cell is filled: a quote within a text has a backslash in front of it. So the
 * ranges begin where "range" is a name, provided that the answer is spelled as Google spells it.
 *
 * @returns null where it is not: then only decoding it can tell.
 */
function splitRanges(text: string, expected: number): readonly string[] | null {
  const starts: number[] = [];
  for (const { index } of text.matchAll(/\{\s*"range"\s*:/g)) starts.push(index);
  const [first] = starts;
  if (first === undefined || starts.length !== expected || !OPENING.test(text.slice(0, first))) {
    return null;
  }
  const ranges: string[] = [];
  for (const [position, start] of starts.entries()) {
    const end = starts[position + 1] ?? text.length;
    // What follows the range is short, and looking for the end of a long text from its start is not.
    const tail = text.slice(Math.max(start, end - TAIL_MAX), end);
    const match = (end === text.length ? CLOSING : BETWEEN).exec(tail);
    if (match === null) return null;
    ranges.push(text.slice(start, end - tail.length + match.index + 1));
  }
  return ranges;
}

/** Brackets, commas and indentation behind a range. */
const TAIL_MAX = 200;

/** The texts of the ranges of an answer that is spelled in another way. */
function parseRanges(text: string, expected: number): readonly string[] {
  const answer = parseJson(text, "");
  if (!isFields(answer)) throw new ShapeError("", "an object");
  const ranges = listOf(answer["valueRanges"], "valueRanges");
  if (ranges.length !== expected) throw new ShapeError("valueRanges", `${expected} ranges`);
  return ranges.map((range, position) => {
    if (!isFields(range)) throw new ShapeError(`valueRanges.${position}`, "an object");
    return JSON.stringify(range);
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ShapeError(path, "JSON");
  }
}

function decodeRange(text: string, path: string): ValueRows {
  const range = parseJson(text, path);
  if (!isFields(range)) throw new ShapeError(path, "an object");
  return decodeRows(range["values"], `${path}.values`);
}

/**
 * Lists of lists of plain values, as they come in every answer with values; missing: none.
 *
 * @throws {ShapeError} naming the first cell that is something else.
 */
export function decodeRows(value: unknown, path: string): ValueRows {
  const rows = listOf(value, path);
  if (rows.every(isRow)) return rows;
  const position = rows.findIndex((row) => !isRow(row));
  const cells = rows[position];
  if (!Array.isArray(cells)) throw new ShapeError(`${path}.${position}`, "a list");
  const cell = cells.findIndex((cell) => !isCell(cell));
  throw new ShapeError(`${path}.${position}.${cell}`, "a text, a number, true or false");
}

function isRow(row: unknown): row is readonly CellValue[] {
  return Array.isArray(row) && row.every(isCell);
}

function isCell(cell: unknown): cell is CellValue {
  return typeof cell === "string" || typeof cell === "boolean" ||
    (typeof cell === "number" && Number.isFinite(cell));
}
