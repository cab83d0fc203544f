/** Measuring in turns, so that whatever else the machine does meets all alike. @module */

/** Rounds before the first that counts. */
const WARM_UP = 3;

/** What is measured: one round of work, and what is not to be timed around it. */
export interface Subject {
  /** Makes ready for a round; it is not timed. */
  readonly prepare?: (round: number) => Promise<void> | void;
  /**
   * One round. Where it returns a number, that counts in place of the time it took: not all of that
   * time need be its own.
   */
  readonly work: (round: number) => Promise<number> | number | Promise<void> | void;
}

/**
 * Lets the subjects take turns and returns, for each of them in order, what its rounds took, in
 * milliseconds. The first rounds warm up compiler and caches and do not count.
 */
export async function inTurns(
  rounds: number,
  subjects: readonly Subject[],
): Promise<number[][]> {
  const times = subjects.map((): number[] => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const [index, { prepare, work }] of subjects.entries()) {
      await prepare?.(round);
      const began = performance.now();
      const told = await work(round);
      const took = typeof told === "number" ? told : performance.now() - began;
      if (round >= 0) times[index]?.push(took);
    }
  }
  return times;
}
