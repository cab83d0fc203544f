/** Row metadata: what it follows, what takes it away, how rows are addressed by it. @module */

import assert from "node:assert/strict";
import {
  anchorOn,
  anchors,
  batch,
  cells,
  googleClient,
  messageOf,
  open,
  refusal,
  rows,
  send,
  values,
  write,
} from "./client.ts";

const NAMES = [["ID", "Name"], ["c", "Cara"], ["a", "Ann"], ["b", "Bob"]];

/** Three rows below a header, anchored 11, 12, 13. */
async function anchored() {
  const sheets = await open();
  await write(sheets.url, "A1", NAMES);
  await batch(sheets.url, "owner", anchorOn(1, 11), anchorOn(2, 12), anchorOn(3, 13));
  return sheets;
}

Deno.test("row metadata follows its row when rows are sorted", async () => {
  await using sheets = await anchored();
  await batch(sheets.url, "owner", {
    sortRange: {
      range: cells(1, 1000, 0, 26),
      sortSpecs: [{ dimensionIndex: 0, sortOrder: "ASCENDING" }],
    },
  });
  assert.deepEqual(await values(sheets.url, "A2:A4"), [["a"], ["b"], ["c"]]);
  assert.deepEqual(await anchors(sheets.url), { 11: 3, 12: 1, 13: 2 });
});

Deno.test("row metadata stays when only a part of the row is sorted", async () => {
  await using sheets = await anchored();
  const sortSpecs = [{ dimensionIndex: 0, sortOrder: "ASCENDING" }];
  await batch(sheets.url, "owner", { sortRange: { range: cells(1, 4, 0, 1), sortSpecs } });
  assert.deepEqual(await values(sheets.url, "A2:B4"), [["a", "Cara"], ["b", "Ann"], ["c", "Bob"]]);
  assert.deepEqual(await anchors(sheets.url), { 11: 1, 12: 2, 13: 3 });
});

Deno.test("row metadata follows insertion and deletion above, and goes with its row", async () => {
  await using sheets = await anchored();
  await batch(sheets.url, "owner", { insertDimension: { range: rows(1, 3) } });
  assert.deepEqual(await anchors(sheets.url), { 11: 3, 12: 4, 13: 5 });
  await batch(sheets.url, "owner", { deleteDimension: { range: rows(4, 5) } });
  assert.deepEqual(await anchors(sheets.url), { 11: 3, 13: 4 });
  const answer = await send(sheets.url, "owner", "GET", "/developerMetadata/12");
  assert.equal(answer.status, 404);
  assert.equal(messageOf(answer), "Requested entity was not found.");
});

Deno.test("row metadata follows a moved row", async () => {
  await using sheets = await anchored();
  await batch(sheets.url, "owner", {
    moveDimension: { source: rows(1, 2), destinationIndex: 4 },
  });
  assert.deepEqual(await values(sheets.url, "A2:A4"), [["a"], ["b"], ["c"]]);
  assert.deepEqual(await anchors(sheets.url), { 11: 3, 12: 1, 13: 2 });
});

Deno.test("row metadata stays behind when the cells of the row are cut", async () => {
  await using sheets = await anchored();
  await batch(sheets.url, "owner", {
    cutPaste: {
      source: cells(1, 2, 0, 26),
      destination: { sheetId: 0, rowIndex: 6, columnIndex: 0 },
      pasteType: "PASTE_NORMAL",
    },
  });
  assert.deepEqual(await values(sheets.url, "A7:B7"), [["c", "Cara"]]);
  assert.deepEqual(await values(sheets.url, "A2:B2"), []);
  assert.deepEqual(await anchors(sheets.url), { 11: 1, 12: 2, 13: 3 });
});

Deno.test("row metadata is not copied with the cells of a row", async () => {
  await using sheets = await anchored();
  await batch(sheets.url, "owner", {
    copyPaste: { source: cells(1, 2, 0, 26), destination: cells(6, 7, 0, 26) },
  });
  assert.deepEqual(await values(sheets.url, "A7:B7"), [["c", "Cara"]]);
  assert.deepEqual(await anchors(sheets.url), { 11: 1, 12: 2, 13: 3 });
});

Deno.test("a metadataId can be used once only, and again after it was deleted", async () => {
  await using sheets = await anchored();
  assert.equal(
    await refusal(sheets.url, "owner", anchorOn(5, 12)),
    "Invalid requests[0].createDeveloperMetadata: Cannot add developer metadata with ID [12] " +
      "because developer metadata with that ID already exists.",
  );
  const [reply] = await batch(sheets.url, "owner", {
    deleteDeveloperMetadata: {
      dataFilter: { developerMetadataLookup: { metadataId: 12 } },
    },
  }, anchorOn(5, 12));
  assert.equal(reply?.deleteDeveloperMetadata?.deletedDeveloperMetadata?.length, 1);
  assert.deepEqual(await anchors(sheets.url), { 11: 1, 12: 5, 13: 3 });
});

Deno.test("a metadataId is free again in the batch that deletes its row", async () => {
  await using sheets = await anchored();
  await batch(
    sheets.url,
    "owner",
    anchorOn(8, 14),
    { deleteDimension: { range: rows(2, 3) } },
    anchorOn(7, 12),
  );
  assert.deepEqual((await anchors(sheets.url))[12], 7);
});

Deno.test("metadata of one sheet is limited to 30,000 characters", async () => {
  await using sheets = await open();
  const withValue = (metadataId: number, length: number) => ({
    createDeveloperMetadata: {
      developerMetadata: {
        metadataId,
        metadataKey: "k",
        metadataValue: "v".repeat(length),
        visibility: "DOCUMENT",
        location: { dimensionRange: rows(metadataId, metadataId + 1) },
      },
    },
  });
  await batch(sheets.url, "owner", withValue(1, 29_998));
  await batch(sheets.url, "owner", anchorOn(2, 2));
  assert.match(await refusal(sheets.url, "owner", anchorOn(3, 3)), /limit of 30000 characters/);
  await batch(sheets.url, "owner", { deleteDimension: { range: rows(1, 2) } }, anchorOn(3, 3));
});

Deno.test("metadata needs a key, a visibility and a single row", async () => {
  await using sheets = await open();
  const create = (developerMetadata: unknown) =>
    refusal(sheets.url, "owner", { createDeveloperMetadata: { developerMetadata } });
  const location = { dimensionRange: rows(1, 2) };
  assert.match(await create({ visibility: "DOCUMENT", location }), /must always have a key/);
  assert.match(await create({ metadataKey: "a", location }), /must always have a visibility/);
  assert.match(
    await create({
      metadataKey: "a",
      visibility: "DOCUMENT",
      location: { dimensionRange: rows(1, 3) },
    }),
    /single row or column/,
  );
});

Deno.test("values are written to the row that carries the metadata, wherever it is", async () => {
  await using sheets = await anchored();
  await batch(sheets.url, "owner", { insertDimension: { range: rows(1, 2) } });
  const { data } = await googleClient(sheets.url, "service-account").spreadsheets.values
    .batchUpdateByDataFilter({
      spreadsheetId: "embedded",
      requestBody: {
        valueInputOption: "RAW",
        includeValuesInResponse: true,
        data: [{
          dataFilter: { developerMetadataLookup: { metadataId: 12 } },
          majorDimension: "ROWS",
          values: [[null, "Anna"]],
        }],
      },
    });
  assert.deepEqual(await values(sheets.url, "A4:B4"), [["a", "Anna"]]);
  assert.deepEqual(data, {
    spreadsheetId: "embedded",
    totalUpdatedRows: 1,
    totalUpdatedColumns: 1,
    totalUpdatedCells: 1,
    totalUpdatedSheets: 1,
    responses: [{
      updatedRange: "Sheet1!A4:B4",
      updatedRows: 1,
      updatedColumns: 1,
      updatedCells: 1,
      updatedData: { range: "Sheet1!A4:B4", majorDimension: "ROWS", values: [["a", "Anna"]] },
      dataFilter: { developerMetadataLookup: { metadataId: 12 } },
    }],
  });
});

Deno.test("a lookup that matches several rows writes to all of them", async () => {
  await using sheets = await anchored();
  const { data } = await googleClient(sheets.url, "owner").spreadsheets.values
    .batchUpdateByDataFilter({
      spreadsheetId: "embedded",
      requestBody: {
        valueInputOption: "RAW",
        data: [{
          dataFilter: { developerMetadataLookup: { metadataKey: "a" } },
          values: [[null, "same"]],
        }],
      },
    });
  assert.equal(data.totalUpdatedRows, 3);
  assert.deepEqual(await values(sheets.url, "B2:B4"), [["same"], ["same"], ["same"]]);
});

Deno.test("a lookup that matches nothing writes nothing and says so by leaving it out", async () => {
  await using sheets = await anchored();
  const answer = await send(sheets.url, "owner", "POST", "/values:batchUpdateByDataFilter", {
    valueInputOption: "RAW",
    data: [{ dataFilter: { developerMetadataLookup: { metadataId: 99 } }, values: [["x"]] }],
  });
  assert.deepEqual(answer, { status: 200, body: { spreadsheetId: "embedded" } });
});

Deno.test("values are read and cleared by metadata", async () => {
  await using sheets = await anchored();
  const lookup = (metadataId: number) => ({ developerMetadataLookup: { metadataId } });
  const { values: api } = googleClient(sheets.url, "owner").spreadsheets;
  const spreadsheetId = "embedded";
  const { data } = await api.batchGetByDataFilter({
    spreadsheetId,
    requestBody: { dataFilters: [lookup(13), lookup(99)] },
  });
  assert.deepEqual(data.valueRanges, [{
    valueRange: { range: "Sheet1!A4:Z4", majorDimension: "ROWS", values: [["b", "Bob"]] },
    dataFilters: [lookup(13)],
  }]);
  const cleared = await api.batchClearByDataFilter({
    spreadsheetId,
    requestBody: { dataFilters: [lookup(13)] },
  });
  assert.deepEqual(cleared.data.clearedRanges, ["Sheet1!A4:Z4"]);
  assert.deepEqual(await values(sheets.url, "A4:B4"), []);
});

Deno.test("metadata is found by id, by search and in the sheet", async () => {
  await using sheets = await anchored();
  const found = {
    metadataId: 12,
    metadataKey: "a",
    location: {
      locationType: "ROW",
      dimensionRange: { dimension: "ROWS", startIndex: 2, endIndex: 3 },
    },
    visibility: "DOCUMENT",
  };
  const { developerMetadata } = googleClient(sheets.url, "owner").spreadsheets;
  const byId = await developerMetadata.get({ spreadsheetId: "embedded", metadataId: 12 });
  assert.deepEqual(byId.data, found);
  const dataFilters = [{ developerMetadataLookup: { metadataId: 12 } }];
  const searched = await developerMetadata.search({
    spreadsheetId: "embedded",
    requestBody: { dataFilters },
  });
  assert.deepEqual(searched.data.matchedDeveloperMetadata, [{
    developerMetadata: found,
    dataFilters,
  }]);
  const { data } = await googleClient(sheets.url, "owner").spreadsheets.getByDataFilter({
    spreadsheetId: "embedded",
    fields: "sheets.data(startRow,rowData.values.formattedValue)",
    requestBody: { dataFilters },
  });
  assert.deepEqual(data, {
    sheets: [{
      data: [{
        startRow: 2,
        rowData: [{ values: [{ formattedValue: "a" }, { formattedValue: "Ann" }] }],
      }],
    }],
  });
});

Deno.test("metadata of sheet and spreadsheet is kept apart from that of rows", async () => {
  await using sheets = await anchored();
  const create = (metadataId: number, location: object) => ({
    createDeveloperMetadata: {
      developerMetadata: { metadataId, metadataKey: "m", visibility: "DOCUMENT", location },
    },
  });
  await batch(
    sheets.url,
    "owner",
    create(1, { spreadsheet: true }),
    create(2, { sheetId: 0 }),
  );
  const { data } = await googleClient(sheets.url, "owner").spreadsheets.get({
    spreadsheetId: "embedded",
    fields: "developerMetadata(metadataId,location),sheets.developerMetadata(metadataId,location)",
  });
  assert.deepEqual(data, {
    developerMetadata: [{
      metadataId: 1,
      location: { locationType: "SPREADSHEET", spreadsheet: true },
    }],
    sheets: [{
      developerMetadata: [{ metadataId: 2, location: { locationType: "SHEET", sheetId: 0 } }],
    }],
  });
});

Deno.test("metadata can be given another value and another row", async () => {
  await using sheets = await anchored();
  await batch(sheets.url, "owner", {
    updateDeveloperMetadata: {
      dataFilters: [{ developerMetadataLookup: { metadataId: 12 } }],
      developerMetadata: {
        metadataValue: "moved",
        location: { dimensionRange: rows(8, 9) },
      },
      fields: "metadataValue,location",
    },
  });
  assert.deepEqual(await anchors(sheets.url), { 11: 1, 12: 8, 13: 3 });
});
