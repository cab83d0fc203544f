/** The figures that pages tell are the ones that were measured. @module */

import assert from "node:assert/strict";
import {
  type Figure,
  figureOf,
  type Results,
  resultsSchema,
  spreadOf,
} from "../../bench/figure.ts";
import { headlines, markdownTable, tableIn, withTable } from "../../bench/table.ts";

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
}

async function results(): Promise<Results> {
  return resultsSchema.parse(JSON.parse(await read("bench/results.json")));
}

Deno.test("the README's table is what the benchmark measured", async () => {
  assert.equal(tableIn(await read("README.md")), markdownTable(headlines(await results())));
});

Deno.test("the table of docs/performance.md is what the benchmark measured", async () => {
  assert.equal(tableIn(await read("docs/performance.md")), markdownTable(await results()));
});

Deno.test("withTable() puts a table between the markers and nowhere else", () => {
  const page = "before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n";
  const changed = withTable(page, "| new |");
  assert.equal(tableIn(changed), "| new |");
  assert.match(changed, /^before\n[^]*\nafter\n$/);
  assert.throws(() => withTable("no markers", ""), { kind: "configuration" });
});

Deno.test("figureOf() holds the ratio or the value against the target", () => {
  const rival = { name: "floor", values: [2, 2, 2] };
  const measured = { name: "cycle", size: "", unit: "ms" as const, values: [9, 3, 1], rival };
  const met = (target: Figure["target"]) =>
    figureOf("quiet", { ...measured, ...(target === null ? {} : { target }) }).met;
  assert.equal(met(null), null);
  assert.equal(met({ of: "ratio", bound: "at most", value: 1.5 }), true);
  assert.equal(met({ of: "ratio", bound: "at most", value: 1.4 }), false);
  assert.equal(met({ of: "value", bound: "at least", value: 3 }), true);
  assert.equal(met({ of: "value", bound: "at least", value: 4 }), false);
});

Deno.test("spreadOf() takes the middle of an even number of values", () => {
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 });
});
