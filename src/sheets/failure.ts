/**
 * What a failed request means. The decision that matters is whether a write may have been applied:
 * everything that leaves it open is `ambiguous-write`, and only looking can tell.
 *
 * @see https://cloud.google.com/apis/design/errors
 * @module
 */

import * as z from "zod";
import { AtlasError, type AtlasErrorDetails, type ErrorKind, messageOf } from "../base/errors.ts";
import type { RequestKind } from "./budget.ts";
import { jsonOf, type WireAnswer } from "./transport.ts";

/** The request that failed, as far as a message needs it. */
export interface RequestContext {
  readonly kind: RequestKind;
  /** A verb and its object, as `read 'Runs'!A:H`. */
  readonly action: string;
  /** The address the spreadsheet must be shared with; null: nobody signed in. */
  readonly email: string | null;
}

/** What Google said, kept as the cause of the AtlasError so that code can tell refusals apart. */
export class GoogleRefusal extends Error {
  override readonly name = "GoogleRefusal";
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

const bodySchema = z.object({
  error: z.object({
    message: z.string().default(""),
    status: z.string().default(""),
    details: z.array(z.looseObject({ reason: z.string().optional() })).default([]),
    errors: z.array(z.looseObject({ reason: z.string().optional() })).default([]),
  }),
});

/** The error for an answer with a status other than 2xx. */
export function failureOfAnswer(
  context: RequestContext,
  answer: WireAnswer,
  now: number,
): AtlasError {
  const parsed = bodySchema.safeParse(jsonOf(answer));
  const error = parsed.success ? parsed.data.error : null;
  const said = scrub(error?.message ?? "");
  const reasons = [...error?.details ?? [], ...error?.errors ?? []].map((entry) => entry.reason);
  const retryAfterMs = readRetryAfter(answer.retryAfter, now);
  const fail = (kind: ErrorKind, why: string, hint?: string) =>
    new AtlasError(
      kind,
      `Cannot ${context.action}: ${why}`,
      {
        cause: new GoogleRefusal(answer.status, said),
        ...(hint === undefined ? {} : { hint }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      } satisfies AtlasErrorDetails,
    );

  const isQuota = reasons.some((reason) => /rate_?limit_?exceeded/i.test(reason ?? ""));
  if (answer.status === 429 || (answer.status === 403 && isQuota)) {
    return fail("rate-limited", "Google's request quota for this minute is used up");
  }
  if (answer.status >= 500 || answer.status === 408) {
    const why = `Google answered ${answer.status}${said === "" ? "" : ` (${said})`}`;
    return context.kind === "read" ? fail("server", why) : ambiguous(context, why, answer.status);
  }
  if (answer.status >= 300 && answer.status < 400) {
    return fail(
      "unreachable",
      `a redirect (${answer.status}) came where Google should have answered`,
      "Check whether a proxy or a sign-in page stands between this host and Google.",
    );
  }
  if (answer.status === 401) {
    return fail(
      "configuration",
      "Google does not accept the credentials",
      "Check that the key of the service account was not deleted and that this host's clock is right.",
    );
  }
  if (answer.status === 403) return forbidden(context, reasons, said, fail);
  if (answer.status === 404) {
    return fail(
      "configuration",
      "there is no such spreadsheet",
      'Check "spreadsheetId": it stands in the spreadsheet\'s address between /d/ and /edit.',
    );
  }
  if (/protected cell or object/i.test(said)) {
    return fail(
      "refused-request",
      "a cell is protected against the service account",
      "Add the service account as an editor of the protected range, or run --setup --repair.",
    );
  }
  return fail("refused-request", said === "" ? `Google answered ${answer.status}` : said);
}

/** The error for a request that got no answer, or not all of it. */
export function failureOfTransport(context: RequestContext, thrown: unknown): AtlasError {
  if (thrown instanceof AtlasError) return thrown;
  const text = textOf(thrown);
  const name = thrown instanceof Error ? thrown.name : "";
  if (/Requires net access/.test(text) || name === "NotCapable") {
    return new AtlasError(
      "configuration",
      `Cannot ${context.action}: this program may not connect`,
      {
        hint: "Allow the host with --allow-net, or build the binary with ATLAS_NET.",
        cause: thrown,
      },
    );
  }
  const timedOut = name === "TimeoutError" || /timed? ?out/i.test(text);
  const why = timedOut ? "no answer came in time" : reasonOf(text);
  // Deno's fetch names the phase in which it failed. Where not even a connection stood, nothing was sent.
  const isUnsent = /client error \(Connect\)/.test(text);
  if (context.kind === "write" && !isUnsent) return ambiguous(context, why, null, thrown);
  return new AtlasError("unreachable", `Cannot ${context.action}: ${why}`, {
    hint: "Check the network of this host and its way to Google.",
    cause: thrown,
  });
}

/** The error for an answer that says success and is not of the documented shape. */
export function failureOfShape(context: RequestContext, why: string): AtlasError {
  const text = `the answer is not of the documented shape (${why})`;
  if (context.kind === "write") return ambiguous(context, text, null);
  return new AtlasError("malformed-answer", `Cannot ${context.action}: ${text}`, {
    hint: "Check whether a proxy stands between this host and Google.",
  });
}

/** Whether the request named a tab that does not stand in the spreadsheet, or no longer. */
export function isUnknownRange(thrown: unknown): boolean {
  return thrown instanceof AtlasError && thrown.cause instanceof GoogleRefusal &&
    thrown.cause.message.startsWith("Unable to parse range");
}

/**
 * Milliseconds from a `Retry-After` header, which holds seconds or a date (RFC 9110, 10.2.3);
 * undefined where there is none or it says nothing sensible.
 */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What of a foreign text is looked at, and what of that is told; the patterns are quadratic. */
const LOOKED_AT = 2_000;
const TOLD = 500;

/** Whatever a terminal would obey, or would show in another order than it was written. */
const COMMANDS = /[\p{Cc}\u2028-\u202E\u2066-\u2069]+/gu;

/**
 * A foreign text as a message may quote it: in one line, without queries of addresses and anything that
 * signs in, and without the full stop.
 */
export function scrub(text: string): string {
  return text.slice(0, LOOKED_AT)
    .replaceAll(COMMANDS, " ")
    .replaceAll(/(https?:\/\/[^\s?)"']+)\?[^\s)"']*/g, "$1")
    .replaceAll(
      /\b(Bearer(?=\s)|(?:assertion|access_token)["'\\]*\s*[=:])[\s"'\\]*[^\s&"'\\]+/gi,
      "$1 …",
    )
    .replaceAll(/\bya29\.[\w.-]+|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, "…")
    .slice(0, TOLD)
    .replace(/[.\s]+$/, "")
    .toWellFormed();
}

function forbidden(
  context: RequestContext,
  reasons: readonly (string | undefined)[],
  said: string,
  fail: (kind: ErrorKind, why: string, hint: string) => AtlasError,
): AtlasError {
  if (reasons.includes("SERVICE_DISABLED") || /has not been used in project/.test(said)) {
    return fail(
      "configuration",
      "the Google Sheets API is switched off in the service account's project",
      "Enable the Google Sheets API for the project in the Google Cloud console.",
    );
  }
  return fail(
    "configuration",
    "the spreadsheet is not shared with the service account",
    `Share the spreadsheet with ${context.email ?? "the service account"} as an editor.`,
  );
}

function ambiguous(
  context: RequestContext,
  why: string,
  status: number | null,
  thrown?: unknown,
): AtlasError {
  return new AtlasError(
    "ambiguous-write",
    `Cannot ${context.action}: ${why}; it may have been applied all the same`,
    {
      hint: "Let the next cycle look what arrived; it writes nothing twice.",
      cause: status === null ? thrown : new GoogleRefusal(status, why),
    },
  );
}

/** The messages of an error and of everything underneath it; Deno 2.9 keeps the reason in the cause. */
function textOf(thrown: unknown): string {
  const texts: string[] = [];
  for (let error = thrown; error !== undefined && error !== null; error = causeOf(error)) {
    texts.push(messageOf(error));
  }
  return texts.join(" <- ");
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function reasonOf(text: string): string {
  if (/dns error|failed to lookup/i.test(text)) return "the host name cannot be resolved";
  if (/unreachable|no route/i.test(text)) return "there is no route to the host";
  if (/refused/i.test(text)) return "the connection was refused";
  if (/certificate|tls|UnknownIssuer/i.test(text)) return "the TLS connection failed";
  if (/reset|closed|aborted|incomplete|broken pipe|end of file|eof/i.test(text)) {
    return "the connection broke";
  }
  return "the connection failed";
}
