/** `spreadsheets.get`: masks, ranges, and which parts of the grid are sent. @module */

import assert from "node:assert/strict";
import { batch, cells, messageOf, open, rows, send, write } from "./client.ts";

async function get(url: string, query: string): Promise<unknown> {
  return (await send(url, "owner", "GET", `?${query}`)).body;
}

Deno.test("a mask picks fields in every way of writing it", async () => {
  await using sheets = await open({ title: "T" });
  const masks = [
    "spreadsheetId,sheets.properties.title,sheets.properties.sheetId",
    "spreadsheetId,sheets/properties/title,sheets/properties/sheetId",
    "spreadsheetId,sheets(properties(title,sheetId))",
    "sheets.properties(title,sheetId),spreadsheetId",
  ];
  for (const mask of masks) {
    assert.deepEqual(await get(sheets.url, `fields=${encodeURIComponent(mask)}`), {
      spreadsheetId: "embedded",
      sheets: [{ properties: { title: "Sheet1", sheetId: 0 } }],
    }, mask);
  }
  assert.deepEqual(await get(sheets.url, "fields="), {});
});

Deno.test("a mask that names nothing is refused with the path", async () => {
  await using sheets = await open();
  const answer = await send(sheets.url, "owner", "GET", "?fields=sheets.properties.name");
  assert.equal(messageOf(answer), "Request contains an invalid argument.");
  assert.match(
    JSON.stringify(answer.body),
    /Cannot find matching fields for path 'sheets\.properties\.name'/,
  );
  assert.equal((await send(sheets.url, "owner", "GET", "?fields=sheets(title")).status, 400);
});

Deno.test("cells are sent only when they are asked for", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["x"]]);
  const hasData = async (query: string) =>
    /"rowData"/.test(JSON.stringify(await get(sheets.url, query)));
  assert.equal(await hasData(""), false);
  assert.equal(await hasData("ranges=A1"), false);
  assert.equal(await hasData("includeGridData=true"), true);
  assert.equal(await hasData("fields=*"), true);
  assert.equal(await hasData("fields=sheets.data.rowData"), true);
  assert.equal(await hasData("fields=sheets.properties&includeGridData=true"), false);
});

Deno.test("ranges choose the sheets, and each range is a block of its own", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", { addSheet: { properties: { title: "Other" } } });
  await write(sheets.url, "A1", [["a", "b"], ["c", "d"]]);
  const mask =
    "fields=sheets(properties.title,data(startRow,startColumn,rowData.values.formattedValue))";
  assert.deepEqual(await get(sheets.url, `${mask}&ranges=Sheet1!A1&ranges=Sheet1!B2:B9`), {
    sheets: [{
      properties: { title: "Sheet1" },
      data: [
        { rowData: [{ values: [{ formattedValue: "a" }] }] },
        { startRow: 1, startColumn: 1, rowData: [{ values: [{ formattedValue: "d" }] }] },
      ],
    }],
  });
});

Deno.test("empty cells and rows inside are empty objects, those at the end are left out", async () => {
  await using sheets = await open();
  await write(sheets.url, "B2", [["x"], [""], ["y"]]);
  assert.deepEqual(await get(sheets.url, "fields=sheets.data.rowData.values.effectiveValue"), {
    sheets: [{
      data: [{
        rowData: [
          {},
          { values: [{}, { effectiveValue: { stringValue: "x" } }] },
          {},
          { values: [{}, { effectiveValue: { stringValue: "y" } }] },
        ],
      }],
    }],
  });
});

Deno.test("a cell is sent whole with its default format filled in", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", {
    updateCells: {
      range: cells(0, 1, 0, 1),
      rows: [{
        values: [{
          userEnteredValue: { numberValue: 45306.5 },
          userEnteredFormat: {
            numberFormat: { type: "DATE_TIME", pattern: "yyyy-mm-dd hh:mm" },
            textFormat: { bold: true },
          },
          note: "n",
          dataValidation: { condition: { type: "DATE_IS_VALID" }, strict: true },
        }],
      }],
      fields: "*",
    },
  });
  const body = await get(sheets.url, "ranges=A1&includeGridData=true");
  const cell = JSON.parse(JSON.stringify(body)).sheets[0].data[0].rowData[0].values[0];
  assert.deepEqual(cell.userEnteredValue, { numberValue: 45306.5 });
  assert.deepEqual(cell.effectiveValue, { numberValue: 45306.5 });
  assert.equal(cell.formattedValue, "2024-01-15 12:00");
  assert.equal(cell.userEnteredFormat.textFormat.bold, true);
  assert.equal(cell.effectiveFormat.textFormat.bold, true);
  assert.equal(cell.effectiveFormat.textFormat.fontSize, 10);
  assert.equal(cell.effectiveFormat.verticalAlignment, "BOTTOM");
  assert.equal(cell.note, "n");
  assert.deepEqual(cell.dataValidation, {
    condition: { type: "DATE_IS_VALID" },
    strict: true,
  });
});

Deno.test("rows and columns tell their size and what hides them", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["Status"], ["open"], ["done"]]);
  await batch(sheets.url, "owner", {
    updateDimensionProperties: {
      range: rows(0, 1),
      properties: { pixelSize: 40, hiddenByUser: true },
      fields: "pixelSize,hiddenByUser",
    },
  }, {
    setBasicFilter: {
      filter: {
        range: cells(0, 3, 0, 1),
        filterSpecs: [{ columnIndex: 0, filterCriteria: { hiddenValues: ["done"] } }],
      },
    },
  });
  const fields = "fields=sheets.data(rowMetadata,columnMetadata)";
  assert.deepEqual(await get(sheets.url, `${fields}&ranges=A1:A3`), {
    sheets: [{
      data: [{
        rowMetadata: [
          { pixelSize: 40, hiddenByUser: true },
          { pixelSize: 21 },
          { pixelSize: 21, hiddenByFilter: true },
        ],
        columnMetadata: [{ pixelSize: 100 }],
      }],
    }],
  });
});
