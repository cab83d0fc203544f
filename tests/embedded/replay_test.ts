/**
 * Plays recorded conversations with Google Sheets against the embedded spreadsheet: every answer must
 * be the recorded one, but for ids that Google rolls anew each time.
 *
 * @module
 */

import assert from "node:assert/strict";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { type EmbeddedSpreadsheet, startEmbedded } from "../../src/embedded/server.ts";

const RECORDINGS = new URL("../../../shared/recordings/real-traffic.jsonl", import.meta.url);

/** Conversations that cannot be played, each with the reason. */
const NOT_PLAYED: Readonly<Record<string, string>> = {
  "ClientTest.test_import_csv": "the values came in through Drive, which is not recorded",
};

interface Step {
  readonly method: string;
  readonly path: string;
  readonly request_body: unknown;
  readonly status: number;
  readonly response_body: unknown;
}

interface Script {
  readonly cassette: string;
  readonly steps: readonly Step[];
}

const ROLLED_IDS = new Set(["sheetId", "namedRangeId", "protectedRangeId", "filterViewId"]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Learns which of our ids stands for which recorded one, from two answers of the same shape. */
function learnIds(recorded: unknown, ours: unknown, ids: Map<string, unknown>): void {
  if (!isObject(recorded) || !isObject(ours)) return;
  for (const [key, value] of Object.entries(recorded)) {
    if (ROLLED_IDS.has(key)) ids.set(String(value), ours[key]);
    else learnIds(value, ours[key], ids);
  }
}

/** The recorded value with our ids in place of the recorded ones. */
function withOurIds(value: unknown, ids: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => withOurIds(item, ids));
  if (!isObject(value)) {
    return typeof value === "string" ? value.replaceAll("{SSID}", "embedded") : value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      ROLLED_IDS.has(key) ? ids.get(String(item)) ?? item : withOurIds(item, ids),
    ]),
  );
}

/** The title that the first recorded look at the spreadsheet shows. */
function titleOf(script: Script): string {
  const first = script.steps[0]?.response_body;
  const properties = isObject(first) && isObject(first["properties"]) ? first["properties"] : {};
  return String(properties["title"] ?? "untitled");
}

async function play(script: Script): Promise<void> {
  await using sheets: EmbeddedSpreadsheet = await startEmbedded({
    storage: ":memory:",
    clock: systemClock,
    random: seededRandom(1),
    title: titleOf(script),
    sharedWith: script.steps[0]?.status === 403 ? [] : ["owner"],
  });
  const id = script.steps[0]?.status === 404 ? "another" : sheets.spreadsheetId;
  const ids = new Map<string, unknown>();
  for (const [index, step] of script.steps.entries()) {
    const url = new URL(step.path.replace("{SSID}", id), sheets.url);
    const answer = await fetch(url, {
      method: step.method,
      headers: { "authorization": "Bearer owner", "content-type": "application/json" },
      ...(step.request_body === null
        ? {}
        : { body: JSON.stringify(withOurIds(step.request_body, ids)) }),
    });
    const body: unknown = await answer.json();
    learnIds(step.response_body, body, ids);
    const place = `step ${index}: ${step.method} ${decodeURIComponent(step.path)}`;
    assert.deepEqual(body, withOurIds(step.response_body, ids), place);
    assert.equal(answer.status, step.status, place);
  }
}

function readScripts(): Script[] | null {
  try {
    const lines = Deno.readTextFileSync(RECORDINGS).trim().split("\n");
    return lines.map((line): Script => JSON.parse(line));
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
    return null;
  }
}

Deno.test("The embedded spreadsheet answers recorded conversations as Google did", async (t) => {
  const scripts = readScripts();
  if (scripts === null) {
    console.log("skipped: the recordings are not beside the repository");
    return;
  }
  let played = 0;
  for (const script of scripts) {
    const reason = NOT_PLAYED[script.cassette];
    if (reason === undefined) played++;
    else console.log(`not played: ${script.cassette}: ${reason}`);
    const ignore = reason !== undefined;
    await t.step({ name: script.cassette, ignore, fn: () => play(script) });
  }
  console.log(`played ${played} of ${scripts.length} conversations`);
});
