import assert from "node:assert/strict";
import fc from "fast-check";
import { suggest } from "../../../src/cli/suggest.ts";
import { oneLine, padTo, safeText, widthOf, wrap } from "../../../src/cli/terminal_text.ts";

Deno.test("oneLine shows what a terminal would obey by its code", () => {
  assert.equal(oneLine("\u001b[2Jgone", 40), "\\u{1b}[2Jgone");
  assert.equal(oneLine("pay\u202elapyap", 40), "pay\\u{202e}lapyap");
});

Deno.test("oneLine cuts at a character's boundary, not inside an emoji", () => {
  assert.equal(oneLine("👩‍🚀👩‍🚀👩‍🚀", 2), "👩‍🚀…");
});

Deno.test("oneLine gives one line that is never wider than asked", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 80 }),
      fc.integer({ min: 1, max: 60 }),
      (text, width) => {
        const line = oneLine(text, width);
        assert(widthOf(line) <= width);
        assert.equal(line, safeText(line));
      },
    ),
  );
});

Deno.test("padTo fills up to a width and never cuts", () => {
  assert.equal(padTo("ab", 4), "ab  ");
  assert.equal(padTo("abcdef", 4), "abcdef");
});

Deno.test("wrap keeps every word and puts a long one on a line of its own", () => {
  assert.deepEqual(wrap("a bb a-very-long-word c", 8, "  "), [
    "  a bb",
    "  a-very-long-word",
    "  c",
  ]);
});

Deno.test("suggest finds swapped, missing and doubled letters, and nothing far away", () => {
  const words = ["--once", "--plan", "--setup"];
  assert.equal(suggest("--onec", words), "--once");
  assert.equal(suggest("--pln", words), "--plan");
  assert.equal(suggest("--settup", words), "--setup");
  assert.equal(suggest("--bananas", words), null);
});
