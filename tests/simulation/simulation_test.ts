/** The simulator itself: it repeats itself, it finds what it should, and what it once found stays found. @module */

import assert from "node:assert/strict";
import { historyOf } from "./history.ts";
import { MUTATIONS } from "./mutations.ts";
import { play } from "./play.ts";
import { REGRESSIONS } from "./regressions.ts";
import { KINDS, Tally } from "./tally.ts";

Deno.test("simulation: the same seed tells the same story twice", async () => {
  const story = await play(historyOf(7), new Tally());
  assert.deepEqual(await play(historyOf(7), new Tally()), story);
  assert.ok(story.length > 100, story.join("\n"));
});

Deno.test("simulation: the first histories keep every invariant", async () => {
  const tally = new Tally();
  for (let seed = 1; seed <= 8; seed++) await play(historyOf(seed), tally);
  assert.ok(tally.count("oracle", "writes looked at") > 100);
  assert.ok(tally.count("oracle", "texts followed to the end") > 20);
});

for (const { seed, was } of REGRESSIONS) {
  Deno.test(`simulation: seed ${seed}, where ${was}, keeps every invariant`, async () => {
    await play(historyOf(seed), new Tally());
  });
}

Deno.test("simulation: a tally tells what never happened", () => {
  const tally = new Tally();
  for (const [kind, names] of Object.entries(KINDS)) {
    for (const name of names) tally.add([[`${kind}: ${name}`, 1]]);
  }
  assert.deepEqual(tally.missing(), []);
  assert.ok(new Tally().missing().includes("fault: truncated answer"));
});

Deno.test("simulation: every protection can be switched off in the sources as they are", async () => {
  for (const { name, edits } of MUTATIONS) {
    for (const { file, find } of edits) {
      const source = await Deno.readTextFile(file);
      assert.equal(source.split(find).length, 2, `${name}: ${file}: ${find}`);
    }
  }
});
