import assert from "node:assert/strict";
import { must } from "../../../src/base/assert.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { tabFingerprint } from "../../../src/contract/fingerprint.ts";
import { type Column, type Tab, tabSchema } from "../../../src/contract/schema.ts";

const approvals = must(atlas.tabs[0], "approvals");

/** The tab with one column changed. */
function withColumn(field: string, change: (column: Column) => Column): Tab {
  return {
    ...approvals,
    columns: approvals.columns.map((column) => column.field === field ? change(column) : column),
  };
}

Deno.test("tabFingerprint() is short hex and the same in every run", () => {
  assert.match(tabFingerprint(approvals), /^[0-9a-f]{16}$/);
  assert.deepEqual(atlas.tabs.map(tabFingerprint), [
    "6d458efffb76ae26",
    "5f7785dc2b192c00",
    "01667c4f8b3d014b",
  ]);
});

Deno.test("tabFingerprint() changes with all that changes what a cell means", async (t) => {
  const [first, second, ...rest] = approvals.columns;
  assert.ok(first && second);
  const changes: Record<string, Tab> = {
    "another table": { ...approvals, table: "requests" },
    "another key": { ...approvals, key: "item" },
    "another header": withColumn("item", (column) => ({ ...column, header: "Thing" })),
    "another field": withColumn("item", (column) => ({ ...column, field: "thing" })),
    "another type": withColumn("item", (column) => ({ ...column, type: "json" })),
    "another word": withColumn(
      "type",
      (column) =>
        column.type === "enum" ? { ...column, values: [...column.values, "chore"] } : column,
    ),
    "another limit": withColumn("notes", (column) => ({
      ...column,
      edit: { rule: "append", limit: 6_000 },
    })),
    "no edits": withColumn("notes", (column) => ({ ...column, edit: null })),
    "another order of columns": { ...approvals, columns: [first, ...rest, second] },
    "a column less": { ...approvals, columns: approvals.columns.slice(0, -1) },
  };
  for (const [name, tab] of Object.entries(changes)) {
    await t.step(name, () => assert.notEqual(tabFingerprint(tab), tabFingerprint(approvals)));
  }
});

Deno.test("tabFingerprint() does not change with anything else", async (t) => {
  const changes: Record<string, Tab> = {
    "cadence": { ...approvals, cadence: { minutes: 5, urgent: null } },
    "retention": { ...approvals, retention: null },
    "the place of new rows": { ...approvals, newest: "top" },
    "a renamed tab": { ...approvals, title: "Approvals" },
    "a field that becomes required": withColumn("payload", (column) => ({
      ...column,
      required: true,
    })),
    "the order of words": withColumn(
      "type",
      (column) =>
        column.type === "enum" ? { ...column, values: column.values.toReversed() } : column,
    ),
    "the order of moves": withColumn(
      "status",
      (column) =>
        column.edit?.rule === "transition"
          ? { ...column, edit: { ...column.edit, moves: column.edit.moves.toReversed() } }
          : column,
    ),
    "the order of keys": tabSchema.parse(
      Object.fromEntries(Object.entries(approvals).toReversed()),
    ),
  };
  for (const [name, tab] of Object.entries(changes)) {
    await t.step(name, () => assert.equal(tabFingerprint(tab), tabFingerprint(approvals)));
  }
});
