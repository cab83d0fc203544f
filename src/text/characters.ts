/** How long a text is, as every limit of the mirror counts it. @module */

/**
 * The number of characters, by which the mirror means Unicode code points: an emoji built from several
 * counts as several. Unlike UTF-16 units they cannot be split into halves that are no text, and unlike
 * graphemes they are counted the same by every version of Unicode.
 *
 * ```ts
 * import { characterCount } from "./characters.ts";
 *
 * if (characterCount("a🙂") !== 2) throw new Error("an emoji is not two characters");
 * ```
 */
export function characterCount(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if (isPairAt(text, i)) {
      count--;
      i++;
    }
  }
  return count;
}

/** Where in `text`, in UTF-16 units, the first `count` characters end; its length if there are fewer. */
export function endOfCharacters(text: string, count: number): number {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; left--) {
    end += isPairAt(text, end) ? 2 : 1;
  }
  return end;
}

function isPairAt(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 &&
    (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}
