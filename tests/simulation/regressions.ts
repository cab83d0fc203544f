/** Seeds that once broke an invariant. @module */

/** A seed, and what it found. */
export interface Regression {
  readonly seed: number;
  /** What was wrong, as it goes on behind "where". */
  readonly was: string;
}

export const REGRESSIONS: readonly Regression[] = [];
