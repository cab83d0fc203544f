/** Scripted people: what they do arrives, and what they may not do is a refusal. @module */

import assert from "node:assert/strict";
import { person, Refusal } from "../../src/embedded/people.ts";
import { batch, open, write } from "./client.ts";

async function stage() {
  const sheets = await open();
  await write(sheets.url, "A1", [["ID", "Status"], ["b", "pending"], ["a", "pending"]]);
  return sheets;
}

Deno.test("a person reads, types, fills down and finds rows", async () => {
  await using sheets = await stage();
  const anna = person(sheets.url, sheets.spreadsheetId, "owner");
  await anna.type("Sheet1", "B2", "approved");
  assert.deepEqual(await anna.read("Sheet1"), [["ID", "Status"], ["b", "approved"], [
    "a",
    "pending",
  ]]);
  await anna.type("Sheet1", "B2:B3", "rejected");
  assert.deepEqual((await anna.read("Sheet1")).slice(1), [["b", "rejected"], ["a", "rejected"]]);
  assert.equal(await anna.findRow("Sheet1", "a"), 3);
  assert.equal(await anna.findRow("Sheet1", "z"), null);
});

Deno.test("a person sorts, moves, inserts, deletes, cuts and copies rows", async () => {
  await using sheets = await stage();
  const anna = person(sheets.url, sheets.spreadsheetId, "owner");
  const ids = async () => (await anna.read("Sheet1")).slice(1).map(([id]) => id ?? "");
  await anna.sort("Sheet1", "A");
  assert.deepEqual(await ids(), ["a", "b"]);
  await anna.sort("Sheet1", "A", false);
  assert.deepEqual(await ids(), ["b", "a"]);
  await anna.insertRow("Sheet1", 2);
  assert.deepEqual(await ids(), ["", "b", "a"]);
  await anna.moveRow("Sheet1", 4, 2);
  assert.deepEqual(await ids(), ["a", "", "b"]);
  await anna.copyRow("Sheet1", 2, 3);
  assert.deepEqual(await ids(), ["a", "a", "b"]);
  await anna.cutRow("Sheet1", 2, 6);
  assert.deepEqual(await ids(), ["", "a", "b", "", "a"]);
  await anna.deleteRow("Sheet1", 2);
  assert.deepEqual(await ids(), ["a", "b", "", "a"]);
});

Deno.test("a person renames headers and tabs", async () => {
  await using sheets = await stage();
  const anna = person(sheets.url, sheets.spreadsheetId, "owner");
  await anna.renameHeader("Sheet1", "Status", "State");
  await anna.renameTab("Sheet1", "My tab");
  assert.deepEqual((await anna.read("My tab"))[0], ["ID", "State"]);
  await assert.rejects(() => anna.renameHeader("My tab", "Nope", "X"), /No column of "My tab"/);
});

Deno.test("a person who may not do something gets Google's words", async () => {
  await using sheets = await stage();
  await batch(sheets.url, "owner", {
    addProtectedRange: { protectedRange: { range: { sheetId: 0 } } },
  });
  const erik = person(sheets.url, sheets.spreadsheetId, "editor");
  await assert.rejects(
    () => erik.type("Sheet1", "B2", "approved"),
    (thrown) =>
      thrown instanceof Refusal && thrown.code === 400 && thrown.status === "INVALID_ARGUMENT" &&
      /^You are trying to edit a protected cell/.test(thrown.message),
  );
  await assert.rejects(() => erik.sort("Sheet1", "A"), Refusal);
  await assert.rejects(() => erik.deleteRow("Sheet1", 2), Refusal);
});
