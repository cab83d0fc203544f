/** Several threads that play histories, for as long as there are seeds. @module */

import { z } from "zod";
import type { Tally } from "./tally.ts";

const resultSchema = z.object({
  seed: z.number(),
  failure: z.object({ what: z.string(), story: z.array(z.string()) }).nullable(),
  tally: z.array(z.tuple([z.string(), z.number()])),
});

/** A history that broke an invariant, or the simulator. */
export interface Failure {
  readonly seed: number;
  readonly what: string;
  readonly story: readonly string[];
}

/** How a run of many histories went. */
export interface RunResult {
  readonly played: number;
  readonly failures: readonly Failure[];
}

/**
 * Plays the histories of the seeds.
 *
 * @param seeds Where the next seed comes from; it ends the run by ending.
 * @param onPlayed Called after each history; it ends the run by returning false.
 */
export async function playAll(
  seeds: Iterator<number>,
  jobs: number,
  tally: Tally,
  onPlayed: (result: RunResult) => boolean,
): Promise<RunResult> {
  let played = 0;
  const failures: Failure[] = [];
  let isOver = false;
  await Promise.all(Array.from({ length: jobs }, async () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    try {
      for (;;) {
        const next = isOver ? undefined : seeds.next();
        if (next === undefined || next.done === true) return;
        const result = resultSchema.parse(await ask(worker, next.value));
        played++;
        tally.add(result.tally);
        if (result.failure !== null) failures.push({ seed: result.seed, ...result.failure });
        if (!onPlayed({ played, failures })) isOver = true;
      }
    } finally {
      worker.terminate();
    }
  }));
  return { played, failures };
}

function ask(worker: Worker, seed: number): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  worker.onmessage = ({ data }: MessageEvent<unknown>) => resolve(data);
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage({ seed });
  return promise;
}
