/** About how wide a text is, for columns that size themselves. @module */

/**
 * Widths of the characters from U+0020 to U+007E in thousandths of the font size, as Adobe's font
 * metrics give them for Helvetica, whose widths Arial shares.
 */
const WIDTHS = [
  ...[278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278],
  ...[556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556],
  ...[1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778],
  ...[667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556],
  ...[333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556],
  ...[556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584],
];

/** A character outside the table counts as a digit. */
const OTHER_WIDTH = 556;

/** Pixels a thousandth, so that an `A` has the width that Google was seen to give it. */
const SCALE = 8.484375 / 667;

/** The width of the text's longest line in the default font, in pixels. */
export function textWidth(text: string): number {
  let widest = 0;
  for (const line of text.split("\n")) {
    let units = 0;
    for (const character of line) {
      units += WIDTHS[(character.codePointAt(0) ?? 0) - 0x20] ?? OTHER_WIDTH;
    }
    widest = Math.max(widest, units * SCALE);
  }
  return widest;
}
