import assert from "node:assert/strict";
import { must } from "../../../src/base/assert.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { type Tab, tabSchema } from "../../../src/contract/schema.ts";

const runs = must(atlas.tabs[1], "runs");

/** What is wrong with the tab, as `path: message`. */
function problemsOf(tab: Tab): string[] {
  const { error } = tabSchema.safeParse(tab);
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
}

Deno.test("tabSchema refuses a field that is written in two ways, wherever it stands", () => {
  const cases: readonly (readonly [change: Partial<Tab>, problem: string])[] = [
    [{ softDelete: "NOTES" }, 'softDelete: "NOTES" is written "notes" elsewhere'],
    [{ archive: "Deleted_at" }, 'archive: "Deleted_at" is written "deleted_at" elsewhere'],
    [{ order: "Started_At" }, 'order: "Started_At" is written "started_at" elsewhere'],
    [
      { retention: { kind: "newest", count: 100, by: "STARTED_AT", always: null } },
      'retention.by: "STARTED_AT" is written "started_at" elsewhere',
    ],
  ];
  assert.deepEqual(problemsOf(runs), []);
  for (const [change, problem] of cases) {
    assert.deepEqual(problemsOf({ ...runs, ...change }), [problem]);
  }
});

Deno.test("tabSchema refuses two columns of fields that SQLite takes for one", () => {
  const columns = runs.columns.map((column) =>
    column.field === "command" ? { ...column, field: "Task" } : column
  );
  assert.deepEqual(problemsOf({ ...runs, columns }), [
    'columns.2.field: "Task" is written "task" elsewhere',
  ]);
});
