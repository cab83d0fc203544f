/** @module */

import assert from "node:assert/strict";
import { inTurns } from "../../bench/measure.ts";

Deno.test("inTurns() lets the subjects alternate and leaves the rounds of warming up out", async () => {
  const calls: string[] = [];
  const subject = (name: string) => ({
    prepare: (round: number) => void calls.push(`prepare ${name} ${round}`),
    work(round: number) {
      calls.push(`${name} ${round}`);
      return round * 10;
    },
  });
  assert.deepEqual(await inTurns(2, [subject("a"), subject("b")]), [[0, 10], [0, 10]]);
  assert.deepEqual(calls.slice(-8), [
    "prepare a 0",
    "a 0",
    "prepare b 0",
    "b 0",
    "prepare a 1",
    "a 1",
    "prepare b 1",
    "b 1",
  ]);
});

Deno.test("inTurns() takes the time of a round that does not tell its own", async () => {
  const [times = []] = await inTurns(1, [{ work() {} }]);
  assert.equal(times.length, 1);
  assert.ok((times[0] ?? -1) >= 0);
});
