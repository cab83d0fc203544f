/** Plain values: ranges, limits, nulls and blanks, rendering, appending. @module */

import assert from "node:assert/strict";
import { batch, cells, googleClient, messageOf, open, send, values, write } from "./client.ts";

Deno.test("ranges come back normalised, titles quoted where they need it", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", { addSheet: { properties: { title: "D3" } } }, {
    addSheet: { properties: { title: "It's 1", gridProperties: { rowCount: 5, columnCount: 3 } } },
  });
  const expected = {
    "Sheet1": "Sheet1!A1:Z1000",
    "sheet1!a1": "Sheet1!A1",
    "A2:2": "Sheet1!A2:Z2",
    "B2:C": "Sheet1!B2:C1000",
    "A:C": "Sheet1!A1:C1000",
    "3:5": "Sheet1!A3:Z5",
    "$D$4:A1": "Sheet1!A1:D4",
    "'D3'!B1": "'D3'!B1",
    "'It''s 1'": "'It''s 1'!A1:C5",
    "Sheet1!Y999:AB2000": "Sheet1!Y999:Z1000",
  };
  for (const [asked, normal] of Object.entries(expected)) {
    const { body } = await send(sheets.url, "owner", "GET", `/values/${encodeURIComponent(asked)}`);
    assert.deepEqual(body, { range: normal, majorDimension: "ROWS" }, asked);
  }
});

Deno.test("a bare name is a named range before it is a title", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", { addSheet: { properties: { title: "Totals" } } });
  const rangeOf = async () => (await send(sheets.url, "owner", "GET", "/values/totals")).body;
  assert.deepEqual(await rangeOf(), { range: "Totals!A1:Z1000", majorDimension: "ROWS" });
  await batch(sheets.url, "owner", {
    addNamedRange: { namedRange: { name: "Totals", range: cells(1, 3, 1, 3) } },
  });
  assert.deepEqual(await rangeOf(), { range: "Sheet1!B2:C3", majorDimension: "ROWS" });
});

Deno.test("a range that names nothing is refused in Google's words", async () => {
  await using sheets = await open();
  const get = (range: string) => send(sheets.url, "owner", "GET", `/values/${range}`);
  assert.equal(messageOf(await get("Nothing!A1")), "Unable to parse range: Nothing!A1");
  assert.equal(messageOf(await get("A1:B2:C3")), "Unable to parse range: A1:B2:C3");
  assert.equal(
    messageOf(await get("A1001:B")),
    "Range (Sheet1!A1001:B) exceeds grid limits. Max rows: 1000, max columns: 26",
  );
});

Deno.test("values that do not fit are refused and none is written", async () => {
  await using sheets = await open();
  const put = async (range: string, rows: unknown[][]) =>
    messageOf(
      await send(sheets.url, "owner", "PUT", `/values/${range}?valueInputOption=RAW`, {
        values: rows,
      }),
    );
  assert.equal(
    await put("A1:B1", [["x", "y", "z"]]),
    "Requested writing within range [A1:B1], but tried writing to column [C]",
  );
  assert.equal(
    await put("Sheet1!A1:B2", [["x"], ["y"], ["z"]]),
    "Requested writing within range [Sheet1!A1:B2], but tried writing to row [3]",
  );
  assert.equal(
    await put("A1001", [["x"]]),
    "Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26",
  );
  assert.equal(
    await put("A1:A1001", Array.from({ length: 1001 }, () => ["x"])),
    "Range (Sheet1!A1:A1001) exceeds grid limits. Max rows: 1000, max columns: 26",
  );
  assert.match(
    await put("A1", [["x".repeat(50_001)]]),
    /more than the maximum of 50000 characters/,
  );
  assert.equal(await put("A1", [["a", { b: 1 }]]), "Invalid values[0][1]: struct_value {\n}\n");
  assert.deepEqual(await values(sheets.url, "Sheet1"), []);
});

Deno.test("null leaves a cell as it is, an empty text clears it", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["a", "b", "c"]]);
  await write(sheets.url, "A1", [[null, "", "C", null]]);
  assert.deepEqual(await values(sheets.url, "A1:D1"), [["a", "", "C"]]);
});

Deno.test("RAW keeps every text as it is", async () => {
  await using sheets = await open();
  const texts = ["=1+2", "'0123", "007", "1/2/2024", " TRUE ", "\u200b", "a\nb"];
  await write(sheets.url, "A1", [texts]);
  assert.deepEqual(await values(sheets.url, "A1:G1", "UNFORMATTED_VALUE"), [texts]);
  await write(sheets.url, "A2", [[1.5, true, false, 0]]);
  assert.deepEqual(await values(sheets.url, "A2:D2", "UNFORMATTED_VALUE"), [[1.5, true, false, 0]]);
  assert.deepEqual(await values(sheets.url, "A2:D2"), [["1.5", "TRUE", "FALSE", "0"]]);
});

Deno.test("dates are serials, or texts where that is asked for", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["2024-01-15 14:30"]], "USER_ENTERED");
  assert.deepEqual(await values(sheets.url, "A1", "UNFORMATTED_VALUE"), [[45306.604166666664]]);
  const { data } = await googleClient(sheets.url, "owner").spreadsheets.values.get({
    spreadsheetId: "embedded",
    range: "A1",
    valueRenderOption: "UNFORMATTED_VALUE",
    dateTimeRenderOption: "FORMATTED_STRING",
  });
  assert.deepEqual(data.values, [["2024-01-15 14:30"]]);
});

Deno.test("several ranges are read in one call, by rows or by columns", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["a", "b"], ["c"], ["", "d"]]);
  const { data } = await googleClient(sheets.url, "owner").spreadsheets.values.batchGet({
    spreadsheetId: "embedded",
    ranges: ["A1:B3", "B3"],
    majorDimension: "COLUMNS",
  });
  assert.deepEqual(data.valueRanges, [
    { range: "Sheet1!A1:B3", majorDimension: "COLUMNS", values: [["a", "c"], ["b", "", "d"]] },
    { range: "Sheet1!B3", majorDimension: "COLUMNS", values: [["d"]] },
  ]);
});

Deno.test("several ranges are written in one call, all or none", async () => {
  await using sheets = await open();
  const update = (second: string) =>
    send(sheets.url, "owner", "POST", "/values:batchUpdate", {
      valueInputOption: "RAW",
      includeValuesInResponse: true,
      data: [{ range: "A1", values: [["x"]] }, { range: second, values: [["y"]] }],
    });
  const refused = await update("Nowhere!A1");
  assert.equal(messageOf(refused), "Invalid data[1]: Unable to parse range: Nowhere!A1");
  assert.deepEqual(await values(sheets.url, "Sheet1"), []);
  const { body } = await update("A2");
  const response = (range: string, value: string) => ({
    spreadsheetId: "embedded",
    updatedRange: range,
    updatedRows: 1,
    updatedColumns: 1,
    updatedCells: 1,
    updatedData: { range, majorDimension: "ROWS", values: [[value]] },
  });
  assert.deepEqual(body, {
    spreadsheetId: "embedded",
    totalUpdatedRows: 2,
    totalUpdatedColumns: 1,
    totalUpdatedCells: 2,
    totalUpdatedSheets: 1,
    responses: [response("Sheet1!A1", "x"), response("Sheet1!A2", "y")],
  });
});

Deno.test("a write must say how values are read", async () => {
  await using sheets = await open();
  const answer = await send(sheets.url, "owner", "PUT", "/values/A1", { values: [["x"]] });
  assert.equal(messageOf(answer), "'valueInputOption' is required but not specified");
});

Deno.test("clearing takes values and leaves formats, notes and validation", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", {
    repeatCell: {
      range: cells(0, 1, 0, 1),
      cell: {
        userEnteredValue: { stringValue: "x" },
        userEnteredFormat: { textFormat: { bold: true } },
        note: "note",
      },
      fields: "*",
    },
  });
  await send(sheets.url, "owner", "POST", "/values/A1:clear", {});
  const { data } = await googleClient(sheets.url, "owner").spreadsheets.get({
    spreadsheetId: "embedded",
    fields: "sheets.data.rowData.values(userEnteredValue,userEnteredFormat,note)",
  });
  assert.deepEqual(data.sheets?.[0]?.data?.[0]?.rowData, [{
    values: [{ userEnteredFormat: { textFormat: { bold: true } }, note: "note" }],
  }]);
});

Deno.test("appending goes behind the last table of the range, and grows the grid", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", {
    updateSheetProperties: {
      properties: { sheetId: 0, gridProperties: { rowCount: 3, columnCount: 5 } },
      fields: "gridProperties(rowCount,columnCount)",
    },
  });
  await write(sheets.url, "A1", [["h1", "h2"], ["a", "b"]]);
  const { values: api } = googleClient(sheets.url, "owner").spreadsheets;
  const append = (insertDataOption: string, rows: unknown[][]) =>
    api.append({
      spreadsheetId: "embedded",
      range: "A1",
      valueInputOption: "RAW",
      insertDataOption,
      requestBody: { values: rows },
    });
  const { data } = await append("OVERWRITE", [["c", "d"], ["e", "f"]]);
  assert.equal(data.tableRange, "Sheet1!A1:B2");
  assert.equal(data.updates?.updatedRange, "Sheet1!A3:B4");
  await write(sheets.url, "A4", [["", ""]]);
  await write(sheets.url, "D4", [["apart"]]);
  await append("INSERT_ROWS", [["g", "h"]]);
  assert.deepEqual(await values(sheets.url, "A1:D5"), [
    ["h1", "h2"],
    ["a", "b"],
    ["c", "d"],
    ["g", "h"],
    ["", "", "", "apart"],
  ]);
});
