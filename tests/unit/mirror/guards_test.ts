import assert from "node:assert/strict";
import { checkHeader, checkMarks } from "../../../src/mirror/guards.ts";
import { planTab } from "../../../src/mirror/plan_tab.ts";
import { APPROVAL, inputOf, type RowCase } from "../../helpers/tab_input.ts";

const TAB = "Pending_Approvals";

function rows(count: number, edit: (index: number) => Omit<RowCase, "id">): RowCase[] {
  return Array.from({ length: count }, (_, index) => ({ id: `row-${index}`, ...edit(index) }));
}

function guardsOf(cases: readonly RowCase[], more: Parameters<typeof inputOf>[3] = {}): string[] {
  return planTab(inputOf(TAB, APPROVAL, cases, more)).guards.map(({ guard }) => guard);
}

const decide = (count: number, word: string, from = 0) =>
  rows(40, (index) => index >= from && index < from + count ? { sheet: { status: word } } : {});

/** Each guard just below and just above its figures. */
const cases: { name: string; guards: string[]; rows: RowCase[] }[] = [
  { name: "20 approvals in a block", guards: [], rows: decide(20, "approved") },
  { name: "21 approvals in a block", guards: ["many-decisions"], rows: decide(21, "approved", 5) },
  {
    name: "21 approvals with a gap between them",
    guards: [],
    rows: rows(40, (index) => index < 22 && index !== 7 ? { sheet: { status: "approved" } } : {}),
  },
  {
    name: "30 decisions that are not all the same",
    guards: [],
    rows: rows(40, (index) => ({ sheet: { status: index % 2 === 0 ? "approved" : "rejected" } })),
  },
  {
    name: "system cells edited in 20 of 21 rows",
    guards: [],
    rows: rows(21, (index) => index < 20 ? { sheet: { item: "mine" } } : {}),
  },
  {
    name: "system cells edited in 21 of 41 rows",
    guards: ["bulk-edit"],
    rows: rows(41, (index) => index < 21 ? { sheet: { item: "mine" } } : {}),
  },
  {
    name: "10 of 12 rows removed",
    guards: [],
    rows: rows(12, (index) => index < 10 ? { sheet: null } : {}),
  },
  {
    name: "11 of 12 rows removed",
    guards: ["rows-missing"],
    rows: rows(12, (index) => index < 11 ? { sheet: null } : {}),
  },
  {
    name: "11 of 30 rows removed",
    guards: [],
    rows: rows(30, (index) => index < 11 ? { sheet: null } : {}),
  },
  { name: "an empty tab", guards: ["tab-empty"], rows: rows(3, () => ({ sheet: null })) },
  {
    name: "5 of 6 rows gone from the database",
    guards: [],
    rows: rows(6, (index) => index < 5 ? { database: null } : {}),
  },
  {
    name: "6 of 7 rows gone from the database",
    guards: ["database-rows-missing"],
    rows: rows(7, (index) => index < 6 ? { database: null } : {}),
  },
  {
    name: "3 scrambled rows",
    guards: [],
    rows: rows(9, (index) => index < 3 ? { sheet: { id: "row-8" } } : {}),
  },
  {
    name: "4 scrambled rows",
    guards: ["rows-scrambled"],
    rows: rows(9, (index) => index < 4 ? { sheet: { id: "row-8" } } : {}),
  },
  {
    name: "a first meeting with rows on both sides",
    guards: ["adopt"],
    rows: rows(3, () => ({ base: null })),
  },
  {
    name: "a first meeting with an empty sheet",
    guards: [],
    rows: rows(3, () => ({ base: null, sheet: null })),
  },
  {
    name: "rows that were about to be added and never landed",
    guards: [],
    rows: rows(30, () => ({ adding: true, sheet: null })),
  },
];

for (const { name, guards, rows } of cases) {
  Deno.test(`guards: ${name} ${guards.length === 0 ? "trips nothing" : `trips ${guards}`}`, () => {
    assert.deepEqual(guardsOf(rows), guards);
  });
}

Deno.test("guards: another contract than the base was written under trips contract-changed", () => {
  assert.deepEqual(guardsOf(rows(2, () => ({})), { contractChanged: true }), ["contract-changed"]);
});

Deno.test("guards: a header that is renamed, blank or moved is told column by column", () => {
  const { tab, sheet } = inputOf(TAB, APPROVAL, []);
  assert.equal(checkHeader(tab, sheet), null);
  const header = ["ID", "Type", "Item", "", "State", "Requested", "Notes", "Payload"];
  const trip = checkHeader(tab, { ...sheet, header });
  assert.equal(trip?.guard, "structure");
  assert.match(trip?.message ?? "", /column C should be "Action" and is "Item"/);
  assert.match(trip?.message ?? "", /column D should be "Item" and is blank/);
  assert.match(trip?.message ?? "", /column E should be "Status" and is "State"/);
  assert.match(trip?.hint ?? "", /--setup --repair/);
});

Deno.test("guards: the marks of another database or a later state of ours stop the tab", () => {
  const us = { uuid: "us", epoch: 5 };
  assert.equal(checkMarks([], us), null);
  assert.equal(checkMarks([{ uuid: "us", epoch: 5 }], us), null);
  assert.equal(checkMarks([{ uuid: "us", epoch: 6 }], us)?.guard, "older-database");
  assert.equal(checkMarks([{ uuid: "them", epoch: 1 }], us)?.guard, "other-database");
});
