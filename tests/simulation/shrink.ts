/** Makes a history that fails shorter, until nothing can be left out. @module */

import fc from "fast-check";
import { historiesFor, type History } from "./history.ts";
import { play } from "./play.ts";
import { Violation } from "./stage.ts";
import { Tally } from "./tally.ts";

/** The shortest history that was found to fail, and how to get it again. */
export interface Shrunk {
  readonly history: History;
  /** Leads from the seed's history to this one. */
  readonly path: string;
  readonly what: string;
  readonly story: readonly string[];
}

/** Shortens the failing history of a seed for at most so long; null: it does not fail. */
export async function shrink(seed: number, limitMs: number): Promise<Shrunk | null> {
  let shortest: Violation | null = null;
  const property = fc.asyncProperty(historiesFor(seed), async (history) => {
    try {
      await play(history, new Tally());
    } catch (thrown) {
      if (thrown instanceof Violation) shortest = thrown;
      throw thrown;
    }
  });
  const details = await fc.check(property, {
    seed,
    numRuns: 1,
    interruptAfterTimeLimit: limitMs,
    markInterruptAsFailure: true,
  });
  if (details.counterexample === null || shortest === null) return null;
  const { message, story }: Violation = shortest;
  const [history] = details.counterexample;
  return { history, path: details.counterexamplePath ?? "", what: message, story };
}

/** The history at the end of a path from a seed. */
export async function historyAt(seed: number, path: string): Promise<History> {
  const found: History[] = [];
  await fc.check(
    fc.property(historiesFor(seed), (history) => {
      found.push(history);
      return false;
    }),
    { seed, path, numRuns: 1, endOnFailure: true },
  );
  const [history] = found;
  if (history === undefined) throw new Error(`The path ${path} leads nowhere from seed ${seed}`);
  return history;
}
