import assert from "node:assert/strict";
import { rowId } from "../../../src/contract/cell.ts";
import { nearestId } from "../../../src/mirror/near_id.ts";

const near = nearestId(new Set(["run-7", "Run 8", "a", "A", "__proto__"].map(rowId)));

Deno.test("nearestId() finds what only a person would take for the same, and says why", () => {
  const cases: [typed: string, id: string, by: string][] = [
    [" run-7", "run-7", "blanks"],
    ["run-\u00a07", "run-7", "blanks"],
    ["RUN-7", "run-7", "capital letters"],
    ["run-7\u200b", "run-7", "characters that cannot be seen"],
    ["\ufeffrun-7", "run-7", "characters that cannot be seen"],
    ["run8", "Run 8", "capital letters"],
    ["__PROTO__", "__proto__", "capital letters"],
  ];
  for (const [typed, id, by] of cases) assert.deepEqual(near(typed), { id, by }, typed);
});

Deno.test("nearestId() guesses nothing where two IDs look alike, or none does", () => {
  for (const typed of ["a ", "run-77", "run7", "", "\u200b", "constructor"]) {
    assert.equal(near(typed), null, JSON.stringify(typed));
  }
});
