/**
 * The request budget: Google grants a user 60 reads and 60 writes a minute in a project. Waiting here
 * costs seconds; a 429 costs the attempt and a minute.
 *
 * @see https://developers.google.com/workspace/sheets/api/limits
 * @module
 */

import type { Clock } from "../base/clock.ts";

/** Whether a request counts against the reads or the writes of the minute. */
export type RequestKind = "read" | "write";

/** Lets requests through as the budget allows. */
export interface Budget {
  /** Resolves when a request of the kind may be sent; rejects with the signal's reason. */
  take(kind: RequestKind, signal?: AbortSignal): Promise<void>;
}

const MINUTE_MS = 60_000;

/**
 * At most `perMinute` requests of a kind in any 60 seconds. A token bucket that is full at the start
 * lets twice as many through in its first minute; the times of the last ones are exact.
 */
export function createBudget(clock: Clock, perMinute = 60): Budget {
  const sentAt: Record<RequestKind, number[]> = { read: [], write: [] };
  let seenAt = -Infinity;

  /** Tells the time. What was sent a minute ago still was where the clock was set back since. */
  function look(): number {
    const now = clock.now();
    const ms = seenAt - now;
    if (ms > 0) {
      for (const times of Object.values(sentAt)) {
        times.forEach((at, index) => times[index] = at - ms);
      }
    }
    seenAt = now;
    return now;
  }

  return {
    async take(kind, signal) {
      signal?.throwIfAborted();
      const times = sentAt[kind];
      const now = look();
      const oldest = times.length < perMinute ? undefined : times.shift();
      const turn = oldest === undefined ? now : Math.max(now, oldest + MINUTE_MS);
      // Noted before the waiting begins, so that callers at the same time get different turns.
      times.push(turn);
      if (turn > now) await clock.sleep(turn - now, signal);
    },
  };
}
