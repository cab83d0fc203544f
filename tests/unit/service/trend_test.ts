import assert from "node:assert/strict";
import fc from "fast-check";
import { trendOf } from "../../../src/service/trend.ts";

Deno.test("trendOf() tells series that go up from those that do not", () => {
  const cases: readonly (readonly [what: string, daily: number[], rising: boolean | null])[] = [
    ["too few days", [1, 2, 3, 4, 5, 6], null],
    ["a straight line up", [1, 2, 3, 4, 5, 6, 7], true],
    ["a straight line down", [7, 6, 5, 4, 3, 2, 1], false],
    ["level", [5, 5, 5, 5, 5, 5, 5, 5], false],
    ["nothing at all", [0, 0, 0, 0, 0, 0, 0], false],
    ["from nothing to something, day by day", [0, 0, 1, 2, 2, 4, 5, 7], true],
    ["up, with two steps back", [3, 4, 6, 5, 7, 9, 8, 11, 12, 13], true],
    ["one wild day", [5, 5, 90, 5, 4, 5, 6, 5], false],
    ["one wild day at the end", [5, 4, 5, 6, 5, 4, 5, 90], false],
    ["up, but by less than a fifth", [100, 101, 102, 103, 104, 105, 106, 107], false],
    ["a week's rhythm", [9, 9, 9, 9, 9, 2, 2, 9, 9, 9, 9, 9, 2, 2], false],
    ["up and down again", [1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1], false],
    ["to and fro", [4, 6, 4, 6, 4, 6, 4, 6, 4, 6], false],
    ["a step that stays", [2, 2, 2, 2, 2, 2, 2, 8, 8, 8, 8, 8, 8, 8], true],
  ];
  for (const [what, daily, rising] of cases) {
    assert.equal(trendOf(daily)?.rising ?? null, rising, what);
  }
});

Deno.test("trendOf() gives the figures that are counted by hand", () => {
  // Of 21 pairs 16 go up and 5 down.
  const trend = trendOf([1, 4, 2, 6, 3, 7, 5]);
  assert.ok(trend);
  const deviation = Math.sqrt(7 * 6 * 19 / 18);
  assert.ok(Math.abs(trend.z - (11 - 1) / deviation) < 1e-12, String(trend.z));
  assert.ok(Math.abs(trend.slope - 2 / 3) < 1e-12, String(trend.slope));
});

Deno.test("trendOf() says of a series turned round that it does not rise", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 7, maxLength: 20 }),
      (days) => {
        const [forth, back] = [trendOf(days), trendOf(days.toReversed())];
        assert.ok(forth !== null && back !== null);
        assert.ok(!(forth.rising && back.rising));
        assert.ok(Math.abs(forth.z + back.z) < 1e-9);
      },
    ),
  );
});

Deno.test("trendOf() cries wolf for less than one noise in fifty", () => {
  let rising = 0;
  let state = 1;
  const noise = () => (state = (state * 48_271) % 2_147_483_647) % 100;
  for (let series = 0; series < 2_000; series++) {
    if (trendOf(Array.from({ length: 14 }, noise))?.rising) rising++;
  }
  assert.ok(rising < 40, `${rising} of 2000`);
  assert.ok(rising > 0, "a test that never errs asks for too much");
});
