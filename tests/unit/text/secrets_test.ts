import assert from "node:assert/strict";
import fc from "fast-check";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import { createMasker } from "../../../src/text/secrets.ts";
import {
  harmless,
  presetSamples,
  privateKey,
  privateKeyLines,
  surroundedSamples,
} from "./fake_secrets.ts";

const masker = createMasker();

async function maskOne(text: string): Promise<string> {
  const [masked] = await masker.mask([text]);
  assert.ok(masked !== undefined);
  return masked;
}

Deno.test("createMasker() masks a sample of every rule in the preset", async (t) => {
  const unsampled = new Set(["gcp", "filter-comments"]); // A whole file, and no secret at all.
  for (const rule of rules) {
    const name = rule.meta.id.replace("@secretlint/secretlint-rule-", "");
    if (unsampled.has(name)) continue;
    await t.step(name, async () => {
      const sample = presetSamples[name];
      assert.ok(sample !== undefined, `no sample for ${name}`);
      const secret = sample.slice(sample.indexOf("=") + 1);
      for (const text of [sample, `before ${sample} after`, `before\n${sample}\nafter`]) {
        const masked = await maskOne(text);
        assert.match(masked, /«redacted: [^«»]+»/);
        assert.doesNotMatch(masked, /«redacted: secret»/);
        assert.ok(!masked.includes(secret), masked);
        assert.ok(!masked.includes(secret.slice(-12)), masked);
      }
    });
  }
});

Deno.test("createMasker() masks what its surroundings give away, and no more", async (t) => {
  for (const [text, secret] of surroundedSamples) {
    await t.step(text, async () => {
      const masked = await maskOne(text);
      assert.ok(!masked.includes(secret), masked);
      const [before = "", after = ""] = masked.split(/«redacted: [^«»]+»/);
      assert.ok(text.startsWith(before) && text.endsWith(after), masked);
      assert.equal(await maskOne(masked), masked);
    });
  }
});

Deno.test("createMasker() leaves harmless texts alone", async () => {
  assert.deepEqual(await masker.mask(harmless), harmless);
});

Deno.test("createMasker() says what it took away", async () => {
  assert.equal(
    await maskOne(`token ${presetSamples["github"]} leaked`),
    "token «redacted: GitHub token» leaked",
  );
  assert.equal(
    await maskOne('{"password":"hunter2","user":"bob"}'),
    '{"password":"«redacted: password»","user":"bob"}',
  );
});

Deno.test("createMasker() keeps JSON valid", async () => {
  const masked = await maskOne(JSON.stringify({ api_key: "hunter2", nested: { password: 'a"b' } }));
  assert.deepEqual(JSON.parse(masked), {
    api_key: "«redacted: password»",
    nested: { password: "«redacted: password»" },
  });
});

Deno.test("createMasker() masks private keys however they are written", async (t) => {
  const encrypted = privateKey.replace(
    "\n",
    "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0011\n\n",
  );
  const written: Record<string, string> = {
    "in lines": privateKey,
    "in lines with CR LF": privateKey.replaceAll("\n", "\r\n"),
    "in one line of JSON": JSON.stringify({ private_key: privateKey }),
    "in JSON within JSON": JSON.stringify(JSON.stringify({ key: privateKey })),
    "indented": privateKey.replaceAll("\n", "\n    "),
    "with another label": privateKey.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"),
    "with headers": encrypted,
    "cut off": privateKey.slice(0, 300),
    "cut off within JSON": JSON.stringify(privateKey).slice(0, 300),
  };
  for (const [name, text] of Object.entries(written)) {
    await t.step(name, async () => {
      const masked = await maskOne(`key:\n${text}`);
      assert.match(masked, /«redacted: private key»/);
      for (const line of privateKeyLines) assert.ok(!masked.includes(line.slice(0, 16)), masked);
    });
  }
});

Deno.test("createMasker() does not let a text switch it off", async () => {
  const token = presetSamples["github"] ?? "";
  const [first, second] = await masker.mask(["// secretlint-disable", `leak ${token}`]);
  assert.equal(first, "// secretlint-disable");
  assert.equal(second, "leak «redacted: GitHub token»");
  assert.equal(
    await maskOne(`secretlint-disable-line ${token}`),
    "secretlint-disable-line «redacted: GitHub token»",
  );
});

/** Texts made of secrets, halves of secrets, and what stands around them. */
const risky = fc.array(
  fc.oneof(
    fc.constantFrom(...Object.values(presetSamples), ...surroundedSamples.map(([text]) => text)),
    fc.constantFrom(...harmless),
    fc.constantFrom(...Object.values(presetSamples).map((sample) => sample.slice(0, 12))),
    fc.constantFrom(...Object.values(presetSamples).map((sample) => sample.slice(-30))),
    fc.constantFrom("password", "token=", '"', "'", "\\", "://a:", "@", "Bearer ", "-p", "«", "»"),
    fc.constantFrom(" ", "\n", "\0", "\n\0\n", "\ufeff", ",", "&", "🙂", "\ud83d", "-----BEGIN "),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
  { maxLength: 6 },
).map((parts) => parts.join(""));

Deno.test("createMasker() masks a text in company as it masks it alone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(risky, { maxLength: 6 }), async (texts) => {
      const together = await createMasker().mask(texts);
      for (const [index, text] of texts.entries()) {
        assert.deepEqual(await createMasker().mask([text]), [together[index]]);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("createMasker() changes nothing in a masked text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(risky, { maxLength: 8 }), async (texts) => {
      const masked = await masker.mask(texts);
      assert.deepEqual(await masker.mask(masked), masked);
    }),
    { numRuns: 100 },
  );
});

Deno.test("createMasker() never leaks a token with blanks around it", async () => {
  const token = ["gl", "pat-", "Q".repeat(20)].join("");
  await fc.assert(
    fc.asyncProperty(risky, risky, async (before, after) => {
      assert.ok(!(await maskOne(`${before} ${token} ${after}`)).includes(token));
    }),
    { numRuns: 60 },
  );
});

Deno.test("createMasker() masks thousands of cells, long ones too", async () => {
  const long = `${"x ".repeat(50_000)}password=hunter2`;
  const texts = Array.from({ length: 5_000 }, (_, n) => `cell ${n} password=hunter2`);
  const masked = await masker.mask([...texts, long]);
  assert.equal(masked.length, 5_001);
  assert.equal(masked[4_321], "cell 4321 password=«redacted: password»");
  assert.equal(masked[5_000], `${"x ".repeat(50_000)}password=«redacted: password»`);
});

Deno.test("createMasker() shows nothing of a text that its scanner fails on", async () => {
  const { mask } = createMasker(() =>
    Promise.resolve((content) =>
      content.includes("bad") ? Promise.reject(new Error("broken rule")) : Promise.resolve([])
    )
  );
  assert.deepEqual(await mask(["good", "bad", "password=x"]), [
    "good",
    "«redacted: a text that could not be checked for secrets»",
    "password=«redacted: password»",
  ]);
});

Deno.test("createMasker() looks at each cell alone where a finding runs beyond it", async () => {
  const cases: [pattern: RegExp, shown: string][] = [
    [/[^]*two/g, "«redacted: greedy»"], // From the cell before.
    [/two[^]*/g, "«redacted: greedy»"], // Into the cell behind.
    [/\stwo/g, "two"], // From the separator, which is no part of any text.
  ];
  for (const [pattern, shown] of cases) {
    const { mask } = createMasker(() =>
      Promise.resolve((content) =>
        Promise.resolve(
          Array.from(content.matchAll(pattern), ({ index, 0: { length } }) => ({
            start: index,
            end: index + length,
            name: "greedy",
          })),
        )
      )
    );
    assert.deepEqual(await mask(["one", "two", "three"]), ["one", shown, "three"]);
  }
});

Deno.test("createMasker() finds the secret that another one hid", async () => {
  const glued = `${presetSamples["npm"]}${presetSamples["1password"]}`;
  assert.equal(await maskOne(glued), "«redacted: npm token»«redacted: 1Password token»");
});

Deno.test("createMasker() shows nothing where masking comes to no end", async () => {
  const { mask } = createMasker(() =>
    Promise.resolve((content) =>
      Promise.resolve(content.includes("x") ? [{ start: 0, end: 1, name: "x" }] : [])
    )
  );
  assert.deepEqual(await mask(["x"]), ["«redacted: a text that could not be checked for secrets»"]);
});

Deno.test("createMasker() loads its scanner once, and not before the first text", async () => {
  let loaded = 0;
  let scanned = 0;
  const { mask } = createMasker(() => {
    loaded++;
    return Promise.resolve(() => {
      scanned++;
      return Promise.resolve([]);
    });
  });
  await mask([]);
  await mask([""]);
  assert.equal(loaded, 0);
  await mask(["a", "b"]);
  await mask(["b", "a", "a"]);
  assert.deepEqual([loaded, scanned], [1, 1]);
});
