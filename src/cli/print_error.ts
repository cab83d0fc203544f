/** How a failure is told to the person at the terminal. @module */

import { AtlasError, messageOf } from "../base/errors.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit.ts";
import type { LogLevel } from "./settings.ts";
import { oneLine } from "./terminal_text.ts";

/** What to print on standard error, and with which code to exit. */
export interface ToldError {
  readonly text: string;
  readonly exitCode: ExitCode;
}

const WHAT_TO_DO = "  what to do: ";

/** Messages quote what they are about, which may be of any length and hold anything. */
const LINE_MAX = 1_000;

/**
 * Two lines for a failure that the program can name: what happened, and the next step. Anything else
 * is a defect of the program and is called one. Stacks are for people who ask for `debug`.
 */
export function tellError(thrown: unknown, logLevel: LogLevel): ToldError {
  const told = thrown instanceof AtlasError ? knownLines(thrown) : [
    `atlas-mirror: defect: ${messageOf(thrown)}`,
    `${WHAT_TO_DO}Report this message; with --log-level debug it comes with the place in the code.`,
  ];
  const lines = told.map((line) => oneLine(line, LINE_MAX));
  if (logLevel === "debug") lines.push(...stackLines(thrown));
  return {
    text: lines.join("\n") + "\n",
    exitCode: thrown instanceof AtlasError ? exitCodeOf(thrown.kind) : EXIT.failed,
  };
}

function knownLines(error: AtlasError): string[] {
  const lines = [`atlas-mirror: ${startSmall(error.message)}`];
  if (error.hint !== undefined) {
    const [first = "", ...rest] = error.hint.split("\n");
    lines.push(WHAT_TO_DO + first, ...rest.map((line) => line === "" ? "" : `  ${line}`));
  }
  return lines;
}

/** `Cannot …` → `cannot …`, for it follows the program's name; `ATLAS_DATABASE …` stays. */
export function startSmall(message: string): string {
  return /^[A-Z][a-z]/.test(message) ? message.charAt(0).toLowerCase() + message.slice(1) : message;
}

function stackLines(thrown: unknown): string[] {
  const lines: string[] = [];
  let error = thrown;
  while (error instanceof Error) {
    lines.push(error.stack ?? String(error));
    error = error.cause;
    if (error instanceof Error) lines.push("caused by:");
  }
  return lines;
}
