/** Spans of time: their lengths in milliseconds, and how they are said. @module */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/**
 * A span in the largest unit that leaves no need for decimals: `45 s`, `90 min`, `26 h`, `3 days`.
 *
 * ```ts
 * import { spanText } from "./durations.ts";
 *
 * if (spanText(5_400_000) !== "90 min") throw new Error("an hour and a half");
 * ```
 */
export function spanText(ms: number): string {
  if (ms < 2 * MINUTE_MS) return `${Math.floor(ms / 1000)} s`;
  if (ms < 2 * HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} days`;
}
