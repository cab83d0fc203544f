/** What happens to whole rows: added, put back, removed, healed, left alone. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { must } from "../../../src/base/assert.ts";
import { rowId } from "../../../src/contract/cell.ts";
import type { RowPlan } from "../../../src/mirror/plan.ts";
import { planTab } from "../../../src/mirror/plan_tab.ts";
import { anchorOf, APPROVAL, inputOf, type RowCase } from "../../helpers/tab_input.ts";

const TAB = "Pending_Approvals";

function planOf(...rows: RowCase[]): readonly RowPlan[] {
  return planTab(inputOf(TAB, APPROVAL, rows)).rows;
}

function only(rows: readonly RowPlan[]): RowPlan {
  assert.equal(rows.length, 1, JSON.stringify(rows.map(({ id, action }) => [id, action.kind])));
  return must(rows[0], "the row");
}

const OTHERS: RowCase[] = ["a", "b", "c"].map((id) => ({ id }));

Deno.test("rows: both sides as the base has them make an empty plan", () => {
  assert.deepEqual(planOf(...OTHERS), []);
});

Deno.test("rows: a row only the database has is added", () => {
  const { action } = only(planOf({ id: "new", base: null, sheet: null }, ...OTHERS));
  assert.equal(action.kind === "add" && action.why, "new");
});

Deno.test("rows: new rows are added oldest first, rows of the same time by their ID", () => {
  const at = (requested_at: string) => ({ base: null, sheet: null, database: { requested_at } });
  const plan = planOf(
    { id: "late", ...at("2026-01-15T12:00:00Z") },
    { id: "b", ...at("2026-01-15T11:00:00+02:00") },
    { id: "a", ...at("2026-01-15 09:00") },
  );
  assert.deepEqual(plan.map(({ id }) => id), ["a", "b", "late"]);
});

Deno.test("rows: a row that does not meet the contract stays back and is named", () => {
  const plan = planTab(inputOf(TAB, APPROVAL, [
    { id: "bad", base: null, sheet: null, problem: "Item is empty" },
    ...OTHERS,
  ]));
  assert.deepEqual(plan.rows, []);
  assert.deepEqual(plan.held, [{ id: rowId("bad"), reason: "Item is empty" }]);
});

Deno.test("rows: a shown row that stopped meeting the contract is left as it is, notes still count", () => {
  const row = only(planOf({
    id: "x",
    problem: "Type is unknown",
    database: { type: "nonsense" },
    sheet: { notes: "still reading" },
  }));
  assert.deepEqual(row.cells.map(({ field, verdict }) => [field, verdict]), [[
    "notes",
    "accepted",
  ]]);
});

Deno.test("rows: a row that a human removed is put back with a note and a new anchor", () => {
  const row = only(planOf({ id: "x", sheet: null }, ...OTHERS));
  assert.equal(row.action.kind === "add" && row.action.why, "put-back");
  assert.equal(row.action.kind === "add" && row.action.anchor, null);
  assert.match((row.action.kind === "add" && row.action.note) || "", /put back/);
  assert.equal(row.findings[0]?.code, "MIRROR-ROW-REMOVED");
});

Deno.test("rows: an addition nobody saw land is repeated with the same anchor", () => {
  const row = only(planOf({ id: "x", adding: true, sheet: null }, ...OTHERS));
  assert.equal(row.action.kind === "add" && row.action.why, "again");
  assert.equal(row.action.kind === "add" && row.action.anchor, anchorOf("x"));
});

Deno.test("rows: an addition that landed unseen is recognised by its anchor", () => {
  const row = only(planOf({ id: "x", adding: true }, ...OTHERS));
  assert.equal(row.action.kind, "standing");
  assert.deepEqual(row.cells, []);
});

for (const scope of ["deleted", "archived", "expired"] as const) {
  Deno.test(`rows: a row that is ${scope} leaves the sheet`, () => {
    const { action } = only(planOf({ id: "x", scope }, ...OTHERS));
    assert.equal(action.kind === "remove" && action.why, scope);
  });

  Deno.test(`rows: a row that is ${scope} and gone from the sheet is forgotten`, () => {
    const { action } = only(planOf({ id: "x", scope, sheet: null }, ...OTHERS));
    assert.equal(action.kind === "forget" && action.why, scope);
  });
}

Deno.test("rows: a note on a deleted row is imported before the row leaves", () => {
  const row = only(planOf({ id: "x", scope: "deleted", sheet: { notes: "why?" } }));
  assert.equal(row.action.kind, "remove");
  assert.equal(row.update?.set["notes"], "why?");
});

Deno.test("rows: a decision on a deleted row is refused and explained", () => {
  const row = only(planOf({ id: "x", scope: "deleted", sheet: { status: "approved" } }));
  assert.equal(row.action.kind, "remove");
  assert.deepEqual(row.cells.map(({ verdict, code }) => [verdict, code]), [
    ["refused", "MIRROR-DELETED-DECISION"],
    ["merged", null],
  ]);
  assert.match(row.update?.set["notes"] ?? "", /refused: the request was deleted meanwhile/);
  assert.equal(row.update?.set["status"], undefined);
});

Deno.test("rows: an expired row that a human is working on stays for this cycle", () => {
  const row = only(planOf({ id: "x", scope: "expired", sheet: { notes: "one moment" } }));
  assert.equal(row.action.kind, "standing");
  assert.equal(row.update?.set["notes"], "one moment");
});

Deno.test("rows: a row that is gone from the database leaves, and its human text goes to the audit", () => {
  const row = only(planOf({ id: "x", database: null, sheet: { notes: "important" } }));
  assert.equal(row.action.kind === "remove" && row.action.why, "gone");
  assert.deepEqual(row.rescued, [
    { field: "status", text: "pending" },
    { field: "notes", text: "important" },
  ]);
  assert.equal(row.findings[0]?.code, "MIRROR-ROW-GONE");
});

Deno.test("rows: an edited ID is restored by the anchor", () => {
  const row = only(planOf({ id: "x", sheet: { id: "y" } }, ...OTHERS));
  assert.equal(row.id, "x");
  assert.deepEqual(row.cells.map(({ field, verdict, code }) => [field, verdict, code]), [
    ["id", "restored", "MIRROR-ID-EDITED"],
  ]);
});

Deno.test("rows: nothing is imported from a row whose ID and anchor name different rows", () => {
  const row = only(planOf(
    { id: "x", sheet: { id: "a", status: "approved", notes: "whose?" } },
    ...OTHERS,
  ));
  assert.equal(row.id, "x");
  assert.equal(row.update, null);
  assert.equal(row.findings[0]?.code, "MIRROR-SCRAMBLED");
  assert.deepEqual(row.rescued.map(({ text }) => text).sort(), ["a", "approved", "whose?"]);
  assert.ok(row.cells.every(({ verdict }) => verdict === "restored"));
});

Deno.test("rows: an emptied row is filled again where it stands", () => {
  const empty = Object.fromEntries(
    ["id", "type", "action", "item", "status", "requested_at", "notes", "payload"]
      .map((field) => [field, ""]),
  );
  const row = only(planOf({ id: "x", sheet: empty }, ...OTHERS));
  assert.equal(row.action.kind, "standing");
  assert.ok(row.cells.every(({ verdict }) => verdict === "restored"));
  assert.equal(row.update, null);
});

Deno.test("rows: a row that was cut and pasted gets a new anchor and loses the orphan", () => {
  const input = inputOf(TAB, APPROVAL, [{ id: "x", anchors: [] }, ...OTHERS]);
  const orphaned = {
    index: 9,
    anchors: [must(input.base.get(rowId("x")), "x").anchor],
    cells: input.tab.columns.map(() => ""),
    extra: [],
    notes: new Map(),
  };
  const rows = [...input.sheet.rows, orphaned];
  const row = only(planTab({ ...input, sheet: { ...input.sheet, rows } }).rows);
  assert.deepEqual(row.action, {
    kind: "standing",
    index: 1,
    anchor: null,
    orphans: orphaned.anchors,
  });
});

Deno.test("rows: the text of a second row with the same ID is merged and the copy removed", () => {
  const row = only(planOf({
    id: "x",
    base: { notes: "first" },
    sheet: { notes: "first\nmine" },
    copies: [{ notes: "first\nyours", status: "approved" }],
  }));
  assert.equal(row.update?.set["notes"], "first\nmine\nyours");
  assert.equal(row.update?.set["status"], undefined);
  assert.equal(row.copies.length, 1);
  assert.equal(row.findings[0]?.code, "MIRROR-DUPLICATE-ID");
  assert.deepEqual(row.rescued, [{ field: "status", text: "approved" }]);
});

Deno.test("rows: a copy whose text was merged before is removed without merging it twice", () => {
  const row = only(planOf({
    id: "x",
    base: { notes: "first" },
    database: { notes: "first\nyours" },
    copies: [{ notes: "first\nyours" }],
  }));
  assert.equal(row.update, null);
  assert.equal(row.copies.length, 1);
});

Deno.test("rows: a row with an unknown ID is left alone and reported once", () => {
  const stray = ["who-knows", "", "", "mine", "", "", "", ""];
  const plan = planTab(inputOf(TAB, APPROVAL, OTHERS, { strays: [stray] }));
  assert.deepEqual(plan.rows, []);
  assert.deepEqual(plan.strays.map(({ row, code }) => [row, code]), [
    ["who-knows", "MIRROR-UNKNOWN-ID"],
  ]);
  const reported = [{ tab: TAB, column: "", ...must(plan.strays[0], "the stray") }];
  const again = planTab(inputOf(TAB, APPROVAL, OTHERS, { strays: [stray], reported }));
  assert.deepEqual(again.strays, []);
});

Deno.test("rows: scratch text without an ID is ignored", () => {
  const plan = planTab(inputOf(TAB, APPROVAL, OTHERS, {
    strays: [["", "", "", "remember milk", "", "", "", ""]],
  }));
  assert.deepEqual([plan.rows, plan.strays], [[], []]);
});

Deno.test("rows: at the first meeting texts are united, elsewhere the database wins, nothing is decided", () => {
  const plan = planTab(inputOf(TAB, APPROVAL, [{
    id: "x",
    base: null,
    database: { notes: "agent" },
    sheet: { notes: "human", status: "approved", item: "Other" },
  }]));
  const row = only(plan.rows);
  assert.equal(plan.guards[0]?.guard, "adopt");
  const verdicts = Object.fromEntries(row.cells.map(({ field, verdict }) => [field, verdict]));
  assert.equal(verdicts["notes"], "merged");
  assert.equal(verdicts["status"], "conflict");
  assert.equal(verdicts["item"], "restored");
  assert.deepEqual(row.update?.set, { notes: "agent\nhuman" });
});

Deno.test("rows: __proto__ is an ID like any other", () => {
  const row = only(planOf({ id: "__proto__", sheet: { notes: "hello" } }, ...OTHERS));
  assert.equal(row.id, "__proto__");
  assert.equal(row.update?.set["notes"], "hello");
});

Deno.test("rows: in whatever order humans sort the tab, the plan is the same", () => {
  const cases: RowCase[] = [
    { id: "a", sheet: { notes: "one" } },
    { id: "b", sheet: { status: "approved" } },
    { id: "c", database: { item: "New" } },
    { id: "d", sheet: null },
    { id: "e" },
  ];
  const input = inputOf(TAB, APPROVAL, cases);
  const summary = (rows: readonly RowPlan[]) =>
    rows.map(({ id, action, cells, update }) =>
      JSON.stringify([
        id,
        action.kind,
        cells.map((cell) => [cell.field, cell.verdict]),
        update?.set,
      ])
    ).sort();
  const expected = summary(planTab(input).rows);
  fc.assert(fc.property(
    fc.shuffledSubarray([...input.sheet.rows], { minLength: input.sheet.rows.length }),
    (shuffled) => {
      const rows = shuffled.map((row, index) => ({ ...row, index: index + 1 }));
      assert.deepEqual(
        summary(planTab({ ...input, sheet: { ...input.sheet, rows } }).rows),
        expected,
      );
    },
  ));
});
