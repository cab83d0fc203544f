/** Every verdict of a cell, from the three values it is made from. @module */

import assert from "node:assert/strict";
import { must } from "../../../src/base/assert.ts";
import type { CellPlan, RowPlan } from "../../../src/mirror/plan.ts";
import { planTab } from "../../../src/mirror/plan_tab.ts";
import type { SheetCell } from "../../../src/sheets/snapshot.ts";
import { APPROVAL, ERROR, inputOf, type RowCase, type Values } from "../../helpers/tab_input.ts";

const EXPLAINED = "[mirror 2026-01-15 14:30Z] ";

function planOf(title: string, row: Omit<RowCase, "id">): RowPlan | undefined {
  const defaults = title === "Errors_Hotlist" ? ERROR : APPROVAL;
  return planTab(inputOf(title, defaults, [{ id: "row-1", ...row }])).rows[0];
}

/** A case about one field of one row. */
interface Case {
  readonly name: string;
  readonly tab?: string;
  readonly field: string;
  readonly base?: string;
  readonly database?: string;
  readonly sheet?: SheetCell;
  readonly also?: Partial<RowCase>;
  /** Null: quiet. */
  readonly verdict: CellPlan["verdict"] | null;
  readonly reason?: RegExp;
  /** The database's value after the cycle, where it changes. */
  readonly stored?: string;
  /** What else the update sets. */
  readonly sets?: Values;
  /** What the sheet shows after the cycle, where it changes. */
  readonly shows?: string;
  readonly explains?: string;
}

const cases: Case[] = [
  { name: "a quiet cell has no entry in the plan", field: "status", verdict: null },
  {
    name: "a database change is exported",
    field: "item",
    database: "Add SSO",
    verdict: "exported",
    shows: "Add SSO",
  },
  {
    name: "a database change of a human column is exported",
    field: "notes",
    database: "agent: see ticket",
    verdict: "exported",
    shows: "agent: see ticket",
  },
  {
    name: "a decision made outside the sheet is exported as such",
    field: "status",
    database: "approved",
    verdict: "exported",
    reason: /^decided-outside-sheet$/,
    shows: "approved",
  },
  {
    name: "the same value on both sides is agreed and not written",
    field: "status",
    database: "approved",
    sheet: "approved",
    verdict: "agreed",
  },
  {
    name: "an edited database cell is restored",
    field: "item",
    sheet: "Add everything",
    verdict: "restored",
    shows: "Add OAuth",
  },
  {
    name: "an emptied database cell is restored",
    field: "item",
    sheet: "",
    verdict: "restored",
    shows: "Add OAuth",
  },
  {
    name: "an edited database cell gets the newest value where the database changed too",
    field: "item",
    database: "Add SSO",
    sheet: "Add everything",
    verdict: "restored",
    shows: "Add SSO",
  },
  {
    name: "a formula in a database cell is restored even where it shows the right text",
    field: "item",
    sheet: { value: "Add OAuth", formatted: "Add OAuth", formula: '="Add OAuth"' },
    verdict: "restored",
    shows: "Add OAuth",
  },
  {
    name: "an approval is accepted and stamped",
    field: "status",
    sheet: "approved",
    verdict: "accepted",
    stored: "approved",
    sets: { decided_at: "2026-01-15T14:30:00.000Z" },
    shows: "approved",
  },
  {
    name: "a rejection is accepted whatever its case and blanks",
    field: "status",
    sheet: " REJECTED ",
    verdict: "accepted",
    stored: "rejected",
    sets: { decided_at: "2026-01-15T14:30:00.000Z" },
    shows: "rejected",
  },
  {
    name: "the word that stands there already is only written properly",
    field: "status",
    sheet: "Pending",
    verdict: "normalised",
    shows: "pending",
  },
  {
    name: "a near miss is refused with a suggestion",
    field: "status",
    sheet: "aproved",
    verdict: "refused",
    reason: /did you mean "approved"\?/,
    shows: "pending",
    explains:
      '"aproved" refused: not one of pending, approved, rejected; did you mean "approved"?; kept "pending"',
  },
  {
    name: "an unknown word is refused",
    field: "status",
    sheet: "maybe tomorrow",
    verdict: "refused",
    shows: "pending",
    explains: '"maybe tomorrow" refused: not one of pending, approved, rejected; kept "pending"',
  },
  {
    name: "an emptied status is refused",
    field: "status",
    sheet: "",
    verdict: "refused",
    reason: /must not be empty/,
    shows: "pending",
    explains: '"" refused: it must not be empty; kept "pending"',
  },
  {
    name: "a change of mind after the decision is refused",
    field: "status",
    base: "approved",
    sheet: "rejected",
    verdict: "refused",
    shows: "approved",
    explains: '"approved → rejected" refused: already decided; kept "approved"',
  },
  {
    name: "two different decisions are a conflict that the database wins",
    field: "status",
    database: "rejected",
    sheet: "approved",
    verdict: "conflict",
    shows: "rejected",
  },
  {
    name: "a decision on a request that changed in the database is refused",
    field: "status",
    sheet: "approved",
    also: { database: { item: "Drop the database" } },
    verdict: "refused",
    reason: /the request changed after you saw it; decide again/,
    shows: "pending",
    explains:
      '"pending → approved" refused: the request changed after you saw it; decide again; kept "pending"',
  },
  {
    name: "a decision on a request that was edited in the sheet is refused",
    field: "status",
    sheet: "approved",
    also: { sheet: { status: "approved", item: "Something harmless" } },
    verdict: "refused",
    reason: /the request changed after you saw it/,
    shows: "pending",
    explains:
      '"pending → approved" refused: the request changed after you saw it; decide again; kept "pending"',
  },
  {
    name: "a formula in a human column is refused",
    field: "status",
    sheet: { value: "approved", formatted: "approved", formula: '="approved"' },
    verdict: "refused",
    reason: /formula/,
    shows: "pending",
    explains: '"="approved"" refused: a formula is not taken as text; kept "pending"',
  },
  {
    name: "a note is accepted",
    field: "notes",
    sheet: "looks good",
    verdict: "accepted",
    stored: "looks good",
    shows: "looks good",
  },
  {
    name: "a number in a note is taken as it is seen",
    field: "notes",
    sheet: { value: 46_037, formatted: "15/1", formula: null },
    verdict: "accepted",
    stored: "15/1",
    shows: "15/1",
  },
  {
    name: "notes of both sides are merged",
    field: "notes",
    base: "first",
    database: "first\nagent: retried",
    sheet: "first\nhuman: go",
    verdict: "merged",
    stored: "first\nagent: retried\nhuman: go",
    shows: "first\nagent: retried\nhuman: go",
  },
  {
    name: "a note between old lines is appended",
    field: "notes",
    base: "one\ntwo",
    sheet: "one\nhalf\ntwo",
    verdict: "merged",
    stored: "one\ntwo\nhalf",
    shows: "one\ntwo\nhalf",
  },
  {
    name: "a note added to what a killed cycle had written counts alone",
    field: "notes",
    base: "one",
    database: "one\nagent",
    sheet: "human\none\nagent",
    verdict: "merged",
    stored: "one\nagent\nhuman",
    shows: "one\nagent\nhuman",
  },
  {
    name: "notes that a killed cycle had written are no human's, though the database has more",
    field: "notes",
    base: "one",
    database: "one\nagent\nand more",
    sheet: "one\nagent",
    verdict: "exported",
    reason: /^the database has more text$/,
    shows: "one\nagent\nand more",
  },
  {
    name: "an emptied note is restored",
    field: "notes",
    base: "keep me",
    sheet: "",
    verdict: "restored",
    shows: "keep me",
  },
  {
    name: "a note that only lost a line is restored",
    field: "notes",
    base: "one\ntwo",
    sheet: "two",
    verdict: "restored",
    shows: "one\ntwo",
  },
  {
    name: "a note over the limit is refused",
    field: "notes",
    sheet: "x".repeat(5_001),
    verdict: "refused",
    stored: `${EXPLAINED}Notes refused: 5,001 characters in one edit; at most 5,000 are taken`,
    shows: `${EXPLAINED}Notes refused: 5,001 characters in one edit; at most 5,000 are taken`,
    explains: "Notes refused: 5,001 characters in one edit; at most 5,000 are taken",
  },
  {
    name: "an error is resolved and stamped",
    tab: "Errors_Hotlist",
    field: "resolved",
    sheet: "true",
    verdict: "accepted",
    stored: "true",
    sets: { resolved_at: "2026-01-15T14:30:00.000Z" },
    shows: "true",
  },
  {
    name: "the tick of a checkbox counts",
    tab: "Errors_Hotlist",
    field: "resolved",
    sheet: true,
    verdict: "accepted",
    stored: "true",
    sets: { resolved_at: "2026-01-15T14:30:00.000Z" },
    shows: "true",
  },
  {
    name: "an error is opened again and its stamp cleared",
    tab: "Errors_Hotlist",
    field: "resolved",
    base: "true",
    sheet: "false",
    verdict: "accepted",
    stored: "false",
    sets: { resolved_at: null },
    shows: "false",
  },
  {
    name: "a resolution is replaced",
    tab: "Errors_Hotlist",
    field: "resolution",
    base: "restarted",
    sheet: "raised the limit",
    verdict: "accepted",
    stored: "raised the limit",
    shows: "raised the limit",
  },
  {
    name: "a resolution may be emptied",
    tab: "Errors_Hotlist",
    field: "resolution",
    base: "restarted",
    sheet: "",
    verdict: "accepted",
    stored: "",
    shows: "",
  },
  {
    name: "two resolutions are a conflict that the database wins",
    tab: "Errors_Hotlist",
    field: "resolution",
    base: "restarted",
    database: "agent: rolled back",
    sheet: "human: rolled forward",
    verdict: "conflict",
    shows: "agent: rolled back",
  },
  {
    name: "what an open intent consumed is not judged again",
    field: "status",
    sheet: "aproved",
    also: { intents: [{ field: "status", consumed: "aproved", target: "pending" }] },
    verdict: "caught-up",
    shows: "pending",
  },
  {
    name: "a note typed while an intent is open counts only beyond what was consumed",
    field: "notes",
    base: "first",
    database: "first\nagent\nhuman",
    sheet: "first\nhuman\nmore",
    also: {
      intents: [{ field: "notes", consumed: "first\nhuman", target: "first\nagent\nhuman" }],
    },
    verdict: "merged",
    stored: "first\nagent\nhuman\nmore",
    shows: "first\nagent\nhuman\nmore",
  },
  {
    name: "a note typed behind what the mirror wrote meanwhile counts once",
    field: "notes",
    base: "first",
    database: "first\nagent\nhuman",
    sheet: "first\nagent\nhuman\nmore",
    also: {
      intents: [{ field: "notes", consumed: "first\nhuman", target: "first\nagent\nhuman" }],
    },
    verdict: "accepted",
    stored: "first\nagent\nhuman\nmore",
    shows: "first\nagent\nhuman\nmore",
  },
];

for (const subject of cases) {
  const { name, tab = "Pending_Approvals", field, verdict } = subject;
  Deno.test(`rules: ${name}`, () => {
    const plan = planOf(tab, {
      base: subject.base === undefined ? {} : { [field]: subject.base },
      database: subject.database === undefined ? {} : { [field]: subject.database },
      sheet: subject.sheet === undefined ? {} : { [field]: subject.sheet },
      ...subject.also,
    });
    if (verdict === null) {
      assert.equal(plan, undefined);
      return;
    }
    const row = must(plan, "the row's plan");
    const cell = must(row.cells.find((cell) => cell.field === field), "the cell's plan");
    assert.equal(cell.verdict, verdict);
    if (subject.reason !== undefined) assert.match(cell.reason, subject.reason);
    assert.equal(cell.store?.to, subject.stored, "database after");
    const shown = cell.show.kind === "keep"
      ? undefined
      : cell.show.kind === "text"
      ? cell.show.text
      : cell.show.value;
    assert.equal(shown, subject.shows, "sheet after");
    assert.deepEqual(
      row.explanations,
      subject.explains === undefined ? [] : [EXPLAINED + subject.explains],
    );
    const { [field]: _own, notes: _explained, ...sets } = row.update?.set ?? {};
    assert.deepEqual(sets, subject.sets ?? {}, "what else is set");
  });
}

Deno.test("rules: one bad cell is refused alone, the good cells of its row are imported", () => {
  const row = must(
    planOf("Errors_Hotlist", {
      sheet: { resolved: "perhaps", resolution: "rebooted", notes: "see ticket" },
    }),
    "the row's plan",
  );
  const verdicts = Object.fromEntries(row.cells.map(({ field, verdict }) => [field, verdict]));
  assert.deepEqual(verdicts, { resolved: "refused", resolution: "accepted", notes: "accepted" });
  assert.equal(row.update?.set["resolution"], "rebooted");
  assert.match(row.update?.set["notes"] ?? "", /^see ticket\n\[mirror .*"perhaps" refused/);
});

Deno.test("rules: a refusal that was explained before is refused without another word", () => {
  const input = inputOf("Pending_Approvals", APPROVAL, [
    { id: "row-1", sheet: { status: "aproved" } },
  ], {
    reported: [{
      tab: "Pending_Approvals",
      row: "row-1",
      column: "status",
      code: "MIRROR-NEAR-MISS",
      value: "aproved",
      reason: "",
    }],
  });
  const row = must(planTab(input).rows[0], "the row's plan");
  assert.deepEqual(row.cells.map(({ verdict }) => verdict), ["refused"]);
  assert.deepEqual(row.explanations, []);
  assert.equal(row.update, null);
});

Deno.test("rules: a decision holds only for exactly the request that was decided on", () => {
  const row = must(planOf("Pending_Approvals", { sheet: { status: "approved" } }), "the plan");
  const expected = row.update?.expect ?? {};
  assert.deepEqual(Object.keys(expected).sort(), [
    "action",
    "deleted_at",
    "id",
    "item",
    "notes",
    "payload",
    "requested_at",
    "status",
    "type",
  ]);
  assert.equal(expected["item"], "Add OAuth");
});

Deno.test("rules: a changed time zone rewrites dates without findings or refused decisions", () => {
  const hour = 1 / 24;
  const input = inputOf("Pending_Approvals", APPROVAL, [
    { id: "row-1", sheet: { status: "approved" } },
  ], { rezone: (serial) => serial + hour });
  const stored = must(input.rows.values().next().value, "the row");
  const cells = stored.cells.map((cell) => typeof cell === "number" ? cell + hour : cell);
  const plan = planTab({ ...input, rows: new Map([[stored.id, { ...stored, cells }]]) });
  const verdicts = Object.fromEntries(
    must(plan.rows[0], "the plan").cells.map(({ field, verdict }) => [field, verdict]),
  );
  assert.deepEqual(verdicts, { status: "accepted", requested_at: "exported" });
});
