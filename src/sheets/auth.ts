/**
 * Signing in as a service account: a signed assertion is exchanged for an access token. The JWT class
 * of google-auth-library posts to a constant address and names it as the audience, whatever the key's
 * own `token_uri` says, and keeps time by the machine; hence these lines.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 * @module
 */

import { sign } from "node:crypto";
import * as z from "zod";
import { must } from "../base/assert.ts";
import type { Clock } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";
import type { Credentials } from "./credentials.ts";
import {
  failureOfAnswer,
  failureOfShape,
  failureOfTransport,
  type RequestContext,
  scrub,
} from "./failure.ts";
import { createExchange, type Fetch, isSuccess, jsonOf } from "./transport.ts";

/** The least that reads and writes a spreadsheet and its metadata. */
const SCOPE = "https://www.googleapis.com/auth/spreadsheets";
/** The longest Google allows. */
const LIFETIME_S = 3_600;
/** A token is renewed this long before it ends, so that it does not end on its way. */
const MARGIN_MS = 5 * 60_000;

/** Where access tokens come from. */
export interface TokenSource {
  /** A token that is good for a while yet. Safe to repeat when it fails. */
  token(): Promise<string>;
  /** Forgets the token, for Google does not accept it. */
  forget(): void;
}

const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().default(LIFETIME_S),
});

const refusalSchema = z.object({
  error: z.string(),
  error_description: z.string().optional(),
});

/** A token source for the account; calls at the same time share one request. */
export function createTokenSource(options: {
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  /** What the token is good for; reading and writing spreadsheets unless told otherwise. */
  readonly scope?: string;
}): TokenSource {
  const { credentials, clock, scope = SCOPE } = options;
  let held: { readonly token: string; readonly since: number; readonly until: number } | null =
    null;
  let pending: Promise<string> | null = null;

  async function exchange(): Promise<string> {
    const now = clock.now();
    const answer = await requestToken(
      credentials,
      now,
      scope,
      options.fetch,
      options.timeoutMs,
    );
    const until = now + answer.expires_in * 1_000 - MARGIN_MS;
    held = { token: answer.access_token, since: now, until };
    return answer.access_token;
  }

  return {
    async token() {
      const now = clock.now();
      // From the future: the clock was set back, and nobody knows how long the token is good for.
      if (held !== null && now >= held.since && now < held.until) return held.token;
      pending ??= exchange().finally(() => pending = null);
      return await pending;
    },
    forget() {
      held = null;
    },
  };
}

/** The assertion a service account signs: a JWT by RS256 (RFC 7519, RFC 7523). */
export function signAssertion(credentials: Credentials, now: number, scope = SCOPE): string {
  const issuedAt = Math.floor(now / 1_000);
  const header = {
    alg: "RS256",
    typ: "JWT",
    ...(credentials.keyId === null ? {} : { kid: credentials.keyId }),
  };
  const claims = {
    iss: credentials.email,
    scope,
    aud: credentials.tokenUri,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_S,
  };
  const encode = (part: object) =>
    new TextEncoder().encode(JSON.stringify(part)).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    });
  const signed = `${encode(header)}.${encode(claims)}`;
  const signature = sign("RSA-SHA256", new TextEncoder().encode(signed), credentials.privateKey);
  return `${signed}.${signature.toString("base64url")}`;
}

async function requestToken(
  credentials: Credentials,
  now: number,
  scope: string,
  send: Fetch,
  timeoutMs: number,
): Promise<z.infer<typeof tokenSchema>> {
  // Asking for a token changes nothing at Google's: it counts as a read.
  const context: RequestContext = {
    kind: "read",
    action: `sign in to Google as ${credentials.email}`,
    email: credentials.email,
  };
  const exchange = createExchange(send, timeoutMs, undefined);
  try {
    await exchange.fetch(credentials.tokenUri, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: signAssertion(credentials, now, scope),
      }).toString(),
    });
  } catch (thrown) {
    throw failureOfTransport(context, thrown);
  }
  const answer = must(exchange.answer, "the answer of an exchange that did not throw");
  if (isSuccess(answer)) {
    const parsed = tokenSchema.safeParse(jsonOf(answer));
    if (!parsed.success) throw failureOfShape(context, "no access token in it");
    return parsed.data;
  }
  const refusal = refusalSchema.safeParse(jsonOf(answer));
  const isOurFault = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  if (isOurFault && refusal.success) {
    throw refused(context, refusal.data.error, refusal.data.error_description);
  }
  throw failureOfAnswer(context, answer, now);
}

function refused(context: RequestContext, error: string, description = ""): AtlasError {
  const said = scrub(description === "" ? error : `${error}: ${description}`);
  return new AtlasError("configuration", `Cannot ${context.action}: ${said}`, {
    hint: /iat|exp|timeframe|clock/i.test(description)
      ? "Set this host's clock right; the signed request is good for one hour only."
      : "Check that the account and this key of it still exist in the Google Cloud console.",
  });
}
