/**
 * Text on its way from the sheet into the database: cleaned, judged, looked at for what might be meant
 * to harm.
 *
 * @module
 */

import { distance } from "fastest-levenshtein";
import type { CellValue } from "../contract/cell.ts";
import { cleanText, guardFormula } from "./outgoing.ts";

/**
 * A human's text as the database takes it: the same cleaning as on the way out, so that a text that
 * went both ways is the text that went in. Blanks stay, for people set lists and tables with them.
 */
export function cleanIncoming(text: string): string {
  return cleanText(text);
}

/** What a human's word for an enum amounts to. */
export type EnumJudgement =
  /** It is this word, at most written in another case or with blanks around. */
  | { readonly kind: "known"; readonly word: string }
  /** It is no word, and one word is so close that it was probably meant. */
  | { readonly kind: "near"; readonly word: string }
  /** It is no word, or close to several. */
  | { readonly kind: "unknown" };

/**
 * Judges what stands in an enum cell. A ticked checkbox counts as `true`, a number never counts.
 *
 * ```ts
 * import { judgeEnum } from "./incoming.ts";
 *
 * const judgement = judgeEnum(" Aproved ", ["pending", "approved", "rejected"]);
 * if (judgement.kind !== "near" || judgement.word !== "approved") throw new Error("one letter off");
 * ```
 */
export function judgeEnum(input: CellValue, values: readonly string[]): EnumJudgement {
  if (typeof input === "number") return { kind: "unknown" };
  const typed = cleanText(String(input)).trim();
  if (typed === "") return { kind: "unknown" };
  const folded = fold(typed);
  const word = values.find((value) => value === typed) ??
    values.find((value) => fold(value) === folded);
  if (word !== undefined) return { kind: "known", word };
  // No word is near to a text that is far longer, and measuring is quadratic.
  const near = values.filter((value) =>
    folded.length <= value.length + 2 && distance(folded, fold(value)) <= slipsIn(value)
  );
  const [only] = near;
  return near.length === 1 && only !== undefined
    ? { kind: "near", word: only }
    : { kind: "unknown" };
}

/** How many wrong letters still look like a slip: one in short words, two from six letters on. */
function slipsIn(word: string): number {
  return Math.min(2, Math.floor(word.length / 3));
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** What about a human's text might be meant to harm whoever reads it somewhere else. */
export type Suspicion =
  /** A spreadsheet could compute it: exported again, it is guarded. */
  | "formula"
  /** It holds control characters, which can drive a terminal. They are removed. */
  | "control-characters"
  /** It holds directional overrides, so that it reads as something it is not. They are removed. */
  | "reversed-text"
  /** It holds characters that nobody sees, enough to hide a message. They are removed. */
  | "hidden-characters"
  /** A browser could execute it. Our pages escape it; others may not. */
  | "script";

/** A ZWJ or a soft hyphen comes along with any copied text; so many removed characters do not. */
const HIDDEN_LEAST = 8;

const SUSPICIOUS: readonly (readonly [Suspicion, (text: string) => boolean])[] = [
  ["formula", (text) => guardFormula(text) !== text],
  // deno-lint-ignore no-control-regex
  ["control-characters", (text) => /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F]/.test(text)],
  ["reversed-text", (text) => /[\u202A-\u202E\u2066-\u2069]/.test(text)],
  ["hidden-characters", (text) => hiddenCount(text) >= HIDDEN_LEAST],
  [
    "script",
    (text) =>
      /<\s*\/?\s*(?:script|iframe|object|embed|svg|img|link|style|meta|form|base)\b|\bon[a-z]{3,20}\s*=\s*["']|(?:javascript|vbscript)\s*:|data:text\/html/i
        .test(text),
  ],
];

/**
 * What to log about a text before it is cleaned. Nothing is refused for it: control characters do not
 * survive the cleaning, formulas are guarded, and SQL is harmless because every value is bound.
 */
export function suspicionsIn(text: string): Suspicion[] {
  return SUSPICIOUS.filter(([, test]) => test(text)).map(([suspicion]) => suspicion);
}

function hiddenCount(text: string): number {
  const lines = text.replace(/\r\n/g, "\n");
  return lines.length - cleanText(lines).length;
}
