import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { rowId, sameCell } from "../../../src/contract/cell.ts";
import { type Tab, tabSchema } from "../../../src/contract/schema.ts";
import { serialFromTime } from "../../../src/contract/timestamp.ts";
import { must } from "../../../src/base/assert.ts";
import { encodeHuman, encodeRows } from "../../../src/text/encode.ts";
import { createMasker } from "../../../src/text/secrets.ts";
import { presetSamples } from "./fake_secrets.ts";

const context = { zone: "Europe/Berlin", masker: createMasker() };
const approvals = must(atlas.tabs[0], "approvals");
const runs = must(atlas.tabs[1], "runs");
const token = presetSamples["github"] ?? "";

const approval = {
  id: "approval-123",
  type: "task",
  action: "create",
  item: "Add OAuth integration",
  status: "pending",
  requested_at: "2024-01-15T14:30:00.000Z",
  notes: "",
  payload: '{"title":"Add OAuth"}',
};

async function encodeOne(values: Record<string, string | null>, tab: Tab = approvals) {
  const id = rowId(values["id"] ?? "");
  return must((await encodeRows(tab, [{ id, values }], context))[0], "row");
}

/** The cell of one field of an approval that is otherwise in order. */
async function cellOf(field: keyof typeof approval, value: string | null) {
  const row = await encodeOne({ ...approval, [field]: value });
  assert.equal(row.problem, null);
  return row.cells[approvals.columns.findIndex((column) => column.field === field)];
}

async function problemOf(field: keyof typeof approval, value: string | null) {
  return (await encodeOne({ ...approval, [field]: value })).problem;
}

Deno.test("encodeRows() shows a row in the order of the columns", async () => {
  assert.deepEqual(await encodeOne(approval), {
    id: "approval-123",
    cells: [
      "approval-123",
      "task",
      "create",
      "Add OAuth integration",
      "pending",
      serialFromTime(Date.UTC(2024, 0, 15, 14, 30), "Europe/Berlin"),
      "",
      '{"title":"Add OAuth"}',
    ],
    problem: null,
  });
});

Deno.test("encodeRows() cleans, masks, guards and cuts in this order", async () => {
  assert.equal(await cellOf("item", "a\u202eb\r\nc"), "ab\nc");
  assert.equal(await cellOf("item", `use ${token}`), "use «redacted: GitHub token»");
  assert.equal(await cellOf("item", "=1+1"), "'=1+1");
  // An invisible character neither hides a secret nor a formula.
  assert.equal(
    await cellOf("item", `${token.slice(0, 9)}\u200b${token.slice(9)}`),
    "«redacted: GitHub token»",
  );
  assert.equal(await cellOf("item", "\u200b=1+1"), "'=1+1");
  // A secret at the cut is masked as a whole.
  for (let before = 900; before < 1_000; before += 7) {
    const cell = await cellOf("item", `${"x".repeat(before)} ${token} ${"y".repeat(500)}`);
    assert.ok(typeof cell === "string" && !cell.includes(token.slice(0, 8)), String(cell));
    assert.ok(cell.length > 990 && cell.length <= 1_000, String(cell.length));
  }
});

Deno.test("encodeRows() cuts database columns and shows human columns whole", async () => {
  const long = "word ".repeat(1_000);
  assert.match(String(await cellOf("item", long)), /… \[\+4,038 characters, sha256 [0-9a-f]{8}\]$/);
  assert.equal(await cellOf("notes", long), long);
  assert.match(String(await cellOf("notes", "n".repeat(50_000))), /… \[\+5,0\d\d characters/);
});

Deno.test("encodeRows() writes times in the spreadsheet's zone", async () => {
  assert.ok(sameCell(await cellOf("requested_at", "2026-07-01 12:00") ?? "", 46_204 + 14 / 24));
  assert.equal(await cellOf("requested_at", "2026-01-01T12:00:00+01:00"), 46_023.5);
  const run = {
    ...{ id: "run-1", task: "t", command: "c", status: "running", output: null, notes: null },
    started_at: "2026-01-01T12:00Z",
  };
  const { cells, problem } = await encodeOne({ ...run, completed_at: null }, runs);
  assert.equal(problem, null);
  assert.deepEqual(cells.slice(5), ["", "", ""]);
  assert.equal(
    (await encodeOne({ ...run, completed_at: "soon" }, runs)).problem,
    'Completed "soon" is not a time in the form 2026-01-15T14:30:00Z',
  );
});

Deno.test("encodeRows() shows invalid JSON and says so", async () => {
  assert.equal(await cellOf("payload", "{title:"), "[invalid JSON] {title:");
  assert.equal(await cellOf("payload", "=1"), "[invalid JSON] =1");
  assert.equal(await cellOf("payload", "-5"), "-5");
  assert.equal(await cellOf("payload", null), "");
});

Deno.test("encodeRows() holds back what may not be shown", async (t) => {
  const cases: [keyof typeof approval, string | null, string][] = [
    ["type", "chore", 'Type "chore" is not one of task, project, config, deployment'],
    ["type", "Task", 'Type "Task" is not one of task, project, config, deployment'],
    ["item", null, "Item is required and has no value"],
    ["item", "  ", "Item is required and has no value"],
    ["item", "\u200b", "Item is required and has no value"],
    [
      "requested_at",
      "2024-02-30 10:00",
      'Requested "2024-02-30 10:00" is not a time in the form 2026-01-15T14:30:00Z',
    ],
    ["requested_at", "", "Requested is required and has no value"],
    ["id", "", "ID is required and has no value"],
    ["id", " a", 'ID " a" has blanks at its beginning or end'],
    ["id", "a\u200bb", 'ID "ab" has characters that cannot be seen in a cell'],
    ["id", "a\nb", 'ID "a\\nb" has characters that cannot be seen in a cell'],
    [
      "status",
      `pending ${token}`,
      'Status "pending «redacted: GitHub token»" is not one of pending, approved, rejected',
    ],
  ];
  for (const [field, value, expected] of cases) {
    await t.step(expected, async () => assert.equal(await problemOf(field, value), expected));
  }
  await t.step("an id of 501 characters", async () => {
    assert.match(
      await problemOf("id", "i".repeat(501)) ?? "",
      /^ID "i+… .*" has more than 500 characters$/,
    );
    assert.equal(await problemOf("id", "🙂".repeat(500)), null);
  });
});

Deno.test("encodeRows() names every problem of a row and none of its neighbours", async () => {
  const rows = [
    { id: rowId("a"), values: { ...approval, type: "x", status: "y" } },
    { id: rowId("b"), values: approval },
  ];
  const [first, second] = await encodeRows(approvals, rows, context);
  assert.equal(
    first?.problem,
    'Type "x" is not one of task, project, config, deployment; Status "y" is not one of pending, approved, rejected',
  );
  assert.equal(second?.problem, null);
  assert.equal(second?.cells[3], "Add OAuth integration");
});

Deno.test("encodeRows() leaves the key as it is", async () => {
  for (const id of ["=1+1", "0123", "-5", "__proto__"]) {
    assert.equal(await cellOf("id", id), id);
  }
});

Deno.test("encodeRows() holds back a row whose key holds a secret", async () => {
  const row = await encodeOne({ ...approval, id: `for-${token}` });
  assert.equal(row.cells[0], "");
  assert.equal(row.problem, 'ID "for-«redacted: GitHub token»" holds a secret');
});

Deno.test("encodeRows() reads no field that the row does not have", async () => {
  const inherited = tabSchema.parse({
    ...approvals,
    columns: [
      approvals.columns[0],
      { header: "Proto", field: "__proto__", type: "text" },
      { header: "Constructor", field: "constructor", type: "text" },
    ],
    explain: null,
  });
  assert.deepEqual((await encodeOne({ id: "a" }, inherited)).cells, ["a", "", ""]);
});

Deno.test("encodeRows() refuses a zone that does not exist", async () => {
  await assert.rejects(
    encodeRows(approvals, [{ id: rowId("a"), values: approval }], {
      ...context,
      zone: "Mars/Base",
    }),
    (error) => error instanceof AtlasError && error.kind === "configuration",
  );
});

Deno.test("encodeHuman() shows what encodeRows() shows in a human column", async () => {
  const texts = ["", "=1+1", `a\r\n${token}`, "- a\n- b", "n".repeat(46_000)];
  const shown = await encodeHuman(texts, context);
  for (const [index, text] of texts.entries()) {
    assert.equal(shown[index], await cellOf("notes", text));
  }
});
