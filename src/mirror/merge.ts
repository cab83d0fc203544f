/**
 * The three-way merge of text that only grows. It works on lines: what a human added is appended to
 * what the database holds, and nothing is ever taken away.
 *
 * @module
 */

/** What a human added to a text, and how it joins the text of the database. */
export type Growth =
  /** Nothing new: text was only taken away, or only blanks changed. */
  | { readonly kind: "none" }
  /** New lines, to be appended as lines of their own. */
  | { readonly kind: "lines"; readonly text: string }
  /** More text on the last line: `tail` goes right behind it, `line` is the line as the human sees it. */
  | { readonly kind: "tail"; readonly tail: string; readonly line: string };

/** Lines that differ only in trailing blanks are the same line. */
const sameLine = (a: string, b: string) => a.trimEnd() === b.trimEnd();

/**
 * The lines of `now` that `before` does not have, in order; `before` gives up each line only once. Where
 * a line stands does not matter: one that was moved, or was appended by the mirror to where nobody typed
 * it, is not new.
 */
function newLines(before: readonly string[], now: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of before) {
    const key = line.trimEnd();
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  return now.filter((line) => {
    const key = line.trimEnd();
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
}

/**
 * What a human added who started from `before` and left `now`.
 *
 * ```ts
 * import { growthOf } from "./merge.ts";
 *
 * const growth = growthOf("checked\nlooks fine", "checked\nasked Ada\nlooks fine");
 * if (growth.kind !== "lines" || growth.text !== "asked Ada") throw new Error(growth.kind);
 * ```
 */
export function growthOf(before: string, now: string): Growth {
  const linesBefore = before === "" ? [] : before.split("\n");
  const linesNow = now.split("\n");
  const added = newLines(linesBefore, linesNow);
  while (added.at(-1)?.trim() === "") added.pop();
  while (added[0]?.trim() === "") added.shift();
  if (added.length === 0) return { kind: "none" };
  const last = linesBefore.at(-1)?.trimEnd() ?? "";
  const [first, ...rest] = added;
  // Typing on behind the last line is the commonest edit of all: the line grows, it is not doubled.
  if (
    last !== "" && first !== undefined && first.startsWith(last) && !sameLine(first, last) &&
    linesNow[linesBefore.length - 1] === first && !linesBefore.slice(0, -1).includes(first)
  ) {
    return {
      kind: "tail",
      tail: [first.slice(last.length), ...rest].join("\n"),
      line: added.join("\n"),
    };
  }
  return { kind: "lines", text: added.join("\n") };
}

/** How many characters of new text a growth brings. */
export function growthLength(growth: Growth): number {
  switch (growth.kind) {
    case "none":
      return 0;
    case "lines":
      return growth.text.length;
    case "tail":
      return growth.tail.length;
  }
}

/** `stored` with one more paragraph behind it. */
export function appendText(stored: string, text: string): string {
  return stored.trimEnd() === "" ? text : `${stored.trimEnd()}\n${text}`;
}

/**
 * The text of the database with a human's growth. `lastLine` is the last line the human saw; a tail
 * joins it only where the database still ends with it, otherwise the whole line is appended.
 */
export function grow(stored: string, lastLine: string, growth: Growth): string {
  switch (growth.kind) {
    case "none":
      return stored;
    case "lines":
      return appendText(stored, growth.text);
    case "tail":
      return stored.trimEnd().split("\n").at(-1) === lastLine.trimEnd()
        ? stored.trimEnd() + growth.tail
        : appendText(stored, growth.line);
  }
}
