import assert from "node:assert/strict";
import fc from "fast-check";
import { AtlasError } from "../../../src/base/errors.ts";
import { isoTime } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { rowId } from "../../../src/contract/cell.ts";
import { type Database, openDatabase } from "../../../src/store/database.ts";
import type { SourceRow } from "../../../src/store/records.ts";
import { initialise } from "../../../src/store/migrations.ts";
import { insertSource, markArchived, readSource, updateSource } from "../../../src/store/source.ts";
import {
  addError,
  addRun,
  DAY_MS,
  freshDatabase,
  NASTY_TEXTS,
  NOW,
  NOW_TEXT,
  tabOf,
} from "./_fixtures.ts";

const runs = tabOf("runs");
const errors = tabOf("errors");
const approvals = tabOf("approvals");

function scopes(db: Database, tab: typeof runs, known: readonly string[] = [], now = NOW) {
  const rows = readSource(db, tab, { known: new Set(known.map(rowId)), now });
  return Object.fromEntries([...rows.values()].map((row) => [row.id, row.scope]).sort());
}

function onlyRow(rows: ReadonlyMap<unknown, SourceRow>): SourceRow {
  const [row] = rows.values();
  assert(row !== undefined && rows.size === 1, `one row, not ${rows.size}`);
  return row;
}

Deno.test("readSource() gives every field the contract names, and leaves other fields alone", () => {
  using db = freshDatabase();
  db.run("ALTER TABLE runs ADD COLUMN agent TEXT");
  addRun(db, "run-1");
  const row = onlyRow(readSource(db, runs, { known: new Set(), now: NOW }));
  assert.deepEqual(row, {
    id: "run-1",
    values: {
      id: "run-1",
      task: "Setup database",
      command: "sqlite3 atlas.db < schema.sql",
      status: "success",
      started_at: NOW_TEXT,
      completed_at: null,
      output: "",
      notes: "",
      deleted_at: null,
      archived_at: null,
    },
    scope: "shown",
  });
});

Deno.test("readSource() reads a database of any encoding", () => {
  for (const encoding of ["UTF-8", "UTF-16le", "UTF-16be"]) {
    using db = openDatabase(":memory:", { mode: "write" });
    db.get(`PRAGMA encoding = '${encoding}'`);
    initialise(db, atlas, { migrate: false, random: seededRandom(1), now: NOW_TEXT });
    for (const [index, text] of NASTY_TEXTS.entries()) addRun(db, `run-${index}`, { notes: text });
    assert.equal(db.get("PRAGMA encoding")?.["encoding"], encoding);
    const rows = readSource(db, runs, { known: new Set(), now: NOW });
    for (const [index, text] of NASTY_TEXTS.entries()) {
      assert.equal(rows.get(rowId(`run-${index}`))?.values["notes"], text);
    }
  }
});

Deno.test("readSource() shows the newest 100 runs and every one that runs still", () => {
  using db = freshDatabase();
  for (let i = 0; i < 150; i++) {
    addRun(db, `run-${String(i).padStart(3, "0")}`, { started_at: isoTime(NOW - i * 60_000) });
  }
  addRun(db, "old-but-running", { started_at: "2020-01-01T00:00:00Z", status: "running" });
  addRun(db, "running-without-time", { started_at: null, status: "running" });
  const shown = scopes(db, runs, ["run-100", "run-149", "gone"]);
  assert.equal(Object.keys(shown).length, 100 + 2 + 2);
  assert.equal(shown["run-099"], "shown");
  assert.equal(shown["run-100"], "expired");
  assert.equal(shown["run-149"], "expired");
  assert.equal(shown["old-but-running"], "shown");
  assert.equal(shown["running-without-time"], "shown");
  assert.equal(shown["gone"], undefined);
});

Deno.test("readSource() orders runs by the moment, whatever the format, and invalid ones last", () => {
  using db = freshDatabase();
  const tab = structuredClone(runs);
  assert(tab.retention?.kind === "newest");
  // Newest first. As plain text they would be in another order.
  const times: readonly (readonly [string, string | null])[] = [
    ["a", "2026-01-15T10:00:00-05:00"],
    ["b", "2026-01-15 14:59:59.500"],
    ["c", "2026-01-15T15:59+01:00"],
    ["d", "2026-01-15T14:58Z"],
    ["e", "2026-01-15 23:57:00+09:00"],
    ["f1", "2026-01-15T14:00:00Z"],
    ["f2", "2026-01-15T15:00:00+01:00"],
    ["x", "zzz, the day after"],
    ["y", null],
  ];
  for (const [id, started_at] of times.toReversed()) addRun(db, id, { started_at });
  for (let count = 1; count <= times.length; count++) {
    tab.retention.count = count;
    assert.deepEqual(
      Object.keys(scopes(db, tab)).join(" "),
      times.slice(0, count).map(([id]) => id).join(" "),
    );
  }
});

Deno.test("readSource() lets resolved errors stay for exactly 30 days", () => {
  using db = freshDatabase();
  const edge = NOW - 30 * DAY_MS;
  const resolved = (id: string, resolved_at: string | null) =>
    addError(db, id, { resolved: "true", resolved_at });
  resolved("at-the-edge", isoTime(edge));
  resolved("one-ms-older", isoTime(edge - 1));
  resolved("edge-with-offset", "2025-12-16T16:30:00+02:00");
  resolved("older-with-offset", "2025-12-16T16:29:59+02:00");
  resolved("older-without-zone", "2025-12-16 14:29");
  resolved("no-time", null);
  resolved("no-real-time", "some day");
  addError(db, "open-and-old", {
    occurred_at: "2020-01-01T00:00:00Z",
    resolved_at: "2020-01-01T00:00:00Z",
  });
  const all = db.all("SELECT id FROM errors").map((row) => String(row["id"]));
  assert.deepEqual(scopes(db, errors, all), {
    "at-the-edge": "shown",
    "edge-with-offset": "shown",
    "no-real-time": "shown",
    "no-time": "shown",
    "older-with-offset": "expired",
    "older-without-zone": "expired",
    "one-ms-older": "expired",
    "open-and-old": "shown",
  });
  assert.equal(scopes(db, errors)["one-ms-older"], undefined, "unknown ones stay out");
});

Deno.test("readSource() keeps pending approvals for ever and decided ones for 90 days", () => {
  using db = freshDatabase();
  for (const status of ["pending", "approved", "rejected"]) {
    for (const days of [89, 91]) {
      const decided_at = isoTime(NOW - days * DAY_MS);
      insertSource(db, approvals, { id: `${status}-${days}`, status, decided_at });
    }
  }
  assert.deepEqual(Object.keys(scopes(db, approvals)), [
    "approved-89",
    "pending-89",
    "pending-91",
    "rejected-89",
  ]);
});

Deno.test("readSource() takes deleted before archived before expired, and empty marks as unset", () => {
  using db = freshDatabase();
  addRun(db, "both", { deleted_at: NOW_TEXT, archived_at: NOW_TEXT });
  addRun(db, "archived", { archived_at: NOW_TEXT, status: "running" });
  addRun(db, "deleted", { deleted_at: NOW_TEXT, status: "running" });
  addRun(db, "unset", { deleted_at: "", archived_at: "" });
  assert.deepEqual(scopes(db, runs), { unset: "shown" });
  assert.deepEqual(scopes(db, runs, ["both", "archived", "deleted", "unset"]), {
    archived: "archived",
    both: "deleted",
    deleted: "deleted",
    unset: "shown",
  });
});

Deno.test("readSource() without retention shows every live row", () => {
  using db = freshDatabase();
  const tab = { ...runs, retention: null };
  for (let i = 0; i < 120; i++) addRun(db, `run-${i}`);
  addRun(db, "gone", { deleted_at: NOW_TEXT });
  assert.equal(readSource(db, tab, { known: new Set(), now: NOW }).size, 120);
});

Deno.test("readSource() gives what a loosely typed table holds as text, and blobs as null", () => {
  using db = openDatabase(":memory:", { mode: "write" });
  db.run(`CREATE TABLE runs (id, task, command, status, started_at, completed_at, output, notes,
    deleted_at, archived_at)`);
  db.run("INSERT INTO runs (id, task, command, status, output) VALUES (7, 5, 1.5, NULL, x'00ff')");
  db.run("INSERT INTO runs (id, task) VALUES (NULL, 'without a name'), (x'01', 'a blob')");
  const row = onlyRow(readSource(db, runs, { known: new Set(), now: NOW }));
  assert.equal(row.id, "7");
  assert.equal(row.values["task"], "5");
  assert.equal(row.values["command"], "1.5");
  assert.equal(row.values["status"], null);
  assert.equal(row.values["output"], null);
});

Deno.test("readSource() and updateSource() carry any text unharmed", () => {
  using db = freshDatabase();
  for (const id of NASTY_TEXTS) addRun(db, id, { command: id });
  const rows = readSource(db, runs, { known: new Set(), now: NOW });
  assert.deepEqual([...rows.keys()].sort(), [...NASTY_TEXTS].sort());
  for (const id of NASTY_TEXTS) {
    assert.equal(rows.get(rowId(id))?.values["command"], id);
    const change = { set: { notes: id + id }, expect: { notes: "", command: id } };
    assert.equal(updateSource(db, runs, rowId(id), change), true, JSON.stringify(id));
  }
  for (const row of readSource(db, runs, { known: new Set(), now: NOW }).values()) {
    assert.equal(row.values["notes"], row.id + row.id);
  }
});

Deno.test("readSource() and its friends work with names that SQL and JavaScript use themselves", () => {
  for (const table of ["wanted", "shown", "select"]) {
    const contract = structuredClone({ ...atlas, tabs: [{ ...runs, table, key: "key" }] });
    const renamed = new Map([["id", "key"], ["task", "value"], ["command", "scope"]]);
    renamed.set("output", "__proto__").set("completed_at", "f0");
    for (const column of tabOf(table, contract).columns) {
      column.field = renamed.get(column.field) ?? column.field;
    }
    using db = freshDatabase(contract);
    const tab = tabOf(table, contract);
    const values = { key: "run-1", value: "v", scope: "s", f0: "f", started_at: NOW_TEXT };
    insertSource(db, tab, values);
    db.run(`UPDATE "${table}" SET "__proto__" = 'p'`);
    const row = onlyRow(readSource(db, tab, { known: new Set([rowId("run-1")]), now: NOW }));
    assert.deepEqual(row.values, {
      ...values,
      ["__proto__"]: "p",
      status: null,
      notes: "",
      deleted_at: null,
      archived_at: null,
    });
    const change = { set: { notes: "n" }, expect: { notes: "" } };
    assert.equal(updateSource(db, tab, rowId("run-1"), change), true);
  }
});

Deno.test("readSource() finds the right rows among any mix of states", () => {
  const word = fc.constantFrom(null, "", NOW_TEXT);
  const row = fc.record({
    status: fc.constantFrom("running", "success", "RUNNING", null),
    age: fc.integer({ min: 0, max: 5 }),
    deleted: word,
    archived: word,
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (states) => {
      using db = freshDatabase();
      const tab = structuredClone(runs);
      assert(tab.retention?.kind === "newest");
      tab.retention.count = 3;
      states.forEach((state, index) =>
        addRun(db, `run-${String.fromCharCode(97 + index)}`, {
          status: state.status,
          started_at: isoTime(NOW - state.age * DAY_MS),
          deleted_at: state.deleted,
          archived_at: state.archived,
        })
      );
      // The oracle sorts in JavaScript.
      const named = states.map((state, index) => ({
        ...state,
        id: `run-${String.fromCharCode(97 + index)}`,
      }));
      const live = named.filter((state) => !state.deleted && !state.archived);
      const newest = new Set(
        live.toSorted((a, b) => a.age - b.age || (a.id < b.id ? -1 : 1)).slice(0, 3),
      );
      const expected = named.map((state) => [
        state.id,
        state.deleted
          ? "deleted"
          : state.archived
          ? "archived"
          : newest.has(state) || state.status === "running"
          ? "shown"
          : "expired",
      ]);
      assert.deepEqual(
        scopes(db, tab, named.map((state) => state.id)),
        Object.fromEntries(expected),
      );
    }),
    { numRuns: 60 },
  );
});

Deno.test("updateSource() loses when another process was quicker, and changes nothing then", () => {
  using db = freshDatabase();
  insertSource(db, approvals, { id: "a-1", status: "pending", notes: null });
  const change = {
    set: { status: "approved", decided_at: NOW_TEXT },
    expect: { status: "pending", notes: null },
  };
  db.run("UPDATE approvals SET notes = 'agent was here'");
  assert.equal(updateSource(db, approvals, rowId("a-1"), change), false);
  assert.equal(db.get("SELECT status FROM approvals")?.["status"], "pending");
  db.run("UPDATE approvals SET notes = NULL");
  assert.equal(updateSource(db, approvals, rowId("a-1"), change), true);
  assert.equal(updateSource(db, approvals, rowId("a-1"), change), false);
  assert.equal(updateSource(db, approvals, rowId("a-2"), change), false);
  assert.deepEqual({ ...db.get("SELECT status, decided_at FROM approvals") }, {
    status: "approved",
    decided_at: NOW_TEXT,
  });
});

Deno.test("updateSource() refuses a field that the contract does not give to humans", () => {
  using db = freshDatabase();
  addRun(db, "run-1");
  for (const field of ["command", "id", "started_at", "archived_at", "agent"]) {
    assert.throws(
      () => updateSource(db, runs, rowId("run-1"), { set: { [field]: "x" }, expect: {} }),
      /Invariant broken/,
    );
  }
});

Deno.test("updateSource() never overwrites a blob, which readSource() shows as null", () => {
  using db = freshDatabase();
  addRun(db, "run-1");
  db.run("UPDATE runs SET notes = x'01'");
  const change = { set: { notes: "hello" }, expect: { notes: null } };
  assert.equal(updateSource(db, runs, rowId("run-1"), change), false);
});

Deno.test("updateSource() fails where two rows have the key, and the transaction undoes it", () => {
  using db = openDatabase(":memory:", { mode: "write" });
  db.run("CREATE TABLE runs (id TEXT, notes TEXT)");
  db.run("INSERT INTO runs VALUES ('run-1', ''), ('run-1', '')");
  assert.throws(
    () =>
      db.transaction(() =>
        updateSource(db, runs, rowId("run-1"), { set: { notes: "x" }, expect: { notes: "" } })
      ),
    (error) => error instanceof AtlasError && /2 rows have this key/.test(error.message),
  );
  assert.deepEqual(db.all("SELECT DISTINCT notes FROM runs").map((row) => row["notes"]), [""]);
});

Deno.test("markArchived() marks a row once", () => {
  using db = freshDatabase();
  addRun(db, "run-1", { archived_at: "" });
  assert.equal(markArchived(db, runs, rowId("run-1"), NOW_TEXT), true);
  assert.equal(markArchived(db, runs, rowId("run-1"), "2027-01-01T00:00:00Z"), false);
  assert.equal(markArchived(db, runs, rowId("run-2"), NOW_TEXT), false);
  assert.equal(db.get("SELECT archived_at FROM runs")?.["archived_at"], NOW_TEXT);
});

Deno.test("insertSource() leaves a standing row as it is, and knows only fields of the contract", () => {
  using db = freshDatabase();
  assert.equal(insertSource(db, runs, { id: "run-1", task: "first" }), true);
  assert.equal(insertSource(db, runs, { id: "run-1", task: "second" }), false);
  assert.equal(db.get("SELECT task FROM runs")?.["task"], "first");
  assert.throws(() => insertSource(db, runs, { id: "run-2", agent: "x" }), /Invariant broken/);
});
