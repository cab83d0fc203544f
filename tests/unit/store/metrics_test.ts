import assert from "node:assert/strict";
import fc from "fast-check";
import { isoTime } from "../../../src/base/clock.ts";
import type { Database } from "../../../src/store/database.ts";
import {
  condense,
  distributionOf,
  mean,
  merge,
  NOTHING,
  percentile,
} from "../../../src/store/distribution.ts";
import {
  addSamples,
  measure,
  pruneMetrics,
  readTotals,
  type Sample,
} from "../../../src/store/metrics.ts";
import { DAY_MS, freshDatabase, NOW } from "./_fixtures.ts";

const HOUR_MS = DAY_MS / 24;

function sample(ms: number, value: number, more: Partial<Sample> = {}): Sample {
  return { at: isoTime(ms), name: "cycle_seconds", tab: "", label: "", value, ...more };
}

function count(db: Database, table: string): number {
  return Number(db.get(`SELECT count(*) AS n FROM ${table}`)?.["n"]);
}

Deno.test("percentile() is by nearest rank: a value that was measured, never one in between", () => {
  const cases: readonly (readonly [values: number[], share: number, expected: number | null])[] = [
    [[], 0.5, null],
    [[7], 0.5, 7],
    [[7], 0.95, 7],
    [[1, 2], 0.5, 1],
    [[4, 1, 3, 2], 0.5, 2],
    [[15, 20, 35, 40, 50], 0.4, 20],
    [Array.from({ length: 100 }, (_, index) => 100 - index), 0.95, 95],
    [[1, 2, 3], 0, 1],
    [[1, 2, 3], 1, 3],
  ];
  for (const [values, share, expected] of cases) {
    assert.equal(percentile(distributionOf(values), share), expected, `${values} at ${share}`);
  }
});

Deno.test("mean() of nothing is null", () => {
  assert.equal(mean(NOTHING), null);
  assert.equal(mean(distributionOf([1, 2, 6])), 3);
});

Deno.test("condense() keeps percentiles within 1 % and everything else as it is", () => {
  const values = fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, values, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
      const exact = distributionOf([...a, ...b]);
      const condensed = merge(condense(distributionOf(a)), distributionOf(b));
      assert.equal(condensed.count, exact.count);
      assert.equal(condensed.least, exact.least);
      assert.equal(condensed.most, exact.most);
      const [expected, found] = [
        percentile(exact, share) ?? NaN,
        percentile(condensed, share) ?? NaN,
      ];
      assert.ok(Math.abs(found - expected) <= 0.0101 * expected, `${found} for ${expected}`);
    }),
  );
});

Deno.test("measure() takes a span from its beginning on and before its end", () => {
  using db = freshDatabase();
  addSamples(db, [sample(NOW - 1, 1), sample(NOW, 2), sample(NOW + 9, 4), sample(NOW + 10, 8)]);
  const [only] = measure(db, { from: NOW, to: NOW + 10 });
  assert.deepEqual(only?.distribution.values, [2, 4]);
});

Deno.test("measure() keeps series apart by name, tab and label", () => {
  using db = freshDatabase();
  addSamples(db, [
    sample(NOW, 1, { name: "sync", tab: "Runs" }),
    sample(NOW, 2, { name: "sync", tab: "Errors_Hotlist" }),
    sample(NOW, 3, { name: "requests", label: "read" }),
    sample(NOW, 4, { name: "requests", label: "write" }),
    sample(NOW, 5, { name: "requests", label: "read" }),
  ]);
  const found = measure(db, { from: NOW, to: NOW + 1 })
    .map(({ name, tab, label, distribution }) => [name, tab, label, distribution.total].join(" "));
  assert.deepEqual(found.sort(), [
    "requests  read 8",
    "requests  write 4",
    "sync Errors_Hotlist  2",
    "sync Runs  1",
  ]);
});

Deno.test("pruneMetrics() keeps a week as it is, a year by the hour, and no measurement twice", () => {
  using db = freshDatabase();
  const hour = Math.floor((NOW - 8 * DAY_MS) / HOUR_MS) * HOUR_MS;
  addSamples(db, [
    sample(NOW - 6 * DAY_MS, 1),
    sample(hour, 2),
    sample(hour + HOUR_MS - 1, 4),
    sample(hour + HOUR_MS, 8),
    sample(NOW - 400 * DAY_MS, 16),
  ]);
  const span = { from: NOW - 30 * DAY_MS, to: NOW + 1 };
  const before = measure(db, span)[0]?.distribution;

  pruneMetrics(db, NOW);
  assert.equal(count(db, "mirror_metric"), 1);
  assert.equal(count(db, "mirror_metric_hour"), 2);
  const after = measure(db, span)[0]?.distribution;
  assert.deepEqual(
    [after?.count, after?.total, after?.least, after?.most],
    [before?.count, before?.total, before?.least, before?.most],
  );

  // A measurement of an hour that was condensed before is added to it.
  addSamples(db, [sample(hour + 1, 32)]);
  pruneMetrics(db, NOW);
  pruneMetrics(db, NOW);
  assert.equal(count(db, "mirror_metric_hour"), 2);
  assert.equal(measure(db, span)[0]?.distribution.total, 1 + 2 + 4 + 8 + 32);

  pruneMetrics(db, NOW + 366 * DAY_MS);
  assert.equal(count(db, "mirror_metric") + count(db, "mirror_metric_hour"), 0);
});

Deno.test("readTotals() never forgets what pruneMetrics() takes away", () => {
  using db = freshDatabase();
  addSamples(db, [sample(NOW, 1.5), sample(NOW, 2.25)]);
  pruneMetrics(db, NOW + 10 * DAY_MS);
  pruneMetrics(db, NOW + 800 * DAY_MS);
  assert.deepEqual(readTotals(db), [
    { name: "cycle_seconds", tab: "", label: "", count: 2, total: 3.75 },
  ]);
});
