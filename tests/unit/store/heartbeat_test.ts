import assert from "node:assert/strict";
import { readHeartbeat, writeHeartbeat } from "../../../src/store/heartbeat.ts";
import { freshDatabase, NOW_TEXT } from "./_fixtures.ts";

Deno.test("readHeartbeat() gives the last sign of life, and none before the first", () => {
  using db = freshDatabase();
  assert.equal(readHeartbeat(db), undefined);
  const heartbeat = { at: NOW_TEXT, startedAt: NOW_TEXT, holder: "process 1 (abcd)" };
  writeHeartbeat(db, { ...heartbeat, at: "2026-01-01T00:00:00.000Z" });
  writeHeartbeat(db, heartbeat);
  assert.deepEqual(readHeartbeat(db), heartbeat);
});
