/** Plays recorded conversations against an embedded spreadsheet. @module */

import { systemClock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { type EmbeddedSpreadsheet, startEmbedded } from "../../src/embedded/server.ts";
import { differences, IdMap } from "./compare.ts";
import type { Script, Step } from "./recordings.ts";

/** One step after it was played. */
export interface PlayedStep {
  readonly step: Step;
  /** `step 3: GET /v4/…`. */
  readonly place: string;
  /** How our answer differs from the recorded one; empty: not at all. */
  readonly differences: readonly string[];
  /** What of it the embedded spreadsheet says it does not do; null: it does all of it. */
  readonly unsupported: string | null;
}

type Play = (method: string, path: string, body: unknown) => Promise<Response>;

/**
 * What happened between two steps where no recording looks: through Drive. It is done here by requests
 * that have the same effect, so that the steps around it can be compared all the same.
 */
const DRIVE_DEEDS: Readonly<
  Record<string, { before: number; deed: (play: Play) => Promise<void> }>
> = {
  // Drive takes a CSV file in: the tab gets the spreadsheet's title, the zone becomes Drive's.
  "ClientTest.test_import_csv": {
    before: 1,
    async deed(play) {
      const title = "Test ClientTest test_import_csv";
      const cells = (row: number) =>
        [1, 2, 3, 4].map((cell) => `test_import_csv ${row * 4 + cell}`);
      await play("POST", "/v4/spreadsheets/{SSID}:batchUpdate", {
        requests: [
          {
            updateSpreadsheetProperties: {
              properties: { timeZone: "America/Los_Angeles" },
              fields: "timeZone",
            },
          },
          { updateSheetProperties: { properties: { sheetId: 0, title }, fields: "title" } },
        ],
      });
      const range = encodeURIComponent(`'${title}'!A1:D4`);
      await play("PUT", `/v4/spreadsheets/{SSID}/values/${range}?valueInputOption=RAW`, {
        values: [0, 1, 2, 3].map(cells),
      });
    },
  },
};

/** Plays a conversation on a fresh spreadsheet and compares every answer. */
export async function replay(script: Script): Promise<readonly PlayedStep[]> {
  const [first] = script.steps;
  await using sheets: EmbeddedSpreadsheet = await startEmbedded({
    storage: ":memory:",
    clock: systemClock,
    random: seededRandom(1),
    title: titleIn(first?.response_body),
    sharedWith: first?.status === 403 ? [] : ["owner"],
  });
  const id = first?.status === 404 ? "another" : sheets.spreadsheetId;
  const ids = new IdMap(sheets.spreadsheetId);
  const play: Play = (method, path, body) =>
    fetch(new URL(path.replace("{SSID}", id), sheets.url), {
      method,
      headers: { "authorization": "Bearer owner", "content-type": "application/json" },
      ...(body === null ? {} : { body: JSON.stringify(ids.translate(body)) }),
    });
  const deed = DRIVE_DEEDS[script.cassette];
  const played: PlayedStep[] = [];
  for (const [index, step] of script.steps.entries()) {
    if (deed?.before === index) await deed.deed(play);
    const answer = await play(step.method, step.path, step.request_body);
    const body: unknown = await answer.json();
    ids.learn(step.response_body, body);
    played.push({
      step,
      place: `step ${index}: ${step.method} ${decodeURIComponent(step.path)}`,
      differences: [
        ...(answer.status === step.status
          ? []
          : [`status ${answer.status} where Google has ${step.status}`]),
        ...differences(ids.translate(step.response_body), body),
      ],
      unsupported: /does not support ([^"]+)\./.exec(JSON.stringify(body))?.[1] ?? null,
    });
  }
  return played;
}

/** The title that the first recorded look at the spreadsheet shows. */
function titleIn(answer: unknown): string {
  if (typeof answer !== "object" || answer === null || !("properties" in answer)) return "untitled";
  const { properties } = answer;
  if (typeof properties !== "object" || properties === null) return "untitled";
  return "title" in properties ? String(properties.title) : "untitled";
}
