/** `spreadsheets.batchUpdate`: all or none, in order, with the state after it in the answer. @module */

import assert from "node:assert/strict";
import {
  anchorOn,
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

Deno.test("a batch with one bad request changes nothing at all", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["a"], ["b"]]);
  const before = JSON.stringify((await send(sheets.url, "owner", "GET", "?fields=*")).body);
  const message = await refusal(
    sheets.url,
    "owner",
    { insertDimension: { range: rows(0, 1) } },
    { updateCells: { start: {}, rows: [{ values: [{ note: "n" }] }], fields: "note" } },
    anchorOn(1, 7),
    { addSheet: { properties: { title: "New" } } },
    { deleteDimension: { range: rows(5, 5000) } },
  );
  assert.equal(
    message,
    "Invalid requests[4].deleteDimension: Cannot delete a row that doesn't exist. Tried to delete " +
      "row index 1001 but there are only 1001 rows.",
  );
  const after = JSON.stringify((await send(sheets.url, "owner", "GET", "?fields=*")).body);
  assert.equal(after, before);
});

Deno.test("later requests see what earlier ones did", async () => {
  await using sheets = await open();
  const replies = await batch(
    sheets.url,
    "owner",
    { addSheet: { properties: { sheetId: 5, title: "New" } } },
    {
      updateCells: {
        start: { sheetId: 5, rowIndex: 1, columnIndex: 1 },
        rows: [{ values: [{ userEnteredValue: { stringValue: "x" } }] }],
        fields: "userEnteredValue",
      },
    },
    {
      insertDimension: {
        range: { sheetId: 5, dimension: "ROWS", startIndex: 0, endIndex: 1 },
      },
    },
  );
  assert.equal(replies.length, 3);
  assert.deepEqual(replies.slice(1), [{}, {}]);
  assert.deepEqual(await values(sheets.url, "New!A1:B3"), [[], [], ["", "x"]]);
});

Deno.test("the answer holds the state after the batch where it is asked for", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["ID"], ["a"], ["b"]]);
  const { data } = await googleClient(sheets.url, "service-account").spreadsheets.batchUpdate({
    spreadsheetId: "embedded",
    fields: "replies,updatedSpreadsheet.sheets(properties.title,data(startRow," +
      "rowData.values.effectiveValue.stringValue,rowMetadata.developerMetadata.metadataId))",
    requestBody: {
      requests: [{ deleteDimension: { range: rows(1, 2) } }, anchorOn(1, 3)],
      includeSpreadsheetInResponse: true,
      responseRanges: ["Sheet1!A2:B3"],
      responseIncludeGridData: false,
    },
  });
  assert.deepEqual(data.updatedSpreadsheet, {
    sheets: [{
      properties: { title: "Sheet1" },
      data: [{
        startRow: 1,
        rowData: [{ values: [{ effectiveValue: { stringValue: "b" } }] }],
        rowMetadata: [{ developerMetadata: [{ metadataId: 3 }] }, {}],
      }],
    }],
  });
});

Deno.test("the answer holds cells without a mask only where they are asked for", async () => {
  await using sheets = await open();
  const update = async (responseIncludeGridData: boolean) => {
    const { data } = await googleClient(sheets.url, "owner").spreadsheets.batchUpdate({
      spreadsheetId: "embedded",
      requestBody: {
        requests: [{ insertDimension: { range: rows(0, 1) } }],
        includeSpreadsheetInResponse: true,
        responseIncludeGridData,
      },
    });
    return data.updatedSpreadsheet?.sheets?.[0]?.data !== undefined;
  };
  assert.equal(await update(false), false);
  assert.equal(await update(true), true);
});

Deno.test("an empty batch, an empty request and two requests in one are refused", async () => {
  await using sheets = await open();
  assert.equal(await refusal(sheets.url, "owner"), "Must specify at least one request.");
  assert.equal(await refusal(sheets.url, "owner", {}), "Invalid requests[0]: No request set.");
  assert.equal(
    await refusal(sheets.url, "owner", { addSheet: {}, deleteSheet: {} }),
    "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is already set. Cannot set " +
      "'deleteSheet'",
  );
});

Deno.test("what the embedded spreadsheet does not know is refused by name, never swallowed", async () => {
  await using sheets = await open();
  assert.equal(
    await refusal(sheets.url, "owner", { addChart: { chart: {} } }),
    'The embedded spreadsheet does not support "addChart".',
  );
  assert.equal(
    await refusal(sheets.url, "owner", { addSheets: {} }),
    "Invalid JSON payload received. Unknown name \"addSheets\" at 'requests[0]': Cannot find field.",
  );
  assert.match(
    await refusal(sheets.url, "owner", {
      setBasicFilter: { filter: { range: cells(0, 5, 0, 5), sortSpecs: [{ dimensionIndex: 1 }] } },
    }),
    /does not support sortSpecs of a basic filter/,
  );
});

Deno.test("a body of the wrong shape is refused with every place that is wrong", async () => {
  await using sheets = await open();
  const answer = await send(sheets.url, "owner", "POST", ":batchUpdate", {
    requests: [{ insertDimension: { range: { dimension: "SIDES", startIndex: "one", x: 1 } } }],
    more: true,
  });
  const field = "requests[0].insert_dimension.range";
  const violations = [
    {
      field: `${field}.dimension`,
      description:
        `Invalid value at '${field}.dimension' (type.googleapis.com/google.apps.sheets.v4.Dimension), "SIDES"`,
    },
    {
      field: `${field}.start_index`,
      description: `Invalid value at '${field}.start_index' (TYPE_INT32), "one"`,
    },
    {
      field,
      description:
        `Invalid JSON payload received. Unknown name "x" at '${field}': Cannot find field.`,
    },
    {
      description: 'Invalid JSON payload received. Unknown name "more": Cannot find field.',
    },
  ];
  assert.deepEqual(answer.body, {
    error: {
      code: 400,
      message: violations.map(({ description }) => description).join("\n"),
      status: "INVALID_ARGUMENT",
      details: [{
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        fieldViolations: violations,
      }],
    },
  });
});

Deno.test("ten million cells are the limit of a workbook", async () => {
  await using sheets = await open();
  assert.equal(
    await refusal(sheets.url, "owner", {
      addSheet: { properties: { gridProperties: { rowCount: 400_000, columnCount: 25 } } },
    }),
    "Invalid requests[0].addSheet: This action would increase the number of cells in the workbook " +
      "above the limit of 10000000 cells.",
  );
});

Deno.test("sheets that do not exist and titles that do are refused in Google's words", async () => {
  await using sheets = await open();
  const refused = {
    updateCells: [{ range: { sheetId: 9 }, fields: "note" }, "No grid with id: 9"],
    deleteSheet: [{ sheetId: 9 }, "No sheet with id: 9"],
    addSheet: [
      { properties: { title: "sheet1" } },
      'A sheet with the name "sheet1" already exists. Please enter another name.',
    ],
    updateSheetProperties: [
      { properties: { sheetId: 0, title: "" }, fields: "title" },
      "The sheet name cannot be empty.",
    ],
  };
  for (const [kind, [request, message]] of Object.entries(refused)) {
    assert.equal(
      await refusal(sheets.url, "owner", { [kind]: request }),
      `Invalid requests[0].${kind}: ${message}`,
    );
  }
  assert.equal(
    await refusal(sheets.url, "owner", { deleteSheet: { sheetId: 0 } }),
    "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document.",
  );
});

Deno.test("a refused batch over the network is a 400 of Google's shape", async () => {
  await using sheets = await open();
  const answer = await send(sheets.url, "owner", "POST", ":batchUpdate", {
    requests: [{ repeatCell: { range: cells(1000, 1001, 0, 2), cell: {}, fields: "note" } }],
  });
  assert.deepEqual(answer, {
    status: 400,
    body: {
      error: {
        code: 400,
        message:
          "Invalid requests[0].repeatCell: Range (Sheet1!A1001:B1001) exceeds grid limits. " +
          "Max rows: 1000, max columns: 26",
        status: "INVALID_ARGUMENT",
      },
    },
  });
  assert.match(messageOf(answer), /repeatCell/);
});

Deno.test("18,278 columns are the limit of a sheet", async () => {
  await using sheets = await open();
  const gridProperties = { rowCount: 1, columnCount: 18_279 };
  assert.match(
    await refusal(sheets.url, "owner", { addSheet: { properties: { gridProperties } } }),
    /above the limit of 18278 columns/,
  );
});
