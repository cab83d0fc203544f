/** What a file keeps: everything, over a restart, and nothing of a batch that failed. @module */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { sheets_v4 } from "@googleapis/sheets";
import fc from "fast-check";
import { anchorOn, batch, cells, open, refusal, rows, send, write } from "./client.ts";

/** A path for a spreadsheet's file, and its removal. */
function temporaryFile(): Disposable & { path: string } {
  const folder = Deno.makeTempDirSync();
  return {
    path: `${folder}/sheet.sqlite`,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

/** The whole spreadsheet as the API shows it. */
async function everything(url: string): Promise<unknown> {
  return (await send(url, "owner", "GET", "?fields=*")).body;
}

Deno.test("a file keeps the whole spreadsheet over a restart", async () => {
  using file = temporaryFile();
  let before: unknown;
  {
    await using sheets = await open({ storage: file.path });
    await write(sheets.url, "A1", [["a", 1, true], [], ["=1+1"]], "USER_ENTERED");
    await batch(
      sheets.url,
      "owner",
      { addSheet: { properties: { title: "Other", index: 0 } } },
      { addNamedRange: { namedRange: { name: "N", range: cells(0, 2, 0, 2) } } },
      { addProtectedRange: { protectedRange: { range: cells(0, 1, 0, 9) } } },
      { mergeCells: { range: cells(5, 7, 0, 2) } },
      {
        repeatCell: {
          range: cells(9, 10, 3, 4),
          cell: { note: "n", userEnteredFormat: { textFormat: { bold: true } } },
          fields: "note,userEnteredFormat",
        },
      },
      anchorOn(0, 1),
      anchorOn(2, 2),
      { insertDimension: { range: rows(1, 2) } },
      {
        updateDimensionProperties: {
          range: { sheetId: 0, dimension: "COLUMNS", startIndex: 1, endIndex: 2 },
          properties: { pixelSize: 200 },
          fields: "pixelSize",
        },
      },
      {
        updateSpreadsheetProperties: {
          properties: { title: "Kept", timeZone: "Asia/Tokyo" },
          fields: "title,timeZone",
        },
      },
    );
    await batch(sheets.url, "owner", { deleteDimension: { range: rows(4, 5) } });
    before = await everything(sheets.url);
  }
  await using sheets = await open({ storage: file.path });
  assert.deepEqual(await everything(sheets.url), before);
  await batch(sheets.url, "owner", anchorOn(7, 3));
});

Deno.test("a file keeps nothing of a batch that was refused", async () => {
  using file = temporaryFile();
  let before: unknown;
  {
    await using sheets = await open({ storage: file.path });
    await write(sheets.url, "A1", [["a"]]);
    before = await everything(sheets.url);
    await refusal(
      sheets.url,
      "owner",
      { insertDimension: { range: rows(0, 1) } },
      { deleteSheet: { sheetId: 4 } },
    );
    assert.deepEqual(await everything(sheets.url), before);
  }
  await using sheets = await open({ storage: file.path });
  assert.deepEqual(await everything(sheets.url), before);
});

Deno.test("a deleted sheet and deleted rows are gone from the file", async () => {
  using file = temporaryFile();
  {
    await using sheets = await open({ storage: file.path });
    await write(sheets.url, "A1", [["a"], ["b"], ["c"]]);
    await batch(sheets.url, "owner", { addSheet: { properties: { sheetId: 7, title: "Gone" } } });
    await write(sheets.url, "Gone!A1", [["x"]]);
    await batch(
      sheets.url,
      "owner",
      { deleteSheet: { sheetId: 7 } },
      { deleteDimension: { range: rows(1, 2) } },
    );
  }
  {
    using database = new DatabaseSync(file.path);
    const counted = database.prepare("SELECT count(*) AS count FROM grid_rows").get();
    assert.equal(counted?.["count"], 2);
  }
  await using sheets = await open({ storage: file.path });
  assert.deepEqual(sheets.book.sheets.map(({ title }) => title), ["Sheet1"]);
  assert.equal(sheets.book.sheets[0]?.rowCount, 999);
  assert.equal(sheets.book.sheets[0]?.cell(1, 0)?.entry, "c");
});

/** Requests that move rows about in the first few rows of Sheet1. */
const someRequest: fc.Arbitrary<sheets_v4.Schema$Request> = fc.oneof(
  fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 2 })).map(([at, count]) => ({
    insertDimension: { range: rows(at, at + count) },
  })),
  fc.nat(6).map((at) => ({ deleteDimension: { range: rows(at, at + 1) } })),
  fc.tuple(fc.nat(3), fc.integer({ min: 4, max: 8 })).map(([from, to]) => ({
    moveDimension: { source: rows(from, from + 1), destinationIndex: to },
  })),
  fc.constantFrom("ASCENDING", "DESCENDING").map((sortOrder) => ({
    sortRange: {
      range: cells(0, 8, 0, 3),
      sortSpecs: [{ dimensionIndex: 0, sortOrder }],
    },
  })),
  fc.tuple(fc.nat(8), fc.nat(2), fc.nat(99)).map(([rowIndex, columnIndex, numberValue]) => ({
    updateCells: {
      start: { sheetId: 0, rowIndex, columnIndex },
      rows: [{ values: [{ userEnteredValue: { numberValue } }] }],
      fields: "userEnteredValue",
    },
  })),
  fc.tuple(fc.nat(6), fc.nat(6)).map(([from, to]) => ({
    cutPaste: {
      source: cells(from, from + 1, 0, 3),
      destination: { sheetId: 0, rowIndex: to, columnIndex: 0 },
      pasteType: "PASTE_NORMAL",
    },
  })),
  fc.nat(8).map((row) => ({
    createDeveloperMetadata: {
      developerMetadata: {
        metadataKey: "k",
        visibility: "DOCUMENT",
        location: { dimensionRange: rows(row, row + 1) },
      },
    },
  })),
);

Deno.test("a file holds what the server shows, whatever batches came", async () => {
  const batches = fc.array(fc.array(someRequest, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(batches, async (given) => {
      using file = temporaryFile();
      let before: unknown;
      {
        await using sheets = await open({ storage: file.path });
        await write(sheets.url, "A1", [["a", 3], ["b", 1], ["c", 2]]);
        for (const requests of given) await batch(sheets.url, "owner", ...requests);
        before = await everything(sheets.url);
      }
      await using sheets = await open({ storage: file.path });
      assert.deepEqual(await everything(sheets.url), before);
    }),
    { numRuns: 25 },
  );
});
