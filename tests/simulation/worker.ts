/** Plays histories in a thread of its own, one after the other, as it is told. @module */

/// <reference lib="deno.worker" />

import { z } from "zod";
import { messageOf } from "../../src/base/errors.ts";
import { historyOf } from "./history.ts";
import { play } from "./play.ts";
import { Violation } from "./stage.ts";
import { Tally } from "./tally.ts";

const orderSchema = z.object({ seed: z.number() });

self.addEventListener("message", async ({ data }: MessageEvent<unknown>) => {
  const { seed } = orderSchema.parse(data);
  const tally = new Tally();
  let failure: { what: string; story: readonly string[] } | null = null;
  try {
    await play(historyOf(seed), tally);
  } catch (thrown) {
    failure = {
      what: thrown instanceof Error && !(thrown instanceof Violation)
        ? thrown.stack ?? thrown.message
        : messageOf(thrown),
      story: thrown instanceof Violation ? thrown.story : [],
    };
  }
  self.postMessage({ seed, failure, tally: tally.entries() });
});
