/** A1 notation: the texts that name cells. It knows nothing of what stands in a spreadsheet. @module */

/** The largest number of columns a sheet may have (ZZZ). */
export const COLUMN_LIMIT = 18_278;

/** A rectangle as it was written; a missing side is open. Counted from 0, ends excluded. */
export interface CellBox {
  readonly top?: number;
  readonly bottom?: number;
  readonly left?: number;
  readonly right?: number;
}

/** An A1 text taken apart. */
export type Reference =
  /** Cells, with or without a title in front. */
  | { readonly kind: "cells"; readonly title: string | null; readonly box: CellBox }
  /** A word: the name of a range or of a sheet. `title` is the sheet named in front of it. */
  | { readonly kind: "name"; readonly title: string | null; readonly name: string }
  /** A quoted title: a whole sheet. */
  | { readonly kind: "sheet"; readonly title: string };

/** `0` → `A`, `26` → `AA`. */
export function columnLetters(column: number): string {
  let letters = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + (rest - 1) % 26) + letters;
  }
  return letters;
}

/** `A` → `0`, `aa` → `26`. */
export function columnIndex(letters: string): number {
  let index = 0;
  for (const letter of letters.toUpperCase()) index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
}

/** A title as it stands in front of `!`: quoted where it could be taken for something else. */
export function quoteTitle(title: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(title) &&
    !/^[A-Za-z]{1,3}[0-9]+$/.test(title) && !/^R[0-9]*C[0-9]*$/i.test(title);
  return isPlain ? title : `'${title.replaceAll("'", "''")}'`;
}

/** The name of a bounded rectangle: `Sheet1!A1:B2`, or `Sheet1!A1` for a single cell. */
export function formatBox(title: string, box: Required<CellBox>): string {
  const first = `${columnLetters(box.left)}${box.top + 1}`;
  const last = `${columnLetters(box.right - 1)}${box.bottom}`;
  return `${quoteTitle(title)}!${first === last ? first : `${first}:${last}`}`;
}

/** The name of a box as it was given, open sides left open: `Sheet1!A1001:B`, `Sheet1!AA1:2`. */
export function formatOpenBox(title: string, box: CellBox): string {
  const column = (index: number | undefined) => index === undefined ? "" : columnLetters(index);
  const first = `${column(box.left ?? 0)}${(box.top ?? 0) + 1}`;
  const right = column(box.right === undefined ? undefined : box.right - 1);
  const last = `${right}${box.bottom ?? ""}`;
  if (last === "") return `${quoteTitle(title)}!${first}`;
  return `${quoteTitle(title)}!${first === last ? first : `${first}:${last}`}`;
}

const CORNER = /^\$?([A-Za-z]{1,3})?\$?([1-9][0-9]*)?$/;

interface Corner {
  readonly row: number | null;
  readonly column: number | null;
}

function parseCorner(text: string): Corner | null {
  const match = CORNER.exec(text);
  if (match === null || text === "" || text === "$") return null;
  const [, letters, digits] = match;
  return {
    column: letters === undefined ? null : columnIndex(letters),
    row: digits === undefined ? null : Number(digits) - 1,
  };
}

/** The sides along one dimension. A corner without that coordinate leaves its side open. */
function span(
  first: number | null,
  second: number | null,
): [number | undefined, number | undefined] {
  if (first === null) {
    return [second === null ? undefined : 0, second === null ? undefined : second + 1];
  }
  if (second === null) return [first, undefined];
  return [Math.min(first, second), Math.max(first, second) + 1];
}

/** `A1`, `A1:B2`, `D4:A1`, `A:C`, `2:5`, `A2:C`, `A2:2`; null: it is none of these. */
export function parseBox(text: string): CellBox | null {
  const [firstText = "", secondText, more] = text.split(":");
  if (more !== undefined) return null;
  const first = parseCorner(firstText);
  if (first === null) return null;
  if (secondText === undefined) {
    if (first.row === null || first.column === null) return null;
    return { top: first.row, bottom: first.row + 1, left: first.column, right: first.column + 1 };
  }
  const second = parseCorner(secondText);
  if (second === null) return null;
  const [top, bottom] = span(first.row, second.row);
  // `A2:2` names row 2 from column A to the end, so a column that only stands first opens the right.
  const [left, right] = first.column !== null && second.column === null
    ? [first.column, undefined]
    : span(first.column, second.column);
  return {
    ...(top === undefined ? {} : { top }),
    ...(bottom === undefined ? {} : { bottom }),
    ...(left === undefined ? {} : { left }),
    ...(right === undefined ? {} : { right }),
  };
}

/** The place of the `!` that ends the title; -1 where there is none. */
function titleEnd(text: string): number {
  if (!text.startsWith("'")) return text.indexOf("!");
  for (let at = 1; at < text.length; at++) {
    if (text[at] !== "'") continue;
    if (text[at + 1] !== "'") return text[at + 1] === "!" ? at + 1 : -1;
    at++;
  }
  return -1;
}

function unquote(title: string): string {
  const isQuoted = title.length >= 2 && title.startsWith("'") && title.endsWith("'");
  return isQuoted ? title.slice(1, -1).replaceAll("''", "'") : title;
}

/**
 * Takes an A1 text apart; null where it cannot be one.
 *
 * ```ts
 * import { parseReference } from "./a1.ts";
 *
 * const reference = parseReference("'My tab'!B2:C");
 * if (reference?.kind !== "cells" || reference.box.bottom !== undefined) throw new Error("not open");
 * ```
 */
export function parseReference(text: string): Reference | null {
  const end = titleEnd(text);
  if (end < 0) {
    if (/^'.+'$/s.test(text)) return { kind: "sheet", title: unquote(text) };
    const box = parseBox(text);
    if (box !== null) return { kind: "cells", title: null, box };
    return text === "" ? null : { kind: "name", title: null, name: text };
  }
  const title = unquote(text.slice(0, end));
  const rest = text.slice(end + 1);
  const box = parseBox(rest);
  if (box !== null) return { kind: "cells", title, box };
  return /^[A-Za-z_][\w.]*$/.test(rest) ? { kind: "name", title, name: rest } : null;
}
