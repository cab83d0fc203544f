/** Answers against Google's discovery document. @module */

import assert from "node:assert/strict";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { faultsOf, startChecked } from "../helpers/checked_answers.ts";
import { parseDiscovery } from "./discovery.ts";

const SMALL = parseDiscovery({
  resources: {
    spreadsheets: {
      methods: {
        get: {
          id: "sheets.spreadsheets.get",
          httpMethod: "GET",
          flatPath: "v4/spreadsheets/{spreadsheetId}",
          response: { $ref: "Book" },
        },
      },
      resources: {
        values: {
          methods: {
            get: {
              id: "sheets.spreadsheets.values.get",
              httpMethod: "GET",
              flatPath: "v4/spreadsheets/{spreadsheetId}/values/{range}",
              response: { $ref: "Range" },
            },
            batchGet: {
              id: "sheets.spreadsheets.values.batchGet",
              httpMethod: "GET",
              flatPath: "v4/spreadsheets/{spreadsheetId}/values:batchGet",
              response: { $ref: "Range" },
            },
          },
        },
      },
    },
  },
  schemas: {
    Request: { type: "object", properties: { addSheet: { $ref: "Book" } } },
    Range: { type: "object" },
    Book: {
      type: "object",
      properties: {
        id: { type: "integer", format: "int32" },
        share: { type: "number", format: "double" },
        kind: { type: "string", enum: ["GRID", "OBJECT"] },
        isOpen: { type: "boolean" },
        pages: { type: "array", items: { $ref: "Book" } },
        labels: { type: "object", additionalProperties: { type: "string" } },
        anything: { type: "array", items: { type: "any" } },
      },
    },
  },
});

Deno.test("methodOf() tells methods apart by verb and path", () => {
  const name = (verb: string, path: string) => SMALL.methodOf(verb, path)?.name ?? null;
  assert.equal(name("GET", "/v4/spreadsheets/x?fields=a"), "spreadsheets.get");
  assert.equal(name("GET", "/v4/spreadsheets/x/values/A1:B2"), "spreadsheets.values.get");
  assert.equal(
    name("GET", "/v4/spreadsheets/x/values:batchGet?ranges=A"),
    "spreadsheets.values.batchGet",
  );
  assert.equal(name("POST", "/v4/spreadsheets/x"), null);
});

Deno.test("check() accepts what the document describes", () => {
  const book = { id: 1, share: 0.5, kind: "GRID", isOpen: false, pages: [{ id: 2 }] };
  assert.deepEqual(SMALL.check("Book", { ...book, labels: { a: "b" }, anything: [1, "a"] }), []);
});

Deno.test("check() names each unknown field and wrong type with its place", () => {
  const faults = SMALL.check("Book", {
    id: 2 ** 31,
    share: "half",
    kind: "CIRCLE",
    isOpen: null,
    pages: [{ colour: "red" }, 7],
    labels: { a: 1 },
    anything: [null],
  });
  assert.deepEqual(faults, [
    "id: 2147483648 is no int32",
    'share: "half" is no double',
    'kind: "CIRCLE" is not among the words of the field',
    "isOpen: null is no boolean",
    "pages[0].colour: the API has no such field",
    "pages[1]: 7 is no object",
    "labels.a: 1 is no string",
    "anything[0]: null is no any",
  ]);
});

Deno.test("startChecked() fails the test where an answer is not as documented", async () => {
  if (faultsOf("GET", "/v4/spreadsheets/x", { colour: 1 }).length === 0) {
    console.log("skipped: Google's discovery document is not beside the repository");
    return;
  }
  const sheet = await startChecked({
    storage: ":memory:",
    clock: systemClock,
    random: seededRandom(1),
  });
  const [tab] = sheet.book.sheets;
  Object.assign(tab?.properties ?? {}, { colour: "red" });
  const url = `${sheet.url}v4/spreadsheets/embedded`;
  const answer = await fetch(url, { headers: { authorization: "Bearer owner" } });
  await answer.body?.cancel();
  await assert.rejects(sheet[Symbol.asyncDispose](), /sheets\[0\]\.properties\.colour/);
});
