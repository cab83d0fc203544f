/**
 * Signing in: the bearer tokens that people have from the start, and those that a service account
 * gets for a signed assertion (RFC 7523), as Google's token endpoint hands them out.
 *
 * @module
 */

import * as z from "zod";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Identity } from "./protection.ts";

/** Seconds that a token lives. */
const LIFETIME_SECONDS = 3600;

/** Seconds that an assertion may live, and that clocks may differ. */
const SKEW_SECONDS = 600;

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SCOPE_PREFIX = "https://www.googleapis.com/auth/";

/** What a token allows. */
export interface Grant {
  readonly identity: Identity;
  /** False: only calls that read. */
  readonly mayWrite: boolean;
}

const headerSchema = z.object({ alg: z.literal("RS256") });
const claimsSchema = z.object({
  iss: z.string().min(1),
  scope: z.string().min(1),
  aud: z.string().min(1),
  iat: z.number().optional(),
  exp: z.number(),
});

/** A refusal as RFC 6749 writes it. */
function refusal(error: string, description: string, status = 400): Response {
  return Response.json({ error, error_description: description }, { status });
}

function decodePart(part: string): unknown {
  try {
    const bytes = Uint8Array.from(
      atob(part.replaceAll("-", "+").replaceAll("_", "/")),
      (character) => character.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** The parameters of a token request, as a form or as JSON. */
function readParameters(text: string): Record<string, string> {
  if (!text.trimStart().startsWith("{")) return Object.fromEntries(new URLSearchParams(text));
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Knows which token stands for whom. */
export class TokenOffice {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #issued = new Map<string, Grant & { readonly expiresMs: number }>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** What the token allows; null: it is unknown or too old. */
  grantOf(token: string): Grant | null {
    if (token === "owner" || token === "editor" || token === "service-account") {
      return { identity: token, mayWrite: true };
    }
    const issued = this.#issued.get(token);
    return issued !== undefined && issued.expiresMs > this.#clock.now() ? issued : null;
  }

  /** Answers a token request with this body. */
  issue(body: string): Response {
    const { grant_type: grantType, assertion = "" } = readParameters(body);
    if (grantType !== GRANT_TYPE) {
      return refusal("unsupported_grant_type", `Invalid grant_type: ${grantType ?? ""}`);
    }
    const [header = "", payload = "", signature = "", ...more] = assertion.split(".");
    const claims = claimsSchema.safeParse(decodePart(payload));
    const isWellFormed = headerSchema.safeParse(decodePart(header)).success && signature !== "" &&
      more.length === 0 && claims.success;
    if (!isWellFormed || claims.data === undefined) {
      return refusal("invalid_grant", "Invalid JWT: Failed to parse the assertion.");
    }
    const { scope, aud, iat, exp } = claims.data;
    const now = this.#clock.now() / 1000;
    const start = iat ?? now;
    if (exp <= now || exp > start + LIFETIME_SECONDS || start > now + SKEW_SECONDS) {
      return refusal(
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable " +
          "timeframe. Check your iat and exp values in the JWT claim.",
      );
    }
    if (!aud.endsWith("/token")) {
      return refusal("invalid_grant", "Invalid JWT: audience is not the token endpoint.");
    }
    const scopes = scope.split(" ").map((url) => url.replace(SCOPE_PREFIX, ""));
    const mayWrite = scopes.some((name) => name === "spreadsheets" || name === "drive");
    if (!mayWrite && !scopes.includes("spreadsheets.readonly")) {
      return refusal("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
    }
    const token = `ya29.embedded-${this.#random.uuid()}`;
    this.#issued.set(token, {
      identity: "service-account",
      mayWrite,
      expiresMs: this.#clock.now() + LIFETIME_SECONDS * 1000,
    });
    return Response.json({
      access_token: token,
      expires_in: LIFETIME_SECONDS - 1,
      token_type: "Bearer",
    });
  }
}
