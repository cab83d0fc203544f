/** A1 notation by itself. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  columnIndex,
  columnLetters,
  formatBox,
  parseReference,
  quoteTitle,
} from "../../src/embedded/a1.ts";

Deno.test("column letters and numbers are the same thing", () => {
  assert.equal(columnLetters(0), "A");
  assert.equal(columnLetters(701), "ZZ");
  assert.equal(columnLetters(702), "AAA");
  assert.equal(columnLetters(18_277), "ZZZ");
  fc.assert(fc.property(fc.nat(18_277), (column) => {
    assert.equal(columnIndex(columnLetters(column)), column);
  }));
});

Deno.test("a title is quoted where it could be taken for something else", () => {
  for (const plain of ["Sheet1", "Pending_Approvals", "_x"]) assert.equal(quoteTitle(plain), plain);
  for (const title of ["D3", "R1C1", "my tab", "2024", "Лист1", "a.b", "🌵"]) {
    assert.equal(quoteTitle(title), `'${title}'`);
  }
  assert.equal(quoteTitle("it's"), "'it''s'");
});

Deno.test("a bounded range that is written down is read back", () => {
  const title = fc.string({ minLength: 1, unit: "grapheme" });
  const side = fc.nat(17_000);
  fc.assert(fc.property(title, side, side, side, side, (name, top, left, height, width) => {
    const box = { top, left, bottom: top + height + 1, right: Math.min(left + width + 1, 18_278) };
    assert.deepEqual(parseReference(formatBox(name, box)), { kind: "cells", title: name, box });
  }));
});

Deno.test("what is no range is none", () => {
  for (const text of ["", "A", "Sheet1!", "Sheet1!A", "Sheet1!A1:", "Sheet1!1", "A1:B2:C3", "!"]) {
    const reference = parseReference(text);
    assert.ok(reference === null || reference.kind === "name", text);
  }
});
