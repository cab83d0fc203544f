import assert from "node:assert/strict";
import fc from "fast-check";
import { mendHeader } from "../../../src/sheets/headers.ts";

const WANT = ["ID", "Type", "Status", "Notes"];

/** A sheet's columns, each with its header and the name of the data that is under it. */
interface ModelColumn {
  header: string;
  readonly data: string;
}

function applied(have: readonly string[]): ModelColumn[] {
  const columns = have.map((header) => ({ header, data: header }));
  for (const step of mendHeader(WANT, have)) {
    if (step.kind === "move") columns.splice(step.to, 0, ...columns.splice(step.from, 1));
    else if (step.kind === "insert") columns.splice(step.at, 0, { header: step.header, data: "" });
    else {
      while (columns.length <= step.at) columns.push({ header: "", data: "" });
      const column = columns[step.at];
      if (column !== undefined) column.header = step.header;
    }
  }
  return columns;
}

Deno.test("mendHeader() does nothing where the header is right, further columns included", () => {
  assert.deepEqual(mendHeader(WANT, [...WANT, "Mine", ""]), []);
});

Deno.test("mendHeader() tells a moved, a missing and a renamed column apart", () => {
  const table: readonly (readonly [readonly string[], string])[] = [
    [["Type", "ID", "Status", "Notes"], "move ID"],
    [["ID", "Mine", "Type", "Status", "Notes"], "move Type, move Status, move Notes"],
    [["ID", "Type", "Notes"], "insert Status"],
    [["ID", "Type", "State", "Notes"], "rename Status"],
    [["ID", "Type", "", "Notes"], "rename Status"],
    [["ID", "ID", "Status", "Notes"], "rename Type"],
    [["ID", "Type", "Status"], "rename Notes"],
    [[], "rename ID, rename Type, rename Status, rename Notes"],
  ];
  for (const [have, expected] of table) {
    const steps = mendHeader(WANT, have).map((step) => `${step.kind} ${step.header}`);
    assert.equal(steps.join(", "), expected, have.join("|"));
  }
});

Deno.test("mendHeader() never puts a header over the data of another and loses no column", () => {
  fc.assert(fc.property(
    fc.uniqueArray(fc.constantFrom(...WANT, "Mine", "Other", "State"), { maxLength: 7 }),
    (have) => {
      const after = applied(have);
      assert.deepEqual(after.slice(0, WANT.length).map((column) => column.header), WANT);
      for (const { header, data } of after) {
        const isKept = header === data || data === "" || !WANT.includes(data);
        assert.ok(isKept, `"${header}" stands over the data of "${data}"`);
      }
      for (const header of have) {
        assert.equal(after.filter((column) => column.data === header).length, 1, header);
      }
    },
  ));
});
