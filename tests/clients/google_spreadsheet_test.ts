/**
 * The package `google-spreadsheet` at work on the embedded spreadsheet: a client that knows nothing of
 * it and was written against Google's own server. Every answer it gets is held against the discovery
 * document as well.
 *
 * @module
 */

import assert from "node:assert/strict";
import { GoogleSpreadsheet, type GoogleSpreadsheetWorksheet } from "google-spreadsheet";
import { must } from "../../src/base/assert.ts";
import type { EmbeddedSpreadsheet } from "../../src/embedded/server.ts";
import { open, values } from "../embedded/client.ts";

/** The package's address of the API is a constant; its HTTP client can be given another one. */
function connect({ url, spreadsheetId }: EmbeddedSpreadsheet): GoogleSpreadsheet {
  const document = new GoogleSpreadsheet(spreadsheetId, { token: "owner" }, { retryConfig: 0 });
  const prefix = `${url}v4/spreadsheets/${spreadsheetId}`;
  return Object.assign(document, { sheetsApi: document.sheetsApi.extend({ prefix }) });
}

interface Person {
  readonly Name: string;
  readonly Age: number;
}

async function peopleOf(document: GoogleSpreadsheet): Promise<GoogleSpreadsheetWorksheet> {
  await document.loadInfo();
  const sheet = await document.addSheet({ title: "People", headerValues: ["Name", "Age"] });
  await sheet.addRows([
    { Name: "Ada", Age: 36 },
    { Name: "Grace", Age: 85 },
    { Name: "Edsger", Age: 72 },
  ]);
  return sheet;
}

Deno.test("google-spreadsheet loads what stands in the spreadsheet", async () => {
  await using sheets = await open({ title: "A plan", timeZone: "Europe/Berlin" });
  const document = connect(sheets);
  await document.loadInfo();
  assert.equal(document.title, "A plan");
  assert.equal(document.timeZone, "Europe/Berlin");
  assert.deepEqual(document.sheetsByIndex.map(({ title }) => title), ["Sheet1"]);
  const { rowCount, columnCount } = must(document.sheetsByIndex[0], "the first tab");
  assert.deepEqual([rowCount, columnCount], [1000, 26]);
});

Deno.test("google-spreadsheet adds, reads, saves and deletes rows", async () => {
  await using sheets = await open();
  const people = await peopleOf(connect(sheets));

  const rows = await people.getRows<Person>();
  assert.deepEqual(rows.map((row) => row.get("Name")), ["Ada", "Grace", "Edsger"]);
  const grace = must(rows[1], "the second row");
  grace.set("Age", 86);
  await grace.save();
  await must(rows[0], "the first row").delete();
  await people.addRow({ Name: "=1+1", Age: 1 }, { raw: true });

  assert.deepEqual(await values(sheets.url, "People", "UNFORMATTED_VALUE"), [
    ["Name", "Age"],
    ["Grace", 86],
    ["Edsger", 72],
    ["=1+1", 1],
  ]);
  // A second connection knows nothing of the first one's caches.
  const again = connect(sheets);
  await again.loadInfo();
  const reread = await must(again.sheetsByTitle["People"], "the tab").getRows<Person>({
    offset: 1,
  });
  assert.deepEqual(reread.map((row) => row.toObject()), [
    { Name: "Edsger", Age: "72" },
    { Name: "=1+1", Age: "1" },
  ]);
});

Deno.test("google-spreadsheet writes cells with values, formulas, notes and formats", async () => {
  await using sheets = await open();
  const people = await peopleOf(connect(sheets));
  await people.loadCells("A1:C4");
  const name = people.getCellByA1("A2");
  assert.equal(name.value, "Ada");
  name.note = "the first";
  name.textFormat = { bold: true };
  const sum = people.getCell(1, 2);
  sum.formula = "=B2+B3";
  sum.numberFormat = { type: "NUMBER", pattern: "0.00" };
  await people.saveUpdatedCells();
  assert.equal(sum.value, 121);

  const again = connect(sheets);
  await again.loadInfo();
  const reread = must(again.sheetsByTitle["People"], "the tab");
  await reread.loadCells("A1:C4");
  assert.equal(reread.getCellByA1("A2").note, "the first");
  assert.equal(reread.getCellByA1("A2").textFormat?.bold, true);
  assert.equal(reread.getCellByA1("C2").formattedValue, "121.00");
  assert.equal(reread.getCellByA1("C2").formula, "=B2+B3");
  reread.getCellByA1("A2").clearAllFormatting();
  await reread.saveUpdatedCells();
  assert.equal(reread.getCellByA1("A2").userEnteredFormat?.textFormat, undefined);
});

Deno.test("google-spreadsheet keeps developer metadata on a row through a sort", async () => {
  await using sheets = await open();
  const document = connect(sheets);
  const people = await peopleOf(document);
  const row = { sheetId: people.sheetId, dimension: "ROWS" as const, startIndex: 1, endIndex: 2 };
  await people.createDeveloperMetadata({
    metadataId: 7,
    metadataKey: "a",
    metadataValue: "Ada's",
    visibility: "DOCUMENT",
    location: { dimensionRange: row },
  });
  await people.sortRange({ startRowIndex: 1, endRowIndex: 4 }, [
    { dimensionIndex: 0, sortOrder: "DESCENDING" },
  ]);
  const filter = { developerMetadataLookup: { metadataId: 7 } };
  const found = must((await document.searchDeveloperMetadata([filter]))[0], "the metadata");
  assert.equal(found.metadataValue, "Ada's");
  assert.equal(found.location?.dimensionRange?.startIndex, 3);

  await people.loadCells(filter);
  assert.equal(people.getCell(3, 0).value, "Ada");
  await people.deleteDeveloperMetadata(filter);
  assert.deepEqual(await document.searchDeveloperMetadata([filter]), []);
});

Deno.test("google-spreadsheet changes the layout: tabs, sizes, protection, filter views", async () => {
  await using sheets = await open();
  const document = connect(sheets);
  const people = await peopleOf(document);
  await people.updateProperties({ title: "Persons" });
  await people.resize({ rowCount: 20, columnCount: 5 });
  await people.insertDimension("ROWS", { startIndex: 1, endIndex: 2 }, false);
  await people.deleteRows(1, 2);
  await people.addProtectedRange({
    range: { sheetId: people.sheetId, startRowIndex: 0, endRowIndex: 1 },
  });
  await people.addFilterView({ title: "All", range: { sheetId: people.sheetId } });
  await document.loadInfo();
  assert.equal(people.title, "Persons");
  assert.deepEqual([people.rowCount, people.columnCount], [20, 5]);
  await people.delete();
  await document.loadInfo();
  assert.deepEqual(document.sheetsByIndex.map(({ title }) => title), ["Sheet1"]);
});
