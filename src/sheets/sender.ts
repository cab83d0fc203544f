/**
 * How a call travels to Google: signed in, within the budget, timed, counted, and with every failure
 * named. Reads are tried three times; a write is sent exactly once, for only looking can tell what
 * became of one that failed. Where call after call fails, the circuit breaker holds the next ones back.
 *
 * @module
 */

import { OAuth2Client } from "google-auth-library";
import * as z from "zod";
import type { Clock } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";
import { isLoopback } from "../base/loopback.ts";
import type { Random } from "../base/random.ts";
import { retry } from "../base/retry.ts";
import { createTokenSource, type TokenSource } from "./auth.ts";
import { createBudget, type RequestKind } from "./budget.ts";
import { createBreaker } from "./circuit.ts";
import type { Credentials } from "./credentials.ts";
import {
  failureOfAnswer,
  failureOfShape,
  failureOfTransport,
  type RequestContext,
} from "./failure.ts";
import { ShapeError } from "./shape.ts";
import { createExchange, type Exchange, type Fetch, isSuccess } from "./transport.ts";

/** How many requests went out since the client was made. */
export interface RequestCounts {
  /** Reads sent, the repeated ones included. */
  readonly read: number;
  readonly write: number;
  /** How many of the requests repeated a failed one. */
  readonly retried: number;
}

/** One request that went out, for logs and metrics. */
export interface RequestEvent {
  readonly kind: RequestKind;
  /** The method of the API, as `spreadsheets.values.batchGet`. */
  readonly call: string;
  readonly ms: number;
  /** The status of the answer; null: none arrived. */
  readonly status: number | null;
  readonly sentBytes: number;
  /** Bytes of the answer, unpacked. */
  readonly receivedBytes: number;
}

/** What {@linkcode createSender} needs. */
export interface SenderOptions {
  /** The root of the API, as `https://sheets.googleapis.com/`. */
  readonly endpoint: string;
  /** null: nobody signs in; allowed only where the endpoint is this machine. */
  readonly credentials: Credentials | null;
  readonly clock: Clock;
  readonly random: Random;
  /** How long one request may take, in milliseconds. 60,000 unless told otherwise. */
  readonly timeoutMs?: number;
  readonly fetch?: Fetch;
  readonly onRequest?: (event: RequestEvent) => void;
}

/** The options of one call of the Google client. */
export interface MethodOptions {
  readonly fetchImplementation: Fetch;
  readonly responseType: "json";
  readonly retry: false;
}

/**
 * Makes one call with the given options and reads its answer; throws where the shape is wrong.
 * `answerBody` is the answer as it arrived, for who reads it better than the Google client.
 */
export type Work<T> = (
  method: MethodOptions,
  answerBody: () => Uint8Array,
) => Promise<T>;

/** A request as it is told to logs and messages. */
export interface Order {
  /** The method of the API. */
  readonly call: string;
  /** A verb and its object, for messages. */
  readonly action: string;
  /** The answer is read from its body alone; the Google client is not to decode it as well. */
  readonly readsBody?: boolean;
}

/** Sends calls of the Google client. */
export interface Sender {
  /** What the Google client signs its requests with. */
  readonly auth: OAuth2Client;
  readonly counts: () => RequestCounts;
  /** Does the work, a read repeatedly; throws only {@linkcode AtlasError}. */
  send<T>(
    kind: RequestKind,
    order: Order,
    work: Work<T>,
    signal: AbortSignal | undefined,
  ): Promise<T>;
}

/** Of what may be repeated without harm: reads, and asking for a token. */
const ATTEMPTS = 3;

const NOTHING = new Uint8Array();

/**
 * A sender with a budget and a circuit breaker of its own.
 *
 * @throws {AtlasError} `configuration` where nobody signs in and the endpoint is not this machine.
 */
export function createSender(options: SenderOptions): Sender {
  const { clock, random, credentials, timeoutMs = 60_000, fetch: underlying = fetch } = options;
  const tokens = createTokens(options, underlying, timeoutMs);
  const auth = new OAuth2Client();
  const budget = createBudget(clock);
  const breaker = createBreaker(clock);
  const counts = { read: 0, write: 0, retried: 0 };

  async function once<T>(
    kind: RequestKind,
    { call, action, readsBody = false }: Order,
    work: Work<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    await budget.take(kind, signal);
    // A write that is on its way is never given up: that would leave open whether it was applied.
    const stop = kind === "read" ? signal : undefined;
    const exchange = createExchange(underlying, timeoutMs, stop, !readsBody);
    const started = clock.now();
    counts[kind]++;
    try {
      const method: MethodOptions = {
        fetchImplementation: exchange.fetch,
        responseType: "json",
        retry: false,
      };
      return await work(method, () => exchange.answer?.body ?? NOTHING);
    } catch (thrown) {
      if (kind === "read") signal?.throwIfAborted();
      if (exchange.answer?.status === 401) tokens.forget();
      const context = { kind, action, email: credentials?.email ?? null };
      throw failureOf(context, exchange, thrown, clock.now());
    } finally {
      options.onRequest?.({
        kind,
        call,
        ms: clock.now() - started,
        status: exchange.answer?.status ?? null,
        sentBytes: exchange.sentBytes,
        receivedBytes: exchange.receivedBytes,
      });
    }
  }

  return {
    auth,
    counts: () => ({ ...counts }),

    send(kind, order, work, signal) {
      const waiting = { clock, random, ...(signal === undefined ? {} : { signal }) };
      return breaker.run(order.action, async (isProbe) => {
        const attempts = isProbe ? 1 : ATTEMPTS;
        try {
          // A token may be asked for again without harm, so that a write does not fail for want of one.
          const token = await retry(() => tokens.token(), { ...waiting, attempts });
          auth.setCredentials({ access_token: token });
          return await retry(() => once(kind, order, work, signal), {
            ...waiting,
            attempts: kind === "read" ? attempts : 1,
            onRetry: () => void counts.retried++,
          });
        } catch (thrown) {
          throw stoppedOr(thrown, order, signal);
        }
      });
    },
  };
}

function createTokens(
  options: SenderOptions,
  underlying: Fetch,
  timeoutMs: number,
): TokenSource {
  const { credentials, endpoint, clock } = options;
  if (credentials !== null) {
    return createTokenSource({ credentials, clock, fetch: underlying, timeoutMs });
  }
  if (!isLoopback(endpoint)) {
    throw new AtlasError(
      "configuration",
      `Cannot use ${URL.canParse(endpoint) ? new URL(endpoint).origin : "the Sheets endpoint"}: ` +
        "there are no credentials",
      { hint: 'Point the setting "credentials" at the JSON key of a service account.' },
    );
  }
  return { token: () => Promise.resolve("service-account"), forget() {} };
}

/** The error for whatever ended a call: the network, a refusal, or an answer of the wrong shape. */
function failureOf(
  context: RequestContext,
  exchange: Exchange,
  thrown: unknown,
  now: number,
): unknown {
  if (exchange.answer === null) {
    // Nothing reached the network: that is a defect of ours, not a failed request.
    return exchange.failure === null ? thrown : failureOfTransport(context, exchange.failure);
  }
  if (!isSuccess(exchange.answer)) return failureOfAnswer(context, exchange.answer, now);
  return failureOfShape(context, placeOf(thrown) || "not an object");
}

/** Where in an answer the shape is wrong; empty: the answer as a whole. */
function placeOf(thrown: unknown): string {
  if (thrown instanceof ShapeError) return thrown.path;
  return thrown instanceof z.ZodError ? thrown.issues[0]?.path.join(".") ?? "" : "";
}

/** A request that ended because the caller wanted it to is no failure of the network. */
function stoppedOr(thrown: unknown, { action }: Order, signal: AbortSignal | undefined): unknown {
  if (thrown instanceof AtlasError || signal?.aborted !== true) return thrown;
  return new AtlasError("stopped", `Cannot ${action}: asked to stop`, { cause: thrown });
}
