/** Cadences: when something that comes again and again is due. Pure; times are in milliseconds. @module */

import { Cron } from "croner";
import { must } from "../base/assert.ts";
import { sha256Hex } from "../base/digest.ts";
import { seededRandom } from "../base/random.ts";

const MS_PER_MINUTE = 60_000;

/** No installation is later than this behind the full minute. */
const JITTER_MS = 60_000;

/** When something comes again. `offsetMs` is added to every tick. */
export type Cadence =
  /**
   * On a grid that begins at 1970-01-01T00:00Z. Cron expressions cannot say every length ("every 45
   * minutes" is three unequal gaps), and the grid knows no daylight-saving time.
   */
  | { readonly kind: "every"; readonly minutes: number; readonly offsetMs: number }
  /** At the times of a cron expression in a time zone. */
  | { readonly kind: "cron"; readonly time: CronTime; readonly offsetMs: number };

/** A cron expression and the zone it is read in. */
export interface CronTime {
  /** Five fields, as `30 3 * * *`. */
  readonly cron: string;
  /** IANA name. */
  readonly timeZone: string;
}

/**
 * The first tick later than `after`.
 *
 * ```ts
 * import { nextTick } from "./cadence.ts";
 *
 * const noon = Date.parse("2026-01-15T12:00:00Z");
 * const next = nextTick({ kind: "every", minutes: 15, offsetMs: 7_000 }, noon);
 * if (next !== noon + 7_000) throw new Error("seven seconds behind the quarter hour");
 * ```
 */
export function nextTick(cadence: Cadence, after: number): number {
  const { offsetMs } = cadence;
  switch (cadence.kind) {
    case "every": {
      const period = cadence.minutes * MS_PER_MINUTE;
      return (Math.floor((after - offsetMs) / period) + 1) * period + offsetMs;
    }
    case "cron":
      return must(nextCronTime(cadence.time, after - offsetMs), "the next time") + offsetMs;
  }
}

/** The gap between the next two ticks after `at`. */
export function periodAt(cadence: Cadence, at: number): number {
  if (cadence.kind === "every") return cadence.minutes * MS_PER_MINUTE;
  const next = nextTick(cadence, at);
  return nextTick(cadence, next) - next;
}

/** Why the expression cannot be used, as a sentence's end; null: it can. */
export function cronProblem(time: CronTime): string | null {
  try {
    return nextCronTime(time, 0) === null ? "never comes" : null;
  } catch {
    return "must be five fields as in 30 3 * * *, in a time zone as Europe/Berlin";
  }
}

function nextCronTime({ cron, timeZone }: CronTime, after: number): number | null {
  const next = new Cron(cron, { timezone: timeZone, mode: "5-part" }).nextRun(new Date(after));
  return next === null ? null : next.getTime();
}

/**
 * How far behind the full minute this installation works, so that a thousand of them do not call
 * Google in the same second. It follows from the database's UUID, so it stays the same.
 */
export function jitterOf(uuid: string): number {
  const seed = Number.parseInt(sha256Hex(uuid, 8), 16);
  return Math.floor(seededRandom(seed).next() * JITTER_MS);
}
