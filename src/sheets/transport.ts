/**
 * One HTTP exchange with Google, over Deno's own `fetch`. It stands between the Google client and the
 * network, for three things the client cannot do: send a write exactly once, give up after a while,
 * and tell afterwards what happened on the wire.
 *
 * @module
 */

/** As much of `fetch` as is used here; the two Deno versions declare the rest differently. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** An answer as it arrived. */
export interface WireAnswer {
  readonly status: number;
  /** Kept as bytes: of most answers next to nothing has to be decoded. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The header `Retry-After`; null: there was none. */
  readonly retryAfter: string | null;
}

/** What happened on the wire; filled in while the exchange runs. */
export interface Exchange {
  /** The `fetch` to hand to the Google client. Good for one request. */
  readonly fetch: Fetch;
  /** null: no answer arrived in full. */
  answer: WireAnswer | null;
  /** Bytes of the request's body. */
  sentBytes: number;
  /** Bytes of the answer's body, unpacked. */
  receivedBytes: number;
  /** What the network threw; null: it threw nothing. */
  failure: unknown;
}

/** Whether the server says that it did what it was asked to do. */
export function isSuccess(answer: WireAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** The answer as JSON; where it is none, its text, for a schema to refuse. */
export function jsonOf({ body }: WireAnswer): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Statuses whose answers have no body, so that a Response made of them must not have one either. */
const BODILESS = new Set([204, 205, 304]);

/**
 * Prepares one exchange.
 *
 * @param send The `fetch` underneath.
 * @param timeoutMs How long the whole exchange may take, the body of the answer included.
 * @param signal Ends the exchange early; left out for a write, which must not be left half done.
 * @param handOn Whether the Google client gets the body of the answer as well.
 */
export function createExchange(
  send: Fetch,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  handOn = true,
): Exchange {
  const exchange: Exchange = {
    answer: null,
    sentBytes: 0,
    receivedBytes: 0,
    failure: null,
    async fetch(input, init) {
      try {
        const deadline = AbortSignal.timeout(timeoutMs);
        const response = await send(input, {
          ...init,
          ...oneShotBody(exchange, init?.body),
          // A redirected write would be sent again, to somebody else.
          redirect: "manual",
          signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        });
        const body = await response.bytes();
        const retryAfter = response.headers.get("retry-after");
        exchange.answer = { status: response.status, body, retryAfter };
        exchange.receivedBytes = body.length;
        return new Response(!handOn || BODILESS.has(response.status) ? null : body, {
          status: response.status,
          headers: response.headers,
        });
      } catch (thrown) {
        exchange.failure = thrown;
        throw thrown;
      }
    },
  };
  return exchange;
}

/**
 * The body as a stream. Deno's fetch silently sends a POST again when the connection breaks before
 * the answer, as long as it can read the body a second time; a stream it cannot.
 */
function oneShotBody(exchange: Exchange, body: BodyInit | null | undefined): RequestInit {
  if (typeof body !== "string") return {};
  const blob = new Blob([body]);
  exchange.sentBytes = blob.size;
  return { body: blob.stream() };
}
