/** Formulas: what they amount to, and how their references follow the cells. @module */

import assert from "node:assert/strict";
import { batch, cells, googleClient, open, rows, values, write } from "./client.ts";

/** What a formula shows beside A1:A3 = 1, 2, "x". */
const SHOWN: readonly [string, string][] = [
  ["=1+2*3", "7"],
  ["=(1+2)*3", "9"],
  ["=-2^2", "4"],
  ["=10/4", "2.5"],
  ["=1/0", "#DIV/0!"],
  ["=A1+A2", "3"],
  ["=SUM(A1:A3)", "3"],
  ["=SUM(A1:A3; 10)", "13"],
  ["=A1+A3", "#VALUE!"],
  ['="a"&1&TRUE', "a1TRUE"],
  ['=CONCATENATE("a";A1;"b")', "a1b"],
  ["=A1<A2", "TRUE"],
  ['="A"="a"', "TRUE"],
  ["=50%", "0.5"],
  ["=Sheet1!$A$2", "2"],
  ["=Other!A1", "#REF!"],
  ["=A2000", "#REF!"],
  ["=VLOOKUP(A1,A1:A3,1)", "#NAME?"],
  ["=1+", "#ERROR!"],
  ["=Z99", "0"],
  ['=HYPERLINK("https://example.com","there")', "there"],
];

Deno.test("a formula shows what it amounts to", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [[1], [2], ["x"]]);
  await write(sheets.url, "B1", SHOWN.map(([formula]) => [formula]), "USER_ENTERED");
  const shown = await values(sheets.url, `B1:B${SHOWN.length}`);
  assert.deepEqual(shown.flat(), SHOWN.map(([, text]) => text));
  const formulas = await values(sheets.url, `B1:B${SHOWN.length}`, "FORMULA");
  assert.deepEqual(formulas.flat(), SHOWN.map(([formula]) => formula));
});

Deno.test("a circle of formulas is an error, not a hang", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["=B1", "=A1"]], "USER_ENTERED");
  assert.deepEqual(await values(sheets.url, "A1:B1"), [["#REF!", "#REF!"]]);
});

Deno.test("a formula's cell tells value, error and link apart", async () => {
  await using sheets = await open();
  await write(
    sheets.url,
    "A1",
    [["=1/2", "=NOPE()", '=HYPERLINK("https://example.com")']],
    "USER_ENTERED",
  );
  const { data } = await googleClient(sheets.url, "owner").spreadsheets.get({
    spreadsheetId: "embedded",
    fields: "sheets.data.rowData.values(userEnteredValue,effectiveValue,formattedValue,hyperlink)",
  });
  assert.deepEqual(data.sheets?.[0]?.data?.[0]?.rowData?.[0]?.values, [
    {
      userEnteredValue: { formulaValue: "=1/2" },
      effectiveValue: { numberValue: 0.5 },
      formattedValue: "0.5",
    },
    {
      userEnteredValue: { formulaValue: "=NOPE()" },
      effectiveValue: { errorValue: { type: "NAME", message: "Unknown function: 'NOPE'." } },
      formattedValue: "#NAME?",
    },
    {
      userEnteredValue: { formulaValue: '=HYPERLINK("https://example.com")' },
      effectiveValue: { stringValue: "https://example.com" },
      formattedValue: "https://example.com",
      hyperlink: "https://example.com",
    },
  ]);
});

Deno.test("references follow their cells when rows and columns come and go", async () => {
  await using sheets = await open();
  await write(sheets.url, "A1", [["=SUM(B3:B5)+$B$4+Sheet1!C:C", "", ""]], "USER_ENTERED");
  const formula = async () => (await values(sheets.url, "A1", "FORMULA"))[0]?.[0];
  await batch(sheets.url, "owner", { insertDimension: { range: rows(2, 4) } });
  assert.equal(await formula(), "=SUM(B5:B7)+$B$6+Sheet1!C:C");
  await batch(sheets.url, "owner", { deleteDimension: { range: rows(5, 6) } });
  assert.equal(await formula(), "=SUM(B5:B6)+#REF!+Sheet1!C:C");
  await batch(sheets.url, "owner", {
    insertDimension: {
      range: { sheetId: 0, dimension: "COLUMNS", startIndex: 1, endIndex: 2 },
    },
  });
  assert.equal(await formula(), "=SUM(C5:C6)+#REF!+Sheet1!D:D");
});

Deno.test("relative references move with a copied formula, fixed ones stay", async () => {
  await using sheets = await open();
  await write(sheets.url, "B2", [["=A1+$A1+A$1+$A$1"]], "USER_ENTERED");
  await batch(sheets.url, "owner", {
    copyPaste: { source: cells(1, 2, 1, 2), destination: cells(3, 4, 2, 3) },
  });
  assert.deepEqual(await values(sheets.url, "C4", "FORMULA"), [["=B3+$A3+B$1+$A$1"]]);
});
