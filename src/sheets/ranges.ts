/**
 * A1 notation: how a place in a spreadsheet is written in a request.
 *
 * @see https://developers.google.com/workspace/sheets/api/guides/concepts#cell
 * @module
 */

import { columnLetter } from "../contract/column.ts";

/** The last column a sheet can have: 18,278 columns, `A` to `ZZZ`. */
const LAST_COLUMN = "ZZZ";

/** A tab's title as it stands in front of the `!`: always quoted, quotes within doubled. */
export function quoteTitle(title: string): string {
  return `'${title.replaceAll("'", "''")}'`;
}

/**
 * A range on a tab. The `!` is never left out, for a bare name is looked up as a named range first.
 *
 * ```ts
 * import { a1 } from "./ranges.ts";
 *
 * if (a1("Don't", "A:H") !== "'Don''t'!A:H") throw new Error("a quote is doubled");
 * ```
 */
export function a1(title: string, range: string): string {
  return `${quoteTitle(title)}!${range}`;
}

/** The first `columns` columns of a tab, all rows. */
export function columnsOf(title: string, columns: number): string {
  return a1(title, `A:${columnLetter(columns - 1)}`);
}

/** A whole tab, whatever its size. The server cuts the range to the grid. */
export function wholeTab(title: string): string {
  return a1(title, `A:${LAST_COLUMN}`);
}
