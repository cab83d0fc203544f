/** What holds of the program whatever it is fed. @module */

import assert from "node:assert/strict";
import { AtlasError, type ErrorKind } from "../../src/base/errors.ts";
import { tellError } from "../../src/cli/print_error.ts";

/** What is shown is read by a person; what is longer only hides what matters. */
const LINE_MAX = 2_000;

/** What must not stand in a text that somebody is shown: a terminal would obey it. */
// deno-lint-ignore no-control-regex -- finding them is the point
const COMMANDS = /[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

/** Words that no message may hold. */
export type Secrets = readonly string[];

/**
 * The laws of a failure: it is typed, of one of these kinds, says what failed in lines that a
 * terminal can show, and gives no secret away.
 */
export function checkFailure(
  thrown: unknown,
  kinds: readonly ErrorKind[],
  secrets: Secrets = [],
): AtlasError {
  assert.ok(thrown instanceof AtlasError, `not an AtlasError: ${inspect(thrown)}`);
  assert.ok(kinds.includes(thrown.kind), `${thrown.kind}: ${thrown.message}`);
  const { message, hint = "" } = thrown;
  assert.match(message, /^Cannot \S/, "the message begins with what failed");
  const shown = tellError(thrown, "info").text;
  for (const line of shown.split("\n")) {
    assert.doesNotMatch(line, COMMANDS);
    assert.ok(line.length <= LINE_MAX, `${line.length}: ${line.slice(0, 200)}`);
  }
  for (const secret of secrets) {
    assert.ok(!`${message}\n${hint}\n${shown}`.includes(secret), `in: ${message}`);
  }
  return thrown;
}

/** What the work gave, or how it failed by the laws. */
export async function outcomeOf<T>(
  work: () => T | Promise<T>,
  kinds: readonly ErrorKind[],
  secrets: Secrets = [],
): Promise<{ readonly value: T } | { readonly failure: AtlasError }> {
  try {
    return { value: await work() };
  } catch (thrown) {
    return { failure: checkFailure(thrown, kinds, secrets) };
  }
}

function inspect(thrown: unknown): string {
  return thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown);
}
