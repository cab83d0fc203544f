import assert from "node:assert/strict";
import fc from "fast-check";
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

Deno.test("parseSpreadsheet() reads the blocks of several ranges as one tab", () => {
  const block = (startRow: number, ...rows: (readonly string[])[]) => ({
    startRow,
    rowData: rows.map((row) => ({ values: row.map(textCell) })),
    rowMetadata: rows.map((_, index) => ({
      developerMetadata: [{ metadataId: startRow + index + 1, metadataKey: "a" }],
    })),
  });
  const [sheet] = answer([]).sheets ?? [];
  const data = [block(0, HEADERS, ["run-1"]), block(40, ["run-2"], ["run-3"])];
  const tab = runs({ ...answer([]), sheets: [{ ...sheet, data }] });
  assert.deepEqual(tab.header, HEADERS);
  assert.deepEqual(
    tab.rows.map(({ index, anchors, cells }) => [index, anchors, cells[0]]),
    [[1, [2], "run-1"], [40, [41], "run-2"], [41, [42], "run-3"]],
  );
});

/** Puts `value` somewhere into a copy of the answer; `path` says where, number by number. */
function spoilt(node: unknown, path: readonly number[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof node !== "object" || node === null) return value;
  const keys = Object.keys(node);
  const key = keys[step % (keys.length || 1)];
  if (key === undefined) return value;
  const entries = Object.entries(node).map(([name, inner]) =>
    [name, name === key ? spoilt(inner, rest, value) : inner] as const
  );
  return Array.isArray(node) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

Deno.test("parseSpreadsheet() throws nothing but an AtlasError, whatever is wrong with an answer", () => {
  const cells = [["run-1", "x", "=1"].map(textCell), [
    {
      userEnteredValue: { formulaValue: "=1/0" },
      effectiveValue: { errorValue: { type: "DIVIDE_BY_ZERO" } },
      formattedValue: "#DIV/0!",
      note: "n",
    },
    { effectiveValue: { numberValue: 5 } },
    { effectiveValue: { boolValue: true } },
  ]];
  const whole = answer(cells, { 1: [{ metadataId: 41, metadataKey: "a" }] });
  const path = fc.array(fc.nat(12), { maxLength: 11 });
  fc.assert(
    fc.property(path, fc.jsonValue({ maxDepth: 2 }), (path, value) => {
      const wrong: sheets_v4.Schema$Spreadsheet = Object(spoilt(whole, path, value));
      try {
        const { tabs } = parseSpreadsheet(wrong, () => RUNS);
        for (const { rows, header } of tabs.values()) {
          for (const text of header) assert.equal(typeof text, "string");
          for (const { cells, anchors } of rows) {
            for (const cell of cells) {
              if (typeof cell !== "object") assert.match(typeof cell, /^(string|number|boolean)$/);
              else assert.equal(typeof cell.formatted, "string");
            }
            for (const anchor of anchors) assert.ok(Number.isInteger(anchor) && anchor > 0);
          }
        }
      } catch (thrown) {
        assert.ok(thrown instanceof AtlasError, `${thrown}`);
        assert.equal(thrown.kind, "malformed-answer");
      }
    }),
    { numRuns: 2_000 },
  );
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
