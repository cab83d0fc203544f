/** "Did you mean …": the nearest of the words somebody may have wanted. @module */

/**
 * The word of `known` that is nearest to `typed`, or null where none is near: at most a third of the
 * letters may differ, one in short words.
 *
 * ```ts
 * import { suggest } from "./suggest.ts";
 *
 * if (suggest("--onec", ["--once", "--plan"]) !== "--once") throw new Error("no suggestion");
 * ```
 */
export function suggest(typed: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const word of known) {
    // At least that many letters differ; comparing them all would take long where the text is.
    if (Math.abs(typed.length - word.length) >= bestDistance) continue;
    const distance = editDistance(typed.toLowerCase(), word.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [word, distance];
  }
  return best;
}

/** `; did you mean "…"?` where a word is near, else nothing. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const word = suggest(typed, known);
  return word === null ? "" : `; did you mean "${word}"?`;
}

/**
 * How many letters must be added, taken out, replaced or swapped with a neighbour to make `b` of
 * `a`: the optimal string alignment distance, in which one swap counts once.
 */
function editDistance(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1];
      let cost = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[right.length] ?? 0;
}
