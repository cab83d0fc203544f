import assert from "node:assert/strict";
import { loadPauses, pauseTab, resumeTab } from "../../../src/store/pauses.ts";
import { freshDatabase } from "./_fixtures.ts";

const RUNS = { tab: "Runs", since: "2026-01-15T14:30:00.000Z", reason: "a migration" };

Deno.test("pauseTab() keeps the first pause, and resumeTab() takes it back once", () => {
  using db = freshDatabase();
  assert.equal(pauseTab(db, RUNS), true);
  assert.equal(pauseTab(db, { ...RUNS, reason: "another" }), false);
  assert.deepEqual(loadPauses(db), [RUNS]);
  assert.equal(resumeTab(db, "Runs"), true);
  assert.equal(resumeTab(db, "Runs"), false);
  assert.deepEqual(loadPauses(db), []);
});

Deno.test("loadPauses() gives the oldest pause first", () => {
  using db = freshDatabase();
  pauseTab(db, RUNS);
  pauseTab(db, { ...RUNS, tab: "Errors_Hotlist", since: "2026-01-14T14:30:00.000Z" });
  assert.deepEqual(loadPauses(db).map(({ tab }) => tab), ["Errors_Hotlist", "Runs"]);
});
