import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Cadence,
  cronProblem,
  jitterOf,
  nextTick,
  periodAt,
} from "../../../src/service/cadence.ts";

const every = (minutes: number, offsetMs = 0): Cadence => ({ kind: "every", minutes, offsetMs });
const cron = (pattern: string, timeZone = "UTC", offsetMs = 0): Cadence => ({
  kind: "cron",
  time: { cron: pattern, timeZone },
  offsetMs,
});

Deno.test("nextTick() keeps to the table", () => {
  const table: readonly (readonly [cadence: Cadence, after: string, next: string])[] = [
    [every(60), "2026-01-15T14:30:00.000Z", "2026-01-15T15:00:00.000Z"],
    [every(60), "2026-01-15T15:00:00.000Z", "2026-01-15T16:00:00.000Z"],
    [every(60), "2026-01-15T14:59:59.999Z", "2026-01-15T15:00:00.000Z"],
    [every(15), "2026-01-15T14:31:00.000Z", "2026-01-15T14:45:00.000Z"],
    [every(15, 7_000), "2026-01-15T14:45:00.000Z", "2026-01-15T14:45:07.000Z"],
    [every(15, 7_000), "2026-01-15T14:45:07.000Z", "2026-01-15T15:00:07.000Z"],
    // Three equal gaps, which no cron expression can say.
    [every(40), "2026-01-15T00:00:00.000Z", "2026-01-15T00:40:00.000Z"],
    [every(40), "2026-01-15T01:20:00.000Z", "2026-01-15T02:00:00.000Z"],
    [cron("30 3 * * *"), "2026-01-15T14:30:00.000Z", "2026-01-16T03:30:00.000Z"],
    [cron("30 3 * * *"), "2026-01-16T03:30:00.000Z", "2026-01-17T03:30:00.000Z"],
    [cron("30 3 * * *", "UTC", 7_000), "2026-01-16T03:30:00.000Z", "2026-01-16T03:30:07.000Z"],
    [cron("30 3 * * *", "Asia/Tehran"), "2026-01-15T14:30:00.000Z", "2026-01-16T00:00:00.000Z"],
    // An hour earlier on the first day of summer time in Berlin, and the day has 23 hours.
    [cron("30 3 * * *", "Europe/Berlin"), "2026-03-28T12:00:00.000Z", "2026-03-29T01:30:00.000Z"],
    // 02:30 does not exist on that day; the first moment after the gap is taken.
    [cron("30 2 * * *", "Europe/Berlin"), "2026-03-28T12:00:00.000Z", "2026-03-29T01:00:00.000Z"],
  ];
  for (const [cadence, after, next] of table) {
    const found = new Date(nextTick(cadence, Date.parse(after))).toISOString();
    assert.equal(found, next, `${JSON.stringify(cadence)} after ${after}`);
  }
});

Deno.test("nextTick() is later than asked, by no more than a period, and skips no tick", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 10_000 }),
    fc.integer({ min: 0, max: 59_999 }),
    fc.integer({ min: 0, max: 4e12 }),
    (minutes, offsetMs, after) => {
      const cadence = every(minutes, offsetMs);
      const next = nextTick(cadence, after);
      assert(next > after && next - after <= minutes * 60_000);
      assert.equal(nextTick(cadence, next - 1), next);
      assert.equal(nextTick(cadence, next), next + minutes * 60_000);
    },
  ));
});

Deno.test("periodAt() is the gap between two ticks", () => {
  assert.equal(periodAt(every(45), 0), 45 * 60_000);
  assert.equal(periodAt(cron("30 3 * * *"), Date.parse("2026-01-15T12:00:00Z")), 86_400_000);
});

Deno.test("cronProblem() tells what is wrong with an expression", () => {
  const table: readonly (readonly [cron: string, timeZone: string, problem: RegExp | null])[] = [
    ["30 3 * * *", "UTC", null],
    ["30 3 * * *", "Europe/Berlin", null],
    ["30 3 * * *", "Europe/Berlon", /time zone/],
    ["every day", "UTC", /five fields/],
    ["0 30 3 * * *", "UTC", /five fields/],
    ["0 0 30 2 *", "UTC", /never/],
  ];
  for (const [pattern, timeZone, problem] of table) {
    const found = cronProblem({ cron: pattern, timeZone });
    if (problem === null) assert.equal(found, null, pattern);
    else assert.match(found ?? "", problem, pattern);
  }
});

Deno.test("jitterOf() is stable, below a minute, and spreads installations", () => {
  const uuids = Array.from({ length: 200 }, (_, index) => `installation-${index}`);
  const jitters = uuids.map(jitterOf);
  assert.deepEqual(uuids.map(jitterOf), jitters);
  assert(jitters.every((ms) => Number.isInteger(ms) && ms >= 0 && ms < 60_000));
  for (let tenth = 0; tenth < 10; tenth++) {
    const inside = jitters.filter((ms) => Math.floor(ms / 6_000) === tenth).length;
    assert(inside > 5, `${inside} of 200 in the ${tenth}. tenth of the minute`);
  }
});
