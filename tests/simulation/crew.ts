/** Several processes that play histories, for as long as there are seeds. @module */

import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { z } from "zod";
import type { Tally } from "./tally.ts";

const playedSchema = z.object({
  seed: z.number(),
  failure: z.string().nullable(),
  tally: z.array(z.tuple([z.string(), z.number()])),
});

/** A history that broke an invariant, or the simulator. */
export interface Failure {
  readonly seed: number;
  readonly what: string;
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
    const player = startPlayer();
    try {
      for (;;) {
        const next = isOver ? undefined : seeds.next();
        if (next === undefined || next.done === true) return;
        const { seed, failure, tally: met } = await player.play(next.value);
        played++;
        tally.add(met);
        if (failure !== null) failures.push({ seed, what: failure });
        if (!onPlayed({ played, failures })) isOver = true;
      }
    } finally {
      await player.end();
    }
  }));
  return { played, failures };
}

interface Player {
  readonly play: (seed: number) => Promise<z.infer<typeof playedSchema>>;
  readonly end: () => Promise<void>;
}

function startPlayer(): Player {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-net=127.0.0.1",
      new URL("./player.ts", import.meta.url).pathname,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const orders = child.stdin.getWriter();
  const lines = createInterface({ input: Readable.fromWeb(child.stdout) })[Symbol.asyncIterator]();
  return {
    play: async (seed) => {
      await orders.write(new TextEncoder().encode(`${seed}\n`));
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`The player of seed ${seed} is gone`);
      return playedSchema.parse(JSON.parse(value));
    },
    end: async () => {
      await orders.close().catch(() => {});
      await child.status;
    },
  };
}
