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
  { seed: 36, was: "the database is written without looking whether the agent was there first" },
  { seed: 52, was: "what was imported and not yet shown is judged again" },
  { seed: 106, was: "a write counts as arrived on whatever row, without verification" },
  { seed: 245, was: "a sleeping process brought a row back that was forgotten" },
  { seed: 604, was: "a look from before a write without a mark was planned from" },
  { seed: 992, was: "a look from before a row was put back was planned from" },
  { seed: 1429, was: "a note typed into a row that was just getting its anchor was overwritten" },
  {
    seed: 7867,
    was: "a write counted as arrived whose mark could not be left, and the next look was older",
  },
  { seed: 11686, was: "text in a copy that an export had seen went with the copy" },
  {
    seed: 11980,
    was: "a changed time zone was forgotten for a day, for the cycle that saw it failed",
  },
  { seed: 14444, was: "a row that was added twice undid what the agent had written between" },
  {
    seed: 18970,
    was: "a row that had been emptied under a write, whose answer was lost, was imported",
  },
  { seed: 81974670, was: "a row that could not be shown yet was agreed on as people had made it" },
  { seed: 30006311, was: "text below the table was removed in a row's place" },
  { seed: 40000924, was: "a write whose answer was lost was judged by a look from before it" },
  { seed: 60003962, was: "a copy left over counted as the row, whose own ID had been edited" },
  { seed: 1461, was: "a word typed once more in a held row undid what the agent had set" },
  { seed: 20178, was: "text below the table was put into a row that had been emptied" },
  { seed: 320, was: "a write that may have been applied is sent again, without looking" },
];
