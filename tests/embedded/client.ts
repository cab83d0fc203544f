/** How the tests speak to an embedded spreadsheet: Google's own client, and plain requests. @module */

import { sheets, type sheets_v4 } from "@googleapis/sheets";
import { OAuth2Client } from "google-auth-library";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { EmbeddedOptions, EmbeddedSpreadsheet, Identity } from "../../src/embedded/server.ts";
import { startChecked } from "../helpers/checked_answers.ts";

/** An embedded spreadsheet in memory with the options a test cares about; its answers are checked. */
export function open(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedSpreadsheet> {
  return startChecked({
    storage: ":memory:",
    clock: systemClock,
    random: seededRandom(1),
    ...options,
  });
}

/** Google's client, signed in as somebody. */
export function googleClient(url: string, token: string): sheets_v4.Sheets {
  const auth = new OAuth2Client({ transporterOptions: { fetchImplementation: fetch } });
  auth.setCredentials({ access_token: token });
  return sheets({ version: "v4", auth, rootUrl: url, retry: false });
}

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A plain request about the spreadsheet `embedded`. `path` begins behind its id. */
export async function send(
  url: string,
  identity: Identity,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const answer = await fetch(`${url}v4/spreadsheets/embedded${path}`, {
    method,
    headers: { "authorization": `Bearer ${identity}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

/** A batch of requests that must be accepted. Returns the replies. */
export async function batch(
  url: string,
  identity: Identity,
  ...requests: sheets_v4.Schema$Request[]
): Promise<sheets_v4.Schema$Response[]> {
  const { data } = await googleClient(url, identity).spreadsheets.batchUpdate({
    spreadsheetId: "embedded",
    requestBody: { requests },
  });
  return data.replies ?? [];
}

/** The message of the refusal that a batch must meet. */
export async function refusal(
  url: string,
  identity: Identity,
  ...requests: unknown[]
): Promise<string> {
  const answer = await send(url, identity, "POST", ":batchUpdate", { requests });
  if (answer.status === 200) throw new Error("the batch was accepted");
  return messageOf(answer);
}

/** Google's message in an answer that is an error. */
export function messageOf(answer: Answer): string {
  const { body } = answer;
  if (typeof body !== "object" || body === null || !("error" in body)) return "";
  const { error } = body;
  if (typeof error !== "object" || error === null || !("message" in error)) return "";
  return String(error.message);
}

/** Values row by row, as a person sees them or as the option says. */
export async function values(
  url: string,
  range: string,
  valueRenderOption = "FORMATTED_VALUE",
): Promise<unknown[][]> {
  const { data } = await googleClient(url, "owner").spreadsheets.values.get({
    spreadsheetId: "embedded",
    range,
    valueRenderOption,
  });
  return data.values ?? [];
}

/** Writes values as they are. */
export async function write(
  url: string,
  range: string,
  rows: unknown[][],
  valueInputOption = "RAW",
): Promise<void> {
  await googleClient(url, "owner").spreadsheets.values.update({
    spreadsheetId: "embedded",
    range,
    valueInputOption,
    requestBody: { values: rows },
  });
}

/** A GridRange on Sheet1. */
export function cells(top: number, bottom: number, left: number, right: number) {
  return {
    sheetId: 0,
    startRowIndex: top,
    endRowIndex: bottom,
    startColumnIndex: left,
    endColumnIndex: right,
  };
}

/** A DimensionRange of rows on Sheet1. */
export function rows(startIndex: number, endIndex: number) {
  return { sheetId: 0, dimension: "ROWS", startIndex, endIndex };
}

/** A request that hangs metadata on a row of Sheet1. */
export function anchorOn(row: number, metadataId: number): sheets_v4.Schema$Request {
  return {
    createDeveloperMetadata: {
      developerMetadata: {
        metadataId,
        metadataKey: "a",
        visibility: "DOCUMENT",
        location: { dimensionRange: rows(row, row + 1) },
      },
    },
  };
}

/** Which row each piece of row metadata stands on, by its id. */
export async function anchors(url: string): Promise<Record<number, number>> {
  const { data } = await googleClient(url, "owner").spreadsheets.get({
    spreadsheetId: "embedded",
    ranges: ["Sheet1"],
    fields: "sheets.data.rowMetadata.developerMetadata.metadataId",
  });
  const found: Record<number, number> = {};
  for (const [row, band] of (data.sheets?.[0]?.data?.[0]?.rowMetadata ?? []).entries()) {
    for (const { metadataId } of band.developerMetadata ?? []) found[Number(metadataId)] = row;
  }
  return found;
}
