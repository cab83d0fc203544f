/** A hostile sheet: nothing crashes, nothing leaks into other rows, each thing is reported once. @module */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { atlas } from "../../src/contract/atlas.ts";
import {
  callAsOwner,
  type CellEdit,
  growTo,
  putCells,
  screenOf,
  settle,
  sheetIdOf,
  type Typed,
} from "../helpers/hands.ts";
import { approval, error, run, tabOf, World } from "../helpers/world.ts";
import { sampleRow } from "./cell_cases.ts";

const TAB = "Pending_Approvals";

/** What may stand in a cell that nobody expects there. */
const HOSTILE: readonly Typed[] = [
  "x".repeat(50_000),
  "😀".repeat(25_000),
  "👩‍👩‍👧‍👦".repeat(1_000),
  `${"a".repeat(999)}😀`,
  "\u200Bapproved\u200B",
  "\u202Edevorppa",
  "e\u0301".repeat(40_000).slice(0, 50_000),
  "\u0000\u0001\u001B[31m",
  "line\r\nline\rline\u2028line",
  true,
  false,
  0,
  -1,
  1e308,
  1e-308,
  0.1 + 0.2,
  -700_000,
  2_958_466,
  9e15,
  { formula: "=1/0" },
  { formula: "=NA()" },
  { formula: "=#REF!" },
  { formula: '="approved"' },
  { formula: '=HYPERLINK("https://example.org", "approved")' },
  "__proto__",
  "constructor",
  "'; DROP TABLE approvals; --",
  '"); DELETE FROM mirror_audit; --',
  "${jndi:ldap://example.org/a}",
  "<script>alert(1)</script>",
  "1899-12-31",
  "10000-01-01",
  "{{constructor.constructor('return 1')()}}",
  "../../../../etc/passwd",
  "\uFEFF",
  "   ",
  "\n\n\n",
];

Deno.test("hostile: whatever stands in any cell, only that row is touched, and the tab comes to rest", async () => {
  await using world = await World.start();
  // Every column gets every value, each row a different one in each column. Each row has a quiet
  // neighbour, so that a value that leaks is seen, and so that no guard of bulk edits trips.
  const count = HOSTILE.length;
  for (const tab of atlas.tabs) {
    for (let index = 0; index < count; index++) {
      world.insert(tab.table, sampleRow(tab, `h${index}`, { notes: `note ${index}` }));
      world.insert(tab.table, sampleRow(tab, `quiet${index}`, { notes: "quiet" }));
    }
  }
  await settle(world);
  const before = world.db.all("SELECT * FROM approvals ORDER BY id");
  for (const tab of atlas.tabs) {
    const screen = await screenOf(world, tab.title);
    const edits = HOSTILE.flatMap((_, index) => {
      const { row } = must(screen.get(`h${index}`), `h${index}`);
      return tab.columns.slice(1).map((_, at): CellEdit => ({
        row,
        column: at + 1,
        value: must(HOSTILE[(index * tab.columns.length + at) % count], "a value"),
      }));
    });
    await putCells(world, tab.title, edits);
  }
  const report = await world.cycle();
  assert.equal(report.status, "ok", JSON.stringify(report.tabs.map(({ guards }) => guards)));
  const told = report.tabs.flatMap(({ findings }) => findings.map(({ row }) => row));
  assert.deepEqual(told.filter((row) => row.startsWith("quiet")), []);
  await settle(world, 6);
  const touched = world.db.all("SELECT DISTINCT row_id FROM mirror_audit WHERE actor = 'human'")
    .map(({ row_id }) => String(row_id));
  assert.deepEqual(touched.filter((id) => id.startsWith("quiet")), []);
  const after = world.db.all("SELECT * FROM approvals ORDER BY id");
  const human = new Set(["status", "notes", "decided_at"]);
  assert.deepEqual(
    after.map((row) => Object.entries(row).filter(([field]) => !human.has(field))),
    before.map((row) => Object.entries(row).filter(([field]) => !human.has(field))),
  );
  assert.ok(world.db.get("SELECT count(*) AS n FROM mirror_audit"), "SQL in a cell is only text");
});

Deno.test("hostile: IDs that only look alike are unknown, left alone and reported once", async () => {
  await using world = await World.start();
  for (const id of ["approval-1", "Ünïcode", "__proto__"]) world.insert("approvals", approval(id));
  await settle(world);
  const strange = [
    "APPROVAL-1",
    " approval-1",
    "approval-1 ",
    "approval\u200B-1",
    "approval-\u202E1",
    "approval‑1",
    "U\u0308ni\u0308code",
    "constructor",
    "toString",
    "' OR 1=1 --",
  ];
  await putCells(
    world,
    TAB,
    strange.flatMap((id, index) => [
      { row: 20 + index, column: 0, value: id },
      { row: 20 + index, column: 6, value: "leak" },
      { row: 20 + index, column: 4, value: "approved" },
    ]),
  );
  const report = tabOf(await world.cycle(), TAB);
  assert.equal(report.status, "ok");
  assert.deepEqual(
    report.findings.map(({ row, code }) => [row, code]).toSorted(),
    strange.map((id) => [id, "MIRROR-UNKNOWN-ID"]).toSorted(),
  );
  const again = tabOf(await world.cycle(), TAB);
  assert.deepEqual(again.findings, [], "each is reported once");
  const stored = world.db.all("SELECT id, status, notes FROM approvals ORDER BY id");
  assert.ok(stored.every(({ status, notes }) => status === "pending" && notes === ""));
  const screen = await world.owner.read(TAB);
  strange.forEach((id, index) => assert.equal(screen[19 + index]?.[0], id, "left alone"));
});

Deno.test("hostile: __proto__ is a row like any other", async () => {
  await using world = await World.start();
  for (const id of ["__proto__", "constructor", "hasOwnProperty"]) {
    world.insert("approvals", approval(id));
  }
  await settle(world);
  const row = must((await screenOf(world, TAB)).get("__proto__"), "the row").row;
  await putCells(world, TAB, [
    { row, column: 4, value: "approved" },
    { row, column: 6, value: "fine" },
  ]);
  await world.cycle();
  assert.deepEqual(world.values("approvals", "__proto__", "status", "notes"), ["approved", "fine"]);
  assert.deepEqual(world.values("approvals", "constructor", "status", "notes"), ["pending", ""]);
  await settle(world);
});

Deno.test("hostile: ten thousand unknown rows are left alone and told in one report", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("mine"));
  await settle(world);
  const count = 10_000;
  await growTo(world, TAB, count + 100);
  await callAsOwner(world, ":batchUpdate", {
    requests: [{
      updateCells: {
        start: { sheetId: sheetIdOf(world, TAB), rowIndex: 9, columnIndex: 0 },
        rows: Array.from({ length: count }, (_, index) => ({
          values: [{ userEnteredValue: { stringValue: `stranger-${index}` } }],
        })),
        fields: "userEnteredValue",
      },
    }],
  });
  const report = tabOf(await world.cycle(), TAB);
  assert.equal(report.status, "ok");
  assert.equal(report.findings.length, count);
  const reports = world.db.all("SELECT id FROM errors");
  assert.ok(reports.length <= 1, `${reports.length} rows in the error list`);
  await settle(world);
  assert.equal((await world.owner.read(TAB)).length, count + 9);
});

Deno.test("hostile: a cell of a time that no calendar has is put back, and nothing else moves", async () => {
  await using world = await World.start();
  const serials = [-1, 0, 0.5, 1e9, -1e9, 1e300, 2_958_465.99999, 60, 61];
  serials.forEach((_, index) => world.insert("runs", run(`r${index}`)));
  for (let index = 0; index < 20; index++) world.insert("runs", run(`quiet${index}`));
  await settle(world);
  const screen = await screenOf(world, "Runs");
  await putCells(
    world,
    "Runs",
    serials.flatMap((value, index) => [
      { row: must(screen.get(`r${index}`), "row").row, column: 4, value },
      { row: must(screen.get(`r${index}`), "row").row, column: 5, value },
    ]),
  );
  const report = tabOf(await world.cycle(), "Runs");
  assert.equal(report.restored, serials.length * 2);
  const now = await screenOf(world, "Runs");
  assert.deepEqual(
    [...now.values()].map(({ cells }) => cells[4]),
    [...screen.values()].map(({ cells }) => cells[4]),
  );
  assert.equal(world.values("runs", "r0", "started_at")[0], "2026-01-15T09:00:00Z");
  await settle(world);
});

Deno.test("hostile: SQL in every field of a row is text and nothing else, on both sides", async () => {
  await using world = await World.start();
  const sql = "x'); DROP TABLE errors; --";
  world.insert("errors", error("e", { task: sql, error: sql, resolution: sql, notes: sql }));
  world.insert("errors", error(sql));
  await settle(world);
  const screen = await screenOf(world, "Errors_Hotlist");
  const row = must(screen.get(sql), "the row").row;
  await putCells(world, "Errors_Hotlist", [{ row, column: 6, value: `${sql} done` }]);
  await world.cycle();
  assert.deepEqual(world.values("errors", sql, "resolution"), [`${sql} done`]);
  assert.deepEqual(world.values("errors", "e", "task", "notes"), [sql, sql]);
});
