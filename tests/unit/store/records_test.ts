import assert from "node:assert/strict";
import fc from "fast-check";
import { AtlasError } from "../../../src/base/errors.ts";
import { anchor, type RowId, rowId } from "../../../src/contract/cell.ts";
import { appendAudit, readHistory } from "../../../src/store/audit.ts";
import { dropBase, loadBase, putBase } from "../../../src/store/base.ts";
import { finishCycle, lastCycles, startCycle } from "../../../src/store/cycles.ts";
import { loadFindings, recordFindings, resolveFindings } from "../../../src/store/findings.ts";
import { bumpEpoch, readIdentity } from "../../../src/store/identity.ts";
import { closeIntents, loadIntents, openIntents } from "../../../src/store/intents.ts";
import type { AuditEntry, BaseRow, Finding } from "../../../src/store/records.ts";
import { forgetShown, isShown, rememberShown } from "../../../src/store/shown.ts";
import {
  lastTabSuccesses,
  loadTabStates,
  markTabSuccess,
  putTabState,
} from "../../../src/store/tabs.ts";
import { freshDatabase, NASTY_TEXTS, NOW_TEXT } from "./_fixtures.ts";

const LATER = "2026-01-15T15:30:00.000Z";

function baseRow(id: string, number: number, values: Partial<BaseRow> = {}): BaseRow {
  return {
    id: rowId(id),
    anchor: anchor(number),
    cells: [id, 46037.604166666664, true, ""],
    state: "confirmed",
    source: "1a2b",
    ...values,
  };
}

Deno.test("the base comes back as it was put, tab by tab", () => {
  using db = freshDatabase();
  const rows = NASTY_TEXTS.filter((id) => id !== "").map((id, index) =>
    baseRow(id, index + 1, {
      cells: [...NASTY_TEXTS, index, -0.1, 1e21, false],
      state: index % 2 === 0 ? "adding" : "confirmed",
      source: index % 3 === 0 ? null : id,
    })
  );
  putBase(db, "Runs", rows);
  putBase(db, "Other", [baseRow("run-1", 1)]);
  const loaded = loadBase(db, "Runs");
  assert.equal(loaded.size, rows.length);
  for (const row of rows) {
    assert.deepEqual(loaded.get(row.id), row);
  }
  assert.deepEqual([...loadBase(db, "Other").keys()], ["run-1"]);
  assert.equal(loadBase(db, "Nowhere").size, 0);
});

Deno.test("putBase() replaces rows, exchanges anchors, and refuses one anchor on two rows", () => {
  using db = freshDatabase();
  putBase(db, "Runs", [baseRow("a", 1), baseRow("b", 2), baseRow("c", 3)]);
  putBase(db, "Runs", [baseRow("a", 2, { source: null }), baseRow("b", 1)]);
  const loaded = loadBase(db, "Runs");
  assert.deepEqual([...loaded.values()].map((row) => [row.id, row.anchor, row.source]).sort(), [
    ["a", 2, null],
    ["b", 1, "1a2b"],
    ["c", 3, "1a2b"],
  ]);
  assert.throws(
    () => db.transaction(() => putBase(db, "Runs", [baseRow("d", 3)])),
    (error) => error instanceof AtlasError && /UNIQUE/.test(error.message),
  );
  assert.equal(loadBase(db, "Runs").size, 3);
});

Deno.test("dropBase() forgets only what it is told", () => {
  using db = freshDatabase();
  putBase(db, "Runs", [baseRow("a", 1), baseRow("__proto__", 2), baseRow("c", 3)]);
  dropBase(db, "Runs", [rowId("__proto__"), rowId("never there")]);
  dropBase(db, "Other", [rowId("a")]);
  assert.deepEqual([...loadBase(db, "Runs").keys()].sort(), ["a", "c"]);
});

Deno.test("loadBase() gives every row once, however many pages there are", () => {
  using db = freshDatabase();
  for (const count of [1_999, 2_000, 2_001, 4_500]) {
    const rows = Array.from({ length: count }, (_, index) => baseRow(`run-${index}`, index + 1));
    db.transaction(() => putBase(db, `Tab ${count}`, rows));
    const loaded = loadBase(db, `Tab ${count}`);
    assert.equal(loaded.size, count);
    assert.deepEqual(loaded.get(rowId("run-1998")), rows[1998]);
  }
});

Deno.test("any cells survive the base", () => {
  const cell = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(cell), (cells) => {
      using db = freshDatabase();
      putBase(db, "Runs", [baseRow("a", 1, { cells })]);
      assert.deepEqual(loadBase(db, "Runs").get(rowId("a"))?.cells, cells);
    }),
    { numRuns: 50 },
  );
});

Deno.test("intents stay open until they are closed, the last word on a cell counts", () => {
  using db = freshDatabase();
  const intent = (id: string, field: string, consumed: string | number | boolean) => ({
    id: rowId(id),
    field,
    consumed,
    target: `[mirror] ${consumed}`,
  });
  openIntents(db, "Runs", [intent("a", "notes", "x"), intent("b", "notes", true)]);
  openIntents(db, "Runs", [intent("a", "notes", 46037.5), intent("a", "status", "")]);
  openIntents(db, "Other", [intent("a", "notes", "other")]);
  assert.deepEqual(loadIntents(db, "Runs"), [
    intent("a", "notes", 46037.5),
    intent("a", "status", ""),
    intent("b", "notes", true),
  ]);
  closeIntents(db, "Runs", [{ id: rowId("a"), field: "notes" }, { id: rowId("z"), field: "q" }]);
  assert.deepEqual(loadIntents(db, "Runs").map((one) => one.id + one.field), ["astatus", "bnotes"]);
  assert.equal(loadIntents(db, "Other").length, 1);
});

function auditEntry(id: RowId, values: Partial<AuditEntry> = {}): AuditEntry {
  return {
    tab: "Runs",
    rowId: id,
    column: "notes",
    direction: "import",
    actor: "human",
    verdict: "merged",
    reason: "inserted text",
    oldValue: null,
    newValue: "Looks good",
    ...values,
  };
}

Deno.test("readHistory() tells what happened to an ID across tabs, in order", () => {
  using db = freshDatabase();
  const id = rowId("__proto__");
  const first = auditEntry(id, { column: null, verdict: "added", actor: "agent" });
  const second = auditEntry(id, {
    tab: "Errors_Hotlist",
    oldValue: "'; DROP TABLE mirror_audit; --",
  });
  appendAudit(db, [first, auditEntry(rowId("other"))], { at: NOW_TEXT, cycle: 1 });
  appendAudit(db, [second], { at: LATER, cycle: 2 });
  assert.deepEqual(readHistory(db, id), [
    { ...first, at: NOW_TEXT, cycle: 1 },
    { ...second, at: LATER, cycle: 2 },
  ]);
});

Deno.test("the audit refuses to be changed, emptied or written over", () => {
  using db = freshDatabase();
  appendAudit(db, [auditEntry(rowId("a"))], { at: NOW_TEXT, cycle: 1 });
  const before = db.all("SELECT * FROM mirror_audit");
  const columns = "at, cycle, tab, row_id, column, direction, actor, verdict, reason";
  for (
    const sql of [
      "UPDATE mirror_audit SET new_value = 'x'",
      "DELETE FROM mirror_audit",
      `INSERT OR REPLACE INTO mirror_audit (id, ${columns}) SELECT id, ${columns} FROM mirror_audit`,
    ]
  ) {
    assert.throws(
      () => db.run(sql),
      (error) => error instanceof AtlasError && /append-only/.test(error.message),
      sql,
    );
  }
  assert.deepEqual(db.all("SELECT * FROM mirror_audit"), before);
});

const finding: Finding = {
  tab: "Runs",
  row: "run-1",
  column: "notes",
  code: "MIRROR-FORMULA",
  value: "=1+1",
  reason: "a formula is not text",
};

Deno.test("recordFindings() tells only of new ones, resolveFindings() of those that are gone", () => {
  using db = freshDatabase();
  const other = { ...finding, value: "=2+2" };
  const elsewhere = { ...finding, tab: "Errors_Hotlist" };
  assert.deepEqual(recordFindings(db, [finding, elsewhere], { at: NOW_TEXT }), [
    finding,
    elsewhere,
  ]);
  assert.deepEqual(recordFindings(db, [finding, other], { at: LATER }), [other]);
  assert.deepEqual(loadFindings(db, "Runs").open, [finding, other]);
  assert.deepEqual(
    db.all("SELECT first_seen, last_seen FROM mirror_finding WHERE value = '=1+1' AND tab = 'Runs'")
      .map((row) => [row["first_seen"], row["last_seen"]]),
    [[NOW_TEXT, LATER]],
  );

  resolveFindings(db, [finding, { ...other, row: "run-2" }], { at: LATER });
  assert.deepEqual(loadFindings(db, "Runs").open, [other]);
  assert.deepEqual(loadFindings(db, "Errors_Hotlist").open, [elsewhere]);
  assert.deepEqual(recordFindings(db, [finding], { at: LATER }), [finding], "it came back");
});

Deno.test("findings take any text", () => {
  using db = freshDatabase();
  const texts = NASTY_TEXTS.filter((text) => !text.includes("\0"));
  const findings = texts.map((text) => ({
    tab: "Runs",
    row: text,
    column: text,
    code: text,
    value: text,
    reason: text,
  }));
  recordFindings(db, findings, { at: NOW_TEXT });
  assert.deepEqual(loadFindings(db, "Runs").open, findings);
  resolveFindings(db, findings, { at: LATER });
  assert.deepEqual(loadFindings(db, "Runs").open, []);
  assert.deepEqual(loadFindings(db, "Runs").told, findings, "what was told stays known");
});

Deno.test("cycles are numbered, finished, and read newest first", () => {
  using db = freshDatabase();
  const first = startCycle(db, { at: NOW_TEXT, direction: "both" });
  finishCycle(db, first, { at: LATER, status: "ok", report: '{"tabs":[]}' });
  const second = startCycle(db, { at: LATER, direction: "import" });
  assert(second > first);
  const open = {
    id: second,
    startedAt: LATER,
    direction: "import",
    finishedAt: null,
    status: null,
    report: null,
  };
  assert.deepEqual(lastCycles(db, 5), [open, {
    id: first,
    startedAt: NOW_TEXT,
    direction: "both",
    finishedAt: LATER,
    status: "ok",
    report: '{"tabs":[]}',
  }]);
  assert.deepEqual(lastCycles(db, 1), [open]);
  db.run("DELETE FROM mirror_cycle");
  assert(startCycle(db, { at: LATER, direction: "both" }) > second, "a number is given once");
});

Deno.test("tab states are written over, their last success is kept", () => {
  using db = freshDatabase();
  const state = {
    tab: "Runs",
    sheetId: 2_147_483_647,
    title: "Runs",
    zone: "Europe/Berlin",
    fingerprint: "f1",
  };
  assert.throws(() => markTabSuccess(db, "Runs", NOW_TEXT), /Invariant broken/);
  putTabState(db, state);
  assert.equal(lastTabSuccesses(db).size, 0);
  markTabSuccess(db, "Runs", NOW_TEXT);
  putTabState(db, { ...state, title: "Läufe", sheetId: 0 });
  assert.deepEqual(
    loadTabStates(db),
    new Map([["Runs", { ...state, title: "Läufe", sheetId: 0 }]]),
  );
  assert.deepEqual(lastTabSuccesses(db), new Map([["Runs", NOW_TEXT]]));
});

Deno.test("the epoch counts up, the UUID stays", () => {
  using db = freshDatabase();
  const { uuid, epoch } = readIdentity(db);
  assert.match(uuid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(epoch, 0);
  assert.equal(bumpEpoch(db), 1);
  for (let i = 0; i < 10; i++) bumpEpoch(db);
  assert.deepEqual(readIdentity(db), { uuid, epoch: 11 });
});

Deno.test("only the very plan that was shown counts as shown", () => {
  using db = freshDatabase();
  const plan = { tab: "Runs", guard: "bulk-edit", hash: "aa" };
  rememberShown(db, { ...plan, at: NOW_TEXT });
  rememberShown(db, { ...plan, at: LATER });
  rememberShown(db, { ...plan, guard: "adopt", at: LATER });
  assert.equal(isShown(db, plan), true);
  for (const change of [{ tab: "Other" }, { guard: "rows-missing" }, { hash: "ab" }]) {
    assert.equal(isShown(db, { ...plan, ...change }), false);
  }
  forgetShown(db, plan);
  assert.equal(isShown(db, plan), false);
  assert.equal(isShown(db, { ...plan, guard: "adopt" }), true);
});
