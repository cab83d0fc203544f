import assert from "node:assert/strict";
import fc from "fast-check";
import { characterCount, endOfCharacters } from "../../../src/text/characters.ts";
import { cleanText, cutText, guardFormula } from "../../../src/text/outgoing.ts";

/** Any UTF-16 at all, rich in the characters that matter here. */
const nasty = fc.array(
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom(
      ..."\ud800 \udc00 \r \n \t \u200b \u200c \u200d \u202e \ufeff \u{1F3F4} \u{E0067} \u{E007F}"
        .split(" "),
      ..."\ufe0f \ufe0e \u{E0100} = + - @ ' ＝ 👩 👩‍👩‍👧‍👦 🇩 é e\u0301 \u0000 \u2028 - | ! 1".split(" "),
      " ",
    ),
  ),
  { maxLength: 12 },
).map((parts) => parts.join(""));

const FAMILY = "👨‍👩‍👧‍👦";

Deno.test("cleanText() turns every line end into a line feed", () => {
  assert.equal(cleanText("a\r\nb\rc\u0085d\u2028e\u2029f\ng"), "a\nb\nc\nd\ne\nf\ng");
});

Deno.test("cleanText() strips what cannot be seen", async (t) => {
  const cases: Record<string, string> = {
    "control characters": "\u0000\u0007\u001b\u007f\u009f\v\f",
    "directional overrides": "\u202a\u202b\u202c\u202d\u202e",
    "directional isolates": "\u2066\u2067\u2068\u2069",
    "directional marks": "\u200e\u200f\u061c",
    "zero-width characters": "\u200b\u2060\ufeff\u180e",
    "invisible operators": "\u2061\u2062\u2063\u2064",
    "soft hyphens": "\u00ad",
    "fillers": "\u3164\uffa0\u115f\u1160",
    "annotations": "\ufff9\ufffa\ufffb",
    "noncharacters": "\ufffe\uffff\ufdd0\u{1fffe}\u{10ffff}",
    "hidden tags": "\u{E0001}\u{E0068}\u{E0069}\u{E007F}",
  };
  for (const [name, hidden] of Object.entries(cases)) {
    await t.step(name, () => {
      for (const character of hidden) assert.equal(cleanText(`a${character}b`), "ab");
    });
  }
});

Deno.test("cleanText() keeps what people write", () => {
  const kept = [
    "\tindented\nsecond line ",
    "می‌خواهم", // Persian, with ZWNJ
    "क्‍ष", // Devanagari, with ZWJ
    `${FAMILY} ❤️ ☎︎ 1️⃣`,
    "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", // the flag of England
    "葛\u{E0100}城", // an ideographic variation
    "שלום, مرحبا",
    "\u00a0 non-breaking",
    "'quoted', \"quoted\", <b>, &amp;",
  ];
  for (const text of kept) assert.equal(cleanText(text), text);
});

Deno.test("cleanText() keeps one variation selector a character", () => {
  assert.equal(cleanText("❤\ufe0f\ufe00\u{E0101}!"), "❤\ufe0f!");
  assert.equal(cleanText("❤\ufe0f\u200b\ufe00!"), "❤\ufe0f!");
});

Deno.test("cleanText() replaces lone surrogates and never joins two halves", () => {
  assert.equal(cleanText("a\ud83db"), "a\ufffdb");
  assert.equal(cleanText("\ud83d\u200b\ude00"), "\ufffd\ufffd");
});

Deno.test("cleanText() leaves a clean text as it is", () => {
  fc.assert(fc.property(nasty, (text) => {
    const clean = cleanText(text);
    assert.equal(cleanText(clean), clean);
    assert.ok(clean.isWellFormed());
  }));
});

Deno.test("guardFormula() puts an apostrophe before whatever leads a formula", () => {
  const led = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\tharmless",
    " =1+1",
    "\n=1+1",
    "＝1+1",
    "=",
    "-",
    "--5",
    "- =1+1",
    "- (1)",
    "-2+3+cmd|' /C calc'!A0",
    "- cmd|' /C calc'!A0",
    "+49 170 1234567",
    "-5\n=1",
  ];
  for (const text of led) assert.equal(guardFormula(text), `'${text}`);
});

Deno.test("guardFormula() leaves plain numbers, list items and prose alone", () => {
  const harmless = [
    "",
    "-5",
    "+5",
    "-1.234,50",
    "-1e-6",
    "-12%",
    "- buy milk",
    "- buy milk\n- =ask",
    "- [ ] open",
    "- «quoted»",
    "1 = 1",
    "a@b.example",
    "'=1+1",
    "«=»",
  ];
  for (const text of harmless) assert.equal(guardFormula(text), text);
});

Deno.test("guardFormula() lets no formula-led text pass and guards once", () => {
  fc.assert(fc.property(fc.constantFrom(..."=+-@＝＋－＠"), nasty, (lead, rest) => {
    const guarded = guardFormula(lead + rest);
    if (guarded === lead + rest) assert.match(guarded, /^- \S|^[+-][\d.,eE+-]+\s?%?$/);
    else assert.equal(guarded, `'${lead}${rest}`);
    assert.equal(guardFormula(guarded), guarded);
  }));
});

Deno.test("cutText() shows a text within the limit whole", () => {
  assert.equal(cutText("a".repeat(1_000), 1_000), "a".repeat(1_000));
  assert.equal(cutText("🙂".repeat(1_000), 1_000), "🙂".repeat(1_000));
});

Deno.test("cutText() says how much is missing and of which text", () => {
  const cut = cutText("a".repeat(5_283), 1_000);
  assert.equal(cut, `${"a".repeat(962)}… [+4,321 characters, sha256 ${cut.slice(-9, -1)}]`);
  assert.match(cut.slice(-9), /^[0-9a-f]{8}\]$/);
  assert.notEqual(cut, cutText("a".repeat(5_282) + "b", 1_000));
});

Deno.test("cutText() never cuts through an emoji, a flag or an accent", async (t) => {
  for (const grapheme of [FAMILY, "🇩🇪", "e\u0301\u0323", "👍🏽", "🙂", "क्‍ष"]) {
    await t.step(grapheme, () => {
      for (let shift = 0; shift < 12; shift++) {
        const cut = cutText("x".repeat(shift) + grapheme.repeat(400), 100);
        const [kept] = cut.split("… [+");
        assert.equal(
          kept,
          "x".repeat(shift) +
            grapheme.repeat((kept ?? "").match(new RegExp(grapheme, "gu"))?.length ?? 0),
        );
        assert.ok(characterCount(cut) <= 100);
      }
    });
  }
});

Deno.test("cutText() keeps within the limit, counts every character and cuts once", () => {
  fc.assert(
    fc.property(nasty, fc.nat(60), fc.integer({ min: 80, max: 300 }), (part, times, limit) => {
      const text = part.repeat(times);
      const cut = cutText(text, limit);
      assert.ok(characterCount(cut) <= limit);
      assert.equal(cutText(cut, limit), cut);
      if (cut === text) return;
      const [, kept = "", missing = ""] =
        cut.match(/^([^]*)… \[\+([\d,]+) characters, sha256 [0-9a-f]{8}\]$/) ?? [];
      assert.ok(text.startsWith(kept));
      assert.equal(
        characterCount(kept) + Number(missing.replaceAll(",", "")),
        characterCount(text),
      );
    }),
  );
});

Deno.test("characterCount() counts code points, and lone surrogates one each", () => {
  fc.assert(fc.property(nasty, (text) => {
    assert.equal(characterCount(text), [...text].length);
  }));
});

Deno.test("endOfCharacters() finds the end of the first code points", () => {
  fc.assert(fc.property(nasty, fc.nat(20), (text, count) => {
    assert.equal(text.slice(0, endOfCharacters(text, count)), [...text].slice(0, count).join(""));
  }));
});
