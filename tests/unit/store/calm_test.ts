import assert from "node:assert/strict";
import { anchor, rowId } from "../../../src/contract/cell.ts";
import { dropBase, putBase } from "../../../src/store/base.ts";
import { beginCalm, type Calm, readCalm, sealCalm } from "../../../src/store/calm.ts";
import type { Database } from "../../../src/store/database.ts";
import { recordFindings, resolveFindings } from "../../../src/store/findings.ts";
import { closeIntents, openIntents } from "../../../src/store/intents.ts";
import type { BaseRow, Finding, Intent } from "../../../src/store/records.ts";
import { markTabSuccess, putTabState } from "../../../src/store/tabs.ts";
import { putUndated } from "../../../src/store/undated.ts";
import { freshDatabase, NOW_TEXT } from "./_fixtures.ts";

const CALM: Calm = {
  terms: "t",
  sheet: "s",
  source: "r",
  held: [{ id: "run-9", reason: 'Status "x" is not one of …' }],
};
const STATE = { tab: "Runs", sheetId: 7, title: "Runs", zone: "UTC", fingerprint: "f" };
const id = rowId("run-1");
const base: BaseRow = {
  id,
  anchor: anchor(1),
  cells: ["run-1"],
  state: "confirmed",
  source: null,
};
const intent: Intent = { id, field: "notes", consumed: "a", target: "b" };
const finding: Finding = {
  tab: "Runs",
  row: "run-1",
  column: "notes",
  code: "MIRROR-FORMULA",
  value: "=1",
  reason: "",
};

/** A database in which both tabs are known, with one row of everything, and were found quiet. */
function calmDatabase(): Database {
  const db = freshDatabase();
  for (const tab of ["Runs", "Other"]) {
    putTabState(db, { ...STATE, tab });
    putBase(db, tab, [base]);
    openIntents(db, tab, [intent]);
    recordFindings(db, [{ ...finding, tab }], { at: NOW_TEXT });
    putUndated(db, tab, { fresh: [id], cured: [], at: NOW_TEXT });
  }
  for (const tab of ["Runs", "Other"]) {
    beginCalm(db, tab, 1);
    assert.ok(sealCalm(db, tab, 1, CALM));
  }
  return db;
}

const CHANGES: Readonly<Record<string, (db: Database) => void>> = {
  "a row of the base is added": (db) =>
    putBase(db, "Runs", [{ ...base, id: rowId("run-2"), anchor: anchor(2) }]),
  "a row of the base gets other cells": (db) => putBase(db, "Runs", [{ ...base, cells: ["x"] }]),
  "a row of the base is changed in place": (db) =>
    void db.run("UPDATE mirror_base SET cells = '[]' WHERE tab = 'Runs'"),
  "a row of the base goes": (db) => dropBase(db, "Runs", [id]),
  "a row of the base moves to the tab": (db) =>
    void db.run("UPDATE mirror_base SET tab = 'Runs', id = 'x', anchor = 9 WHERE tab = 'Other'"),
  "a row of the base moves away": (db) =>
    void db.run("UPDATE mirror_base SET tab = 'Other', id = 'x', anchor = 9 WHERE tab = 'Runs'"),
  "an intent is opened": (db) => openIntents(db, "Runs", [{ ...intent, field: "status" }]),
  "an intent gets another target": (db) => openIntents(db, "Runs", [{ ...intent, target: "c" }]),
  "an intent is closed": (db) => closeIntents(db, "Runs", [intent]),
  "a finding is recorded": (db) =>
    void recordFindings(db, [{ ...finding, value: "=2" }], { at: NOW_TEXT }),
  "a finding is resolved": (db) => resolveFindings(db, [finding], { at: NOW_TEXT }),
  "a finding goes": (db) => void db.run("DELETE FROM mirror_finding WHERE tab = 'Runs'"),
  "a row becomes undated": (db) =>
    putUndated(db, "Runs", { fresh: [rowId("run-2")], cured: [], at: NOW_TEXT }),
  "a row was undated for longer": (db) =>
    void db.run("UPDATE mirror_undated SET since = '2020-01-01T00:00:00.000Z' WHERE tab = 'Runs'"),
  "a row is undated no more": (db) =>
    putUndated(db, "Runs", { fresh: [], cured: [id], at: NOW_TEXT }),
  "the tab stands on another sheet": (db) => putTabState(db, { ...STATE, sheetId: 8 }),
  "the tab has another title": (db) => putTabState(db, { ...STATE, title: "Mine" }),
  "the tab has another zone": (db) => putTabState(db, { ...STATE, zone: "Europe/Berlin" }),
  "the tab has another contract": (db) => putTabState(db, { ...STATE, fingerprint: "g" }),
  "the tab is forgotten": (db) => void db.run("DELETE FROM mirror_tab WHERE tab = 'Runs'"),
  "the tab is looked at again": (db) => beginCalm(db, "Runs", 2),
};

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`readCalm() knows nothing of a tab any more once ${what}`, () => {
    using db = calmDatabase();
    assert.deepEqual(readCalm(db, "Runs"), CALM);
    change(db);
    assert.equal(readCalm(db, "Runs"), null);
  });

  Deno.test(`sealCalm() remembers nothing where, while the tab was looked at, ${what}`, () => {
    using db = calmDatabase();
    beginCalm(db, "Runs", 1);
    change(db);
    assert.equal(sealCalm(db, "Runs", 1, CALM), false);
    assert.equal(readCalm(db, "Runs"), null);
  });
}

Deno.test("readCalm() still knows of the other tabs when one is changed", () => {
  for (const [what, change] of Object.entries(CHANGES)) {
    if (what.includes("moves")) continue;
    using db = calmDatabase();
    change(db);
    assert.deepEqual(readCalm(db, "Other"), CALM, what);
  }
});

Deno.test("readCalm() still knows of a tab that succeeded once more", () => {
  using db = calmDatabase();
  markTabSuccess(db, "Runs", NOW_TEXT);
  assert.deepEqual(readCalm(db, "Runs"), CALM);
});

Deno.test("readCalm() knows nothing of a tab that was never judged, or is being looked at", () => {
  using db = freshDatabase();
  assert.equal(readCalm(db, "Runs"), null);
  beginCalm(db, "Runs", 1);
  assert.equal(readCalm(db, "Runs"), null);
});

Deno.test("sealCalm() refuses what nobody has begun, and the judgement of an earlier cycle", () => {
  using db = freshDatabase();
  assert.equal(sealCalm(db, "Runs", 1, CALM), false);
  beginCalm(db, "Runs", 1);
  beginCalm(db, "Runs", 2);
  assert.equal(sealCalm(db, "Runs", 1, CALM), false);
  assert.equal(sealCalm(db, "Runs", 2, CALM), true);
  assert.equal(sealCalm(db, "Runs", 2, { ...CALM, sheet: "x" }), false);
});
