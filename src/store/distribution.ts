/**
 * Measurements of one kind, boiled down so that hours can be put together to days and years without
 * keeping every value, and percentiles can still be taken.
 *
 * @module
 */

import { must } from "../base/assert.ts";

/**
 * Values are counted in buckets that grow by 2 %, so a percentile that is read from them is within 1 %
 * of the value it stands for (Masson, Rim, Lee: "DDSketch", VLDB 2019).
 */
const GROWTH = 1.02;
/** Smaller values, zero included, share one bucket: a millisecond, where seconds are measured. */
const LEAST_VALUE = 0.001;

/** How many values fell into each bucket, by its number. */
export type Sketch = ReadonlyMap<number, number>;

/** Measurements, put together. The empty one has a count of 0 and no extremes. */
export interface Distribution {
  readonly count: number;
  readonly total: number;
  /** Infinity where there is no value. */
  readonly least: number;
  /** -Infinity where there is no value. */
  readonly most: number;
  /** The values themselves, as far as they are still known. */
  readonly values: readonly number[];
  /** The values that are known by their bucket only. */
  readonly sketch: Sketch;
}

export const NOTHING: Distribution = {
  count: 0,
  total: 0,
  least: Infinity,
  most: -Infinity,
  values: [],
  sketch: new Map(),
};

/** The values, each still known. */
export function distributionOf(values: readonly number[]): Distribution {
  let [total, least, most] = [0, Infinity, -Infinity];
  for (const value of values) {
    total += value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { count: values.length, total, least, most, values, sketch: new Map() };
}

/** The values of both. */
export function merge(a: Distribution, b: Distribution): Distribution {
  return {
    count: a.count + b.count,
    total: a.total + b.total,
    least: Math.min(a.least, b.least),
    most: Math.max(a.most, b.most),
    values: [...a.values, ...b.values],
    sketch: addSketches(a.sketch, b.sketch),
  };
}

/** The same measurements with every value known by its bucket only. */
export function condense(distribution: Distribution): Distribution {
  return { ...distribution, values: [], sketch: wholeSketch(distribution) };
}

function wholeSketch({ values, sketch }: Distribution): Sketch {
  const buckets = new Map<number, number>();
  for (const value of values) {
    const bucket = Math.ceil(Math.log(Math.max(value, LEAST_VALUE)) / Math.log(GROWTH));
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }
  return addSketches(buckets, sketch);
}

function addSketches(a: Sketch, b: Sketch): Sketch {
  const sum = new Map(a);
  for (const [bucket, count] of b) sum.set(bucket, (sum.get(bucket) ?? 0) + count);
  return sum;
}

/** The arithmetic mean; null: there is no value. */
export function mean({ count, total }: Distribution): number | null {
  return count === 0 ? null : total / count;
}

/**
 * The percentile by nearest rank: the smallest value that at least `share` of all values do not
 * exceed. It is one of the values, never something between two; where some are known by their bucket
 * only, it is within 1 % of one.
 *
 * ```ts
 * import { distributionOf, percentile } from "./distribution.ts";
 *
 * const hours = distributionOf([5, 1, 3, 2, 4]);
 * if (percentile(hours, 0.5) !== 3) throw new Error("three of five are at most 3");
 * if (percentile(hours, 0.95) !== 5) throw new Error("only 5 is exceeded by no more than 5 %");
 * ```
 *
 * @param share from 0 to 1.
 * @returns null where there is no value.
 */
export function percentile(distribution: Distribution, share: number): number | null {
  const { count, values, sketch, least, most } = distribution;
  if (count === 0) return null;
  const rank = Math.max(1, Math.ceil(share * count));
  if (sketch.size === 0) {
    return must(values.toSorted((a, b) => a - b)[rank - 1], "the value of the rank");
  }
  let seen = 0;
  const buckets = [...wholeSketch(distribution)].sort(([a], [b]) => a - b);
  for (const [bucket, inside] of buckets) {
    seen += inside;
    if (seen < rank) continue;
    const middle = 2 * GROWTH ** bucket / (GROWTH + 1);
    return Math.min(most, Math.max(least, middle));
  }
  return most;
}
