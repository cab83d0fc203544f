/**
 * Text on its way from the database into the sheet: cleaned of what cannot be seen, guarded so that no
 * program takes it for a formula, cut to a length that a person reads.
 *
 * @module
 */

import { assert } from "../base/assert.ts";
import { sha256Hex } from "../base/digest.ts";
import { characterCount, endOfCharacters } from "./characters.ts";

/** CR, CR LF, NEL, LS and PS all end a line (Unicode, section 5.8); a cell knows only LF. */
const LINE_END = /\r\n|[\r\u0085\u2028\u2029]/g;

/**
 * What a reader cannot see: control characters, the directional overrides that make a text read as
 * something it is not (CVE-2021-42574), zero-width and filler characters, interlinear annotations, and
 * code points that are no characters. Default_Ignorable_Code_Point is Unicode's own list of the rest.
 */
const UNSEEN = String
  .raw`\p{Cc}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB`;

/** Unseen, and needed: tabs, line ends, ZWNJ and ZWJ for Persian and emoji, variation selectors. */
const NEEDED = String.raw`\n\t\u200C\u200D\p{Variation_Selector}`;

/**
 * The flags of England, Scotland and Wales are written in tag characters. Anywhere else these are a
 * way to hide a text in a text, so a flag is matched as a whole to keep it.
 */
const TAG_FLAG = String
  .raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,6}\u{E007F}`;

const INVISIBLE = new RegExp(`(${TAG_FLAG})|[[${UNSEEN}]--[${NEEDED}]]`, "gv");

/** One character takes one variation selector; more of them are a way to hide bytes. */
const VARIATION_RUN = /(\p{Variation_Selector})\p{Variation_Selector}+/gu;

/**
 * The text as it may be shown: line ends are `\n`, invisible characters are gone, a lone surrogate is
 * U+FFFD. Cleaning a clean text changes nothing.
 *
 * ```ts
 * import { cleanText } from "./outgoing.ts";
 *
 * if (cleanText("pay\u202Elapyap\r\nnow\u200B") !== "paylapyap\nnow") throw new Error("not clean");
 * ```
 */
export function cleanText(text: string): string {
  return text.toWellFormed()
    .replace(LINE_END, "\n")
    .replace(INVISIBLE, "$1")
    .replace(VARIATION_RUN, "$1");
}

/** What spreadsheets and their CSV imports take for the beginning of a formula (OWASP, "CSV Injection"). */
const FORMULA_LEAD = /^(?:[\t\r]|\s*[=+\-@＝＋－＠])/;

/** `-5`, `+1.234,50`, `-1e6`, `-3 %`: nothing a spreadsheet could compute. */
const PLAIN_NUMBER = /^[+-]\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?\s?%?$/;

/** `- text`: people write lists. What begins another operator or a bracket is not text. */
const LIST_ITEM = /^- [^\s=+\-@＝＋－＠(|!]/;

/** `cmd|' /C calc'!A0`: Excel takes even a list item for a call of another program. */
const DDE_CALL = /\|[^\n]*!/;

/**
 * The text with an apostrophe in front if a spreadsheet could take it for a formula. The sheet itself
 * never does, for the mirror writes no entered values; this is for those who export or copy the cell.
 *
 * ```ts
 * import { guardFormula } from "./outgoing.ts";
 *
 * if (guardFormula("=1+1") !== "'=1+1") throw new Error("unguarded");
 * if (guardFormula("- buy milk") !== "- buy milk") throw new Error("a list is harmless");
 * ```
 */
export function guardFormula(text: string): string {
  if (!FORMULA_LEAD.test(text) || PLAIN_NUMBER.test(text)) return text;
  if (LIST_ITEM.test(text) && !DDE_CALL.test(text)) return text;
  return `'${text}`;
}

/** A limit below this leaves no room for the text beside the note about what was cut. */
const LEAST_LIMIT = 80;

let segmenter: Intl.Segmenter | undefined;

/** Made when it is first needed: the tables of Unicode take longer to load than a quiet cycle waits. */
function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter;
}

/**
 * The text itself if it has at most `limit` characters, otherwise its beginning and a note of how many
 * characters are missing and which text it was: `… [+4,321 characters, sha256 1a2b3c4d]`. The result
 * never has more than `limit` characters and never ends in half a letter or emoji.
 */
export function cutText(text: string, limit: number): string {
  assert(limit >= LEAST_LIMIT, `a text is cut to at least ${LEAST_LIMIT} characters`);
  // Every character is at least one UTF-16 unit, so most texts need not be counted.
  if (text.length <= limit) return text;
  const total = characterCount(text);
  if (total <= limit) return text;
  const digest = sha256Hex(text, 8);
  const note = (missing: number) =>
    `… [+${missing.toLocaleString("en")} characters, sha256 ${digest}]`;
  const end = endOfCharacters(text, limit - note(total).length);
  // Whether a grapheme ends here depends on all before and on the character behind, up to two units.
  const head = text.slice(0, end + 2);
  const kept = text.slice(0, graphemes().segment(head).containing(end)?.index ?? end);
  return kept + note(total - characterCount(kept));
}
