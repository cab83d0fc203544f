/**
 * The circuit breaker: where call after call gets no usable answer, the next ones fail at once instead
 * of waiting for an answer that will not come, and a server in trouble is left alone. After a while one
 * call is let through, and its outcome decides.
 *
 * @see Michael T. Nygard, "Release It!", 2nd edition (2018), chapter 5, "Circuit Breaker"
 * @module
 */

import { type Clock, isoTime } from "../base/clock.ts";
import { AtlasError, type ErrorKind, messageOf } from "../base/errors.ts";
import { getLog } from "../base/log.ts";

/** Failed calls in a row that open the circuit: a cycle that fails has one or two, and then ends. */
const FAILURES_MAX = 3;
/** How long an open circuit lets nothing through, in milliseconds. */
const COOL_DOWN_MS = 10_000;
/** However long a server asks us to stay away, it is asked again after this long. */
const LONGEST_MS = 3_600_000;

/** How the calls to one endpoint stand. Times are in milliseconds. */
export type Circuit =
  /** Calls pass; so many of the last ones failed, one after another. */
  | { readonly kind: "closed"; readonly failures: number }
  /** No call passes from `since` until `until`; then one may. */
  | {
    readonly kind: "open";
    readonly failures: number;
    readonly since: number;
    readonly until: number;
  }
  /** One call is on its way to find out; no other passes. */
  | { readonly kind: "half-open"; readonly failures: number };

/** What a call tells about the endpoint. */
export type Outcome =
  /** It answers, be it with a refusal. */
  | { readonly kind: "answered" }
  /** It does not, or with nothing that can be used. */
  | { readonly kind: "failed" }
  /** It wants to be left alone for so many milliseconds. */
  | { readonly kind: "asked-to-wait"; readonly ms: number; readonly hasFailed: boolean }
  /** Nothing: the call was given up by the caller. */
  | { readonly kind: "unknown" };

/** Whether a call may pass; `circuit` is how things stand once it is on its way. */
export type Admission =
  | { readonly kind: "pass"; readonly circuit: Circuit }
  /** null: when the call that is on its way comes back. */
  | { readonly kind: "refused"; readonly until: number | null };

/** The circuit of an endpoint nobody called yet. */
export const CLOSED: Circuit = { kind: "closed", failures: 0 };

/** Judges a call that wants to be made at `now`. */
export function admit(circuit: Circuit, now: number): Admission {
  switch (circuit.kind) {
    case "closed":
      return { kind: "pass", circuit };
    case "open":
      // A time before the opening: the clock was set back since, and nobody knows how long ago it was.
      return now >= circuit.since && now < circuit.until
        ? { kind: "refused", until: circuit.until }
        : { kind: "pass", circuit: { kind: "half-open", failures: circuit.failures } };
    case "half-open":
      return { kind: "refused", until: null };
  }
}

/**
 * The circuit after a call came back at `now`. A call that was sent before the circuit opened counts
 * for what it tells: an answer closes the circuit, whoever got it.
 *
 * ```ts
 * import { CLOSED, settle } from "./circuit.ts";
 *
 * const twice = settle(settle(CLOSED, { kind: "failed" }, 0), { kind: "failed" }, 0);
 * const open = settle(twice, { kind: "failed" }, 0);
 * if (twice.kind !== "closed" || open.kind !== "open") throw new Error("the third failure opens it");
 * ```
 */
export function settle(circuit: Circuit, outcome: Outcome, now: number): Circuit {
  switch (outcome.kind) {
    case "answered":
      return CLOSED;
    case "asked-to-wait": {
      const next = opened(outcome.hasFailed ? circuit.failures + 1 : 0, now, outcome.ms);
      // A late answer does not shorten what another one asked for.
      return circuit.kind === "open" && circuit.since <= now && circuit.until > next.until
        ? circuit
        : next;
    }
    case "failed": {
      const failures = circuit.failures + 1;
      if (circuit.kind === "open") return { ...circuit, failures };
      return circuit.kind === "half-open" || failures >= FAILURES_MAX
        ? opened(failures, now, 0)
        : { kind: "closed", failures };
    }
    case "unknown":
      return circuit.kind === "half-open"
        ? { ...circuit, kind: "open", since: now, until: now }
        : circuit;
  }
}

function opened(
  failures: number,
  since: number,
  askedMs: number,
): Extract<Circuit, { kind: "open" }> {
  const leastMs = failures >= FAILURES_MAX ? COOL_DOWN_MS : 0;
  return {
    kind: "open",
    failures,
    since,
    until: since + Math.min(Math.max(leastMs, askedMs), LONGEST_MS),
  };
}

/** Failures after which nobody knows whether the endpoint works at all. */
const FAILED: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  "unreachable",
  "server",
  "ambiguous-write",
  "malformed-answer",
]);

/** What the failure of a call tells about the endpoint. */
export function outcomeOf(thrown: unknown): Outcome {
  if (!(thrown instanceof AtlasError) || thrown.kind === "stopped") return { kind: "unknown" };
  const hasFailed = FAILED.has(thrown.kind);
  if (thrown.retryAfterMs !== undefined) {
    return { kind: "asked-to-wait", ms: thrown.retryAfterMs, hasFailed };
  }
  return { kind: hasFailed ? "failed" : "answered" };
}

/** Stands between the callers of one endpoint and the network. */
export interface Breaker {
  /**
   * Makes the call, or throws where the circuit is open. `isProbe`: all depends on this one call, so
   * it should not be repeated.
   *
   * @param action what the call is about, for the message: a verb and its object.
   * @throws {AtlasError} `unreachable` where the call was not made; otherwise what `call` throws.
   */
  run<T>(action: string, call: (isProbe: boolean) => Promise<T>): Promise<T>;
}

const log = getLog("sheets");

/** A breaker whose circuit is closed. */
export function createBreaker(clock: Clock): Breaker {
  let circuit = CLOSED;

  function move(next: Circuit, why: unknown): void {
    if (next.kind === "open" && next.until > next.since && circuit.kind !== "open") {
      log.warn("Google is left alone until {until}: {why}", {
        until: isoTime(next.until),
        why: messageOf(why),
      });
    } else if (next.kind === "closed" && circuit.kind !== "closed") {
      log.info("Google answers again");
    }
    circuit = next;
  }

  return {
    async run(action, call) {
      const now = clock.now();
      const admission = admit(circuit, now);
      if (admission.kind === "refused") throw heldBack(action, admission.until, now);
      circuit = admission.circuit;
      try {
        const answer = await call(admission.circuit.kind === "half-open");
        move(settle(circuit, { kind: "answered" }, clock.now()), null);
        return answer;
      } catch (thrown) {
        move(settle(circuit, outcomeOf(thrown), clock.now()), thrown);
        throw thrown;
      }
    },
  };
}

/** Why a call was not made; kept as the cause of the error, so that code can tell it from a failure. */
class HeldBack extends Error {
  override readonly name = "HeldBack";
}

/** Whether the call was not made at all; then `retryAfterMs` says when it is worth another try. */
export function isHeldBack(thrown: unknown): thrown is AtlasError {
  return thrown instanceof AtlasError && thrown.cause instanceof HeldBack;
}

function heldBack(action: string, until: number | null, now: number): AtlasError {
  const waiting = until === null
    ? "until the call that tries it comes back"
    : `until ${isoTime(until)}`;
  const why = `the last calls failed, and Google is left alone ${waiting}`;
  return new AtlasError("unreachable", `Cannot ${action}: ${why}`, {
    hint:
      "Check the network of this host and its way to Google; it is tried again by itself after that.",
    cause: new HeldBack(why),
    retryAfterMs: until === null ? COOL_DOWN_MS : until - now,
  });
}
