/** Google's quota: so many reads and so many writes a minute for each caller. @module */

import type { Clock } from "../base/clock.ts";
import { ApiError } from "./errors.ts";
import type { Identity } from "./protection.ts";

/** Calls a minute that one caller may make. */
export interface Quotas {
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
}

const MINUTE_MS = 60_000;

function exhausted(kind: "read" | "write", limit: number): ApiError {
  const word = kind === "read" ? "Read" : "Write";
  const consumer = "projects/embedded";
  return new ApiError(
    "RESOURCE_EXHAUSTED",
    `Quota exceeded for quota metric '${word} requests' and limit '${word} requests per minute ` +
      `per user' of service 'sheets.googleapis.com' for consumer '${consumer}'.`,
    [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "RATE_LIMIT_EXCEEDED",
        domain: "googleapis.com",
        metadata: {
          consumer,
          quota_limit: `${word}RequestsPerMinutePerUser`,
          quota_limit_value: String(limit),
          quota_location: "global",
          quota_metric: `sheets.googleapis.com/${kind}_requests`,
          service: "sheets.googleapis.com",
        },
      },
      {
        "@type": "type.googleapis.com/google.rpc.Help",
        links: [{
          description: "Request a higher quota limit.",
          url: "https://cloud.google.com/docs/quotas/help/request_increase",
        }],
      },
    ],
  );
}

/** Counts the calls of the minute under way. */
export class QuotaMeter {
  readonly #quotas: Quotas;
  readonly #clock: Clock;
  #minute = -1;
  readonly #used = new Map<string, number>();

  constructor(quotas: Quotas, clock: Clock) {
    this.#quotas = quotas;
    this.#clock = clock;
  }

  /** Counts one call; 429 where it is one too many. */
  count(identity: Identity, kind: "read" | "write"): void {
    const minute = Math.floor(this.#clock.now() / MINUTE_MS);
    if (minute !== this.#minute) this.#used.clear();
    this.#minute = minute;
    const key = `${identity}:${kind}`;
    const limit = kind === "read" ? this.#quotas.readsPerMinute : this.#quotas.writesPerMinute;
    const used = this.#used.get(key) ?? 0;
    if (used >= limit) throw exhausted(kind, limit);
    this.#used.set(key, used + 1);
  }
}
