/**
 * The one family of errors. Every failure the program can name is an {@linkcode AtlasError}; anything
 * else that is thrown is a defect and is reported as one.
 *
 * @module
 */

/** What went wrong, as far as the reader of the message has to act differently. */
export type ErrorKind =
  /** The command line asks for something that does not exist or does not go together. */
  | "usage"
  /** A file, key, table or address that the operator has to put right before a run can begin. */
  | "configuration"
  /** The network or the server cannot be reached; nothing was sent, or only a read. */
  | "unreachable"
  /** Google asks us to slow down. Nothing was applied. */
  | "rate-limited"
  /** The server failed on a read, or said so before it applied anything. */
  | "server"
  /** A write may or may not have been applied: only looking can tell. */
  | "ambiguous-write"
  /** Google answered, and the answer is not of the documented shape. */
  | "malformed-answer"
  /** Google refused the request as it stands: a range, a value or a protected cell. */
  | "refused-request"
  /** Something in the sheet or the database is suspicious; a human must look first. */
  | "guard"
  /** Another writer holds the database longer than we are ready to wait. */
  | "database-busy"
  /** The database cannot be written: it is full or read-only, the disk fails, a constraint refuses. */
  | "database"
  /** The database file is damaged: nothing may be written to it before a human has restored it. */
  | "database-damaged"
  /** Another process is running the cycles. */
  | "lease-held"
  /** The process was asked to stop while the work was under way. */
  | "stopped"
  /** A defect of the program itself. */
  | "internal";

/** Whether the same call may succeed later without anybody changing anything. */
const RETRYABLE: Readonly<Record<ErrorKind, boolean>> = {
  "usage": false,
  "configuration": false,
  "unreachable": true,
  "rate-limited": true,
  "server": true,
  "ambiguous-write": true,
  "malformed-answer": true,
  "refused-request": false,
  "guard": false,
  "database-busy": true,
  "database": false,
  "database-damaged": false,
  "lease-held": true,
  "stopped": true,
  "internal": false,
};

/** What an {@linkcode AtlasError} carries beside its message. */
export interface AtlasErrorDetails {
  /** The next step for the reader, one sentence in the imperative. */
  readonly hint?: string;
  /** The error underneath, shown only with `--log-level debug`. */
  readonly cause?: unknown;
  /** How long the server asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * A failure with a kind, a message for the reader and the way out. The message names the failed
 * action, on what, and why, and ends without a full stop. It never holds a secret.
 *
 * ```ts
 * import { AtlasError } from "./errors.ts";
 *
 * const error = new AtlasError("configuration", 'Cannot open database "/opt/atlas/atlas.db": no such file', {
 *   hint: "Create it with --init, or correct the key \"database\".",
 * });
 * if (error.retryable) throw new Error("a missing file does not appear by itself");
 * ```
 */
export class AtlasError extends Error {
  override readonly name = "AtlasError";
  readonly kind: ErrorKind;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(kind: ErrorKind, message: string, details: AtlasErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.retryable = RETRYABLE[kind];
    this.hint = details.hint;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The message of anything that was thrown, for use inside a longer message. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
