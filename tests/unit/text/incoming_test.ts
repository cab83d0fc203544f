import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanIncoming, judgeEnum, suspicionsIn } from "../../../src/text/incoming.ts";
import { cleanText } from "../../../src/text/outgoing.ts";

const STATUS = ["pending", "approved", "rejected"];

Deno.test("cleanIncoming() keeps every blank a human set and takes what nobody sees", () => {
  assert.equal(cleanIncoming("  a\r\n\tb \u200b\n"), "  a\n\tb \n");
});

Deno.test("judgeEnum() judges what people type", () => {
  const cases: [string | number | boolean, readonly string[], string][] = [
    ["approved", STATUS, "known approved"],
    [" Approved\n", STATUS, "known approved"],
    ["APPROVED\u200b", STATUS, "known approved"],
    ["ａｐｐｒｏｖｅｄ", STATUS, "known approved"],
    ["aproved", STATUS, "near approved"],
    ["apporved", STATUS, "near approved"],
    ["reject", STATUS, "near rejected"],
    ["approved!", STATUS, "near approved"],
    ["yes", STATUS, "unknown"],
    ["approved by me", STATUS, "unknown"],
    ["", STATUS, "unknown"],
    [" ", STATUS, "unknown"],
    [1, ["0", "1"], "unknown"],
    [true, ["false", "true"], "known true"],
    [false, ["false", "true"], "known false"],
    ["TRUE", ["false", "true"], "known true"],
    [true, STATUS, "unknown"],
    ["ture", ["false", "true"], "unknown"],
    ["tru", ["false", "true"], "near true"],
    ["lo", ["low", "log"], "unknown"], // Near to both.
    ["On", ["on", "On"], "known On"],
    ["constructor", STATUS, "unknown"],
  ];
  for (const [input, values, expected] of cases) {
    const judgement = judgeEnum(input, values);
    const told = judgement.kind === "unknown" ? "unknown" : `${judgement.kind} ${judgement.word}`;
    assert.equal(told, expected, JSON.stringify(input));
  }
});

Deno.test("judgeEnum() knows every word in any case with any blanks around", () => {
  fc.assert(fc.property(
    fc.constantFrom(...STATUS),
    fc.constantFrom("", " ", "\n", "\t", "\u00a0", "\ufeff"),
    fc.func(fc.boolean()),
    (word, blank, isUpper) => {
      const typed = [...word].map((letter, n) => isUpper(n) ? letter.toUpperCase() : letter).join(
        "",
      );
      assert.deepEqual(judgeEnum(blank + typed + blank, STATUS), { kind: "known", word });
    },
  ));
});

Deno.test("judgeEnum() does not spend time on a novel", () => {
  assert.deepEqual(judgeEnum("approved".repeat(100_000), STATUS), { kind: "unknown" });
});

Deno.test("suspicionsIn() names what might be meant to harm", () => {
  const cases: [string, string[]][] = [
    ["Looks good, ship it", []],
    ["Robert'); DROP TABLE runs;--", []],
    ["- a list\n- of -5 things", []],
    ["می‌خواهم 👨‍👩‍👧‍👦\r\nthanks", []],
    ["a < b and img > c", []],
    ["=IMPORTXML(A1)", ["formula"]],
    ["@everyone", ["formula"]],
    ["\u001b[31mred", ["control-characters"]],
    ["pay\u202elapyap", ["reversed-text"]],
    ["hi" + "\u{E0041}".repeat(20), ["hidden-characters"]],
    ["<script>alert(1)</script>", ["script"]],
    ["<img src=x onerror='x()'>", ["script"]],
    ["[x](javascript:alert(1))", ["script"]],
  ];
  for (const [text, expected] of cases) assert.deepEqual(suspicionsIn(text), expected, text);
});

Deno.test("suspicionsIn() finds only scripts and formulas in a clean text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    for (const suspicion of suspicionsIn(cleanText(text))) {
      assert.ok(suspicion === "formula" || suspicion === "script");
    }
  }));
});
