import assert from "node:assert/strict";
import fc from "fast-check";
import type { Clock } from "../../../src/base/clock.ts";
import { AtlasError, type ErrorKind } from "../../../src/base/errors.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { backoffDelay, type Retry, retry } from "../../../src/base/retry.ts";

/** A clock that remembers how long it was asked to sleep. */
function patientClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => 0,
    sleep(ms, signal) {
      slept.push(ms);
      return signal?.aborted ? Promise.reject(signal.reason) : Promise.resolve();
    },
  };
}

function failing(kind: ErrorKind, details = {}) {
  return new AtlasError(kind, "Cannot do it", details);
}

function setting() {
  return { clock: patientClock(), random: seededRandom(7) };
}

Deno.test("backoffDelay() stays below a bound that doubles up to 32 seconds", () => {
  const bounds = [1, 2, 4, 8, 16, 32, 32, 32];
  bounds.forEach((seconds, index) => {
    const highest = backoffDelay(index + 1, { next: () => 0.999_999, uuid: () => "" });
    assert.equal(highest, seconds * 1_000 - 1);
  });
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 2_000 }), (seed, attempt) => {
    const delay = backoffDelay(attempt, seededRandom(seed));
    assert.ok(Number.isInteger(delay) && delay >= 0 && delay < 32_000);
  }));
});

Deno.test("backoffDelay() never comes back before the server wishes", () => {
  fc.assert(fc.property(fc.integer(), fc.nat(100_000), (seed, retryAfterMs) => {
    const delay = backoffDelay(1, seededRandom(seed), retryAfterMs);
    assert.ok(delay >= retryAfterMs && delay < retryAfterMs + 1_000);
  }));
});

Deno.test("retry() returns the first success and counts the attempts from 1", async () => {
  const { clock, random } = setting();
  const attempts: number[] = [];
  const retries: Retry[] = [];
  const result = await retry((attempt) => {
    attempts.push(attempt);
    return attempt < 3 ? Promise.reject(failing("server")) : Promise.resolve("done");
  }, { clock, random, onRetry: (retry) => retries.push(retry) });
  assert.equal(result, "done");
  assert.deepEqual(attempts, [1, 2, 3]);
  assert.deepEqual(retries.map(({ attempt, delayMs }) => [attempt, delayMs]), [
    [1, clock.slept[0]],
    [2, clock.slept[1]],
  ]);
});

Deno.test("retry() gives up after three attempts with the last error", async () => {
  const { clock, random } = setting();
  let last: AtlasError | undefined;
  const work = () => Promise.reject(last = failing("unreachable"));
  await assert.rejects(retry(work, { clock, random }), (error) => error === last);
  assert.equal(clock.slept.length, 2);
});

Deno.test("retry() does not repeat what cannot succeed", async (t) => {
  const errors = [failing("refused-request"), failing("stopped"), new TypeError("a defect")];
  for (const error of errors) {
    await t.step(error.message, async () => {
      const { clock, random } = setting();
      await assert.rejects(retry(() => Promise.reject(error), { clock, random }), error);
      assert.deepEqual(clock.slept, []);
    });
  }
});

Deno.test("retry() waits as long as the server asks, within reason", async () => {
  const { clock, random } = setting();
  const patient = failing("rate-limited", { retryAfterMs: 20_000 });
  await assert.rejects(retry(() => Promise.reject(patient), { clock, random, attempts: 2 }));
  assert.ok((clock.slept[0] ?? 0) >= 20_000);

  const tomorrow = failing("rate-limited", { retryAfterMs: 86_400_000 });
  await assert.rejects(retry(() => Promise.reject(tomorrow), { clock, random }), tomorrow);
  assert.equal(clock.slept.length, 1);
});

Deno.test("retry() lets the caller decide what is worth another attempt", async () => {
  const { clock, random } = setting();
  let calls = 0;
  const work = () => Promise.reject(new Error(`failure ${++calls}`));
  await assert.rejects(retry(work, { clock, random, shouldRetry: () => true }), /failure 3/);
  await assert.rejects(
    retry(work, { clock, random, shouldRetry: (error) => !String(error).includes("5") }),
    /failure 5/,
  );
});

Deno.test("retry() stops with the signal's reason", async () => {
  const { clock, random } = setting();
  const stop = new AbortController();
  const reason = failing("stopped");
  let calls = 0;
  const work = () => {
    calls++;
    return Promise.reject(failing("server"));
  };
  const options = { clock, random, signal: stop.signal, onRetry: () => stop.abort(reason) };
  await assert.rejects(retry(work, options), (error) => error === reason);
  await assert.rejects(retry(work, options), (error) => error === reason);
  assert.equal(calls, 1);
});
