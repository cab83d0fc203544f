/**
 * What SQLite's result codes mean for the operator.
 *
 * The codes: https://sqlite.org/rescode.html. The low byte is the primary code.
 *
 * @module
 */

import { AtlasError, type ErrorKind, messageOf } from "../base/errors.ts";

interface Meaning {
  readonly kind: ErrorKind;
  readonly why: string;
  readonly hint: string;
}

const DAMAGED: Meaning = {
  kind: "database-damaged",
  why: "the file is damaged",
  hint: "Stop everything that writes to it and restore it from a backup.",
};

const MEANINGS: ReadonlyMap<number, Meaning> = new Map([
  [5, {
    kind: "database-busy",
    why: "another process holds the write lock",
    hint: "Let the other writer finish, and keep its transactions short.",
  }],
  [6, {
    kind: "database-busy",
    why: "another statement holds the table",
    hint: "Let the other reader or writer finish.",
  }],
  [8, {
    kind: "database",
    why: "it is read-only",
    hint: "Give the user of the mirror write access to the file and its folder.",
  }],
  [10, {
    kind: "database",
    why: "the disk failed",
    hint: "Look at the disk and the system log, then at the health check.",
  }],
  [11, DAMAGED],
  [13, {
    kind: "database",
    why: "the disk is full",
    hint: "Make room on the disk; nothing of the transaction was kept.",
  }],
  [14, {
    kind: "configuration",
    why: "the file, or the -wal and -shm beside it, cannot be opened",
    hint: "Check that the folder exists and that the user of the mirror may use the files in it.",
  }],
  [26, {
    kind: "configuration",
    why: "it is not a SQLite database",
    hint:
      'Correct the key "database" of the configuration; if it was one, restore it from a backup.',
  }],
]);

/** SQLITE_READONLY_DIRECTORY: the database is in WAL mode and its two files cannot be made. */
const READONLY_DIRECTORY = 1544;

const NOT_A_DATABASE = 26;
const CONSTRAINT = 19;
const LOGIC = 1;

/**
 * The {@linkcode AtlasError} for what the driver or the file system threw; anything else comes back
 * as it is, for then it is a defect.
 */
export function databaseError(thrown: unknown, action: string, path: string): unknown {
  if (!(thrown instanceof Error) || thrown instanceof AtlasError) return thrown;
  const failed = (meaning: Meaning) =>
    new AtlasError(
      meaning.kind,
      `Cannot ${action} database "${path}": ${meaning.why}`,
      { hint: meaning.hint, cause: thrown },
    );
  if (thrown instanceof Deno.errors.PermissionDenied || thrown instanceof Deno.errors.NotCapable) {
    return failed({
      kind: "configuration",
      why: "the mirror may not use this path",
      hint:
        "Check the file's owner and mode, and that it lies below the folder the mirror may use.",
    });
  }
  if (!("code" in thrown) || thrown.code !== "ERR_SQLITE_ERROR") return thrown;
  if ("errcode" in thrown && thrown.errcode === READONLY_DIRECTORY) {
    return failed({
      kind: "configuration",
      why: "its -wal and -shm files are missing, and this user may not create them",
      hint:
        "Run a cycle (--once, or the daemon) as the user of the mirror: it leaves them standing.",
    });
  }
  // The driver gives no code where opening fails; there the cause is always the path.
  const code = "errcode" in thrown && typeof thrown.errcode === "number"
    ? thrown.errcode & 0xff
    : action === "open"
    ? 14
    : LOGIC;
  // It was one when it was opened.
  if (code === NOT_A_DATABASE && action !== "open") return failed(DAMAGED);
  const meaning = MEANINGS.get(code);
  if (meaning !== undefined) return failed(meaning);
  const why = messageOf(thrown);
  if (code === CONSTRAINT) {
    return failed({
      kind: "database",
      why,
      hint: "A constraint or trigger of the table refuses the change; see its definition.",
    });
  }
  if (code === LOGIC && /^no such (table|column)/.test(why)) {
    return failed({
      kind: "configuration",
      why,
      hint: "The tables are not those of the contract; run --init, it names what is missing.",
    });
  }
  return thrown;
}
