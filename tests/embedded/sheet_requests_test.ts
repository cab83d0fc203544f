/** Requests about cells, rows, columns, sheets and the rules over them. @module */

import assert from "node:assert/strict";
import { batch, cells, googleClient, open, refusal, rows, send, values, write } from "./client.ts";

async function sheetOf(url: string, fields: string) {
  const { data } = await googleClient(url, "owner").spreadsheets.get({
    spreadsheetId: "embedded",
    fields: `sheets(${fields})`,
  });
  return data.sheets?.[0];
}

const VALIDATION = {
  condition: { type: "ONE_OF_LIST", values: [{ userEnteredValue: "a" }] },
  strict: true,
};

Deno.test("updateCells writes what the mask names and clears what the rows leave out", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["a", "b"], ["c", "d"]]);
  await batch(sheets.url, "owner", {
    updateCells: {
      range: cells(0, 2, 0, 2),
      rows: [{ values: [{ userEnteredValue: { boolValue: true }, note: "ignored" }] }],
      fields: "userEnteredValue",
    },
  });
  assert.deepEqual(await values(sheets.url, "A1:B2", "UNFORMATTED_VALUE"), [[true]]);
  const sheet = await sheetOf(sheets.url, "data.rowData.values.note");
  assert.deepEqual(sheet?.data, [{}]);
});

Deno.test("updateCells refuses rows that reach beyond its range", async () => {
  await using sheets = await open();
  const value = { userEnteredValue: { stringValue: "x" } };
  const update = (rowsGiven: unknown[]) =>
    refusal(sheets.url, "owner", {
      updateCells: { range: cells(0, 1, 24, 26), rows: rowsGiven, fields: "userEnteredValue" },
    });
  assert.equal(
    await update([{ values: [value, value, value] }]),
    "Invalid requests[0].updateCells: Attempting to write column: 26, beyond the last requested " +
      "column of: 25",
  );
  assert.match(await update([{}, {}]), /write row: 1, beyond the last requested row of: 0/);
  assert.match(
    await refusal(sheets.url, "owner", { updateCells: { range: cells(0, 1, 0, 1) } }),
    /At least one field must be listed in 'fields'/,
  );
});

Deno.test("an update mask that names no field is refused", async () => {
  await using sheets = await open();
  const repeat = (fields: string) => ({
    repeatCell: { range: cells(0, 1, 0, 1), cell: { note: "n" }, fields },
  });
  for (const fields of ["notes", "note.text", "userEnteredFormat.bold", "note("]) {
    assert.match(await refusal(sheets.url, "owner", repeat(fields)), /Invalid field/, fields);
  }
});

Deno.test("appendCells goes below the last row with data and grows the grid", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", { deleteDimension: { range: rows(2, 1000) } });
  await write(sheets.url, "A1", [["a"]]);
  const row = { values: [{ userEnteredValue: { stringValue: "x" } }] };
  await batch(sheets.url, "owner", {
    appendCells: { sheetId: 0, rows: [row, row, row], fields: "userEnteredValue" },
  });
  assert.deepEqual(await values(sheets.url, "Sheet1"), [["a"], ["x"], ["x"], ["x"]]);
});

Deno.test("a new row looks like its neighbour and holds nothing of it", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["head"], ["body"]]);
  await batch(sheets.url, "owner", {
    setDataValidation: { range: cells(1, 2, 0, 1), rule: VALIDATION },
  }, {
    repeatCell: {
      range: cells(0, 1, 0, 1),
      cell: { userEnteredFormat: { textFormat: { bold: true } }, note: "n" },
      fields: "userEnteredFormat,note",
    },
  });
  const cellOfRow2 = async () => {
    const sheet = await sheetOf(
      sheets.url,
      "data.rowData.values(userEnteredValue,userEnteredFormat,note,dataValidation)",
    );
    return sheet?.data?.[0]?.rowData?.[1]?.values?.[0];
  };
  await batch(sheets.url, "owner", {
    insertDimension: { range: rows(1, 2), inheritFromBefore: false },
  });
  assert.deepEqual(await cellOfRow2(), { dataValidation: VALIDATION });
  await batch(sheets.url, "owner", {
    insertDimension: { range: rows(1, 2), inheritFromBefore: true },
  });
  assert.deepEqual(await cellOfRow2(), { userEnteredFormat: { textFormat: { bold: true } } });
});

Deno.test("insertDimension at the end needs a row to inherit from", async () => {
  await using sheets = await open();
  const insert = (startIndex: number, inheritFromBefore: boolean) => ({
    insertDimension: { range: rows(startIndex, startIndex + 1), inheritFromBefore },
  });
  assert.match(await refusal(sheets.url, "owner", insert(1000, false)), /less than the grid size/);
  assert.match(await refusal(sheets.url, "owner", insert(0, true)), /greater than zero/);
  await batch(sheets.url, "owner", insert(1000, true));
  assert.equal(sheets.book.sheets[0]?.rowCount, 1001);
});

Deno.test("deleteDimension leaves one row that is not frozen", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", {
    updateSheetProperties: {
      properties: { sheetId: 0, gridProperties: { frozenRowCount: 1 } },
      fields: "gridProperties.frozenRowCount",
    },
  });
  assert.equal(
    await refusal(sheets.url, "owner", { deleteDimension: { range: rows(0, 1000) } }),
    "Invalid requests[0].deleteDimension: You can't delete all the rows on the sheet.",
  );
  assert.equal(
    await refusal(sheets.url, "owner", { deleteDimension: { range: rows(1, 1000) } }),
    "Invalid requests[0].deleteDimension: Sorry, it is not possible to delete all non-frozen rows.",
  );
});

Deno.test("columns are put in, moved and taken out with their cells", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["a", "b", "c"], ["1", "2", "3"]]);
  const columns = (startIndex: number, endIndex: number) => ({
    sheetId: 0,
    dimension: "COLUMNS",
    startIndex,
    endIndex,
  });
  await batch(sheets.url, "owner", { insertDimension: { range: columns(1, 2) } });
  assert.deepEqual(await values(sheets.url, "A1:D1"), [["a", "", "b", "c"]]);
  await batch(sheets.url, "owner", {
    moveDimension: { source: columns(0, 1), destinationIndex: 4 },
  });
  assert.deepEqual(await values(sheets.url, "A1:D2"), [["", "b", "c", "a"], ["", "2", "3", "1"]]);
  await batch(sheets.url, "owner", { deleteDimension: { range: columns(0, 2) } });
  assert.deepEqual(await values(sheets.url, "A1:D2"), [["c", "a"], ["3", "1"]]);
});

Deno.test("every rule over the cells follows the rows it lies on", async () => {
  await using sheets = await open();
  const range = cells(3, 6, 0, 2);
  await batch(
    sheets.url,
    "owner",
    { addNamedRange: { namedRange: { name: "Here", range } } },
    { addFilterView: { filter: { title: "Mine", range } } },
    { setBasicFilter: { filter: { range } } },
    { mergeCells: { range, mergeType: "MERGE_COLUMNS" } },
    {
      addConditionalFormatRule: {
        rule: {
          ranges: [range],
          booleanRule: { condition: { type: "NOT_BLANK" }, format: { textFormat: { bold: true } } },
        },
      },
    },
    { insertDimension: { range: rows(0, 1) } },
    { insertDimension: { range: rows(5, 6) } },
    { deleteDimension: { range: rows(4, 5) } },
  );
  const { data } = await googleClient(sheets.url, "owner").spreadsheets.get({
    spreadsheetId: "embedded",
    fields: "namedRanges.range,sheets(filterViews.range,basicFilter.range,merges," +
      "conditionalFormats.ranges)",
  });
  const moved = {
    startRowIndex: 4,
    endRowIndex: 7,
    startColumnIndex: 0,
    endColumnIndex: 2,
  };
  assert.deepEqual(data, {
    namedRanges: [{ range: moved }],
    sheets: [{
      filterViews: [{ range: moved }],
      basicFilter: { range: moved },
      merges: [
        { ...moved, endColumnIndex: 1 },
        { ...moved, startColumnIndex: 1 },
      ],
      conditionalFormats: [{ ranges: [moved] }],
    }],
  });
});

Deno.test("a moved row takes the ranges along that lie on it alone", async () => {
  await using sheets = await open();
  await batch(
    sheets.url,
    "owner",
    { addNamedRange: { namedRange: { name: "Third", range: cells(2, 3, 0, 2) } } },
    { addNamedRange: { namedRange: { name: "All", range: cells(1, 9, 0, 2) } } },
    { addNamedRange: { namedRange: { name: "Fifth", range: cells(4, 5, 0, 2) } } },
    { moveDimension: { source: rows(2, 3), destinationIndex: 6 } },
  );
  const found = sheets.book.namedRanges.map(({ name, range }) => [
    name,
    range?.startRowIndex,
    range?.endRowIndex,
  ]);
  assert.deepEqual(found, [["Third", 5, 6], ["All", 1, 9], ["Fifth", 3, 4]]);
});

Deno.test("sorting puts numbers before texts, keeps equal rows in order and blanks last", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [
    ["b", "1"],
    ["", "2"],
    [10, "3"],
    ["B", "4"],
    [2, "5"],
    ["a", "6"],
  ]);
  const sort = (sortOrder: string) => ({
    sortRange: { range: cells(0, 6, 0, 2), sortSpecs: [{ dimensionIndex: 0, sortOrder }] },
  });
  await batch(sheets.url, "owner", sort("ASCENDING"));
  assert.deepEqual((await values(sheets.url, "B1:B6")).flat(), ["5", "3", "6", "1", "4", "2"]);
  await batch(sheets.url, "owner", sort("DESCENDING"));
  assert.deepEqual((await values(sheets.url, "B1:B6")).flat(), ["1", "4", "6", "3", "5", "2"]);
});

Deno.test("cells are pushed down and pulled up inside a range", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["a", "1"], ["b", "2"], ["c", "3"]]);
  await batch(sheets.url, "owner", {
    insertRange: { range: cells(1, 2, 0, 1), shiftDimension: "ROWS" },
  });
  assert.deepEqual(await values(sheets.url, "A1:B4"), [["a", "1"], ["", "2"], ["b", "3"], ["c"]]);
  await batch(sheets.url, "owner", {
    deleteRange: { range: cells(0, 2, 0, 1), shiftDimension: "ROWS" },
  });
  assert.deepEqual(await values(sheets.url, "A1:B4"), [["b", "1"], ["c", "2"], ["", "3"]]);
});

Deno.test("a paste may take values, formats or validation alone, repeated or turned", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["=1+1"], ["x"]], "USER_ENTERED");
  await batch(
    sheets.url,
    "owner",
    { setDataValidation: { range: cells(1, 2, 0, 1), rule: VALIDATION } },
    {
      copyPaste: {
        source: cells(0, 2, 0, 1),
        destination: cells(0, 4, 1, 2),
        pasteType: "PASTE_VALUES",
      },
    },
    {
      copyPaste: {
        source: cells(0, 2, 0, 1),
        destination: cells(5, 6, 0, 2),
        pasteOrientation: "TRANSPOSE",
      },
    },
  );
  assert.deepEqual(await values(sheets.url, "B1:B4", "FORMULA"), [[2], ["x"], [2], ["x"]]);
  assert.deepEqual(await values(sheets.url, "A6:B6", "FORMULA"), [["=1+1", "x"]]);
  const cell = (row: number, column: number) => sheets.book.sheets[0]?.cell(row, column);
  assert.equal(cell(1, 1)?.validation, undefined);
  assert.deepEqual(cell(5, 1)?.validation, VALIDATION);
});

Deno.test("conditional formats are put in, replaced, moved and taken out by their place", async () => {
  await using sheets = await open();
  const rule = (type: string) => ({
    ranges: [cells(0, 9, 0, 1)],
    booleanRule: { condition: { type }, format: {} },
  });
  const types = async () => {
    const sheet = await sheetOf(sheets.url, "conditionalFormats.booleanRule.condition.type");
    return (sheet?.conditionalFormats ?? []).map((each) => each.booleanRule?.condition?.type);
  };
  await batch(
    sheets.url,
    "owner",
    { addConditionalFormatRule: { rule: rule("BLANK"), index: 0 } },
    { addConditionalFormatRule: { rule: rule("NOT_BLANK"), index: 0 } },
  );
  assert.deepEqual(await types(), ["NOT_BLANK", "BLANK"]);
  const replies = await batch(
    sheets.url,
    "owner",
    { updateConditionalFormatRule: { sheetId: 0, index: 0, newIndex: 1 } },
    { updateConditionalFormatRule: { index: 0, rule: rule("TEXT_IS_EMAIL") } },
    { deleteConditionalFormatRule: { sheetId: 0, index: 1 } },
  );
  assert.deepEqual(await types(), ["TEXT_IS_EMAIL"]);
  assert.equal(replies[0]?.updateConditionalFormatRule?.oldIndex, 0);
  assert.equal(
    replies[2]?.deleteConditionalFormatRule?.rule?.booleanRule?.condition?.type,
    "NOT_BLANK",
  );
});

Deno.test("filter views are added, changed and deleted by their id", async () => {
  await using sheets = await open();
  const [reply] = await batch(sheets.url, "owner", {
    addFilterView: { filter: { title: "Open", range: cells(0, 9, 0, 3) } },
  });
  const filterViewId = Number(reply?.addFilterView?.filter?.filterViewId);
  await batch(sheets.url, "owner", {
    updateFilterView: { filter: { filterViewId, title: "Closed" }, fields: "title" },
  });
  const sheet = await sheetOf(sheets.url, "filterViews(title,range.endRowIndex)");
  assert.deepEqual(sheet?.filterViews, [{ title: "Closed", range: { endRowIndex: 9 } }]);
  await batch(sheets.url, "owner", { deleteFilterView: { filterId: filterViewId } });
  assert.match(
    await refusal(sheets.url, "owner", { deleteFilterView: { filterId: filterViewId } }),
    /No filter view with id/,
  );
});

Deno.test("a duplicated sheet has the cells and no metadata", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["x"]]);
  await batch(sheets.url, "owner", {
    createDeveloperMetadata: {
      developerMetadata: {
        metadataKey: "k",
        visibility: "DOCUMENT",
        location: { dimensionRange: rows(0, 1) },
      },
    },
  }, { duplicateSheet: { sourceSheetId: 0, insertSheetIndex: 1, newSheetName: "Copy" } });
  assert.deepEqual(await values(sheets.url, "Copy!A1"), [["x"]]);
  const { body } = await send(sheets.url, "owner", "POST", "/developerMetadata:search", {
    dataFilters: [{ developerMetadataLookup: { metadataKey: "k" } }],
  });
  assert.equal(JSON.stringify(body).match(/metadataId/g)?.length, 1);
});

Deno.test("sheets are moved by an index that counts before they are taken out", async () => {
  await using sheets = await open();
  await batch(
    sheets.url,
    "owner",
    { addSheet: { properties: { title: "B", sheetId: 1 } } },
    { addSheet: { properties: { title: "C", sheetId: 2 } } },
    { updateSheetProperties: { properties: { sheetId: 0, index: 2 }, fields: "index" } },
  );
  assert.deepEqual(sheets.book.sheets.map(({ title }) => title), ["B", "Sheet1", "C"]);
});

Deno.test("a smaller grid drops what lies outside", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["a", "b"], ["c", "d"]]);
  const resize = (rowCount: number, columnCount: number) => ({
    updateSheetProperties: {
      properties: { sheetId: 0, gridProperties: { rowCount, columnCount } },
      fields: "gridProperties(rowCount,columnCount)",
    },
  });
  await batch(sheets.url, "owner", resize(1, 1), resize(3, 3));
  assert.deepEqual(await values(sheets.url, "Sheet1"), [["a"]]);
});

Deno.test("a colour is kept in both ways of writing it, the newer wins", async () => {
  await using sheets = await open();
  const red = { red: 1 };
  const blue = { blue: 1 };
  const paint = (userEnteredFormat: object, fields: string) => ({
    repeatCell: { range: cells(0, 1, 0, 1), cell: { userEnteredFormat }, fields },
  });
  const format = () => sheets.book.sheets[0]?.cell(0, 0)?.format;
  await batch(
    sheets.url,
    "owner",
    paint({ backgroundColorStyle: { rgbColor: red } }, "userEnteredFormat.backgroundColorStyle"),
  );
  assert.deepEqual(format()?.backgroundColor, red);
  await batch(
    sheets.url,
    "owner",
    paint({ backgroundColor: blue }, "userEnteredFormat.backgroundColor"),
  );
  assert.deepEqual(format()?.backgroundColorStyle, { rgbColor: blue });
});
