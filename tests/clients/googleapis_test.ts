/**
 * Google's own package `@googleapis/sheets` at work on the embedded spreadsheet, as any program uses it
 * and without anything of the mirror's adapter in between.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { sheets_v4 } from "@googleapis/sheets";
import { must } from "../../src/base/assert.ts";
import { googleClient, open } from "../embedded/client.ts";

const spreadsheetId = "embedded";

async function withPeople(api: sheets_v4.Sheets): Promise<void> {
  await api.spreadsheets.values.append({
    spreadsheetId,
    range: "Sheet1!A1",
    valueInputOption: "RAW",
    requestBody: { values: [["Name", "Age"], ["Ada", 36], ["Grace", 85], ["Edsger", 72]] },
  });
}

function rowsOf(startIndex: number, endIndex: number): sheets_v4.Schema$DimensionRange {
  return { sheetId: 0, dimension: "ROWS", startIndex, endIndex };
}

async function valuesOf(api: sheets_v4.Sheets, range: string): Promise<unknown> {
  const { data } = await api.spreadsheets.values.get({
    spreadsheetId,
    range,
    valueRenderOption: "UNFORMATTED_VALUE",
  });
  return data.values;
}

Deno.test("@googleapis/sheets adds, reads, changes, clears and deletes rows", async () => {
  await using sheets = await open();
  const api = googleClient(sheets.url, "owner");
  await withPeople(api);
  await api.spreadsheets.values.update({
    spreadsheetId,
    range: "Sheet1!B3",
    valueInputOption: "USER_ENTERED",
    requestBody: { values: [["86"]] },
  });
  await api.spreadsheets.batchUpdate({
    spreadsheetId,
    requestBody: { requests: [{ deleteDimension: { range: rowsOf(1, 2) } }] },
  });
  await api.spreadsheets.values.clear({ spreadsheetId, range: "A3:B3" });
  assert.deepEqual(await valuesOf(api, "Sheet1"), [["Name", "Age"], ["Grace", 86]]);
  const { data } = await api.spreadsheets.values.batchGet({
    spreadsheetId,
    ranges: ["A1", "Sheet1!B:B"],
  });
  assert.deepEqual(data.valueRanges?.map(({ range, values }) => [range, values]), [
    ["Sheet1!A1", [["Name"]]],
    ["Sheet1!B1:B999", [["Age"], ["86"]]],
  ]);
});

Deno.test("@googleapis/sheets writes formats, notes and formulas and reads them by mask", async () => {
  await using sheets = await open();
  const api = googleClient(sheets.url, "owner");
  await withPeople(api);
  await api.spreadsheets.batchUpdate({
    spreadsheetId,
    requestBody: {
      requests: [{
        updateCells: {
          start: { sheetId: 0, rowIndex: 1, columnIndex: 2 },
          rows: [{
            values: [{
              userEnteredValue: { formulaValue: "=B2*2" },
              userEnteredFormat: { numberFormat: { type: "NUMBER", pattern: "0.0" } },
              note: "twice the age",
            }],
          }],
          fields: "userEnteredValue,userEnteredFormat.numberFormat,note",
        },
      }],
    },
  });
  const { data } = await api.spreadsheets.get({
    spreadsheetId,
    ranges: ["Sheet1!C2"],
    fields: "sheets.data.rowData.values(userEnteredValue,effectiveValue,formattedValue,note)",
  });
  assert.deepEqual(data.sheets?.[0]?.data?.[0]?.rowData?.[0]?.values, [{
    userEnteredValue: { formulaValue: "=B2*2" },
    effectiveValue: { numberValue: 72 },
    formattedValue: "72.0",
    note: "twice the age",
  }]);
});

Deno.test("@googleapis/sheets finds a row by its metadata wherever it was moved", async () => {
  await using sheets = await open();
  const api = googleClient(sheets.url, "owner");
  await withPeople(api);
  await api.spreadsheets.batchUpdate({
    spreadsheetId,
    requestBody: {
      requests: [
        {
          createDeveloperMetadata: {
            developerMetadata: {
              metadataId: 7,
              metadataKey: "a",
              visibility: "DOCUMENT",
              location: { dimensionRange: rowsOf(1, 2) },
            },
          },
        },
        { moveDimension: { source: rowsOf(1, 2), destinationIndex: 4 } },
      ],
    },
  });
  const dataFilter = { developerMetadataLookup: { metadataId: 7 } };
  await api.spreadsheets.values.batchUpdateByDataFilter({
    spreadsheetId,
    requestBody: {
      valueInputOption: "RAW",
      data: [{ dataFilter, majorDimension: "ROWS", values: [[null, 37]] }],
    },
  });
  assert.deepEqual(await valuesOf(api, "A4:B4"), [["Ada", 37]]);
  const { data: metadata } = await api.spreadsheets.developerMetadata.get({
    spreadsheetId,
    metadataId: 7,
  });
  assert.equal(metadata.location?.dimensionRange?.startIndex, 3);
  const { data: found } = await api.spreadsheets.developerMetadata.search({
    spreadsheetId,
    requestBody: { dataFilters: [{ developerMetadataLookup: { metadataKey: "a" } }] },
  });
  assert.equal(found.matchedDeveloperMetadata?.length, 1);
  await api.spreadsheets.batchUpdate({
    spreadsheetId,
    requestBody: { requests: [{ deleteDeveloperMetadata: { dataFilter } }] },
  });
  await assert.rejects(
    api.spreadsheets.developerMetadata.get({ spreadsheetId, metadataId: 7 }),
    /Requested entity was not found/,
  );
});

Deno.test("@googleapis/sheets makes a spreadsheet, adds a tab and takes it away", async () => {
  await using sheets = await open();
  const api = googleClient(sheets.url, "owner");
  const created = await api.spreadsheets.create({ requestBody: { properties: { title: "New" } } });
  const id = must(created.data.spreadsheetId, "the id of the new spreadsheet");
  const added = await api.spreadsheets.batchUpdate({
    spreadsheetId: id,
    requestBody: { requests: [{ addSheet: { properties: { title: "Second" } } }] },
  });
  const { sheetId } = must(added.data.replies?.[0]?.addSheet?.properties, "the new tab");
  const titles = async () => {
    const { data } = await api.spreadsheets.get({ spreadsheetId: id });
    return data.sheets?.map(({ properties }) => properties?.title);
  };
  assert.deepEqual(await titles(), ["Sheet1", "Second"]);
  await api.spreadsheets.batchUpdate({
    spreadsheetId: id,
    requestBody: { requests: [{ deleteSheet: { sheetId: must(sheetId, "its id") } }] },
  });
  assert.deepEqual(await titles(), ["Sheet1"]);
});
