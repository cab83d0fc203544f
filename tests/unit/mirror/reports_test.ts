/** Which findings become reports, under which IDs, and when they are closed. @module */

import assert from "node:assert/strict";
import { atlas } from "../../../src/contract/atlas.ts";
import { rowId } from "../../../src/contract/cell.ts";
import { FINDINGS } from "../../../src/mirror/findings.ts";
import type { FindingCode } from "../../../src/mirror/findings.ts";
import type { SealedPlan } from "../../../src/mirror/plan.ts";
import { isReport, planReports } from "../../../src/mirror/reports.ts";
import type { Finding } from "../../../src/store/records.ts";
import { tabOf } from "../../helpers/tab_input.ts";

function finding(code: FindingCode, more: Partial<Finding> = {}): Finding {
  return {
    tab: "Pending_Approvals",
    row: "a",
    column: "",
    code,
    value: "v",
    reason: "because",
    ...more,
  };
}

/** A plan that found these things about rows, and saw those to be over. */
function planOf(
  found: readonly { readonly code: FindingCode; readonly row: string; readonly value?: string }[],
  cured: readonly Finding[] = [],
  title = "Pending_Approvals",
): SealedPlan {
  return {
    tab: tabOf(title),
    guards: [],
    rows: [],
    strays: found.map((stray) => ({ value: "v", reason: "because", ...stray })),
    held: [],
    cured,
  };
}

function ids(plan: SealedPlan, reported: readonly Finding[] = []): string[] {
  return planReports(atlas, [{ plan, reported }]).map(({ kind, id }) => `${kind} ${id}`);
}

Deno.test("planReports() reports exactly the kinds that say so", () => {
  for (const code of Object.keys(FINDINGS) as FindingCode[]) {
    assert.equal(ids(planOf([{ code, row: "a" }])).length, FINDINGS[code].report ? 1 : 0, code);
  }
});

Deno.test("planReports() names a report by place and kind, whatever was typed there", () => {
  const one = ids(planOf([{ code: "MIRROR-UNKNOWN-ID", row: "a", value: "x" }]));
  assert.match(one[0] ?? "", /^open mirror-[0-9a-f]{12}$/);
  assert.deepEqual(one, ids(planOf([{ code: "MIRROR-UNKNOWN-ID", row: "a", value: "y" }])));
  const others = [
    ids(planOf([{ code: "MIRROR-UNKNOWN-ID", row: "b" }])),
    ids(planOf([{ code: "MIRROR-SCRAMBLED", row: "a" }])),
    ids(planOf([{ code: "MIRROR-UNKNOWN-ID", row: "a" }], [], "Runs")),
  ];
  for (const other of others) assert.notDeepEqual(other, one);
});

Deno.test("planReports() makes one report of more than twenty of a kind, and closes it with the last", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      code: "MIRROR-UNKNOWN-ID" as const,
      row: `r${index}`,
    }));
  assert.equal(ids(planOf(many(20))).length, 20);
  const [only, ...more] = ids(planOf(many(21)));
  assert.deepEqual(more, []);
  const open = many(21).map(({ code, row }) => finding(code, { row }));
  const summary = only?.replace("open ", "close ") ?? "";
  assert.ok(!ids(planOf([], open.slice(1)), open).includes(summary));
  assert.ok(ids(planOf([], open), open).includes(summary));
});

Deno.test("planReports() leaves a report open where the same place has another finding of its kind", () => {
  const was = finding("MIRROR-SCRAMBLED", { value: "b" });
  assert.deepEqual(
    ids(planOf([{ code: "MIRROR-SCRAMBLED", row: "a", value: "c" }], [was]), [was])
      .map((change) => change.split(" ")[0]),
    ["open"],
  );
  assert.ok(ids(planOf([], [was]), [was]).every((change) => change.startsWith("close ")));
});

Deno.test("planReports() makes no report of findings on reports, nor without a tab for them", () => {
  const plan = planOf([{ code: "MIRROR-UNKNOWN-ID", row: "mirror-0123" }], [], "Errors_Hotlist");
  assert.deepEqual(ids(plan), []);
  const ordinary = planOf([{ code: "MIRROR-UNKNOWN-ID", row: "a" }]);
  assert.deepEqual(
    planReports({ ...atlas, reports: null }, [{ plan: ordinary, reported: [] }]),
    [],
  );
  assert.ok(isReport(atlas, "Errors_Hotlist", rowId("mirror-1")));
  assert.ok(!isReport(atlas, "Runs", rowId("mirror-1")));
});
