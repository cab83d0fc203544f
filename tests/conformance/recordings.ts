/**
 * Recorded conversations with Google Sheets, as a folder beside the repository holds them: one script a
 * line, its steps in the order in which they ran on one fresh spreadsheet.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** Where the recordings are looked for unless a folder is given. */
export const RECORDINGS_FOLDER = fileURLToPath(
  new URL("../../../shared/recordings", import.meta.url),
);

const TRAFFIC = "real-traffic.jsonl";

/** What to say where there is no recording in the folder. */
export function missingRecordings(folder: string): string {
  return `the recordings are not there: no ${join(folder, TRAFFIC)}`;
}

const stepSchema = z.object({
  method: z.string(),
  /** With the query; `{SSID}` stands for the spreadsheet's id. */
  path: z.string(),
  request_body: z.unknown(),
  status: z.int(),
  response_body: z.unknown(),
});

const scriptSchema = z.object({
  /** The test of gspread it was recorded with. */
  cassette: z.string(),
  steps: z.array(stepSchema).min(1),
});

/** One request and what Google answered. */
export type Step = Readonly<z.infer<typeof stepSchema>>;

/** A conversation on one spreadsheet. */
export type Script = Readonly<z.infer<typeof scriptSchema>>;

/** The conversations in the folder; null: there are none. */
export async function readScripts(folder = RECORDINGS_FOLDER): Promise<readonly Script[] | null> {
  const text = await readIfThere(join(folder, TRAFFIC));
  if (text === null) return null;
  return text.trim().split("\n").map((line) => scriptSchema.parse(JSON.parse(line)));
}

/** A file's text; null: there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}
