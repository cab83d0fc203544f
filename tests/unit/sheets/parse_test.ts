import assert from "node:assert/strict";
import type { sheets_v4 } from "@googleapis/sheets";
import { AtlasError } from "../../../src/base/errors.ts";
import { must } from "../../../src/base/assert.ts";
import { parseQuick, parseSpreadsheet } from "../../../src/sheets/parse.ts";
import { atlasTab, textCell } from "./doubles.ts";

const RUNS = atlasTab("Runs");
const HEADERS = RUNS.columns.map((column) => column.header);

function answer(
  rows: readonly (readonly sheets_v4.Schema$CellData[])[],
  anchors: Readonly<Record<number, readonly sheets_v4.Schema$DeveloperMetadata[]>> = {},
): sheets_v4.Schema$Spreadsheet {
  const rowData = [HEADERS.map(textCell), ...rows].map((values) =>
    values.length === 0 ? {} : { values: [...values] }
  );
  return {
    properties: { title: "Atlas", timeZone: "Europe/Berlin", locale: "en_US" },
    sheets: [{
      properties: {
        sheetId: 7,
        title: "Runs",
        gridProperties: { rowCount: 200, columnCount: 12 },
      },
      data: [{
        rowData,
        rowMetadata: Array.from({ length: 200 }, (_, index) => {
          const developerMetadata = anchors[index];
          return developerMetadata === undefined
            ? {}
            : { developerMetadata: [...developerMetadata] };
        }),
      }],
    }],
  };
}

function runs(spreadsheet: sheets_v4.Schema$Spreadsheet) {
  return must(parseSpreadsheet(spreadsheet, () => RUNS).tabs.get(7), "the tab");
}

Deno.test("parseSpreadsheet() reads header, rows, anchors and size", () => {
  const row = ["run-1", "Set up", "ls", "success"].map(textCell);
  const tab = runs(answer([[], row, []], {
    2: [{ metadataId: 41, metadataKey: "a" }, { metadataId: 42, metadataKey: "other" }],
    9: [{ metadataId: 43, metadataKey: "a" }],
  }));
  assert.equal(tab.depth, "full");
  assert.deepEqual(tab.header, HEADERS);
  assert.equal(tab.rowCount, 200);
  assert.deepEqual(tab.rows.map(({ index, anchors }) => ({ index, anchors })), [
    { index: 2, anchors: [41] },
    { index: 9, anchors: [43] },
  ]);
  assert.deepEqual(tab.rows[0]?.cells, ["run-1", "Set up", "ls", "success", "", "", "", ""]);
});

Deno.test("parseSpreadsheet() keeps what is more than a value in a cell", () => {
  const number = (value: number, formattedValue: string): sheets_v4.Schema$CellData => ({
    userEnteredValue: { numberValue: value },
    effectiveValue: { numberValue: value },
    formattedValue,
  });
  const tab = runs(answer([[
    number(0, "0"),
    {
      userEnteredValue: { formulaValue: "=A1" },
      effectiveValue: { stringValue: "ID" },
      formattedValue: "ID",
    },
    {
      userEnteredValue: { formulaValue: "=1/0" },
      effectiveValue: { errorValue: { type: "DIVIDE_BY_ZERO", message: "no" } },
      formattedValue: "#DIV/0!",
    },
    { effectiveValue: { boolValue: false }, formattedValue: "FALSE" },
    number(46_037.5, "2026-01-15 12:00"),
    {
      userEnteredValue: { formulaValue: "=NOW()" },
      effectiveValue: { numberValue: 46_037 },
      formattedValue: "2026-01-15",
    },
    { userEnteredValue: { formulaValue: '=""' }, effectiveValue: { stringValue: "" } },
    number(15, "15/1"),
  ], [
    textCell("run-1"),
    { effectiveValue: { errorValue: { type: "N_A" } }, formattedValue: "#N/A" },
  ]]));
  assert.deepEqual(tab.rows[0]?.cells, [
    { value: 0, formatted: "0", formula: null },
    { value: "ID", formatted: "ID", formula: "=A1" },
    { value: "", formatted: "#DIV/0!", formula: "=1/0" },
    false,
    46_037.5,
    { value: 46_037, formatted: "2026-01-15", formula: "=NOW()" },
    { value: "", formatted: "", formula: '=""' },
    { value: 15, formatted: "15/1", formula: null },
  ]);
  assert.deepEqual(tab.rows[1]?.cells[1], { value: "", formatted: "#N/A", formula: null });
});

Deno.test("parseSpreadsheet() takes what is right of the contract for extra, without its tail", () => {
  const cells = ["run-1", "", "", "", "", "", "", "", "mine", "", "2", ""].map(textCell);
  const scratch = ["", "", "", "", "", "", "", "", "only extra"].map(textCell);
  const tab = runs(answer([cells, scratch]));
  assert.equal(tab.rows.length, 1);
  assert.deepEqual(tab.rows[0]?.extra, ["mine", "", "2"]);
});

Deno.test("parseSpreadsheet() reads the marks and nothing that only looks like one", () => {
  const mark = (metadataValue: string, metadataKey = "atlas-mirror") => ({
    metadataId: 1,
    metadataKey,
    metadataValue,
  });
  const { marks, timeZone } = parseSpreadsheet({
    ...answer([]),
    developerMetadata: [
      mark('{"uuid":"u-1","epoch":3}'),
      mark('{"uuid":"u-2","epoch":-1}'),
      mark("not json"),
      mark('{"uuid":"u-3","epoch":1}', "a"),
    ],
  }, () => undefined);
  assert.deepEqual(marks, [{ uuid: "u-1", epoch: 3 }]);
  assert.equal(timeZone, "Europe/Berlin");
});

Deno.test("parseSpreadsheet() reads a tab without cells, and a sheet that has no grid", () => {
  const snapshot = parseSpreadsheet({
    properties: { title: "Atlas", timeZone: "UTC" },
    sheets: [
      {
        properties: { title: "Runs", gridProperties: { rowCount: 1, columnCount: 1 } },
        data: [{}],
      },
      { properties: { sheetId: 9, title: "A chart", sheetType: "OBJECT" } },
    ],
  }, (sheet) => sheet.title === "Runs" ? RUNS : undefined);
  assert.deepEqual(snapshot.tabs.get(0)?.header, HEADERS.map(() => ""));
  assert.deepEqual(snapshot.sheets[1], {
    sheetId: 9,
    title: "A chart",
    rowCount: 0,
    columnCount: 0,
  });
});

Deno.test("parseSpreadsheet() names the field of an answer that is not as documented", () => {
  const wrong = answer([[{ effectiveValue: { numberValue: NaN } }]]);
  assert.throws(() => runs(wrong), (error) => {
    assert.ok(error instanceof AtlasError);
    assert.equal(error.kind, "malformed-answer");
    assert.match(error.message, /effectiveValue\.numberValue/);
    return true;
  });
});

Deno.test("parseQuick() keeps rows with anything in a column of the contract", () => {
  const extra = ["", "", "", "", "", "", "", "", "extra"];
  const tab = parseQuick(RUNS, 7, "Runs", [["ID", 5], [], ["run-1", 0, false], extra]);
  assert.deepEqual(tab.header.slice(0, 3), ["ID", "5", ""]);
  assert.deepEqual(tab.rows, [
    {
      index: 2,
      anchors: [],
      cells: ["run-1", 0, false, "", "", "", "", ""],
      extra: [],
      notes: new Map(),
    },
  ]);
  assert.equal(tab.depth, "quick");
});
