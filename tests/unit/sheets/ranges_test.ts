import assert from "node:assert/strict";
import { a1, columnsOf, quoteTitle, wholeTab } from "../../../src/sheets/ranges.ts";

Deno.test("quoteTitle() quotes every title and doubles the quotes within", () => {
  assert.equal(quoteTitle("Runs"), "'Runs'");
  assert.equal(quoteTitle("Don't !A1"), "'Don''t !A1'");
});

Deno.test("ranges name the tab with a quoted title and an exclamation mark", () => {
  assert.equal(a1("A1", "B2"), "'A1'!B2");
  assert.equal(columnsOf("Runs", 8), "'Runs'!A:H");
  assert.equal(wholeTab("Runs"), "'Runs'!A:ZZZ");
});
