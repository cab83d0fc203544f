/** Refusals in the shape and the words of Google's API. @module */

/** The canonical codes that the embedded spreadsheet answers with, and their HTTP status. */
const HTTP_STATUS = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
} as const;

/** A canonical code of google.rpc. */
export type Status = keyof typeof HTTP_STATUS;

/** One field of a request that could not be read. */
export interface FieldViolation {
  /** Where it stands, as `requests[0].update_cells`; missing for the top of the body. */
  readonly field?: string;
  readonly description: string;
}

/** An answer other than 200. It is thrown inside and leaves the server as JSON. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: Status;
  readonly details: readonly unknown[];

  constructor(status: Status, message: string, details: readonly unknown[] = []) {
    super(message);
    this.status = status;
    this.details = details;
  }

  /** The answer as it goes over the wire. */
  toResponse(): Response {
    const code = HTTP_STATUS[this.status];
    const error = {
      code,
      message: this.message,
      status: this.status,
      ...(this.details.length > 0 ? { details: this.details } : {}),
    };
    const headers = new Headers({ "content-type": "application/json; charset=UTF-8" });
    if (this.status === "UNAUTHENTICATED") {
      headers.set("www-authenticate", 'Bearer realm="https://accounts.google.com/"');
    }
    return new Response(JSON.stringify({ error }, null, 2), { status: code, headers });
  }

  /** The same refusal with the place of the request in front of its message. */
  within(place: string): ApiError {
    return new ApiError(this.status, `Invalid ${place}: ${this.message}`, this.details);
  }
}

/** 400: the request as it stands cannot be carried out. */
export function invalid(message: string): ApiError {
  return new ApiError("INVALID_ARGUMENT", message);
}

/** 400 for a body or query that does not have the documented shape. */
export function badRequest(violations: readonly FieldViolation[]): ApiError {
  const message = violations.map((violation) => violation.description).join("\n");
  return new ApiError("INVALID_ARGUMENT", message, [
    { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: violations },
  ]);
}

/** 404: no such spreadsheet, or no such metadata. */
export function notFound(): ApiError {
  return new ApiError("NOT_FOUND", "Requested entity was not found.");
}

/** 400 for everything Google knows and the embedded spreadsheet does not. */
export function unsupported(what: string): ApiError {
  return invalid(`The embedded spreadsheet does not support ${what}.`);
}

function errorInfo(reason: string): unknown {
  return {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason,
    domain: "googleapis.com",
    metadata: { service: "sheets.googleapis.com" },
  };
}

/** 401: no token, or none that is good. */
export function unauthenticated(hasToken: boolean): ApiError {
  const expected = "Expected OAuth 2 access token, login cookie or other valid authentication " +
    "credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
  const problem = hasToken
    ? "Request had invalid authentication credentials."
    : "Request is missing required authentication credential.";
  return new ApiError("UNAUTHENTICATED", `${problem} ${expected}`, [
    errorInfo(hasToken ? "ACCESS_TOKEN_EXPIRED" : "CREDENTIALS_MISSING"),
  ]);
}

/** 403: the token is for less than the call needs. */
export function insufficientScope(): ApiError {
  return new ApiError("PERMISSION_DENIED", "Request had insufficient authentication scopes.", [
    errorInfo("ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
  ]);
}

/** 403: the spreadsheet is not shared with the caller. */
export function permissionDenied(): ApiError {
  return new ApiError("PERMISSION_DENIED", "The caller does not have permission");
}
