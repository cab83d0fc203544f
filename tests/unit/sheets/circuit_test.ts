/** The circuit breaker: as a table, as laws, and between a client and a server. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { AtlasError, type ErrorKind } from "../../../src/base/errors.ts";
import {
  admit,
  type Circuit,
  CLOSED,
  isHeldBack,
  type Outcome,
  outcomeOf,
  settle,
} from "../../../src/sheets/circuit.ts";
import { clientFor, jumpingClock, serve } from "./doubles.ts";

const FAILED: Outcome = { kind: "failed" };
const ANSWERED: Outcome = { kind: "answered" };
const UNKNOWN: Outcome = { kind: "unknown" };
const asked = (ms: number, hasFailed = true): Outcome => ({
  kind: "asked-to-wait",
  ms,
  hasFailed,
});

const closed = (failures: number): Circuit => ({ kind: "closed", failures });
const open = (failures: number, since: number, until: number): Circuit => ({
  kind: "open",
  failures,
  since,
  until,
});
const halfOpen = (failures: number): Circuit => ({ kind: "half-open", failures });

/** How the circuit stood, what came back at 1,000,000, how it stands. */
const SETTLED: readonly (readonly [Circuit, Outcome, Circuit])[] = [
  [closed(0), ANSWERED, closed(0)],
  [closed(2), ANSWERED, closed(0)],
  [closed(0), FAILED, closed(1)],
  [closed(1), FAILED, closed(2)],
  [closed(2), FAILED, open(3, 1_000_000, 1_010_000)],
  [closed(2), UNKNOWN, closed(2)],
  [closed(0), asked(7_000), open(1, 1_000_000, 1_007_000)],
  [closed(0), asked(7_000, false), open(0, 1_000_000, 1_007_000)],
  [closed(2), asked(7_000), open(3, 1_000_000, 1_010_000)],
  [closed(2), asked(90_000), open(3, 1_000_000, 1_090_000)],
  [closed(0), asked(Infinity), open(1, 1_000_000, 4_600_000)],
  [open(3, 990_000, 1_020_000), FAILED, open(4, 990_000, 1_020_000)],
  [open(3, 990_000, 1_020_000), ANSWERED, closed(0)],
  [open(3, 990_000, 1_020_000), asked(5_000, false), open(3, 990_000, 1_020_000)],
  [open(3, 990_000, 1_020_000), asked(50_000, false), open(0, 1_000_000, 1_050_000)],
  [open(3, 990_000, 1_020_000), UNKNOWN, open(3, 990_000, 1_020_000)],
  [halfOpen(3), ANSWERED, closed(0)],
  [halfOpen(3), FAILED, open(4, 1_000_000, 1_010_000)],
  [halfOpen(3), UNKNOWN, open(3, 1_000_000, 1_000_000)],
  [halfOpen(3), asked(60_000), open(4, 1_000_000, 1_060_000)],
];

Deno.test("settle() counts failures in a row, opens at the third, and believes whoever names a time", () => {
  for (const [before, outcome, after] of SETTLED) {
    assert.deepEqual(
      settle(before, outcome, 1_000_000),
      after,
      JSON.stringify([before, outcome]),
    );
  }
});

Deno.test("admit() lets nothing through while the circuit is open, then one call", () => {
  const circuit = open(3, 1_000, 31_000);
  assert.deepEqual(admit(circuit, 1_000), { kind: "refused", until: 31_000 });
  assert.deepEqual(admit(circuit, 30_999), { kind: "refused", until: 31_000 });
  assert.deepEqual(admit(circuit, 31_000), { kind: "pass", circuit: halfOpen(3) });
  assert.deepEqual(admit(halfOpen(3), 31_000), { kind: "refused", until: null });
});

Deno.test("admit() does not wait for a time from before the clock was set back", () => {
  assert.deepEqual(admit(open(3, 86_400_000, 86_430_000), 86_399_999), {
    kind: "pass",
    circuit: halfOpen(3),
  });
});

Deno.test("outcomeOf() takes a refusal for an answer and only a missing answer for a failure", () => {
  const told = (kind: ErrorKind) => outcomeOf(new AtlasError(kind, "Cannot read")).kind;
  for (const kind of ["unreachable", "server", "ambiguous-write", "malformed-answer"] as const) {
    assert.equal(told(kind), "failed", kind);
  }
  for (const kind of ["refused-request", "configuration", "rate-limited"] as const) {
    assert.equal(told(kind), "answered", kind);
  }
  assert.equal(told("stopped"), "unknown");
  assert.equal(outcomeOf(new TypeError("a defect")).kind, "unknown");
  const limited = new AtlasError("rate-limited", "Cannot read", { retryAfterMs: 5_000 });
  assert.deepEqual(outcomeOf(limited), asked(5_000, false));
});

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constantFrom(FAILED, ANSWERED, UNKNOWN),
  fc.record({
    kind: fc.constant("asked-to-wait" as const),
    ms: fc.oneof(fc.nat(), fc.constant(Infinity)),
    hasFailed: fc.boolean(),
  }),
);

Deno.test("circuit never stays open for over an hour, whatever comes back and however the clock jumps", () => {
  const step = fc.record({ outcome, jumpMs: fc.integer({ min: -1e9, max: 1e9 }) });
  fc.assert(fc.property(fc.array(step), (steps) => {
    let circuit = CLOSED;
    let now = 2e12;
    for (const { outcome, jumpMs } of steps) {
      now += jumpMs;
      const admission = admit(circuit, now);
      if (admission.kind === "pass") circuit = settle(admission.circuit, outcome, now);
      // One call at a time: whoever was let through has come back, so nobody else is on the way.
      assert.notEqual(circuit.kind, "half-open");
      assert.equal(admit(circuit, now + 3_600_000).kind, "pass");
    }
  }));
});

Deno.test("circuit stays closed where no three calls in a row fail", () => {
  const rounds = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.constantFrom(ANSWERED)));
  fc.assert(fc.property(rounds, (rounds) => {
    let circuit = CLOSED;
    for (const [failures, answered] of rounds) {
      for (const outcome of [...Array<Outcome>(failures).fill(FAILED), answered]) {
        circuit = settle(circuit, outcome, 0);
        assert.equal(circuit.kind, "closed");
      }
    }
  }));
});

Deno.test("client leaves a server alone after three failed calls, asks once, and goes on when it answers", async () => {
  let isDown = true;
  await using server = serve(() =>
    isDown ? new Response("{}", { status: 503 }) : Response.json({ valueRanges: [{}] })
  );
  const clock = jumpingClock();
  const client = clientFor(server.endpoint, { clock });
  const read = () => client.values(["'Runs'!A:H"]);
  for (let call = 0; call < 3; call++) await assert.rejects(read(), /Google answered 503/);
  assert.equal(server.seen.length, 9);

  await assert.rejects(read(), (error) => {
    assert.ok(error instanceof AtlasError);
    assert.deepEqual([error.kind, error.retryable, error.retryAfterMs], [
      "unreachable",
      true,
      10_000,
    ]);
    assert.match(error.message, /^Cannot read 'Runs'!A:H: .* left alone until 2026-01-15T14:3\d:/);
    assert.ok(isHeldBack(error));
    assert.match(error.hint ?? "", /tried again by itself/);
    return true;
  });
  await assert.rejects(client.batch([], null), /left alone/);
  assert.equal(server.seen.length, 9, "nothing was sent");
  assert.deepEqual(client.counts(), { read: 9, write: 0, retried: 6 });

  await clock.sleep(10_000);
  await assert.rejects(read(), /Google answered 503/);
  assert.equal(server.seen.length, 10, "one attempt, not three");
  await assert.rejects(read(), /left alone/);

  isDown = false;
  await clock.sleep(10_000);
  await read();
  await client.batch([], null).catch(() => {});
  assert.equal(server.seen.length, 12);
});

Deno.test("client lets one call find out whether the server answers again, and no second beside it", async () => {
  let answer: () => Promise<Response> = () => Promise.resolve(new Response("{}", { status: 500 }));
  await using server = serve(() => answer());
  const clock = jumpingClock();
  const client = clientFor(server.endpoint, { clock });
  const read = () => client.values(["'Runs'!A:H"]);
  for (let call = 0; call < 3; call++) await assert.rejects(read());
  await clock.sleep(10_000);
  const { promise, resolve } = Promise.withResolvers<Response>();
  answer = () => promise;
  const probe = read();
  await assert.rejects(read(), /left alone until the call that tries it comes back/);
  resolve(Response.json({ valueRanges: [{}] }));
  assert.deepEqual(await probe, [[]]);
});

Deno.test("client is not held back by refusals, however many", async () => {
  await using server = serve(() => Response.json({ error: { message: "No" } }, { status: 400 }));
  const client = clientFor(server.endpoint);
  for (let call = 0; call < 5; call++) {
    await assert.rejects(client.values(["'X'!A:H"]), /Cannot read 'X'!A:H: No/);
  }
  assert.equal(server.seen.length, 5);
});

Deno.test("client does not come back before the time that a server named, and no later than in an hour", async () => {
  for (const [retryAfter, waitMs] of [["600", 600_000], ["999999999", 3_600_000]] as const) {
    await using server = serve(() =>
      new Response("{}", { status: 503, headers: { "retry-after": retryAfter } })
    );
    const clock = jumpingClock();
    const client = clientFor(server.endpoint, { clock });
    const read = () => client.values(["'Runs'!A:H"]);
    await assert.rejects(read(), /503/);
    assert.deepEqual(clock.slept, [], "too long to stay for");
    await clock.sleep(waitMs - 1);
    await assert.rejects(read(), /left alone/);
    assert.equal(server.seen.length, 1);
    await clock.sleep(1);
    await assert.rejects(read(), /503/);
    assert.equal(server.seen.length, 2);
  }
});

Deno.test("client whose probing call was given up by its caller lets the next one try", async () => {
  let status = 500;
  await using server = serve(() => Response.json({ valueRanges: [{}] }, { status }));
  const clock = jumpingClock();
  const client = clientFor(server.endpoint, { clock });
  for (let call = 0; call < 3; call++) await assert.rejects(client.values(["'Runs'!A:H"]));
  await clock.sleep(10_000);
  status = 200;
  await assert.rejects(client.values(["'Runs'!A:H"], AbortSignal.abort()), /asked to stop/);
  assert.deepEqual(await client.values(["'Runs'!A:H"]), [[]]);
});
