import assert from "node:assert/strict";
import { loadSchedule, putSchedule } from "../../../src/store/schedule.ts";
import { freshDatabase, NOW } from "./_fixtures.ts";

const SYNC = {
  job: "sync Runs",
  lastAt: NOW,
  nextAt: NOW + 3_600_000,
  lastStatus: "failed",
  failures: 2,
};
const DAILY = { job: "daily", lastAt: null, nextAt: NOW + 60_000, lastStatus: null, failures: 0 };

Deno.test("loadSchedule() gives back what putSchedule() was given, the next job first", () => {
  using db = freshDatabase();
  assert.deepEqual(loadSchedule(db), []);
  putSchedule(db, [SYNC, DAILY]);
  assert.deepEqual(loadSchedule(db), [DAILY, SYNC]);
});

Deno.test("putSchedule() forgets jobs that the contract does not have any more", () => {
  using db = freshDatabase();
  putSchedule(db, [SYNC, DAILY]);
  putSchedule(db, [DAILY]);
  assert.deepEqual(loadSchedule(db), [DAILY]);
});
