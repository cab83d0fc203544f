/** Trying again: how long to wait, how often, and when not at all. @module */

import type { Clock } from "./clock.ts";
import { AtlasError } from "./errors.ts";
import type { Random } from "./random.ts";

/** The first delay is drawn from up to this many milliseconds; the bound doubles every attempt. */
const BASE_MS = 1_000;
/** No delay of our own choosing is longer. */
const CAP_MS = 32_000;
/** A server that asks for more patience than this is left to the next cycle. */
const PATIENCE_MS = 120_000;

/**
 * Milliseconds to wait after the failed `attempt` (counted from 1): exponential backoff with full
 * jitter, so that clients which failed together do not come back together (Marc Brooker,
 * "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). A server's `retryAfterMs` is kept in
 * full and the jitter goes on top, for the same reason.
 *
 * ```ts
 * import { backoffDelay } from "./retry.ts";
 * import { seededRandom } from "./random.ts";
 *
 * const delay = backoffDelay(1, seededRandom(7), 5_000);
 * if (delay < 5_000 || delay > 6_000) throw new Error("the server asked for five seconds");
 * ```
 */
export function backoffDelay(attempt: number, random: Random, retryAfterMs?: number): number {
  const bound = Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  const jitter = Math.floor(random.next() * bound);
  return retryAfterMs === undefined ? jitter : retryAfterMs + jitter;
}

/** Whether a server that asks for so many milliseconds is waited for, or left to the next cycle. */
export function isWorthWaiting(retryAfterMs: number): boolean {
  return retryAfterMs <= PATIENCE_MS;
}

/** A failed attempt that is followed by another. */
export interface Retry {
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  readonly error: unknown;
  readonly delayMs: number;
}

/** What {@linkcode retry} needs beside the work. */
export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How often the work is done at most. 3 unless told otherwise. */
  readonly attempts?: number;
  /** Ends the waiting; the rejection is the signal's reason. */
  readonly signal?: AbortSignal;
  /** Whether another attempt makes sense. Unless told otherwise: what the error says of itself. */
  readonly shouldRetry?: (error: unknown) => boolean;
  /** Told of every retry before its delay begins. */
  readonly onRetry?: (retry: Retry) => void;
}

/**
 * Does the work until it succeeds, fails for good, or has failed `attempts` times; rejects with the
 * last error. The work must be safe to repeat: an ambiguous write has to look first.
 */
export async function retry<T>(
  work: (attempt: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { clock, random, signal, attempts = 3, shouldRetry = isRetryable } = options;
  for (let attempt = 1;; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      const retryAfterMs = error instanceof AtlasError ? error.retryAfterMs : undefined;
      const patient = retryAfterMs === undefined || isWorthWaiting(retryAfterMs);
      if (attempt >= attempts || !patient || signal?.aborted || !shouldRetry(error)) throw error;
      const delayMs = backoffDelay(attempt, random, retryAfterMs);
      options.onRetry?.({ attempt, error, delayMs });
      await clock.sleep(delayMs, signal);
    }
  }
}

/** A request to stop is retryable by the next run, never by this one. */
function isRetryable(error: unknown): boolean {
  return error instanceof AtlasError && error.retryable && error.kind !== "stopped";
}
