/**
 * The answer of `spreadsheets.values.batchGet`, range by range. Each range is known by a digest of its
 * bytes, so that one that says what it said before has not to be decoded at all: in a quiet cycle that
 * is all of a large tab.
 *
 * @see https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/batchGet
 * @module
 */

import { must } from "../base/assert.ts";
import { freeBytes } from "../base/bytes.ts";
import { sha256OfBytes } from "../base/digest.ts";
import type { CellValue } from "../contract/cell.ts";
import { isFields, listOf, ShapeError } from "./shape.ts";

/** Rows of plain values, without the empty cells and rows at their ends. */
export type ValueRows = readonly (readonly CellValue[])[];

/** One range of the answer. */
export interface ValueRange {
  /** Of the bytes that the range is in the answer: the same digest, the same rows. */
  readonly digest: string;
  /** The rows, decoded when they are first asked for. */
  rows(): ValueRows;
  /** Tells that nobody is going to ask for the rows. */
  release(): void;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Reads the ranges of an answer and checks them, except those whose digest is among `known`: the same
 * bytes were checked before.
 *
 * @param body The answer as it arrived. Its memory is freed once every range was decoded or released.
 * @param expected How many ranges were asked for.
 * @throws {ShapeError} where the answer is not as documented.
 */
export function readValueRanges(
  body: Uint8Array,
  expected: number,
  known: ReadonlySet<string> = NONE,
): readonly ValueRange[] {
  const ranges = splitRanges(body, expected) ?? parseRanges(body, expected);
  let wanted = ranges.length;
  return ranges.map((range, position) => {
    const digest = sha256OfBytes(range);
    let bytes: Uint8Array | null = range;
    let decoded: ValueRows | null = null;
    const release = () => {
      if (bytes === null) return;
      bytes = null;
      if (--wanted === 0) freeBytes(body);
    };
    const rows = () => {
      if (decoded !== null) return decoded;
      decoded = decodeRange(must(bytes, "a range that is not released"), `valueRanges.${position}`);
      release();
      return decoded;
    };
    if (!known.has(digest)) rows();
    return { digest, rows, release };
  });
}

// JSON knows four blanks, each of them one byte.
const BLANKS = String.raw`[ \t\r\n]*`;
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const OPENING = spaced(
  "^",
  String.raw`\{`,
  '"spreadsheetId"',
  ":",
  QUOTED,
  ",",
  '"valueRanges"',
  ":",
  String.raw`\[`,
  "$",
);
const BEGINNING = spaced(String.raw`^\{`, '"range"', ":");
const BETWEEN = spaced(String.raw`\}`, ",", "$");
const CLOSING = spaced(String.raw`\}`, String.raw`\]`, String.raw`\}`, "$");

function spaced(...tokens: readonly string[]): RegExp {
  return new RegExp(tokens.join(BLANKS));
}

/**
 * Cuts an answer into its ranges, without decoding it. A name with a colon behind it is no cell, however
 * a cell is filled: a quote within a text has a backslash in front of it. So the ranges begin where
 * "range" is a name, provided that the answer is spelled as Google spells it.
 *
 * @returns null where it is not: then only decoding it can tell.
 */
function splitRanges(body: Uint8Array, expected: number): readonly Uint8Array[] | null {
  const starts: number[] = [];
  for (let at = body.indexOf(BRACE); at >= 0; at = body.indexOf(BRACE, at + 1)) {
    if (isBeginning(body, at)) starts.push(at);
  }
  const [first] = starts;
  if (
    first === undefined || starts.length !== expected || first > EDGE_MAX ||
    !OPENING.test(decode(body.subarray(0, first)))
  ) return null;
  const ranges: Uint8Array[] = [];
  for (const [position, start] of starts.entries()) {
    const end = starts[position + 1] ?? body.length;
    // What follows the range is short, and looking for the end of a long text from its start is not.
    const tail = decode(body.subarray(Math.max(start, end - EDGE_MAX), end));
    const match = (end === body.length ? CLOSING : BETWEEN).exec(tail);
    if (match === null) return null;
    // All that matched is a byte a character, whatever the cut made of the character before it.
    ranges.push(body.subarray(start, end - match[0].length + 1));
  }
  return ranges;
}

/** Bytes in front of the ranges and between them: names, brackets, commas and indentation. */
const EDGE_MAX = 400;

const BRACE = 0x7b;
const QUOTE = 0x22;
/** Everything up to here is a blank or not allowed between the tokens of JSON. */
const SPACE = 0x20;

/** Whether a range begins at the brace. Cells may hold braces by the thousand, so most are told early. */
function isBeginning(body: Uint8Array, brace: number): boolean {
  let next = brace + 1;
  while ((body[next] ?? QUOTE) <= SPACE) next++;
  return body[next] === QUOTE && BEGINNING.test(decode(body.subarray(brace, brace + EDGE_MAX)));
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The ranges of an answer that is spelled in another way. */
function parseRanges(body: Uint8Array, expected: number): readonly Uint8Array[] {
  const answer = parseJson(body, "");
  if (!isFields(answer)) throw new ShapeError("", "an object");
  const ranges = listOf(answer["valueRanges"], "valueRanges");
  if (ranges.length !== expected) throw new ShapeError("valueRanges", `${expected} ranges`);
  const encoder = new TextEncoder();
  return ranges.map((range, position) => {
    if (!isFields(range)) throw new ShapeError(`valueRanges.${position}`, "an object");
    return encoder.encode(JSON.stringify(range));
  });
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(decode(bytes));
  } catch {
    throw new ShapeError(path, "JSON");
  }
}

function decodeRange(bytes: Uint8Array, path: string): ValueRows {
  const range = parseJson(bytes, path);
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
