/** The embedded spreadsheet against what Google Sheets was recorded to answer. @module */

import assert from "node:assert/strict";
import { differences, IdMap } from "./compare.ts";
import { missingRecordings, readScripts, RECORDINGS_FOLDER } from "./recordings.ts";
import { replay } from "./replay.ts";

Deno.test("the embedded spreadsheet answers recorded conversations as Google did", async (t) => {
  const scripts = await readScripts();
  if (scripts === null) {
    console.log(`skipped: ${missingRecordings(RECORDINGS_FOLDER)}`);
    return;
  }
  for (const script of scripts) {
    await t.step(script.cassette, async () => {
      for (const { place, differences } of await replay(script)) {
        assert.deepEqual(differences, [], place);
      }
    });
  }
});

Deno.test("differences() names unknown, missing and different keys", () => {
  const google = { a: 1, b: { c: [1, 2] }, d: "x" };
  assert.deepEqual(differences(google, { a: 2, b: { c: [1] }, e: "x" }), [
    "a: 2 where Google has 1",
    "b.c: 1 items where Google has 2",
    "d: missing",
    "e: unknown to Google",
  ]);
  assert.deepEqual(differences(google, structuredClone(google)), []);
});

Deno.test("differences() heeds order except where Google has none", () => {
  assert.equal(differences({ sheets: [1, 2] }, { sheets: [2, 1] }).length, 2);
  assert.deepEqual(
    differences({ developerMetadata: [{ a: 1 }, { a: 2 }] }, {
      developerMetadata: [{ a: 2 }, { a: 1 }],
    }),
    [],
  );
});

Deno.test("IdMap translates rolled ids, also out of lists without order", () => {
  const ids = new IdMap("mine");
  ids.learn(
    { namedRanges: [{ namedRangeId: "9", name: "a" }, { namedRangeId: "8", name: "b" }] },
    { namedRanges: [{ namedRangeId: "2", name: "b" }, { namedRangeId: "1", name: "a" }] },
  );
  ids.learn({ properties: { sheetId: 77 } }, { properties: { sheetId: 5 } });
  assert.deepEqual(ids.translate({ range: { sheetId: 77 }, namedRangeId: "9", id: "{SSID}" }), {
    range: { sheetId: 5 },
    namedRangeId: "1",
    id: "mine",
  });
});
