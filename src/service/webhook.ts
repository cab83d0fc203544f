/**
 * One POST to a receiver of messages: signed, with a time limit, and never carried on to another host.
 *
 * A receiver checks the signature by computing the HMAC-SHA256, with the shared secret, of the header
 * `X-Atlas-Timestamp`, a full stop and the body as it arrived, and comparing its hex digits with the
 * header `X-Atlas-Signature` (`sha256=…`). It refuses a timestamp (seconds since 1970) that is old,
 * and ignores a message whose `Idempotency-Key` it has seen.
 *
 * @module
 */

import { createHmac } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { AtlasError, messageOf } from "../base/errors.ts";

/** As much of `fetch` as is used here. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** How long a receiver has for its whole answer, in milliseconds. */
export const TIMEOUT_MS = 10_000;
/** More redirects within one host are a loop. */
const REDIRECTS = 3;

/** A POST to be made. */
export interface Post {
  readonly url: string;
  /** JSON text. */
  readonly body: string;
  /** Whoever has seen this key has seen the message. */
  readonly idempotencyKey: string;
  /** null: the body is not signed. */
  readonly secret: string | null;
}

/** What a POST is made with. */
export interface PostDeps {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** How long the receiver has, in milliseconds. {@linkcode TIMEOUT_MS} unless told otherwise. */
  readonly timeoutMs?: number;
}

/**
 * The signature of a body sent at `timestamp`, as it stands in the header.
 *
 * ```ts
 * import { signatureOf } from "./webhook.ts";
 *
 * const signature = signatureOf("secret", "1768487400", "{}");
 * if (!/^sha256=[0-9a-f]{64}$/.test(signature)) throw new Error("not of the documented form");
 * ```
 */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
}

/**
 * Makes the POST. The address is a secret itself, so errors name the host alone.
 *
 * @throws {AtlasError} `unreachable` or `server`: trying again may help; `rate-limited` with the time
 * the receiver asks for; `refused-request`: this message will never be taken; `configuration`: none
 * will; `stopped`.
 */
export async function post(message: Post, deps: PostDeps): Promise<void> {
  const { body, idempotencyKey, secret } = message;
  const timestamp = String(Math.floor(deps.clock.now() / 1000));
  const headers = {
    "content-type": "application/json",
    "idempotency-key": idempotencyKey,
    "user-agent": "atlas-mirror",
    "x-atlas-timestamp": timestamp,
    ...(secret === null ? {} : { "x-atlas-signature": signatureOf(secret, timestamp, body) }),
  };
  const deadline = AbortSignal.timeout(deps.timeoutMs ?? TIMEOUT_MS);
  const signal = deps.signal === undefined ? deadline : AbortSignal.any([deps.signal, deadline]);
  let url = new URL(message.url);
  for (let redirects = 0;; redirects++) {
    const response = await send(url, { method: "POST", headers, body, signal }, deps, deadline);
    const location = response.headers.get("location");
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
    if (!isRedirect) return judge(url, response);
    if (redirects === REDIRECTS) {
      throw new AtlasError(
        "refused-request",
        `Cannot notify ${url.host}: it redirects in a circle`,
      );
    }
    url = redirected(url, location);
  }
}

/** The answer, its body read to the end: only then is the exchange over. */
async function send(
  url: URL,
  init: RequestInit,
  deps: PostDeps,
  deadline: AbortSignal,
): Promise<Response> {
  try {
    // The body is a text, not a stream as towards Google: with a stream goes no Content-Length, and
    // small receivers cannot do without. That Deno sends a text again where the connection breaks
    // before the answer does no harm, for the key is the same.
    const response = await deps.fetch(url, { ...init, redirect: "manual" });
    await response.body?.cancel();
    return response;
  } catch (thrown) {
    throw sendingError(url, thrown, deps, deadline);
  }
}

function sendingError(url: URL, thrown: unknown, deps: PostDeps, deadline: AbortSignal) {
  const failed = `Cannot notify ${url.host}`;
  if (deps.signal?.aborted === true) {
    return new AtlasError("stopped", `${failed}: asked to stop`, {
      hint: "The message stays in the outbox; the next run sends it.",
    });
  }
  if (deadline.aborted) {
    const seconds = (deps.timeoutMs ?? TIMEOUT_MS) / 1000;
    return new AtlasError("unreachable", `${failed}: no answer within ${seconds} s`, {
      hint: "The message stays in the outbox and is sent again later.",
    });
  }
  const isDenied = thrown instanceof Error &&
    (thrown.name === "NotCapable" || /Requires net access/.test(thrown.message));
  if (isDenied) {
    return new AtlasError("configuration", `${failed}: this program may not talk to that host`, {
      hint: `Build the program with ATLAS_NET=${url.host}, or use a host it knows.`,
    });
  }
  // The cause is left out, for the runtime's message quotes the whole address.
  const reason = messageOf(thrown).replaceAll(url.href, url.host);
  return new AtlasError("unreachable", `${failed}: ${reason}`, {
    hint: "The message stays in the outbox and is sent again later.",
  });
}

/** Where a redirect leads, if that is the same host and no less safe. */
function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : null;
  if (
    to !== null && to.host === from.host &&
    !(from.protocol === "https:" && to.protocol !== from.protocol)
  ) {
    return to;
  }
  throw new AtlasError(
    "refused-request",
    `Cannot notify ${from.host}: it redirects to ${to?.origin ?? "an address that is none"}`,
    { hint: "Write the receiver's final address into the configuration, if you trust it." },
  );
}

/** Statuses by which a receiver says that the same request may be taken later. */
const PASSING = new Set([408, 409, 423, 425]);

function judge(url: URL, response: Response): void {
  const { status, ok, headers } = response;
  if (ok) return;
  const message = `Cannot notify ${url.host}: it answered ${status}`;
  const seconds = Number(headers.get("retry-after") ?? NaN);
  const wait = Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
  if (status === 429) throw new AtlasError("rate-limited", message, wait);
  if (status >= 500 || PASSING.has(status)) throw new AtlasError("server", message, wait);
  throw new AtlasError("refused-request", message, {
    hint: "Look whether the receiver's address and secret are still valid.",
  });
}
