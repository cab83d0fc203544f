/** Time that passes only when a test says so, and in which everything that sleeps wakes in order. @module */

import { setImmediate } from "node:timers";
import type { Clock } from "../../src/base/clock.ts";

interface Sleeper {
  /** On the clock that nobody can set. */
  readonly wakesAt: number;
  readonly wake: () => void;
}

/**
 * A clock for programs that sleep in several places at once. Sleeping follows a time that only grows;
 * {@linkcode VirtualClock.jump} changes what the clock shows, as a suspended machine or an operator does.
 */
export class VirtualClock implements Clock {
  #elapsed = 0;
  #zero: number;
  #sleepers: Sleeper[] = [];
  readonly #works = new Set<Promise<unknown>>();

  constructor(start: string) {
    this.#zero = Date.parse(start);
  }

  now(): number {
    return this.#zero + this.#elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const sleeper: Sleeper = {
        wakesAt: this.#elapsed + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** Sets what the clock shows, without waking anybody. */
  jump(ms: number): void {
    this.#zero += ms;
  }

  /** Holds this clock until the work is done: it takes real time, but none of this one. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#works.add(work);
    try {
      return await work;
    } finally {
      this.#works.delete(work);
    }
  }

  /** Lets so much time pass; everybody who sleeps wakes when it is time. */
  async pass(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    for (;;) {
      await this.#settled();
      const next = this.#sleepers.reduce<Sleeper | null>(
        (first, sleeper) => first === null || sleeper.wakesAt < first.wakesAt ? sleeper : first,
        null,
      );
      if (next === null || next.wakesAt > end) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#elapsed = Math.max(this.#elapsed, next.wakesAt);
      next.wake();
    }
    this.#elapsed = end;
    await this.#settled();
  }

  /** Until everything that can go on without time has gone on. */
  async #settled(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.#works.size === 0) return;
      await Promise.allSettled(this.#works);
    }
  }
}
