/** What typed texts become, and how values look under number formats. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { formatValue } from "../../src/embedded/format.ts";
import { parseEntry } from "../../src/embedded/parse_entry.ts";
import { batch, cells, open, values, write } from "./client.ts";

/** Typed text, what it is, and what a person sees then. */
const TYPED: readonly [string, string | number | boolean, string][] = [
  ["007", 7, "7"],
  ["42.010", 42.01, "42.01"],
  [".5", 0.5, "0.5"],
  ["-3", -3, "-3"],
  ["2,000,000.01", 2000000.01, "2,000,000.01"],
  ["1,2", "1,2", "1,2"],
  ["$100.15", 100.15, "$100.15"],
  ["-$1,000", -1000, "-$1,000"],
  ["50%", 0.5, "50%"],
  ["12.5%", 0.125, "12.50%"],
  ["1e3", 1000, "1.00E+03"],
  ["true", true, "TRUE"],
  ["FALSE", false, "FALSE"],
  ["1-2", 45293, "1-2"],
  ["1/15/2024", 45306, "1/15/2024"],
  ["2020-01-01", 43831, "2020-01-01"],
  ["2020-02-30", "2020-02-30", "2020-02-30"],
  ["14:30", 0.6041666666666666, "14:30"],
  ["2:05 pm", 0.5868055555555556, "2:05 PM"],
  ["2024-01-15 14:30", 45306.604166666664, "2024-01-15 14:30"],
  ["'007", "007", "007"],
  ["1.2.3", "1.2.3", "1.2.3"],
  ["err-1", "err-1", "err-1"],
  ["aproved", "aproved", "aproved"],
  ["=", "=", "="],
];

Deno.test("a typed text becomes what Google makes of it", () => {
  for (const [text, value, shown] of TYPED) {
    const { entry, numberFormat } = parseEntry(text, "en_US", 2024);
    assert.deepEqual(entry, value, text);
    assert.equal(formatValue(value, numberFormat, "en_US"), shown, text);
  }
});

Deno.test("a typed text is read by the spreadsheet's locale", () => {
  assert.equal(parseEntry("1,5", "de_DE", 2024).entry, 1.5);
  assert.equal(parseEntry("1.000,5", "de_DE", 2024).entry, 1000.5);
  assert.equal(parseEntry("15.1.2024", "de_DE", 2024).entry, 45306);
  assert.equal(parseEntry("15/1/2024", "en_GB", 2024).entry, 45306);
  assert.equal(parseEntry("15/1/2024", "en_US", 2024).entry, "15/1/2024");
  assert.equal(formatValue(1234.5, { type: "NUMBER", pattern: "#,##0.00" }, "de_DE"), "1.234,50");
});

/** A value, a pattern and the text. */
const SHOWN: readonly [number, string, string, string][] = [
  [45306.604166666664, "DATE_TIME", "yyyy-mm-dd hh:mm", "2024-01-15 14:30"],
  [45306.604166666664, "DATE_TIME", "dd.mm.yy hh:mm:ss", "15.01.24 14:30:00"],
  [45306.604166666664, "DATE", "ddd, d mmm yyyy", "Mon, 15 Jan 2024"],
  [45306.604166666664, "DATE", "mmmm", "January"],
  [0.6041666666666666, "TIME", "h:mm am/pm", "2:30 PM"],
  [45306.99999999, "DATE_TIME", "yyyy-mm-dd hh:mm", "2024-01-16 00:00"],
  [0.5000057870370371, "TIME", "hh:mm:ss.000", "12:00:00.500"],
  [-0.5, "DATE", "yyyy-mm-dd hh:mm", "1899-12-29 12:00"],
  [1234.567, "NUMBER", "0.00", "1234.57"],
  [1234.567, "NUMBER", "#,##0", "1,235"],
  [-1234.567, "NUMBER", "#,##0.00;(#,##0.00)", "(1,234.57)"],
  [0.256, "PERCENT", "0.0%", "25.6%"],
  [5, "CURRENCY", '"€"#,##0.00', "€5.00"],
  [12345, "SCIENTIFIC", "0.00E+00", "1.23E+04"],
  [5, "NUMBER", "000", "005"],
  [0.5, "NUMBER", "0.##", "0.5"],
  [-0.001, "NUMBER", "0.00", "0.00"],
];

Deno.test("a number looks as its pattern says", () => {
  for (const [value, type, pattern, text] of SHOWN) {
    assert.ok(
      type === "DATE_TIME" || type === "DATE" || type === "TIME" || type === "NUMBER" ||
        type === "PERCENT" || type === "CURRENCY" || type === "SCIENTIFIC",
    );
    assert.equal(formatValue(value, { type, pattern }, "en_US"), text, pattern);
  }
});

Deno.test("a number without a format shows up to ten digits", () => {
  assert.equal(formatValue(1 / 3, undefined, "en_US"), "0.3333333333");
  assert.equal(formatValue(1 / 1024, undefined, "en_US"), "0.0009765625");
  assert.equal(formatValue(123456789012345, undefined, "en_US"), "123456789012345");
  assert.equal(formatValue(1e21, undefined, "en_US"), "1E+21");
  assert.equal(formatValue(1.5, undefined, "fr_FR"), "1,5");
});

Deno.test("a whole number that is typed as it is shown is the same number", () => {
  fc.assert(fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (number) => {
    const shown = formatValue(number, { type: "NUMBER", pattern: "#,##0" }, "en_US");
    assert.equal(parseEntry(shown, "en_US", 2024).entry, number === 0 ? 0 : number);
  }));
});

Deno.test("a cell that is formatted as text keeps whatever is typed", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", {
    repeatCell: {
      range: cells(0, 1, 0, 3),
      cell: { userEnteredFormat: { numberFormat: { type: "TEXT", pattern: "@" } } },
      fields: "userEnteredFormat.numberFormat",
    },
  });
  await write(sheets.url, "A1", [["007", "=1+2", "15/1"]], "USER_ENTERED");
  assert.deepEqual(await values(sheets.url, "A1:C1", "UNFORMATTED_VALUE"), [[
    "007",
    "=1+2",
    "15/1",
  ]]);
});

Deno.test("a typed value keeps the number format that somebody has chosen", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", {
    repeatCell: {
      range: cells(0, 1, 0, 1),
      cell: { userEnteredFormat: { numberFormat: { type: "DATE", pattern: "dd.mm.yyyy" } } },
      fields: "userEnteredFormat.numberFormat",
    },
  });
  await write(sheets.url, "A1", [["2024-01-15"]], "USER_ENTERED");
  assert.deepEqual(await values(sheets.url, "A1"), [["15.01.2024"]]);
});
