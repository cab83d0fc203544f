import assert from "node:assert/strict";
import fc from "fast-check";
import { createBudget } from "../../../src/sheets/budget.ts";
import { jumpingClock } from "./doubles.ts";

Deno.test("budget lets no more than 60 requests of a kind through in any minute", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 3_000 }), { minLength: 61, maxLength: 200 }),
      async (pauses) => {
        const clock = jumpingClock(0);
        const budget = createBudget(clock);
        const sent: number[] = [];
        for (const pause of pauses) {
          await clock.sleep(pause);
          await budget.take("read");
          sent.push(clock.now());
        }
        for (let i = 60; i < sent.length; i++) {
          assert.ok((sent[i] ?? 0) - (sent[i - 60] ?? 0) >= 60_000);
        }
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("budget makes nobody wait for the first 60, and counts writes apart", async () => {
  const clock = jumpingClock(0);
  const budget = createBudget(clock);
  for (let i = 0; i < 60; i++) {
    await budget.take("read");
    await budget.take("write");
  }
  assert.deepEqual(clock.slept, []);
  await budget.take("write");
  assert.deepEqual(clock.slept, [60_000]);
});

Deno.test("budget gives callers at the same time different turns", async () => {
  const slept: number[] = [];
  const stoppedClock = {
    now: () => 0,
    sleep: (ms: number) => Promise.resolve(void slept.push(ms)),
  };
  const budget = createBudget(stoppedClock, 1);
  await Promise.all([budget.take("read"), budget.take("read"), budget.take("read")]);
  assert.deepEqual(slept, [60_000, 120_000]);
});

Deno.test("budget rejects with the signal's reason", async () => {
  const budget = createBudget(jumpingClock());
  await assert.rejects(budget.take("read", AbortSignal.abort(new Error("stop"))), /stop/);
});

Deno.test("budget makes nobody wait longer than a minute after the clock was set back", async () => {
  for (const backMs of [1_000, 3_600_000, 86_400_000]) {
    const clock = jumpingClock();
    let shift = 0;
    const budget = createBudget({ ...clock, now: () => clock.now() - shift });
    for (let i = 0; i < 60; i++) await budget.take("read");
    await clock.sleep(20_000);
    shift = backMs;
    await budget.take("read");
    const [, waited = 0] = clock.slept;
    assert.ok(waited >= 40_000 && waited <= 60_000, `${waited} ms after ${backMs} ms back`);
  }
});
