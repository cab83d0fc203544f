import assert from "node:assert/strict";
import fc from "fast-check";
import { columnLetter } from "../../../src/contract/column.ts";

Deno.test("columnLetter() counts as A1 notation does", () => {
  const cases: [number, string][] = [
    [0, "A"],
    [7, "H"],
    [25, "Z"],
    [26, "AA"],
    [51, "AZ"],
    [52, "BA"],
    [701, "ZZ"],
    [702, "AAA"],
    [18_277, "ZZZ"], // The last column there can be.
  ];
  for (const [index, letters] of cases) assert.equal(columnLetter(index), letters);
});

Deno.test("columnLetter() names every column once, in order", () => {
  fc.assert(fc.property(fc.nat(18_277), fc.nat(18_277), (a, b) => {
    const [left, right] = [columnLetter(a), columnLetter(b)];
    const isBefore = left.length < right.length || (left.length === right.length && left < right);
    assert.equal(isBefore, a < b);
  }));
});

Deno.test("columnLetter() refuses what is no index", () => {
  for (const index of [-1, 0.5, NaN, Infinity]) {
    assert.throws(() => columnLetter(index), RangeError);
  }
});
