import assert from "node:assert/strict";
import type { sheets_v4 } from "@googleapis/sheets";
import fc from "fast-check";
import { must } from "../../../src/base/assert.ts";
import { anchor, rowId } from "../../../src/contract/cell.ts";
import {
  changeRows,
  requestsFor,
  type RowChange,
  splitBySize,
  splitUpdates,
} from "../../../src/sheets/write.ts";
import { atlasTab, scriptedClient } from "./doubles.ts";

const RUNS = atlasTab("Runs");
const SHEET = 7;

/** A row of the model: what it is called, and what was put on it. */
interface ModelRow {
  name: string;
  readonly anchors: number[];
  note: string | null;
}

function modelRow(name: string): ModelRow {
  return { name, anchors: [], note: null };
}

/** A sheet that does what the requests say, as the API documents them. */
function apply(rows: ModelRow[], requests: readonly sheets_v4.Schema$Request[]): void {
  for (const request of requests) {
    if (request.insertDimension) {
      const range = must(request.insertDimension.range, "range");
      const start = must(range.startIndex, "start");
      assert.ok(start < rows.length, "a row goes in above a row that is there");
      const count = must(range.endIndex, "end") - start;
      rows.splice(start, 0, ...Array.from({ length: count }, () => modelRow("blank")));
    } else if (request.appendDimension) {
      const count = must(request.appendDimension.length, "length");
      rows.push(...Array.from({ length: count }, () => modelRow("blank")));
    } else if (request.deleteDimension) {
      rows.splice(must(request.deleteDimension.range?.startIndex, "start"), 1);
    } else if (request.updateCells) {
      const { start, rows: cells = [], fields } = request.updateCells;
      cells.forEach((row, position) => {
        const [first] = row.values ?? [];
        const target = must(rows[must(start?.rowIndex, "row") + position], "the row");
        if (fields !== "note") target.name = first?.userEnteredValue?.stringValue ?? "";
        target.note = first?.note ?? null;
      });
    } else if (request.createDeveloperMetadata) {
      const metadata = must(request.createDeveloperMetadata.developerMetadata, "metadata");
      const index = must(metadata.location?.dimensionRange?.startIndex, "row");
      must(rows[index], "the row").anchors.push(must(metadata.metadataId, "id"));
    } else if (request.deleteDeveloperMetadata) {
      const { dataFilter } = request.deleteDeveloperMetadata;
      const id = must(dataFilter?.developerMetadataLookup?.metadataId, "id");
      for (const row of rows) {
        const at = row.anchors.indexOf(id);
        if (at >= 0) row.anchors.splice(at, 1);
      }
    }
  }
}

let lastAnchor = 1_000;
function insertion(index: number, ids: readonly string[]): Extract<RowChange, { kind: "insert" }> {
  return {
    kind: "insert",
    sheetId: SHEET,
    tab: RUNS,
    index,
    rows: ids.map((id) => ({
      id: rowId(id),
      anchor: anchor(++lastAnchor),
      cells: [id],
      extra: [],
      notes: new Map([[0, `note of ${id}`]]),
    })),
  };
}

/** What the changes mean, written down without any translation of indexes. */
function meant(names: readonly string[], changes: readonly RowChange[]): string[] {
  const result: string[] = [];
  for (let index = 0; index <= names.length; index++) {
    for (const change of changes) {
      if (change.kind === "insert" && change.index === index) {
        result.push(...change.rows.map((row) => String(row.id)));
      }
    }
    const name = names[index];
    const isGone = changes.some((change) => change.kind === "remove" && change.index === index);
    if (name !== undefined && !isGone) result.push(name);
  }
  return result;
}

interface Scenario {
  readonly names: readonly string[];
  readonly changes: readonly RowChange[];
}

const scenario: fc.Arbitrary<Scenario> = fc.integer({ min: 1, max: 12 }).chain((size) => {
  const at = fc.integer({ min: 1, max: size });
  const standing = fc.integer({ min: 1, max: Math.max(1, size - 1) });
  const removals = size === 1 ? fc.constant([]) : fc.uniqueArray(standing, { maxLength: 4 });
  const insertions = fc.array(fc.tuple(at, fc.integer({ min: 1, max: 3 })), { maxLength: 4 });
  return fc.tuple(removals, insertions, fc.infiniteStream(fc.nat())).map(
    ([removed, inserted, order]): Scenario => {
      const inserts = inserted.map(([index, count], number) =>
        insertion(index, Array.from({ length: count }, (_, i) => `new-${number}-${i}`))
      );
      const removes = removed.map((index): RowChange => ({
        kind: "remove",
        sheetId: SHEET,
        index,
      }));
      // Insertions keep their order among themselves; removals may stand anywhere between.
      const changes: RowChange[] = [...inserts];
      for (const change of removes) {
        changes.splice(must(order.next().value, "chance") % (changes.length + 1), 0, change);
      }
      return {
        names: Array.from({ length: size }, (_, index) => index === 0 ? "header" : `row-${index}`),
        changes,
      };
    },
  );
});

Deno.test("requestsFor() lands every insertion and removal where it was meant", () => {
  fc.assert(fc.property(scenario, ({ names, changes }) => {
    const rows = names.map(modelRow);
    apply(rows, requestsFor(changes, new Map([[SHEET, names.length]])));
    assert.deepEqual(rows.map((row) => row.name), meant(names, changes));
    for (const row of rows.filter(({ name }) => name.startsWith("new-"))) {
      assert.equal(row.anchors.length, 1);
      assert.equal(row.note, `note of ${row.name}`);
    }
    for (const row of rows.filter(({ name }) => !name.startsWith("new-"))) {
      assert.deepEqual(row.anchors, []);
    }
  }));
});

Deno.test("splitBySize() ends in the same rows, one batch after the other", () => {
  fc.assert(fc.property(scenario, ({ names, changes }) => {
    const rows = names.map(modelRow);
    for (const batch of splitBySize(changes, 4_000)) {
      apply(rows, requestsFor(batch, new Map([[SHEET, rows.length]])));
    }
    assert.deepEqual(rows.map((row) => row.name), meant(names, changes));
  }));
});

Deno.test("splitBySize() keeps every batch small and splits an insertion of many rows", () => {
  const ids = Array.from({ length: 500 }, (_, index) => `run-${index}`);
  const batches = splitBySize([insertion(1, ids)], 50_000);
  assert.ok(batches.length > 5);
  for (const batch of batches) {
    const requests = requestsFor(batch, new Map([[SHEET, 200]]));
    assert.ok(JSON.stringify(requests).length <= 50_000);
  }
});

Deno.test("splitUpdates() keeps every request small and loses no row", () => {
  const rows = Array.from({ length: 100 }, (_, index) => ({
    anchor: anchor(index + 1),
    values: [null, "x".repeat(300)],
  }));
  const chunks = splitUpdates(rows, 5_000);
  assert.ok(chunks.length > 5);
  assert.deepEqual(chunks.flat(), rows);
  const large = { anchor: anchor(1), values: ["x".repeat(9_000)] };
  assert.deepEqual(splitUpdates([large], 5_000), [[large]]);
});

Deno.test("requestsFor() puts anchors and notes on the rows as they were before the batch", () => {
  const rows = ["header", "a", "b", "c"].map(modelRow);
  must(rows[1], "row").anchors.push(9);
  apply(
    rows,
    requestsFor([
      insertion(1, ["new"]),
      { kind: "anchor", sheetId: SHEET, index: 3, anchor: anchor(9) },
      { kind: "note", sheetId: SHEET, index: 2, column: 0, text: "put back" },
      { kind: "remove", sheetId: SHEET, index: 1 },
      { kind: "drop-anchor", anchor: anchor(9) },
    ], new Map([[SHEET, 4]])),
  );
  assert.deepEqual(rows.map(({ name, anchors, note }) => [name, anchors.includes(9), note]), [
    ["header", false, null],
    ["new", false, "note of new"],
    ["b", false, "put back"],
    ["c", true, null],
  ]);
});

Deno.test("requestsFor() writes typed cells with format and dropdown, and text never as a formula", () => {
  const change = insertion(2, ["=1+1"]);
  const row = must(change.rows[0], "row");
  const cells = ["=1+1", "007", "", "success", 46_037.5, "", "", ""];
  const requests = requestsFor(
    [{ ...change, rows: [{ ...row, cells }] }],
    new Map([[SHEET, 10]]),
  );
  const written = requests.find((request) => request.updateCells)?.updateCells?.rows?.[0]?.values;
  assert.deepEqual(written?.[0]?.userEnteredValue, { stringValue: "=1+1" });
  assert.deepEqual(written?.[1]?.userEnteredFormat?.numberFormat?.type, "TEXT");
  assert.equal(written?.[2]?.userEnteredValue, undefined);
  assert.equal(written?.[3]?.dataValidation?.condition?.type, "ONE_OF_LIST");
  assert.deepEqual(written?.[4]?.userEnteredValue, { numberValue: 46_037.5 });
  assert.equal(written?.[4]?.userEnteredFormat?.numberFormat?.type, "DATE_TIME");
});

Deno.test("requestsFor() lets new rows look like a row of data, never like the header", () => {
  const inherits = (index: number) =>
    requestsFor([insertion(index, ["x"])], new Map([[SHEET, 9]])).flatMap((request) =>
      request.insertDimension?.inheritFromBefore ?? []
    );
  assert.deepEqual(inherits(1), [false]);
  assert.deepEqual(inherits(2), [true]);
});

Deno.test("requestsFor() never touches the header", () => {
  const sizes = new Map([[SHEET, 5]]);
  assert.throws(() => requestsFor([{ kind: "remove", sheetId: SHEET, index: 0 }], sizes));
  assert.throws(() => requestsFor([insertion(0, ["x"])], sizes));
  assert.throws(() => requestsFor([insertion(6, ["x"])], sizes));
});

Deno.test("changeRows() returns the tabs as the answer shows them", async () => {
  const client = scriptedClient({
    batch: (_, response) =>
      Promise.resolve({
        updatedSpreadsheet: {
          properties: { title: "Atlas", timeZone: "UTC" },
          sheets: response?.ranges.map((range) => ({
            properties: { sheetId: SHEET, title: range.slice(1, 5), gridProperties: {} },
            data: [{}],
          })) ?? [],
        },
      }),
  });
  const tab = { tab: RUNS, sheetId: SHEET, title: "Runs", rowCount: 3 };
  const snapshot = await changeRows(
    client,
    [{ kind: "remove", sheetId: SHEET, index: 2 }],
    [tab],
  );
  assert.equal(snapshot.tabs.get(SHEET)?.title, "Runs");
});
