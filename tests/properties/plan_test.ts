/** Laws of the plan, whatever base, database and sheet hold. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { anchor, type CellValue, rowId } from "../../src/contract/cell.ts";
import type { TabInput } from "../../src/mirror/input.ts";
import type { RowPlan, TabPlan } from "../../src/mirror/plan.ts";
import { planTab } from "../../src/mirror/plan_tab.ts";
import { plainValue, type SheetCell, type SheetRow } from "../../src/sheets/snapshot.ts";
import type { BaseRow, Scope } from "../../src/store/records.ts";
import { isTyped, typedLines } from "./lines.ts";
import {
  anchorOf,
  APPROVAL,
  ERROR,
  inputOf,
  plainCells,
  type RowCase,
  type Values,
} from "../helpers/tab_input.ts";

const line = fc.constantFrom("one", "two", "two ", "zwölf", "- milk", "", "one more", "😀");
const notes = fc.array(line, { maxLength: 4 }).map((lines) => lines.join("\n"));
const text = fc.constantFrom("", "rebooted", "rolled back", "raised the limit");

/** Values of the fields that differ in a row, each with its own chance of being there. */
function some(fields: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<Values> {
  return fc.record(fields, { requiredKeys: [] }).map((values) =>
    Object.fromEntries(
      Object.entries(values).flatMap(([field, value]) =>
        value === undefined ? [] : [[field, value]]
      ),
    )
  );
}

/** A tab of the laws: how its rows differ on either side. */
interface Subject {
  readonly title: string;
  readonly defaults: Values;
  readonly stored: fc.Arbitrary<Values>;
  readonly typed: fc.Arbitrary<Readonly<Record<string, SheetCell>>>;
}

const LEAVING: readonly Scope[] = ["deleted", "expired", "archived"];

const formula: fc.Arbitrary<SheetCell> = fc.constant({
  value: "approved",
  formatted: "approved",
  formula: '="approved"',
});

const status = fc.constantFrom("pending", "approved", "rejected");
const item = fc.constantFrom("Add OAuth", "Add SSO", "Drop it");
const resolved = fc.constantFrom("false", "true");

const SUBJECTS: readonly Subject[] = [
  {
    title: "Pending_Approvals",
    defaults: APPROVAL,
    stored: some({ status, item, notes }),
    typed: fc.record({
      status: fc.oneof(status, fc.constantFrom("Approved", "aproved", "", "maybe"), formula),
      item: fc.oneof(item, fc.constant("")),
      notes: fc.oneof(notes, formula),
      id: fc.constantFrom("", "my-own-id"),
      requested_at: fc.constantFrom(0, 46_000.5),
    }, { requiredKeys: [] }),
  },
  {
    title: "Errors_Hotlist",
    defaults: ERROR,
    stored: some({ resolved, resolution: text, notes }),
    typed: fc.record({
      resolved: fc.oneof(
        resolved,
        fc.constantFrom("TRUE", "yes", ""),
        fc.boolean(),
        formula,
      ),
      resolution: fc.oneof(text, fc.constant("x".repeat(2_001)), formula),
      notes: fc.oneof(notes, fc.constant("y".repeat(5_001))),
      error: fc.constantFrom("Timeout", "nothing"),
    }, { requiredKeys: [] }),
  },
];

function rowCase(
  id: string,
  { stored, typed }: Subject,
): fc.Arbitrary<RowCase> {
  return fc.record({
    base: stored,
    database: fc.option(stored, { freq: 12 }),
    sheet: fc.option(typed, { freq: 12 }),
    copies: fc.array(typed, { maxLength: 1 }),
    scope: fc.oneof(
      { weight: 8, arbitrary: fc.constant<Scope>("shown") },
      { weight: 1, arbitrary: fc.constantFrom(...LEAVING) },
    ),
    meets: fc.boolean(),
  }).map(({ base, database, sheet, copies, scope, meets }) => ({
    id,
    base,
    database,
    sheet,
    scope,
    ...(copies.length === 0 || !meets ? {} : {
      // A copied row carries the ID it was copied with.
      copies: copies.map(({ id: _id, ...cells }) => cells),
    }),
  }));
}

/** A tab with some rows, and which tab it is. */
const inputs: fc.Arbitrary<TabInput> = fc.oneof(
  ...SUBJECTS.map((subject) =>
    fc.tuple(...["a", "b", "c", "d"].map((id) => rowCase(id, subject)))
      .map((cases) => inputOf(subject.title, subject.defaults, cases))
  ),
);

/** A model of what applying a plan leaves behind: the database, the sheet and the base after it. */
function apply(input: TabInput, plan: TabPlan): TabInput {
  const { tab } = input;
  const rows = new Map(input.rows);
  const base = new Map(input.base);
  const planned = new Map(plan.rows.map((row) => [row.id, row]));
  for (const { id, update, action } of plan.rows) {
    const row = rows.get(id);
    if (row !== undefined && update !== null) {
      const values = { ...row.values, ...update.set };
      rows.set(id, { ...row, values, cells: plainCells(tab, id, values) });
    }
    if (action.kind === "remove" || action.kind === "forget") {
      base.delete(id);
      if (action.kind === "forget" || action.why !== "gone") rows.delete(id);
    }
  }
  const removed = new Set(
    plan.rows.flatMap(({ action, copies }) => [
      ...(action.kind === "remove" ? [action.row.index] : []),
      ...copies.map(({ index }) => index),
    ]),
  );
  const orphans = new Set(
    plan.rows.flatMap(({ action }) => action.kind === "standing" ? action.orphans : []),
  );
  const indexes = new Map(
    plan.rows.flatMap((row) =>
      row.action.kind === "standing" ? [[row.action.index, row] as const] : []
    ),
  );
  const sheet: SheetRow[] = input.sheet.rows.filter(({ index }) => !removed.has(index)).map(
    (row) => {
      const change = indexes.get(row.index);
      if (change === undefined) {
        return { ...row, anchors: row.anchors.filter((own) => !orphans.has(own)) };
      }
      // Whatever anchor the row had: from now on it is the one that the base will have for it.
      const anchors = [anchor(anchorOf(change.id))];
      return { ...row, anchors, cells: shownCells(row, change, rows) };
    },
  );
  let next = Math.max(0, ...input.sheet.rows.map(({ index }) => index));
  for (const { id, action } of plan.rows) {
    if (action.kind !== "add") continue;
    sheet.push({
      index: ++next,
      anchors: [anchor(anchorOf(id))],
      cells: action.cells,
      extra: [],
      notes: new Map(),
    });
  }
  for (const row of sheet) {
    const id = [...planned.keys()].find((known) =>
      row.anchors.some((own) => own === anchorOf(known))
    );
    const stored = id === undefined ? undefined : rows.get(id);
    if (id === undefined || stored === undefined) continue;
    const confirmed: BaseRow = {
      id,
      anchor: anchor(anchorOf(id)),
      cells: row.cells.map(plainValue),
      state: "confirmed",
      source: null,
    };
    base.set(id, confirmed);
  }
  return { ...input, rows, base, sheet: { ...input.sheet, rows: sheet } };
}

function shownCells(
  { cells }: SheetRow,
  { id, cells: plans }: RowPlan,
  rows: TabInput["rows"],
): SheetCell[] {
  const after: SheetCell[] = [...cells];
  for (const { column, show } of plans) {
    if (show.kind === "value") after[column] = show.value;
    if (show.kind === "text") after[column] = rows.get(id)?.cells[column] ?? show.text;
  }
  return after;
}

const RUNS = { numRuns: 250 };

Deno.test("plan: after it was applied there is nothing left to do", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const once = apply(input, planTab(input));
      const again = planTab(once);
      // A row that retention lets stay for a human leaves at the next cycle: that is its rule.
      const late = again.rows.filter(({ action }) =>
        !((action.kind === "remove" || action.kind === "forget") && action.why === "expired")
      );
      assert.deepEqual(late.map(({ id, action, cells }) => [id, action, cells]), []);
    }),
    RUNS,
  );
});

Deno.test("plan: every line a human typed is in the database, in the audit, or still in the sheet", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const plan = planTab(input);
      const after = apply(input, plan);
      for (const row of input.sheet.rows) {
        for (const { column, lines } of typedLines(input, row)) {
          for (const typed of lines) {
            assert.ok(
              isTyped(typed, plan, input, after, column),
              `"${typed}" of row ${row.index} is nowhere: ${JSON.stringify(plan.rows)}`,
            );
          }
        }
      }
    }),
    RUNS,
  );
});

Deno.test("plan: no update touches what the contract does not give to humans", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const allowed = new Set(input.tab.columns.flatMap(({ field, edit }) => {
        if (edit === null) return [];
        const stamps = edit.rule === "transition"
          ? edit.moves.flatMap(({ set }) => Object.keys(set))
          : [];
        return [field, ...stamps];
      }));
      for (const { update } of planTab(input).rows) {
        for (const field of Object.keys(update?.set ?? {})) assert.ok(allowed.has(field), field);
      }
    }),
    RUNS,
  );
});

Deno.test("plan: text that only grows keeps every line the database had", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      for (const { id, update } of planTab(input).rows) {
        const to = update?.set["notes"];
        if (to === undefined) continue;
        const from = input.rows.get(id)?.values["notes"] ?? "";
        const left = (to ?? "").split("\n").map((text) => text.trimEnd());
        for (const kept of from.trimEnd().split("\n")) {
          const at = left.findIndex((text) => text.startsWith(kept.trimEnd()));
          assert.ok(at >= 0, `"${kept}" is gone from ${JSON.stringify(to)}`);
          left.splice(at, 1);
        }
      }
    }),
    RUNS,
  );
});

Deno.test("plan: the order of the rows does not matter", () => {
  const summary = (plan: TabPlan) =>
    plan.rows.map(({ id, action, cells, update, rescued }) =>
      JSON.stringify(
        [id, action.kind, cells, update, rescued.toSorted()],
        (key, value) => key === "index" ? undefined : value,
      )
    ).sort();
  fc.assert(
    fc.property(
      inputs.chain((input) =>
        fc.tuple(
          fc.constant(input),
          fc.shuffledSubarray([...input.sheet.rows], { minLength: input.sheet.rows.length }),
          fc.shuffledSubarray([...input.rows], { minLength: input.rows.size }),
        )
      ),
      ([input, sheet, stored]) => {
        // Which of two copies comes first decides whose line stands first, and nothing else.
        fc.pre(Map.groupBy(sheet, ({ cells }) => String(cells[0])).size === sheet.length);
        const shuffled: TabInput = {
          ...input,
          rows: new Map(stored),
          sheet: { ...input.sheet, rows: sheet.map((row, at) => ({ ...row, index: at + 1 })) },
        };
        assert.deepEqual(summary(planTab(shuffled)), summary(planTab(input)));
      },
    ),
    RUNS,
  );
});

Deno.test("plan: a row that differs changes nothing in the plan of any other", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const whole = planTab(input);
      for (const id of ["a", "b", "c", "d"].map(rowId)) {
        const alone: TabInput = {
          ...input,
          rows: pick(input.rows, id),
          base: pick(input.base, id),
          sheet: {
            ...input.sheet,
            rows: input.sheet.rows.filter((row) =>
              row.anchors.some((own) => own === anchorOf(id)) || plainKey(row) === id
            ),
          },
        };
        const own = (plan: TabPlan) => plan.rows.filter((row) => row.id === id);
        assert.deepEqual(own(planTab(alone)), own(whole));
      }
    }),
    RUNS,
  );
});

function plainKey({ cells: [key = ""] }: SheetRow): CellValue {
  return plainValue(key);
}

function pick<V>(map: ReadonlyMap<ReturnType<typeof rowId>, V>, id: ReturnType<typeof rowId>) {
  const value = map.get(id);
  return new Map(value === undefined ? [] : [[id, value]]);
}
