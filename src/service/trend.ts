/**
 * Whether daily values go up, and how much. The Mann–Kendall test asks whether later days tend to be
 * higher than earlier ones; the Theil–Sen slope says how steep the line through them is. Both look only
 * at pairs of days, so that one wild day decides nothing and no distribution is assumed.
 *
 * Sources: H. B. Mann, "Nonparametric Tests Against Trend", Econometrica 13 (1945); M. G. Kendall,
 * "Rank Correlation Methods" (1975), with the correction for ties; P. K. Sen, "Estimates of the
 * Regression Coefficient Based on Kendall's Tau", JASA 63 (1968).
 *
 * @module
 */

import { must } from "../base/assert.ts";

/** Fewer days cannot tell a trend from chance. */
const LEAST_DAYS = 7;
/** z of the one-sided test at 1 %: asked every day, 5 % would cry wolf every few weeks. */
const CRITICAL_Z = 2.326;
/** A rise over the whole span that is smaller than this share of the median is of no consequence. */
const LEAST_RISE = 0.2;

/** What came of looking for a trend. */
export interface Trend {
  /** Whether the values go up, by more than chance and by more than a little. */
  readonly rising: boolean;
  /** What the Theil–Sen line gains a day. */
  readonly slope: number;
  /** What it gains from the first day to the last. */
  readonly rise: number;
  /** Standard deviations from "no trend"; positive: upwards. */
  readonly z: number;
}

/**
 * Judges values of successive days, the oldest first.
 *
 * ```ts
 * import { trendOf } from "./trend.ts";
 *
 * if (!trendOf([3, 4, 4, 6, 7, 9, 12])?.rising) throw new Error("this goes up");
 * if (trendOf([5, 5, 90, 5, 4, 5, 6])?.rising) throw new Error("one wild day is no trend");
 * ```
 *
 * @returns null where there are too few days to say anything.
 */
export function trendOf(daily: readonly number[]): Trend | null {
  if (daily.length < LEAST_DAYS) return null;
  const slopes: number[] = [];
  let score = 0;
  for (const [j, later] of daily.entries()) {
    for (const [i, earlier] of daily.slice(0, j).entries()) {
      score += Math.sign(later - earlier);
      slopes.push((later - earlier) / (j - i));
    }
  }
  const deviation = Math.sqrt(scoreVariance(daily));
  // The score is a whole number; half a step (here one, for it moves in twos) corrects for that.
  const z = deviation === 0 ? 0 : (score - Math.sign(score)) / deviation;
  const slope = median(slopes);
  const rise = slope * (daily.length - 1);
  return {
    rising: z > CRITICAL_Z && rise > 0 && rise >= LEAST_RISE * Math.abs(median(daily)),
    slope,
    rise,
    z,
  };
}

/** The variance of the score where there is no trend; equal values take their part away. */
function scoreVariance(daily: readonly number[]): number {
  const part = (n: number) => n * (n - 1) * (2 * n + 5);
  const groups = new Map<number, number>();
  for (const value of daily) groups.set(value, (groups.get(value) ?? 0) + 1);
  let variance = part(daily.length);
  for (const size of groups.values()) variance -= part(size);
  return variance / 18;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = must(sorted[middle], "the middle value");
  return sorted.length % 2 === 1 ? upper : (must(sorted[middle - 1], "the one before") + upper) / 2;
}
