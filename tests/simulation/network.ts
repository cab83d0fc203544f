/** The network between the mirror and the spreadsheet, with everything that can go wrong on it. @module */

import type { Fetch } from "../../src/sheets/transport.ts";
import type { Fault } from "./history.ts";
import type { Sight } from "./ledger.ts";
import type { Phase } from "./tally.ts";

/** What kind of request it is. */
export type Call = "token" | "quick read" | "full read" | "batch" | "update";

/** An answer, and what there was to be seen when it was given. */
export interface Answer {
  readonly response: Response;
  readonly sight: Sight;
}

/** What the network is connected to. */
export interface Wire {
  /** Applies the request. */
  readonly apply: (request: Request) => Promise<Answer>;
  /** Before the request is applied; returns what is to go wrong with it. */
  readonly onWay: (call: Call, phase: Phase) => Promise<{ fault: Fault | null; number: number }>;
  /** After it was applied and before the answer is on its way. */
  readonly onApplied: (call: Call, number: number, phase: Phase) => Promise<void>;
  /** The whole answer has reached the mirror. `isStale`: it is older than the last write. */
  readonly onDelivered: (call: Call, text: string, sight: Sight, isStale: boolean) => void;
  /** An answer to the read from before the last write; null: everybody sees that write by now. */
  readonly answerLate: (request: Request) => Promise<Answer | null>;
  /** The time on the way, and the time until a request is given up. */
  readonly pass: (kind: "latency" | "timeout") => Promise<void>;
  readonly hit: (fault: Fault) => void;
}

const PHASES: Readonly<Record<Call, { readonly before: Phase; readonly after: Phase }>> = {
  "token": { before: "before the token", after: "before the token" },
  "quick read": { before: "before a quick read", after: "after a quick read" },
  "full read": { before: "before a full read", after: "after a full read" },
  "batch": { before: "before a batch", after: "after a batch" },
  "update": { before: "before an update", after: "after an update" },
};

function callOf(method: string, path: string): Call {
  if (path.startsWith("/token")) return "token";
  if (path.includes("values:batchGet")) return "quick read";
  if (method === "GET") return "full read";
  return path.includes("values:batchUpdateByDataFilter") ? "update" : "batch";
}

export const isWrite = (call: Call) => call === "batch" || call === "update";

function refusal(code: number, status: string, message: string, headers = {}): Response {
  return Response.json({ error: { code, message, status } }, { status: code, headers });
}

/** The answers and failures that need no spreadsheet; null: the request arrives. */
function failEarly(fault: Fault): Response | Error | null {
  switch (fault) {
    case "429":
      return refusal(429, "RESOURCE_EXHAUSTED", "Too many requests");
    case "429 with Retry-After":
      return refusal(429, "RESOURCE_EXHAUSTED", "Too many requests", { "retry-after": "7" });
    case "quota of the minute":
      return refusal(
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user'",
      );
    case "500 before it is applied":
      return refusal(500, "INTERNAL", "Internal error encountered.");
    case "503 before it is applied":
      return refusal(503, "UNAVAILABLE", "The service is currently unavailable.");
    case "expired token":
      return refusal(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token.",
      );
    case "no connection":
      return new TypeError(
        "error sending request: client error (Connect): tcp connect error: Connection refused",
      );
    default:
      return null;
  }
}

/** What becomes of an answer on its way back. */
function failLate(fault: Fault, text: string): Response | Error | null {
  const headers = { "content-type": "application/json; charset=UTF-8" };
  switch (fault) {
    case "500 after it was applied":
      return refusal(500, "INTERNAL", "Internal error encountered.");
    case "503 after it was applied":
      return refusal(503, "UNAVAILABLE", "The service is currently unavailable.");
    case "truncated answer":
      return new Response(text.slice(0, Math.floor(text.length / 2)), { headers });
    case "malformed answer":
      return new Response("<html><body>Sign in to the hotel network</body></html>", {
        headers: { "content-type": "text/html" },
      });
    case "reset in the middle of the answer": {
      const half = new TextEncoder().encode(text.slice(0, Math.floor(text.length / 2)));
      const chunks = [half];
      return new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            const chunk = chunks.pop();
            if (chunk === undefined) controller.error(new Error("connection reset by peer"));
            else controller.enqueue(chunk);
          },
        }),
        { headers },
      );
    }
    default:
      return null;
  }
}

/** The `fetch` of one process. */
export function connect(wire: Wire): Fetch {
  return async (input, init) => {
    init?.signal?.throwIfAborted();
    const request = new Request(input, init);
    const call = callOf(request.method, new URL(request.url).pathname);
    const phase = PHASES[call];
    const { fault, number } = await wire.onWay(call, phase.before);
    await wire.pass("latency");
    const failed = await breakEarly(wire, call, fault, request);
    if (failed !== null) return failed;
    init?.signal?.throwIfAborted();
    const { response, sight } = await wire.apply(request);
    const text = await response.text();
    await wire.onApplied(call, number, phase.after);
    if (fault === "timeout after it was applied") {
      wire.hit(fault);
      await wire.pass("timeout");
      throw new DOMException("Signal timed out.", "TimeoutError");
    }
    const broken = fault === null ? null : failLate(fault, text);
    if (broken !== null && fault !== null) wire.hit(fault);
    if (broken instanceof Error) throw broken;
    if (broken !== null) return broken;
    if (response.ok) wire.onDelivered(call, text, sight, false);
    return new Response(text, { status: response.status, headers: response.headers });
  };
}

async function breakEarly(
  wire: Wire,
  call: Call,
  fault: Fault | null,
  request: Request,
): Promise<Response | null> {
  if (fault === null) return null;
  if (fault === "timeout before it is applied") {
    wire.hit(fault);
    await wire.pass("timeout");
    throw new DOMException("Signal timed out.", "TimeoutError");
  }
  if (fault === "stale read") {
    const late = isWrite(call) || call === "token" ? null : await wire.answerLate(request);
    if (late === null) return null;
    wire.hit(fault);
    const { response, sight } = late;
    if (response.ok) wire.onDelivered(call, await response.clone().text(), sight, true);
    return response;
  }
  const failed = failEarly(fault);
  if (failed === null) return null;
  wire.hit(fault);
  if (failed instanceof Error) throw failed;
  return failed;
}
