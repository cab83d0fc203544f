/** The whole folder against the embedded spreadsheet, which shares no code with it. @module */

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { systemClock } from "../../../src/base/clock.ts";
import { AtlasError } from "../../../src/base/errors.ts";
import { must } from "../../../src/base/assert.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { anchor, rowId } from "../../../src/contract/cell.ts";
import type { SheetsClient } from "../../../src/sheets/client.ts";
import { type KnownTab, readFull, readQuick, type WantedTab } from "../../../src/sheets/read.ts";
import { setup } from "../../../src/sheets/setup.ts";
import { changeRows, type NewRow, type StandingTab } from "../../../src/sheets/write.ts";
import { atlasTab, clientFor } from "./doubles.ts";
import { startChecked } from "../../helpers/checked_answers.ts";

const RUNS = atlasTab("Runs");
const OPTIONS = {
  mark: { uuid: "u-1", epoch: 1 },
  serviceEmail: null,
  repair: false,
  known: new Map<string, number>(),
};

interface World extends AsyncDisposable {
  readonly client: SheetsClient;
  /** Sends requests as somebody else; returns the status of the answer. */
  asHuman(who: "owner" | "editor", requests: readonly object[]): Promise<number>;
}

async function world(): Promise<World> {
  const sheets = await startChecked({
    storage: ":memory:",
    clock: systemClock,
    random: seededRandom(5),
    spreadsheetId: "sheet-1",
    timeZone: "Europe/Berlin",
  });
  return {
    client: clientFor(sheets.url),
    async asHuman(who, requests) {
      const answer = await fetch(`${sheets.url}v4/spreadsheets/sheet-1:batchUpdate`, {
        method: "POST",
        headers: { authorization: `Bearer ${who}`, "content-type": "application/json" },
        body: JSON.stringify({ requests }),
      });
      await answer.text();
      return answer.status;
    },
    [Symbol.asyncDispose]: () => sheets[Symbol.asyncDispose](),
  };
}

function newRow(id: number, cells: NewRow["cells"] = []): NewRow {
  const padded = RUNS.columns.map((_, column) => cells[column] ?? "");
  return {
    id: rowId(`run-${id}`),
    anchor: anchor(id),
    cells: [`run-${id}`, ...padded.slice(1)],
    extra: [],
    notes: new Map(),
  };
}

/** Sets up, and puts rows with the given numbers into Runs. */
async function filled(client: SheetsClient, ids: readonly number[]): Promise<StandingTab> {
  const { tabs } = await setup(client, atlas, OPTIONS);
  const laid = must(tabs.find(({ tab }) => tab === "Runs"), "Runs");
  const tab = { tab: RUNS, sheetId: laid.sheetId, title: laid.title, rowCount: 200 };
  const rows = ids.map((id) =>
    newRow(id, ["", "Task", "=1+1", "success", 46_037.5, "", "007", "- a\n- b"])
  );
  if (rows.length === 0) return tab;
  const insert = { kind: "insert", sheetId: tab.sheetId, tab: RUNS, index: 1, rows } as const;
  const after = await changeRows(client, [insert], [tab]);
  return { ...tab, rowCount: must(after.tabs.get(tab.sheetId), "Runs").rowCount };
}

async function rowsOf(client: SheetsClient, tab: WantedTab & { readonly sheetId: number }) {
  const snapshot = await readFull(client, [tab]);
  return must(snapshot.tabs.get(tab.sheetId), "the tab").rows;
}

function write(sheetId: number, row: number, column: number, value: object): object {
  return {
    updateCells: {
      start: { sheetId, rowIndex: row, columnIndex: column },
      rows: [{ values: [{ userEnteredValue: value }] }],
      fields: "userEnteredValue",
    },
  };
}

Deno.test("setup() makes the tabs, and a second run finds nothing to do", async () => {
  await using here = await world();
  const first = await setup(here.client, atlas, OPTIONS);
  assert.ok(first.done.length > 3);
  assert.equal(first.timeZone, "Europe/Berlin");
  const writes = here.client.counts().write;
  const second = await setup(here.client, atlas, OPTIONS);
  assert.deepEqual(second.done, []);
  assert.deepEqual(second.tabs, first.tabs);
  assert.equal(here.client.counts().write, writes);
});

Deno.test("setup() leaves a mark that a full read finds", async () => {
  await using here = await world();
  await setup(here.client, atlas, OPTIONS);
  const snapshot = await readFull(here.client, []);
  assert.deepEqual(snapshot.marks, [OPTIONS.mark]);
  assert.deepEqual(snapshot.sheets.map((sheet) => sheet.title).slice(1), [
    "Pending_Approvals",
    "Runs",
    "Errors_Hotlist",
  ]);
});

Deno.test("setup() lets an editor write human columns, on new rows too, and nothing else", async () => {
  await using here = await world();
  const { sheetId } = await filled(here.client, [1, 2]);
  const notes = RUNS.columns.findIndex((column) => column.header === "Notes");
  const text = { stringValue: "seen" };
  assert.equal(await here.asHuman("editor", [write(sheetId, 1, notes, text)]), 200);
  for (const [row, column] of [[0, notes], [0, 0], [1, 0], [1, 3], [150, 2]] as const) {
    assert.equal(await here.asHuman("editor", [write(sheetId, row, column, text)]), 400);
  }
});

Deno.test("setup() finds a renamed tab by its sheetId and makes no second one", async () => {
  await using here = await world();
  const { tabs } = await setup(here.client, atlas, OPTIONS);
  const known = new Map(tabs.map(({ tab, sheetId }) => [tab, sheetId]));
  const properties = { sheetId: known.get("Runs"), title: "Our runs" };
  await here.asHuman("owner", [{ updateSheetProperties: { properties, fields: "title" } }]);
  const again = await setup(here.client, atlas, { ...OPTIONS, known });
  assert.deepEqual(again.done, []);
  assert.equal(again.tabs.find(({ tab }) => tab === "Runs")?.title, "Our runs");
});

Deno.test("setup() repairs moved and renamed columns and keeps the data under each", async () => {
  await using here = await world();
  const tab = await filled(here.client, [1]);
  const { sheetId } = tab;
  const columns = (startIndex: number) => ({
    sheetId,
    dimension: "COLUMNS",
    startIndex,
    endIndex: startIndex + 1,
  });
  const status = await here.asHuman("owner", [
    { moveDimension: { source: columns(1), destinationIndex: 6 } },
    { insertDimension: { range: columns(2), inheritFromBefore: false } },
    write(sheetId, 0, 2, { stringValue: "Mine" }),
    write(sheetId, 0, 8, { stringValue: "Remarks" }),
  ]);
  assert.equal(status, 200);
  await assert.rejects(
    setup(here.client, atlas, OPTIONS),
    (error) => error instanceof AtlasError && error.kind === "guard" && /Runs/.test(error.message),
  );
  const { done } = await setup(here.client, atlas, { ...OPTIONS, repair: true });
  assert.ok(done.some((line) => line.includes('Moved column "Task" of "Runs"')), done.join("\n"));
  const [row] = await rowsOf(here.client, tab);
  assert.deepEqual(row?.cells.slice(0, 5), ["run-1", "Task", "=1+1", "success", 46_037.5]);
  assert.deepEqual((await setup(here.client, atlas, OPTIONS)).done, []);
});

Deno.test("setup() puts a deleted column back, empty, with the dropdown it needs or none", async () => {
  for (const deleted of [2, 3]) {
    await using here = await world();
    const tab = await filled(here.client, [1]);
    const range = {
      sheetId: tab.sheetId,
      dimension: "COLUMNS",
      startIndex: deleted,
      endIndex: deleted + 1,
    };
    assert.equal(await here.asHuman("owner", [{ deleteDimension: { range } }]), 200);
    await setup(here.client, atlas, { ...OPTIONS, repair: true });
    const [row] = await rowsOf(here.client, tab);
    const expected = ["run-1", "Task", "=1+1", "success", 46_037.5].with(deleted, "");
    assert.deepEqual(row?.cells.slice(0, 5), expected);
    assert.deepEqual((await setup(here.client, atlas, OPTIONS)).done, []);
    const { sheets } = await here.client.get({
      ranges: ["'Runs'!C2:D2"],
      fields: "sheets(data(rowData(values(dataValidation(condition(type))))))",
    });
    const kinds = sheets?.[0]?.data?.[0]?.rowData?.[0]?.values?.map((cell) =>
      cell.dataValidation?.condition?.type
    );
    assert.deepEqual(kinds, [undefined, "ONE_OF_LIST"]);
  }
});

Deno.test("client signs in at the embedded spreadsheet's token address", async () => {
  await using sheets = await startChecked({
    storage: ":memory:",
    clock: systemClock,
    random: seededRandom(5),
    spreadsheetId: "sheet-1",
  });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const email = "mirror@atlas.iam.gserviceaccount.com";
  const credentials = { email, privateKey, keyId: null, tokenUri: `${sheets.url}token` };
  const client = clientFor(sheets.url, { credentials, clock: systemClock });
  assert.deepEqual(await client.values(["'Sheet1'!A:B"]), [[]]);
  const properties = { sheetId: 0, title: "Signed" };
  await client.batch([{ updateSheetProperties: { properties, fields: "title" } }], null);
  assert.deepEqual((await readFull(client, [])).sheets.map((sheet) => sheet.title), ["Signed"]);
});

Deno.test("changeRows() inserts typed rows with anchors that a full read brings back", async () => {
  await using here = await world();
  const tab = await filled(here.client, [1, 2]);
  assert.equal(tab.rowCount, 202);
  const rows = await rowsOf(here.client, tab);
  assert.deepEqual(rows.map(({ index, anchors }) => [index, ...anchors]), [[1, 1], [2, 2]]);
  assert.deepEqual(rows[0]?.cells, [
    "run-1",
    "Task",
    "=1+1",
    "success",
    46_037.5,
    "",
    "007",
    "- a\n- b",
  ]);
});

Deno.test("changeRows() removes, inserts and anchors in one batch, each where it was meant", async () => {
  await using here = await world();
  const tab = await filled(here.client, [1, 2, 3, 4]);
  const { sheetId } = tab;
  const after = await changeRows(here.client, [
    { kind: "remove", sheetId, index: 2 },
    { kind: "insert", sheetId, tab: RUNS, index: 5, rows: [newRow(9)] },
    { kind: "insert", sheetId, tab: RUNS, index: 1, rows: [newRow(7), newRow(8)] },
    { kind: "remove", sheetId, index: 4 },
    { kind: "drop-anchor", anchor: anchor(3) },
    { kind: "anchor", sheetId, index: 3, anchor: anchor(33) },
    { kind: "note", sheetId, index: 1, column: 0, text: "put back" },
  ], [tab]);
  const rows = must(after.tabs.get(sheetId), "Runs").rows;
  assert.deepEqual(rows.map(({ cells, anchors }) => [cells[0], ...anchors]), [
    ["run-7", 7],
    ["run-8", 8],
    ["run-1", 1],
    ["run-3", 33],
    ["run-9", 9],
  ]);
  assert.deepEqual(await rowsOf(here.client, tab), rows);
});

Deno.test("changeRows() appends at the end of the grid", async () => {
  await using here = await world();
  const tab = await filled(here.client, []);
  const { sheetId } = tab;
  const at = (index: number, id: number) =>
    ({ kind: "insert", sheetId, tab: RUNS, index, rows: [newRow(id)] }) as const;
  const after = await changeRows(here.client, [at(200, 1), at(200, 2)], [tab]);
  const runs = must(after.tabs.get(sheetId), "Runs");
  assert.deepEqual(runs.rows.map(({ index, anchors }) => [index, ...anchors]), [
    [200, 1],
    [201, 2],
  ]);
  assert.equal(runs.rowCount, 202);
});

Deno.test("changeRows() changes nothing at all where one change is refused", async () => {
  await using here = await world();
  const tab = await filled(here.client, [1, 2]);
  const { sheetId } = tab;
  const before = await rowsOf(here.client, tab);
  await assert.rejects(
    changeRows(here.client, [
      { kind: "remove", sheetId, index: 1 },
      // The id is in use: an anchor is given once.
      { kind: "insert", sheetId, tab: RUNS, index: 1, rows: [newRow(2)] },
    ], [tab]),
    (error) => error instanceof AtlasError && error.kind === "refused-request",
  );
  assert.deepEqual(await rowsOf(here.client, tab), before);
});

Deno.test("updateByAnchor() meets the row wherever humans sorted it, and leaves nulls alone", async () => {
  await using here = await world();
  const tab = await filled(here.client, [1, 2, 3]);
  const { sheetId } = tab;
  const source = { sheetId, dimension: "ROWS", startIndex: 1, endIndex: 2 };
  assert.equal(
    await here.asHuman("owner", [{ moveDimension: { source, destinationIndex: 4 } }]),
    200,
  );
  const answer = await here.client.updateByAnchor([
    { anchor: anchor(1), values: [null, null, "=2+2", "failed", null, 46_038.25, null, ""] },
    { anchor: anchor(99), values: ["nowhere"] },
  ]);
  assert.deepEqual([...answer.keys()], [1]);
  assert.deepEqual(answer.get(anchor(1))?.slice(0, 8), [
    "run-1",
    "Task",
    "=2+2",
    "failed",
    46_037.5,
    46_038.25,
    "007",
    "",
  ]);
  const rows = await rowsOf(here.client, tab);
  assert.equal(rows[2]?.cells[3], "failed");
  assert.equal(rows[0]?.cells[3], "success");
});

Deno.test("readQuick() and readFull() agree about plain values", async () => {
  await using here = await world();
  const tab: KnownTab = await filled(here.client, [1, 2]);
  const quick = must((await readQuick(here.client, [tab])).get(tab.sheetId), "quick");
  const full = must((await readFull(here.client, [tab])).tabs.get(tab.sheetId), "full");
  assert.deepEqual(quick.header, full.header);
  assert.deepEqual(
    quick.rows.map(({ index, cells }) => ({ index, cells })),
    full.rows.map(({ index, cells }) => ({ index, cells })),
  );
  assert.equal(here.client.counts().retried, 0);
});

Deno.test("readFull() sees formulas, extra columns and rows that humans added", async () => {
  await using here = await world();
  const tab = await filled(here.client, [1]);
  const { sheetId } = tab;
  await here.asHuman("owner", [
    write(sheetId, 1, 7, { formulaValue: "=1+2" }),
    write(sheetId, 1, 9, { numberValue: 5 }),
    write(sheetId, 4, 0, { stringValue: "scratch" }),
  ]);
  const rows = await rowsOf(here.client, tab);
  assert.deepEqual(rows[0]?.cells[7], { value: 3, formatted: "3", formula: "=1+2" });
  assert.deepEqual(rows[0]?.extra, ["", 5]);
  assert.deepEqual(rows[1]?.anchors, []);
  assert.equal(rows[1]?.cells[0], "scratch");
});

Deno.test("readFull() finds a renamed tab, and a deleted one is not there", async () => {
  await using here = await world();
  const tab = await filled(here.client, [1]);
  const properties = { sheetId: tab.sheetId, title: "It's ours!A1" };
  await here.asHuman("owner", [{ updateSheetProperties: { properties, fields: "title" } }]);
  const snapshot = await readFull(here.client, [tab]);
  assert.equal(snapshot.tabs.get(tab.sheetId)?.title, "It's ours!A1");
  assert.equal(snapshot.tabs.get(tab.sheetId)?.rows.length, 1);
  await here.asHuman("owner", [{ deleteSheet: { sheetId: tab.sheetId } }]);
  assert.equal((await readFull(here.client, [tab])).tabs.size, 0);
});
