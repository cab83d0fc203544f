import assert from "node:assert/strict";
import fc from "fast-check";
import type { CellValue } from "../../../src/contract/cell.ts";
import { ShapeError } from "../../../src/sheets/shape.ts";
import { readValueRanges } from "../../../src/sheets/values.ts";

type Rows = readonly (readonly CellValue[])[];

/** Texts that look like the answer they stand in. */
const cell: fc.Arbitrary<CellValue> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    '{"range":',
    "{ ",
    "ü€😀".repeat(80),
    '"},{"range":"A","majorDimension":"ROWS","values":[["x"]]}',
    "}]}",
    '\\"range\\":',
    "\\",
    '"',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number === 0 ? 0 : number),
  fc.boolean(),
);
const rows: fc.Arbitrary<Rows> = fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 5 });
const ranges = fc.array(rows, { minLength: 1, maxLength: 4 });

/** An answer as Google spells it. A range without rows has no values. */
function answerOf(ranges: readonly Rows[]): object {
  return {
    spreadsheetId: 'an "id"',
    valueRanges: ranges.map((values, index) => ({
      range: `'Tab "${index}"'!A1:H9`,
      majorDimension: "ROWS",
      ...(values.length === 0 ? {} : { values }),
    })),
  };
}

const read = (text: string, expected: number, known?: ReadonlySet<string>) =>
  readValueRanges(new TextEncoder().encode(text), expected, known);
const rowsOf = (text: string, expected: number) =>
  read(text, expected).map((range) => range.rows());
const digestsOf = (text: string, expected: number) =>
  read(text, expected).map(({ digest }) => digest);

Deno.test("readValueRanges() gives the rows of every range, however the answer is indented", () => {
  fc.assert(fc.property(ranges, fc.constantFrom(undefined, 2, "\t"), (ranges, indent) => {
    const text = JSON.stringify(answerOf(ranges), null, indent);
    assert.deepEqual(rowsOf(text, ranges.length), ranges);
  }));
});

Deno.test("readValueRanges() reads an answer whose fields come in another order", () => {
  const text = JSON.stringify({
    valueRanges: [
      { values: [["a"]], majorDimension: "ROWS", range: "A" },
      { values: [["b"]], majorDimension: "ROWS", range: "B" },
    ],
    spreadsheetId: "x",
  });
  assert.deepEqual(rowsOf(text, 2), [[["a"]], [["b"]]]);
});

Deno.test("readValueRanges() is not led astray by what only looks like a range", () => {
  const text = '{"valueRanges":[{"values":[["a"]],"notes":[{"range":"A"}]}]}';
  assert.deepEqual(rowsOf(text, 1), [[["a"]]]);
});

Deno.test("readValueRanges() gives a range the same digest exactly as long as its rows are the same", () => {
  fc.assert(fc.property(ranges, rows, fc.nat(3), (ranges, other, at) => {
    const position = at % ranges.length;
    const changed = ranges.with(position, other);
    const [before, after] = [ranges, changed].map((ranges) =>
      digestsOf(JSON.stringify(answerOf(ranges)), ranges.length)
    );
    const isSame = JSON.stringify(ranges[position]) === JSON.stringify(other);
    for (const index of ranges.keys()) {
      assert.equal(before?.[index] === after?.[index], index !== position || isSame);
    }
  }));
});

Deno.test("readValueRanges() tells values that change places from those that stay", () => {
  // Values in front of the range they belong to: cutting at the names would give them to another.
  const spelled = (a: string, b: string) =>
    `{"spreadsheetId":"x","valueRanges":[{"values":[["${a}"]],"range":"A","majorDimension":"ROWS"},` +
    `{"values":[["${b}"]],"range":"B","majorDimension":"ROWS"}]}`;
  const [a, b] = digestsOf(spelled("1", "2"), 2);
  const [same, other] = digestsOf(spelled("1", "3"), 2);
  assert.equal(a, same);
  assert.notEqual(b, other);
});

Deno.test("readValueRanges() decodes a known range only when its rows are asked for", () => {
  const text = JSON.stringify(answerOf([[["a"]], [["b"]]]));
  const [first] = read(text, 2);
  const [known] = read(text, 2, new Set([first?.digest ?? ""]));
  assert.deepEqual(known?.rows(), [["a"]]);
  assert.equal(known?.rows(), known?.rows(), "decoded once");
});

Deno.test("readValueRanges() frees the answer once nobody wants any of its ranges", () => {
  const text = JSON.stringify(answerOf([[["a"]], [["b"]]]));
  const body = new TextEncoder().encode(text);
  const [first, second] = readValueRanges(body, 2, new Set(digestsOf(text, 2)));
  first?.release();
  first?.release();
  assert.deepEqual(second?.rows(), [["b"]], "the other range is still wanted");
  assert.equal(body.length, 0);
  assert.deepEqual(second?.rows(), [["b"]], "decoded rows need no answer");
  assert.throws(() => first?.rows(), /released/);
});

Deno.test("readValueRanges() throws nothing but a ShapeError, whatever arrives", () => {
  const anyJson = fc.json({ maxDepth: 6 });
  const almost = fc.tuple(ranges, fc.nat(), fc.string({ maxLength: 3 })).map(
    ([ranges, at, junk]) => {
      const text = JSON.stringify(answerOf(ranges));
      return text.slice(0, at % text.length) + junk + text.slice((at % text.length) + 1);
    },
  );
  const nested = anyJson.map((value) =>
    `{"spreadsheetId":"x","valueRanges":[{"range":"A","majorDimension":"ROWS","values":[${value}]}]}`
  );
  fc.assert(fc.property(fc.oneof(anyJson, almost, nested, fc.string()), (text) => {
    for (const expected of [0, 1, 2]) {
      try {
        for (const rows of rowsOf(text, expected)) {
          for (const cell of rows.flat()) assert.match(typeof cell, /^(string|number|boolean)$/);
        }
      } catch (thrown) {
        assert.ok(thrown instanceof ShapeError, `${thrown}`);
      }
    }
  }));
});

Deno.test("readValueRanges() names the cell that is no plain value", () => {
  for (const wrong of ["null", "[]", "{}", "1e999"]) {
    const text =
      `{"spreadsheetId":"x","valueRanges":[{"range":"A","majorDimension":"ROWS","values":[["a"],["b",${wrong}]]}]}`;
    assert.throws(() => read(text, 1), { path: "valueRanges.0.values.1.1" });
  }
});

Deno.test("readValueRanges() refuses an answer with fewer or more ranges than were asked for", () => {
  const text = JSON.stringify(answerOf([[["a"]], [["b"]]]));
  for (const expected of [0, 1, 3]) {
    assert.throws(() => read(text, expected), ShapeError);
  }
});
