/** What a contract must say about its reports and its size, checked when it is read. @module */

import assert from "node:assert/strict";
import { atlasInput } from "../../../src/contract/atlas.ts";
import { ROWS_MAX } from "../../../src/contract/limits.ts";
import { contractSchema } from "../../../src/contract/schema.ts";

function problems(contract: unknown): string[] {
  const result = contractSchema.safeParse(contract);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const { reports } = atlasInput;

Deno.test("contract: reports name a tab, fill what it requires, and use words it knows", () => {
  const cases: [change: object, problem: RegExp][] = [
    [{ tab: "Nowhere" }, /^reports\.tab: must be the title of a tab$/],
    [{ set: {} }, /must fill the required field "task"/],
    [{ text: "nothing" }, /"nothing" is not a field of a column/],
    [{ remark: "nothing" }, /"nothing" is not a field of a column/],
    [{ state: { ...reports.state, cured: "done" } }, /"done" is not among the values/],
    [{ state: { ...reports.state, field: "error" } }, /"false" is not among the values/],
    [{ prefix: "" }, /reports\.prefix/],
  ];
  for (const [change, problem] of cases) {
    const found = problems({ ...atlasInput, reports: { ...reports, ...change } });
    assert.ok(found.some((text) => problem.test(text)), `${problem} in ${found.join("; ")}`);
  }
  assert.deepEqual(problems({ ...atlasInput, reports: null }), []);
});

Deno.test("contract: a tab keeps no more rows than there is room for anchors", () => {
  const runs = atlasInput.tabs[1];
  const keeping = (count: number) => ({
    ...atlasInput,
    tabs: [atlasInput.tabs[2], { ...runs, retention: { ...runs.retention, count } }],
  });
  assert.deepEqual(problems(keeping(ROWS_MAX)), []);
  assert.match(problems(keeping(ROWS_MAX + 1))[0] ?? "", /must be 25000 at most/);
});
