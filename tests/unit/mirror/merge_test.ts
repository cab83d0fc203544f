import assert from "node:assert/strict";
import fc from "fast-check";
import { appendText, grow, type Growth, growthOf } from "../../../src/mirror/merge.ts";

const cases: { what: string; before: string; now: string; growth: Growth }[] = [
  { what: "the same text", before: "a\nb", now: "a\nb", growth: { kind: "none" } },
  { what: "emptied text", before: "a\nb", now: "", growth: { kind: "none" } },
  { what: "a deleted line", before: "a\nb\nc", now: "a\nc", growth: { kind: "none" } },
  { what: "trailing blanks", before: "a\nb", now: "a  \nb\n\n", growth: { kind: "none" } },
  {
    what: "a line at the end",
    before: "a\nb",
    now: "a\nb\nc",
    growth: { kind: "lines", text: "c" },
  },
  { what: "a line in front", before: "a\nb", now: "c\na\nb", growth: { kind: "lines", text: "c" } },
  { what: "a line between", before: "a\nb", now: "a\nc\nb", growth: { kind: "lines", text: "c" } },
  {
    what: "first text in an empty cell",
    before: "",
    now: "hello",
    growth: { kind: "lines", text: "hello" },
  },
  {
    what: "text behind the last line",
    before: "a\nlooks good",
    now: "a\nlooks good, ship it",
    growth: { kind: "tail", tail: ", ship it", line: "looks good, ship it" },
  },
  {
    what: "text behind the last line and a new line",
    before: "ok",
    now: "ok!\nthanks",
    growth: { kind: "tail", tail: "!\nthanks", line: "ok!\nthanks" },
  },
  {
    what: "a mended typo in the middle",
    before: "teh disk\nfull",
    now: "the disk\nfull",
    growth: { kind: "lines", text: "the disk" },
  },
  { what: "a line that was moved", before: "a\nb\nc", now: "c\na\nb", growth: { kind: "none" } },
  {
    what: "a line beside one that was moved",
    before: "a\nb\nc",
    now: "d\nc\na\nb",
    growth: { kind: "lines", text: "d" },
  },
  {
    what: "a line typed a second time",
    before: "done",
    now: "done\ndone",
    growth: { kind: "lines", text: "done" },
  },
];

for (const { what, before, now, growth } of cases) {
  Deno.test(`growthOf() sees ${what}`, () => {
    assert.deepEqual(growthOf(before, now), growth);
  });
}

const line = fc.stringMatching(/^[a-e ]{0,4}$/);
const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join("\n"));

Deno.test("grow() keeps every line of the database and every line the human typed", () => {
  fc.assert(fc.property(text, text, text, (before, now, stored) => {
    const result = grow(stored, before.split("\n").at(-1) ?? "", growthOf(before, now));
    const lines = new Set(result.split("\n").map((part) => part.trimEnd()));
    for (const kept of stored.split("\n")) {
      const isThere = result.includes(kept.trimEnd());
      assert.ok(isThere, `lost "${kept}" of the database`);
    }
    const old = new Set(before.split("\n").map((part) => part.trimEnd()));
    for (const typed of now.split("\n")) {
      const key = typed.trimEnd();
      if (key === "" || old.has(key)) continue;
      assert.ok(lines.has(key) || result.includes(key), `lost "${key}" of the human`);
    }
  }));
});

Deno.test("grow() adds nothing more once the growth was taken over", () => {
  fc.assert(fc.property(text, text, (before, now) => {
    const lastLine = before.split("\n").at(-1) ?? "";
    const once = grow(before, lastLine, growthOf(before, now));
    assert.equal(growthOf(once, once).kind, "none");
  }));
});

Deno.test("grow() puts a tail on a line of its own where the database has moved on", () => {
  const growth = growthOf("ok", "ok, ship it");
  assert.equal(grow("ok\nagent: retried", "ok", growth), "ok\nagent: retried\nok, ship it");
  assert.equal(grow("ok", "ok", growth), "ok, ship it");
});

Deno.test("growthOf() keeps up with a paste of many thousand lines", () => {
  const before = Array.from({ length: 4_000 }, (_, index) => `line ${index}`);
  const now = [...before.slice(0, 10), "new", ...before.slice(10)];
  assert.deepEqual(growthOf(before.join("\n"), now.join("\n")), { kind: "lines", text: "new" });
});

Deno.test("appendText() starts a paragraph, and no empty line in an empty text", () => {
  assert.equal(appendText("", "a"), "a");
  assert.equal(appendText("a\n", "b"), "a\nb");
});
