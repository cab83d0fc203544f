/** The parts of the page that need no browser: rules, model, selection, clipboard. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { formatCells, parseCells } from "../../src/embedded/screen/client/clipboard.js";
import { runsOf } from "../../src/embedded/screen/client/commands.js";
import { Model } from "../../src/embedded/screen/client/model.js";
import {
  colourOf,
  columnLetters,
  isProtected,
  shownRows,
} from "../../src/embedded/screen/client/rules.js";
import { Selection } from "../../src/embedded/screen/client/selection.js";
import type { FeedMessage, Frame, RowView } from "../../src/embedded/screen/protocol.ts";

const FRAME: Frame = {
  spreadsheetId: "book",
  title: "Book",
  tabs: [{ sheetId: 1, title: "Tab" }],
  sheetId: 1,
  frozenRows: 1,
  widths: [100, 100],
  protections: [],
  filter: null,
  views: [],
  colours: [],
};

const EVERYWHERE = { top: 0, bottom: null, left: 0, right: null };

function rowOf(key: number, ...texts: string[]): RowView {
  return { key, cells: texts.map((text) => ({ text })) };
}

function message(more: Partial<FeedMessage>): FeedMessage {
  return { revision: 0, by: null, present: 1, rows: [], looks: [], ...more };
}

function modelWith(...rows: RowView[]): Model {
  const model = new Model();
  model.apply(message({ frame: FRAME, order: rows.map(({ key }) => key), rows }));
  return model;
}

Deno.test("formatCells() and parseCells() are inverse for any texts", () => {
  const text = fc.string({ unit: fc.constantFrom("a", '"', "\t", "\n", " ") });
  const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 4 })
  );
  fc.assert(fc.property(table, (rows) => {
    // One empty cell is nothing to put on a clipboard's last line.
    fc.pre(rows.at(-1)?.join("") !== "");
    assert.deepEqual(parseCells(formatCells(rows)), rows);
  }));
});

Deno.test("parseCells() reads what other programs write", () => {
  assert.deepEqual(parseCells("a\tb\r\nc\r\n"), [["a", "b"], ["c", ""]]);
  assert.deepEqual(parseCells('"two\nlines"\tsays "hi"'), [["two\nlines", 'says "hi"']]);
});

Deno.test("runsOf() joins neighbours, from the last to the first", () => {
  assert.deepEqual(runsOf([4, 2, 3, 9]), [{ start: 9, end: 10 }, { start: 2, end: 5 }]);
  assert.deepEqual(runsOf([]), []);
});

Deno.test("columnLetters() counts as a spreadsheet does", () => {
  assert.deepEqual([0, 25, 26, 701, 702].map(columnLetters), ["A", "Z", "AA", "ZZ", "AAA"]);
});

Deno.test("isProtected() spares what is left open", () => {
  const hole = { top: 5, bottom: 6, left: 0, right: 1 };
  const frame = { ...FRAME, protections: [{ ...EVERYWHERE, right: 2, exceptions: [hole] }] };
  assert.equal(isProtected(frame, 4, 0), true);
  assert.equal(isProtected(frame, 5, 0), false);
  assert.equal(isProtected(frame, 5, 2), false);
});

Deno.test("colourOf() takes the first rule that holds, whatever the case", () => {
  const rule = (condition: string, word: string, ink: string) => ({
    spans: [{ ...EVERYWHERE, left: 1 }],
    condition,
    values: [word],
    look: { ink },
  });
  const colours = [rule("TEXT_EQ", "Bad", "#111111"), rule("TEXT_CONTAINS", "b", "#222222")];
  const frame = { ...FRAME, colours };
  assert.equal(colourOf(frame, 3, 1, "bad")?.ink, "#111111");
  assert.equal(colourOf(frame, 3, 1, "ball")?.ink, "#222222");
  assert.equal(colourOf(frame, 3, 0, "bad"), null);
  assert.equal(
    colourOf({ ...FRAME, colours: [rule("CUSTOM_FORMULA", "=1", "#1")] }, 3, 1, "x"),
    null,
  );
});

Deno.test("shownRows() hides and sorts as a filter view says, empty cells last", () => {
  const { rows } = modelWith(
    rowOf(1, "Name", "State"),
    rowOf(2, "a2", "open"),
    rowOf(3, "a10", "open"),
    rowOf(4, "", "open"),
    rowOf(5, "a1", "done"),
  );
  const view = {
    ...EVERYWHERE,
    title: "",
    hidden: [{ column: 1, words: ["done"] }],
    sort: [{ column: 0, ascending: false }],
  };
  const ids = (shown: { id: number }[]) => shown.map(({ id }) => id);
  assert.deepEqual(ids(shownRows(rows, FRAME, null)), [2, 3, 4, 5]);
  assert.deepEqual(ids(shownRows(rows, FRAME, view)), [3, 2, 4]);
  assert.deepEqual(ids(shownRows(rows, { ...FRAME, frozenRows: 0, filter: view }, null)), [
    1,
    2,
    3,
    4,
  ]);
});

Deno.test("Model.apply() tells added, removed and changed rows from moved ones", () => {
  const model = modelWith(rowOf(1, "a"), rowOf(2, "b"));
  const kept = model.row(2);
  const added = model.apply(message({ revision: 1, order: [3, 2, 0], rows: [rowOf(3, "c")] }));
  assert.deepEqual([added.added, added.removed, added.order], [1, 1, true]);
  assert.deepEqual(model.rows.map(({ id, index }) => [id, index]), [[3, 0], [2, 1], [-3, 2]]);
  assert.equal(model.row(2), kept);
  const changed = model.apply(message({ revision: 2, rows: [rowOf(2, "b", "new")] }));
  assert.deepEqual(changed.cells, [{ id: 2, column: 1 }]);
  assert.equal(model.cell({ id: 2, column: 1 })?.text, "new");
});

Deno.test("a selection stays with its row, or with its place when the row is gone", () => {
  const selection = new Selection();
  const { rows } = modelWith(rowOf(1, "a"), rowOf(2, "b"), rowOf(3, "c"));
  selection.show(rows, 2, 0);
  selection.select({ id: 2, column: 1 });
  selection.show([...rows].reverse().filter(({ id }) => id !== 1), 2, 0);
  assert.deepEqual(selection.box, { top: 1, bottom: 2, left: 1, right: 2 });
  selection.show(rows.filter(({ id }) => id !== 2), 2, 0);
  assert.deepEqual(selection.head, { id: 3, column: 1 });
});

Deno.test("a selection grows from its first cell and never leaves the grid", () => {
  const selection = new Selection();
  selection.show(modelWith(rowOf(1, "a"), rowOf(2, "b"), rowOf(3, "c")).rows, 4, 0);
  selection.step(1, 1);
  selection.step(99, 1, true);
  assert.deepEqual(selection.box, { top: 1, bottom: 3, left: 1, right: 3 });
  assert.deepEqual(selection.head, { id: 2, column: 1 });
  selection.widen();
  assert.deepEqual(selection.box, { top: 1, bottom: 3, left: 0, right: 4 });
  selection.step(-99, -99);
  assert.deepEqual(selection.box, { top: 0, bottom: 1, left: 0, right: 1 });
});
