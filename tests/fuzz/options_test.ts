/** Command lines that make no sense: each is understood, or refused as one. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCommand, peekCommon } from "../../src/cli/options.ts";
import { settings } from "../../src/cli/settings.ts";
import { seedOf } from "../helpers/seed.ts";
import { outcomeOf } from "./laws.ts";

const seed = seedOf("fuzz the arguments");

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...settings.map(({ flag }) => `--${flag}`)) },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constantFrom(...settings.map(({ flag }) => flag)),
      fc.constantFrom("", "x", "Runs", "debug", "../../etc", "a=b", "\u001b[2J"),
    ).map(([flag, value]) => `--${flag}=${value}`),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "-h",
      "-V",
      "-x",
      "-",
      "--",
      "---",
      "--=",
      "--no-once",
      "--once.x",
      "--__proto__",
      "--__proto__=1",
      "--constructor",
      "--toString=1",
      "Runs",
      "",
      " ",
      "x".repeat(100_000),
      "--" + "x".repeat(10_000),
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }).map((text) => `--${text}`) },
);

Deno.test("fuzz: any command line is understood, or refused as usage", async () => {
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (args) => {
      peekCommon(args);
      const outcome = await outcomeOf(() => parseCommand(args), ["usage"]);
      if ("value" in outcome) kinds.add(outcome.value.kind);
    }),
    { seed, numRuns: 3_000 },
  );
  assert.ok(kinds.size > 5, [...kinds].join());
  assert.equal(Object.keys(Object.prototype).length, 0, "the prototype of all objects was changed");
});
