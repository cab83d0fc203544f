import assert from "node:assert/strict";
import fc from "fast-check";
import { anchor, rowId } from "../../../src/contract/cell.ts";
import { moverFor, touchedSpans } from "../../../src/sheets/touched.ts";
import { type RowChange, splitBySize } from "../../../src/sheets/write.ts";
import { atlasTab } from "./doubles.ts";

const tab = atlasTab("Runs");
const sheetId = 7;
const ROWS = 30;

const newRow = (name: string) => ({
  id: rowId(name),
  anchor: null,
  cells: [name],
  extra: [],
  notes: new Map<number, string>(),
});

type Plan =
  readonly (readonly [kind: "insert" | "remove" | "note", index: number, count: number])[];

/** Any changes; a row is removed once at most. */
const plan: fc.Arbitrary<Plan> = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom("insert" as const, "remove" as const, "note" as const),
    fc.integer({ min: 1, max: ROWS - 1 }),
    fc.integer({ min: 1, max: 4 }),
  ),
  {
    maxLength: 8,
    selector: ([kind, index, count]) =>
      kind === "insert" ? [kind, index, count].join() : `${kind} ${index}`,
  },
);

function changesOf(plan: Plan): RowChange[] {
  return plan.map(([kind, index, count], number): RowChange => {
    if (kind === "remove") return { kind, sheetId, index };
    if (kind === "note") return { kind, sheetId, index, column: 0, text: "n" };
    const rows = Array.from({ length: count }, (_, row) => newRow(`new ${number} ${row}`));
    return { kind, sheetId, tab, index, rows };
  });
}

/** The rows after the batch, by names: the slow way, one place after the other. */
function applied(changes: readonly RowChange[]): { names: string[]; touched: Set<string> } {
  const names: string[] = [];
  const touched = new Set<string>();
  for (let index = 0; index <= ROWS; index++) {
    for (const change of changes) {
      if (change.kind !== "insert" || change.index !== index) continue;
      for (const { id } of change.rows) names.push(id), touched.add(id);
    }
    if (index === ROWS) break;
    const at = changes.filter((change) => "index" in change && change.index === index);
    if (at.some(({ kind }) => kind === "remove")) continue;
    names.push(`old ${index}`);
    if (at.some(({ kind }) => kind === "note")) touched.add(`old ${index}`);
  }
  return { names, touched };
}

Deno.test("moverFor() finds every row that stays where the batch has moved it", () => {
  fc.assert(fc.property(plan, (plan) => {
    const changes = changesOf(plan);
    const { names } = applied(changes);
    const move = moverFor(changes, sheetId);
    for (let index = 0; index < ROWS; index++) {
      const place = names.indexOf(`old ${index}`);
      if (place >= 0) assert.equal(move(index), place);
    }
  }));
});

Deno.test("touchedSpans() covers every row that the batch put in or wrote on, without overlap", () => {
  fc.assert(fc.property(plan, (plan) => {
    const changes = changesOf(plan);
    const { names, touched } = applied(changes);
    const spans = touchedSpans(changes, sheetId);
    for (const name of touched) {
      const place = names.indexOf(name);
      assert.ok(spans.some(({ start, end }) => start <= place && place < end), name);
    }
    spans.forEach(({ start, end }, index) => {
      assert.ok(start < end && start >= (spans[index - 1]?.end ?? 0));
    });
  }));
});

Deno.test("touchedSpans() leaves out rows that nothing happens to, and other sheets", () => {
  const note = (index: number): RowChange => ({
    kind: "note",
    sheetId,
    index,
    column: 0,
    text: "n",
  });
  const changes: RowChange[] = [
    note(5),
    note(20_000),
    { kind: "anchor", sheetId: 8, index: 100, anchor: anchor(1) },
    { kind: "insert", sheetId, tab, index: 1, rows: [newRow("a"), newRow("b")] },
  ];
  assert.deepEqual(touchedSpans(changes, sheetId), [
    { start: 1, end: 8 },
    { start: 20_002, end: 20_003 },
  ]);
  assert.deepEqual(touchedSpans(changes, 9), []);
});

Deno.test("touchedSpans() asks for each new row once, in however many batches it comes", () => {
  const rows = Array.from({ length: 500 }, (_, index) => newRow(`row ${index}`));
  const batches = splitBySize([{ kind: "insert", sheetId, tab, index: 1, rows }], 20_000);
  assert.ok(batches.length > 5);
  const asked = batches.flatMap((batch) => touchedSpans(batch, sheetId))
    .reduce((sum, { start, end }) => sum + end - start, 0);
  assert.equal(asked, 500);
});
