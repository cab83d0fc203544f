import assert from "node:assert/strict";
import { must } from "../../../src/base/assert.ts";
import type { RowPlan, SealedShow } from "../../../src/mirror/plan.ts";
import { suspiciousTexts } from "../../../src/mirror/suspicious.ts";
import { rowId } from "../../../src/contract/cell.ts";

type Cell = RowPlan<SealedShow>["cells"][number];

/** A row into which somebody typed `found`, where the database held `known`. */
function row(found: string | null, known: string | null, more: Partial<Cell> = {}) {
  const cell: Cell = {
    field: "notes",
    header: "Notes",
    column: 6,
    verdict: "accepted",
    code: null,
    reason: "text was added",
    found,
    before: found,
    show: { kind: "keep" },
    store: { from: known, to: found },
    ...more,
  };
  return {
    id: rowId("a-1"),
    action: { kind: "standing", index: 1, anchor: null, orphans: [] },
    copies: [],
    cells: [cell],
    notes: [],
    update: null,
    explanations: [],
    findings: [],
    rescued: [],
  } satisfies RowPlan<SealedShow>;
}

const SCRIPT = "<script>x()</script>";

function suspicionsOf(found: string | null, known: string | null, more: Partial<Cell> = {}) {
  return suspiciousTexts("Runs", [row(found, known, more)]).map(({ suspicions }) => suspicions);
}

Deno.test("suspiciousTexts() tells of a text with its place, as it was typed", () => {
  const typed = `fine\r\n${SCRIPT}\u202e`;
  const [text, ...more] = suspiciousTexts("Runs", [row(typed, "fine")]);
  assert.equal(more.length, 0);
  const { tab, row: id, field, value, suspicions } = must(text, "a text");
  assert.deepEqual([tab, id, field, value], ["Runs", "a-1", "notes", typed]);
  assert.deepEqual(suspicions, ["reversed-text", "script"]);
});

Deno.test("suspiciousTexts() tells of each line once, when it comes", () => {
  assert.deepEqual(suspicionsOf(SCRIPT, null), [["script"]]);
  assert.deepEqual(suspicionsOf(`${SCRIPT}\nthanks`, SCRIPT), []);
  assert.deepEqual(suspicionsOf(`${SCRIPT}\n${SCRIPT}2`, SCRIPT), [["script"]]);
});

Deno.test("suspiciousTexts() takes only the beginning of a cell for a formula", () => {
  assert.deepEqual(suspicionsOf("=1+1", null), [["formula"]]);
  assert.deepEqual(suspicionsOf("seen\n@anna please look", "seen"), []);
});

Deno.test("suspiciousTexts() compares what is not taken with what the cell is set back to", () => {
  const restored = { verdict: "restored", store: null } as const;
  const show = { kind: "value", value: `${SCRIPT}\nmore` } as const;
  assert.deepEqual(suspicionsOf(SCRIPT, null, { ...restored, show }), []);
  const refused = { verdict: "refused", store: null, show: { kind: "value", value: "" } } as const;
  assert.deepEqual(suspicionsOf(SCRIPT, null, refused), [["script"]]);
});

Deno.test("suspiciousTexts() looks at cells of the mirror's own doing no more", () => {
  assert.deepEqual(suspicionsOf(null, SCRIPT, { verdict: "exported", store: null }), []);
});

Deno.test("suspiciousTexts() looks at text whose row is set back or leaves", () => {
  const rescued = [{ field: "resolution", text: SCRIPT }];
  const texts = suspiciousTexts("Runs", [{ ...row(null, null), cells: [], rescued }]);
  assert.deepEqual(texts.map(({ field }) => field), ["resolution"]);
});
