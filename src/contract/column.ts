/** Where a column stands, in the words of the sheet. @module */

/**
 * The letters of the column with this index, counted from 0: `A`, `Z`, `AA`. Bijective base 26, as in
 * A1 notation.
 *
 * ```ts
 * import { columnLetter } from "./column.ts";
 *
 * if (columnLetter(27) !== "AB") throw new Error("AB follows AA");
 * ```
 */
export function columnLetter(index: number): string {
  if (!Number.isInteger(index) || index < 0) {
    throw new RangeError(`Column index must be a whole number from 0: ${index}`);
  }
  let letters = "";
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + (rest - 1) % 26) + letters;
  }
  return letters;
}
