/**
 * Seeds that once broke an invariant, with the protections of today or with one of them switched off. A
 * change of `history.ts` gives every seed another history: then `deno task simulate --mutate` finds new
 * ones. What the simulator found is told in few steps in `tests/cycle/narrow_escapes_test.ts` as well.
 *
 * @module
 */

/** A seed, and what it found. */
export interface Regression {
  readonly seed: number;
  /** What was wrong, as it goes on behind "where". */
  readonly was: string;
}

export const REGRESSIONS: readonly Regression[] = [
  { seed: 245, was: "a sleeping process brought a row back that was forgotten" },
];
