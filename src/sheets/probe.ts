/**
 * `--setup --probe`: tries on a scratch tab of the user's own spreadsheet what the mirror assumes of
 * the real Sheets API. The tab is taken away again whatever happens.
 *
 * @module
 */

import { AtlasError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import type { SheetsClient } from "./client.ts";
import { type Assumption, ASSUMPTIONS } from "./probe_checks.ts";
import { ScratchTab } from "./probe_sheet.ts";

/** What came of one assumption. */
export interface ProbeFinding {
  readonly assumption: Assumption;
  /** What was seen instead; null: the assumption holds. */
  readonly seen: string | null;
}

/** What came of a probe. */
export interface ProbeResult {
  readonly findings: readonly ProbeFinding[];
  /** Whether standing rows can be written by their anchors. */
  readonly anchorsHold: boolean;
  /** The title of the scratch tab where it could not be taken away; null: it is gone. */
  readonly leftBehind: string | null;
}

/**
 * Tries every assumption, with some 38 reads and 33 writes: within the budget of one minute.
 *
 * @param onTry Called before each assumption is tried.
 * @throws {AtlasError} where the network or Google failed, so that nothing can be said. The scratch tab
 * is taken away all the same; where that failed too, the hint names it.
 */
export async function probe(
  client: SheetsClient,
  random: Random,
  onTry: (assumption: Assumption) => void = () => {},
  signal?: AbortSignal,
): Promise<ProbeResult> {
  const tab = await ScratchTab.prepare(client, random, signal);
  let findings: readonly ProbeFinding[];
  try {
    await tab.create();
    findings = await tryAll({ tab, email: client.email }, onTry, signal);
  } catch (thrown) {
    const isGone = await tab.remove();
    throw isGone ? thrown : withHint(thrown, tab.title);
  }
  return {
    findings,
    anchorsHold: findings.every(({ assumption, seen }) => !assumption.anchors || seen === null),
    leftBehind: await tab.remove() ? null : tab.title,
  };
}

async function tryAll(
  context: Parameters<Assumption["check"]>[0],
  onTry: (assumption: Assumption) => void,
  signal: AbortSignal | undefined,
): Promise<readonly ProbeFinding[]> {
  const findings: ProbeFinding[] = [];
  for (const assumption of ASSUMPTIONS) {
    signal?.throwIfAborted();
    onTry(assumption);
    try {
      findings.push({ assumption, seen: await assumption.check(context) });
    } catch (thrown) {
      // A refusal is an answer; no answer is none.
      if (!(thrown instanceof AtlasError) || !IS_ANSWER.has(thrown.kind)) throw thrown;
      findings.push({ assumption, seen: thrown.message });
    }
  }
  return findings;
}

const IS_ANSWER: ReadonlySet<AtlasError["kind"]> = new Set(["refused-request", "malformed-answer"]);

function withHint(thrown: unknown, title: string): unknown {
  if (!(thrown instanceof AtlasError)) return thrown;
  const { kind, message, hint, cause } = thrown;
  const left = `Delete the tab "${title}" by hand; the next probe does it otherwise.`;
  return new AtlasError(kind, message, {
    hint: hint === undefined ? left : `${hint} ${left}`,
    cause,
  });
}
