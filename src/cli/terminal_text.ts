/** Foreign text on a terminal: on one line, short enough, and unable to command the terminal. @module */

/** Control characters, and the marks that turn the direction of text around (Trojan Source). */
// deno-lint-ignore no-control-regex -- finding them is the point
const COMMANDS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

let segmenter: Intl.Segmenter | undefined;

/** Made when it is first needed: the tables of Unicode take longer to load than most commands last. */
function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmenter;
}

/** Each of these is one character wide, whatever stands beside it. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/**
 * The text on one line, at most `width` characters wide: line ends as `⏎`, control characters by
 * their code, the rest cut with `…` at a character's boundary.
 *
 * ```ts
 * import { oneLine } from "./terminal_text.ts";
 *
 * if (oneLine("two\nlines", 40) !== "two ⏎ lines") throw new Error("not on one line");
 * if (oneLine("much too long", 6) !== "much …") throw new Error("not shortened");
 * ```
 */
export function oneLine(text: string, width: number): string {
  return shorten(safeText(text.replace(/\r\n|\r|\n/g, " ⏎ ")), width);
}

/** The text with everything that a terminal would obey, shown by its code instead. */
export function safeText(text: string): string {
  return text.replace(
    COMMANDS,
    (mark) => `\\u{${mark.charCodeAt(0).toString(16).padStart(2, "0")}}`,
  );
}

/** How wide the text is, counted in the characters a person sees. */
export function widthOf(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const _ of graphemes().segment(text)) width++;
  return width;
}

/** The text filled up with blanks to `width`. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** The words of a text in lines of at most `width`, each line behind `indent`. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(indent + longer) > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, indent + line];
}

/** Lines a remark may take; what is longer is read elsewhere. */
const REMARK_LINES = 3;

/** A remark behind a symbol: wrapped, its further lines below the first, and cut where it is long. */
export function remark(symbol: string, text: string, width: number, indent: string): string[] {
  const below = indent + "    ";
  const [first = "", ...rest] = wrap(
    oneLine(text, REMARK_LINES * (width - below.length)),
    width,
    below,
  );
  return [`${indent}${symbol} ${first.slice(below.length)}`, ...rest];
}

function shorten(text: string, width: number): string {
  // Most texts are short, and a text is never wider than it has code units.
  if (text.length <= width) return text;
  const parts: string[] = [];
  for (const { segment } of graphemes().segment(text)) {
    if (parts.length === width) return parts.slice(0, width - 1).join("") + "…";
    parts.push(segment);
  }
  return parts.join("");
}
