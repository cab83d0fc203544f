/** The probe against the embedded spreadsheet, and against ones in which an assumption is broken. @module */

import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import type { EmbeddedSpreadsheet } from "../../../src/embedded/server.ts";
import { createSheetsClient, type SheetsClient } from "../../../src/sheets/client.ts";
import { probe, type ProbeResult } from "../../../src/sheets/probe.ts";
import { ASSUMPTIONS } from "../../../src/sheets/probe_checks.ts";
import { PROBE_PREFIX } from "../../../src/sheets/probe_sheet.ts";
import { startChecked } from "../../helpers/checked_answers.ts";

/** A client of a server that is not quite Google's: `send` stands between the two. */
type Bend = (
  request: { readonly path: string; readonly body: string },
  send: (body?: string) => Promise<Response>,
  sheet: EmbeddedSpreadsheet,
) => Promise<Response>;

const straight: Bend = (_request, send) => send();

function open(options: { readonly timeZone?: string } = {}): Promise<EmbeddedSpreadsheet> {
  return startChecked({
    storage: ":memory:",
    clock: systemClock,
    random: seededRandom(1),
    ...options,
  });
}

function clientOf(sheet: EmbeddedSpreadsheet, bend: Bend = straight): SheetsClient {
  return createSheetsClient({
    endpoint: sheet.url,
    spreadsheetId: sheet.spreadsheetId,
    credentials: null,
    // Waiting for the budget would take a minute.
    clock: { now: systemClock.now, sleep: () => Promise.resolve() },
    random: seededRandom(1),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const body = await request.text();
      const { pathname, search } = new URL(request.url);
      const send = (text = body) =>
        fetch(request.url, {
          method: request.method,
          headers: request.headers,
          ...(request.method === "GET" ? {} : { body: text }),
        });
      return await bend({ path: pathname + search, body }, send, sheet);
    },
  });
}

function broken({ findings }: ProbeResult): string[] {
  return findings.filter(({ seen }) => seen !== null).map(({ assumption }) => assumption.name);
}

function titles(sheet: EmbeddedSpreadsheet): (string | undefined)[] {
  return sheet.book.sheets.map(({ properties }) => properties.title);
}

Deno.test("probe() finds that every assumption holds, and leaves nothing behind", async () => {
  await using sheet = await open({ timeZone: "Europe/Berlin" });
  const tried: string[] = [];
  const result = await probe(clientOf(sheet), seededRandom(2), ({ name }) => void tried.push(name));
  assert.deepEqual(result.findings.filter(({ seen }) => seen !== null), []);
  assert.deepEqual(tried, ASSUMPTIONS.map(({ name }) => name));
  assert.equal(result.anchorsHold, true);
  assert.equal(result.leftBehind, null);
  assert.deepEqual(titles(sheet), ["Sheet1"]);
});

interface BatchRequest {
  readonly [kind: string]: unknown;
}

function requestsIn(body: string): readonly BatchRequest[] {
  const batch: { requests?: readonly BatchRequest[] } = body === "" ? {} : JSON.parse(body);
  return batch.requests ?? [];
}

function refusal(message: string): Response {
  return Response.json({ error: { code: 400, message, status: "INVALID_ARGUMENT" } }, {
    status: 400,
  });
}

async function asOwner(
  { url, spreadsheetId }: EmbeddedSpreadsheet,
  method: string,
  path: string,
  body?: object,
): Promise<string> {
  const answer = await fetch(`${url}v4/spreadsheets/${spreadsheetId}${path}`, {
    method,
    headers: { "authorization": "Bearer owner", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}

/** The row of each anchor, and the tab they are all on. */
async function anchorsOn(sheet: EmbeddedSpreadsheet) {
  const fields = "sheets(properties.sheetId,data.rowMetadata.developerMetadata.metadataId)";
  const text = await asOwner(sheet, "GET", `?fields=${encodeURIComponent(fields)}`);
  const answer: {
    sheets: {
      properties: { sheetId: number };
      data?: { rowMetadata?: { developerMetadata?: { metadataId: number }[] }[] }[];
    }[];
  } = JSON.parse(text);
  const rows = new Map<number, number>();
  const scratch = answer.sheets.at(-1);
  for (const [row, band] of (scratch?.data?.[0]?.rowMetadata ?? []).entries()) {
    for (const { metadataId } of band.developerMetadata ?? []) rows.set(metadataId, row);
  }
  return { sheetId: scratch?.properties.sheetId ?? 0, rows };
}

/** Hangs anchors on other rows. */
async function hang(
  sheet: EmbeddedSpreadsheet,
  sheetId: number,
  places: readonly (readonly [metadataId: number, row: number])[],
  standing: ReadonlyMap<number, number>,
): Promise<void> {
  const requests = places.flatMap(([metadataId, row]) => [
    ...(standing.has(metadataId)
      ? [{ deleteDeveloperMetadata: { dataFilter: { developerMetadataLookup: { metadataId } } } }]
      : []),
    {
      createDeveloperMetadata: {
        developerMetadata: {
          metadataId,
          metadataKey: "a",
          visibility: "DOCUMENT",
          location: {
            dimensionRange: { sheetId, dimension: "ROWS", startIndex: row, endIndex: row + 1 },
          },
        },
      },
    },
  ]);
  if (requests.length > 0) await asOwner(sheet, "POST", ":batchUpdate", { requests });
}

/** Anchors that stay in their places when a plain batch holds requests of this kind. */
function staying(kind: string): Bend {
  return async ({ body }, send, sheet) => {
    const [request] = requestsIn(body);
    if (request === undefined || !(kind in request) || body.includes("responseRanges")) {
      return await send();
    }
    const { sheetId, rows } = await anchorsOn(sheet);
    const answer = await send();
    const { rows: now } = await anchorsOn(sheet);
    await hang(sheet, sheetId, [...rows].filter(([id, row]) => now.get(id) !== row), now);
    return answer;
  };
}

/** An answer with its text changed. */
async function edited(answer: Promise<Response>, edit: (text: string) => string) {
  const { status } = await answer;
  return new Response(edit(await (await answer).text()), {
    status,
    headers: { "content-type": "application/json" },
  });
}

interface Case {
  readonly name: string;
  /** Made anew for every run, for some remember. */
  readonly bend: () => Bend;
  /** What is found broken; what rests on it too. */
  readonly broken: readonly string[];
  readonly seen: RegExp;
  readonly anchorsHold: boolean;
}

const ALL = ASSUMPTIONS.map(({ name }) => name);

const CASES: readonly Case[] = [
  {
    name: "whole-tab-range",
    bend: () => ({ path }, send) =>
      path.includes("ZZZ")
        ? Promise.resolve(refusal("Range exceeds grid limits. Max columns: 5"))
        : send(),
    broken: ALL,
    seen: /exceeds grid limits/,
    anchorsHold: false,
  },
  {
    name: "empty-metadata",
    bend: () => ({ body }, send) =>
      /"metadataKey":"a",(?!"metadataValue")/.test(body)
        ? Promise.resolve(refusal("metadataValue is required"))
        : send(),
    broken: ALL.slice(1),
    seen: /metadataValue is required/,
    anchorsHold: false,
  },
  {
    name: "answer-after-write",
    bend: () => ({ body }, send) =>
      body.includes("responseRanges")
        ? edited(send(), (text) => text.replaceAll("rowMetadata", "rowMetadataLater"))
        : send(),
    broken: ["answer-after-write"],
    seen: /other cells or anchors/,
    anchorsHold: true,
  },
  ...(["insertDimension", "moveDimension", "sortRange"] as const).map((kind) => {
    const name = { insertDimension: "insert", moveDimension: "move", sortRange: "sort" }[kind];
    return {
      name: `follows-${name}`,
      bend: () => staying(kind),
      broken: [`follows-${name}`],
      seen: /the anchor of row-\d+ is on the row of/,
      anchorsHold: false,
    };
  }),
  {
    name: "follows-delete",
    bend: () => staying("deleteDimension"),
    broken: ["follows-delete", "protected-writes"],
    seen: /the anchor of row-\d+ is still there/,
    anchorsHold: false,
  },
  {
    name: "stays-on-cut",
    bend: () => async ({ body }, send, sheet) => {
      const [request] = requestsIn(body);
      if (request?.["cutPaste"] === undefined) return await send();
      const { sheetId, rows } = await anchorsOn(sheet);
      const answer = await send();
      const to = Number(/"rowIndex":(\d+)/.exec(body)?.[1]);
      const from = Number(/"startRowIndex":(\d+)/.exec(body)?.[1]);
      const cut = [...rows].filter(([, row]) => row === from);
      await hang(sheet, sheetId, cut.map(([id]) => [id, to]), rows);
      return answer;
    },
    broken: ["stays-on-cut"],
    seen: /the anchor is in row \d+/,
    anchorsHold: true,
  },
  {
    name: "update-by-anchor",
    bend: () => ({ path, body }, send) =>
      path.includes("batchUpdateByDataFilter") && body.includes("changed")
        ? send(body.replace('"changed",null', '"changed","too much"'))
        : send(),
    broken: ["update-by-anchor"],
    seen: /"" came back as "too much"/,
    anchorsHold: false,
  },
  {
    name: "missing-anchor",
    bend: () => {
      let standing = 0;
      return ({ body }, send) => {
        standing = Number(/"metadataId":(\d+),"metadataKey":"a"/.exec(body)?.[1] ?? standing);
        // What is meant for nobody goes to the row that was laid out last.
        return send(
          body.includes('"lost"') && !body.includes('"found"')
            ? body.replace(/"metadataId":\d+/, `"metadataId":${standing}`)
            : body,
        );
      };
    },
    broken: ["missing-anchor"],
    seen: /the answer told of a row/,
    anchorsHold: false,
  },
  {
    name: "missing-anchor-passes",
    bend: () => ({ body }, send) =>
      body.includes('"lost"') ? Promise.resolve(refusal("No row matches data[0]")) : send(),
    broken: ["missing-anchor-passes"],
    seen: /No row matches/,
    anchorsHold: true,
  },
  {
    name: "delete-nothing",
    bend: () => ({ body }, send) =>
      requestsIn(body).filter((request) => "deleteDeveloperMetadata" in request).length === 2
        ? Promise.resolve(refusal("Invalid requests[0].deleteDeveloperMetadata: nothing matches"))
        : send(),
    broken: ["delete-nothing"],
    seen: /nothing matches/,
    anchorsHold: true,
  },
  {
    name: "raw-text",
    bend: () => ({ body }, send) => send(body.replaceAll('"stringValue":"007"', '"numberValue":7')),
    broken: ["raw-text"],
    seen: /in a new row "007" came back as 7/,
    anchorsHold: true,
  },
  {
    name: "serial-dates",
    bend: () => (_request, send) =>
      edited(send(), (text) => text.replaceAll("2026-01-15 14:30", "15.01.26 14:30")),
    broken: ["serial-dates"],
    seen: /2026-01-15 14:30 is shown as "15\.01\.26 14:30"/,
    anchorsHold: true,
  },
  {
    name: "protected-writes",
    bend: () => {
      let isProtected = false;
      return ({ path, body }, send) => {
        isProtected ||= body.includes("addProtectedRange");
        return isProtected && path.includes("ByDataFilter")
          ? Promise.resolve(refusal("You are trying to edit a protected cell or object."))
          : send();
      };
    },
    broken: ["protected-writes"],
    seen: /a cell is protected against the service account/,
    anchorsHold: true,
  },
];

Deno.test("the cases of probe() cover every assumption", () => {
  assert.deepEqual(CASES.map(({ name }) => name).sort(), ALL.toSorted());
});

for (const { name, bend, broken: expected, seen, anchorsHold } of CASES) {
  Deno.test(`probe() finds out where ${name} does not hold`, async () => {
    await using sheet = await open();
    const result = await probe(clientOf(sheet, bend()), seededRandom(2));
    assert.deepEqual(broken(result), expected);
    const found = result.findings.find(({ assumption }) => assumption.name === name);
    assert.match(found?.seen ?? "", seen);
    assert.equal(result.anchorsHold, anchorsHold);
    assert.deepEqual(titles(sheet), ["Sheet1"]);
  });
}

Deno.test("probe() takes its tab away when it breaks off in the middle", async () => {
  await using sheet = await open();
  const client = clientOf(
    sheet,
    ({ body }, send) =>
      body.includes("moveDimension") ? Promise.reject(new TypeError("connection reset")) : send(),
  );
  await assert.rejects(probe(client, seededRandom(2)), (error) => {
    assert.ok(error instanceof AtlasError);
    assert.equal(error.kind, "ambiguous-write");
    return true;
  });
  assert.deepEqual(titles(sheet), ["Sheet1"]);
});

Deno.test("probe() stops when it is asked to, and takes its tab away", async () => {
  await using sheet = await open();
  const stop = new AbortController();
  const onTry = ({ name }: { name: string }) => {
    if (name === "raw-text") stop.abort(new AtlasError("stopped", "Stopped"));
  };
  const run = probe(clientOf(sheet), seededRandom(2), onTry, stop.signal);
  await assert.rejects(run, /stop/i);
  assert.deepEqual(titles(sheet), ["Sheet1"]);
});

Deno.test("probe() names the tab it cannot take away, and the next one takes it", async () => {
  await using sheet = await open();
  const stuck: Bend = ({ body }, send) =>
    body.includes("deleteSheet") ? Promise.resolve(refusal("Not now")) : send();
  const result = await probe(clientOf(sheet, stuck), seededRandom(2));
  assert.ok(result.leftBehind?.startsWith(PROBE_PREFIX), String(result.leftBehind));
  assert.equal(titles(sheet).at(-1), result.leftBehind);

  let hasFailed = false;
  const failing: Bend = ({ body }, send) => {
    if (hasFailed && body.includes("deleteSheet")) return Promise.resolve(refusal("Not now"));
    if (!body.includes("sortRange")) return send();
    hasFailed = true;
    return Promise.reject(new TypeError("connection reset"));
  };
  await assert.rejects(probe(clientOf(sheet, failing), seededRandom(3)), (error) => {
    assert.ok(error instanceof AtlasError);
    assert.match(error.hint ?? "", /Delete the tab "atlas-mirror probe \w+" by hand/);
    return true;
  });
  assert.equal(titles(sheet).length, 2);

  await probe(clientOf(sheet), seededRandom(4));
  assert.deepEqual(titles(sheet), ["Sheet1"]);
});
