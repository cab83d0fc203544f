import assert from "node:assert/strict";
import { isoTime } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import {
  aroundClockChange,
  DAY_MS,
  drawFormat,
  intoWorkingHours,
  lastClockChange,
} from "../../../src/embedded/world_times.ts";

Deno.test("lastClockChange() finds the last Sunday of March or October", () => {
  for (
    const [now, change] of [
      ["2026-01-15T00:00:00Z", "2025-10-26T01:00:00.000Z"],
      ["2026-03-29T00:59:59Z", "2025-10-26T01:00:00.000Z"],
      ["2026-03-29T01:00:00Z", "2026-03-29T01:00:00.000Z"],
      ["2026-10-24T00:00:00Z", "2026-03-29T01:00:00.000Z"],
      ["2026-12-31T00:00:00Z", "2026-10-25T01:00:00.000Z"],
    ] as const
  ) {
    assert.equal(isoTime(lastClockChange(Date.parse(now))), change);
  }
});

Deno.test("drawFormat() writes the same moment in every format, to the minute at least", () => {
  const random = seededRandom(3);
  const moment = Date.parse("2025-10-26T00:31:00Z");
  const seen = new Set<string>();
  for (let i = 0; i < 1_000; i++) {
    const text = drawFormat(random)(moment);
    seen.add(text);
    const zoned = /(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`;
    assert.equal(Date.parse(zoned.replace(" ", "T")), moment, text);
  }
  assert(seen.size >= 10, [...seen].join(", "));
  for (const text of ["2025-10-25T16:31:00-08:00", "2025-10-26T06:01:00+05:30"]) {
    assert(seen.has(text), `${text} is not among ${[...seen].join(", ")}`);
  }
});

Deno.test("aroundClockChange() writes one hour on the wall for two different hours", () => {
  const texts = aroundClockChange(Date.parse("2025-10-26T01:00:00Z"));
  assert(texts.includes("2025-10-26T01:30:00+01:00"));
  assert(texts.includes("2025-10-26T03:30:00+02:00"));
  assert.equal(new Set(texts).size, texts.length);
});

Deno.test("intoWorkingHours() never goes back by more than the weekend", () => {
  const random = seededRandom(5);
  let quiet = 0;
  for (let i = 0; i < 2_000; i++) {
    const before = Date.parse("2026-01-01T00:00:00Z") + i * 3_600_000;
    const after = intoWorkingHours(random, before);
    assert(Math.abs(after - before) <= 3 * DAY_MS);
    if (new Date(after).getUTCDay() % 6 === 0) quiet++;
  }
  assert(quiet < 2_000 * 2 / 7 / 2, `${quiet} on weekends`);
});
