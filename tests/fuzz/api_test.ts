/** Answers of the API that nobody documented: the client takes them or names what is wrong. @module */

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { seededRandom } from "../../src/base/random.ts";
import type { ErrorKind } from "../../src/base/errors.ts";
import { anchor } from "../../src/contract/cell.ts";
import { createSheetsClient, type SheetsClient } from "../../src/sheets/client.ts";
import type { Credentials } from "../../src/sheets/credentials.ts";
import { readLayout } from "../../src/sheets/inspect.ts";
import { readFull, readQuick } from "../../src/sheets/read.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { seedOf } from "../helpers/seed.ts";
import { atlasTab, jumpingClock, textCell } from "../unit/sheets/doubles.ts";
import { outcomeOf } from "./laws.ts";
import { type Json, mangled, mutated } from "./mutate.ts";

const seed = seedOf("fuzz the API");

/** Longer no call may take, in the client's own time: patience has an end. */
const PATIENCE_MS = 15 * 60_000;

const TOKEN = ["ya29", ".", "fuzz-Token_0123456789"].join("");

const runs = atlasTab("Runs");
const known = { tab: runs, sheetId: 7, title: "Runs" };

const row = ["r-1", "Task", "make", "running", 46_000.5, "", "out", "note"];
const metadata = { metadataId: 11, metadataKey: "r", location: { dimensionRange: {} } };
const spreadsheet = {
  spreadsheetId: "sheet-1",
  properties: { title: "Atlas", timeZone: "Etc/GMT" },
  developerMetadata: [{ metadataId: 3, metadataKey: "k", metadataValue: '{"uuid":"u","epoch":1}' }],
  sheets: [{
    properties: {
      sheetId: 7,
      title: "Runs",
      gridProperties: { rowCount: 100, columnCount: 8, frozenRowCount: 1 },
    },
    data: [{
      rowData: [
        { values: runs.columns.map(({ header }) => textCell(header)) },
        { values: [...row.slice(0, 4).map(String).map(textCell), { note: "a note" }] },
      ],
      rowMetadata: [{}, { developerMetadata: [metadata] }],
    }],
    protectedRanges: [{
      protectedRangeId: 1,
      range: { sheetId: 7 },
      editors: { users: ["a@b.c"] },
    }],
    filterViews: [{ filterViewId: 5, title: "Open" }],
    conditionalFormats: [{
      ranges: [{ sheetId: 7 }],
      booleanRule: { condition: { type: "CUSTOM_FORMULA", values: [{ userEnteredValue: "=1" }] } },
    }],
  }],
};

/** One call of the client with an answer as it should be. */
interface Call {
  readonly name: string;
  readonly kind: "read" | "write";
  readonly answer: Json;
  readonly make: (client: SheetsClient) => Promise<unknown>;
}

const CALLS: readonly Call[] = [
  {
    name: "values",
    kind: "read",
    answer: { valueRanges: [{ range: "Runs!A1:H9", values: [["ID"], row] }] },
    make: (client) => client.values(["'Runs'!A:H"]),
  },
  {
    name: "a quick read",
    kind: "read",
    answer: {
      valueRanges: [{
        range: "Runs!A1:H9",
        values: [runs.columns.map(({ header }) => header), row],
      }],
    },
    make: (client) => readQuick(client, [known]),
  },
  {
    name: "a full read",
    kind: "read",
    answer: JSON.parse(JSON.stringify(spreadsheet)),
    make: (client) => readFull(client, [known]),
  },
  {
    name: "a look at the layout",
    kind: "read",
    answer: JSON.parse(JSON.stringify(spreadsheet)),
    make: (client) => readLayout(client, atlas, new Map()),
  },
  {
    name: "an update by anchor",
    kind: "write",
    answer: {
      responses: [{
        dataFilter: { developerMetadataLookup: { metadataId: 11 } },
        updatedData: { range: "Runs!A2:H2", values: [row] },
      }],
    },
    make: (client) => client.updateByAnchor([{ anchor: anchor(11), values: row }]),
  },
  {
    name: "a batch",
    kind: "write",
    answer: JSON.parse(JSON.stringify({ replies: [{}], updatedSpreadsheet: spreadsheet })),
    make: (client) =>
      client.batch([{ deleteDimension: {} }], { ranges: ["'Runs'!A:H"], fields: "sheets.data" }),
  },
];

/** An answer as it goes over the wire. */
interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const refusal: fc.Arbitrary<Json> = mutated({
  error: {
    code: 400,
    message: `Unable to parse range: 'Runs'!A:H (Bearer ${TOKEN}, {"access_token": "${TOKEN}"}).`,
    status: "INVALID_ARGUMENT",
    details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "X" }],
    errors: [{ reason: "rateLimitExceeded" }],
  },
});

function answerTo({ answer }: Call): fc.Arbitrary<Answer> {
  const text = JSON.stringify(answer);
  return fc.record({
    status: fc.oneof(
      { weight: 6, arbitrary: fc.constant(200) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(201, 204, 206, 302, 304, 400, 401, 403, 404, 408, 409, 429),
      },
      { weight: 3, arbitrary: fc.integer({ min: 200, max: 599 }) },
    ),
    headers: fc.subarray([
      ["content-type", "text/html"],
      ["content-type", "application/json; charset=UTF-16"],
      ["content-length", "5"],
      ["location", "https://example.org/"],
      ["retry-after", "3600"],
      ["retry-after", "999999999999999999999999"],
      ["retry-after", "-1"],
      ["retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"],
      ["retry-after", "soon"],
      ["www-authenticate", `Bearer ${TOKEN}`],
    ]).map((chosen) => chosen.map(([name = "", value = ""]) => [name, value] as const)),
    body: fc.oneof(
      { weight: 6, arbitrary: mutated(answer).map((value) => JSON.stringify(value)) },
      { weight: 2, arbitrary: refusal.map((value) => JSON.stringify(value)) },
      { weight: 2, arbitrary: mangled(text) },
      { weight: 1, arbitrary: fc.json() },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          "",
          "<html>busy</html>",
          "[".repeat(50_000),
          `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
        ),
      },
    ),
  });
}

/** What may come out. A defect of ours is not among it. */
const KINDS: readonly ErrorKind[] = [
  "unreachable",
  "rate-limited",
  "server",
  "ambiguous-write",
  "malformed-answer",
  "refused-request",
  "configuration",
];

function responseOf({ status, headers, body }: Answer): Response {
  const isBodiless = status === 204 || status === 205 || status === 304;
  return new Response(isBodiless ? null : body, {
    status,
    headers: headers.map(([name, value]) => [name, value]),
  });
}

for (const call of CALLS) {
  Deno.test(`fuzz: ${call.name} of the API takes any answer or names what is wrong`, async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(answerTo(call), { minLength: 1, maxLength: 3 }),
        async (answers) => {
          const clock = jumpingClock();
          const from = clock.now();
          let sent = 0;
          const client = createSheetsClient({
            endpoint: "http://127.0.0.1:9/",
            spreadsheetId: "sheet-1",
            credentials: null,
            clock,
            random: seededRandom(1),
            fetch: () => {
              const answer = answers[Math.min(sent++, answers.length - 1)];
              return Promise.resolve(responseOf(answer ?? { status: 500, headers: [], body: "" }));
            },
          });
          const outcome = await outcomeOf(() => call.make(client), KINDS, [TOKEN]);
          if ("value" in outcome) taken++;
          assert.ok(clock.now() - from <= PATIENCE_MS, "it waits for ever");
          assert.ok(call.kind === "read" ? sent <= 9 : sent === 1, `${sent} requests`);
          if (call.kind === "write" && "failure" in outcome) {
            const status = answers[0]?.status ?? 0;
            const mayBeApplied = status < 300 || status >= 500;
            if (mayBeApplied) assert.equal(outcome.failure.kind, "ambiguous-write");
          }
        },
      ),
      { seed, numRuns: 400 },
    );
    assert.ok(taken > 0, "no answer was ever right: the fuzzer tests nothing but refusals");
  });
}

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const credentials: Credentials = {
  email: "mirror@example.iam.gserviceaccount.com",
  privateKey,
  keyId: "key-1",
  tokenUri: "http://127.0.0.1:9/token",
};

Deno.test("fuzz: any answer to the sign-in is taken or told without what was sent", async () => {
  const office: Call = {
    name: "token",
    kind: "read",
    answer: { access_token: TOKEN, expires_in: 3_600, token_type: "Bearer" },
    make: (client) => client.values(["'Runs'!A:H"]),
  };
  await fc.assert(
    fc.asyncProperty(answerTo(office), fc.boolean(), async (answer, echoes) => {
      const sent: string[] = [];
      const client = createSheetsClient({
        endpoint: "https://sheets.googleapis.com/",
        spreadsheetId: "sheet-1",
        credentials,
        clock: jumpingClock(),
        random: seededRandom(1),
        fetch: async (input, init) => {
          if (!String(input).endsWith("/token")) {
            return Response.json({ valueRanges: [{ values: [] }] });
          }
          const form = await new Response(init?.body ?? null).text();
          const assertion = new URLSearchParams(form).get("assertion") ?? "";
          sent.push(assertion);
          const echo = { error: "invalid_grant", error_description: `Bad: assertion=${assertion}` };
          return echoes ? Response.json(echo, { status: 400 }) : responseOf(answer);
        },
      });
      const { length } = await outcomeOf(
        () => office.make(client),
        KINDS,
        [TOKEN, ...sent],
      ).then(() => sent);
      assert.ok(length >= 1 && length <= 3);
    }),
    { seed, numRuns: 150 },
  );
});
