import assert from "node:assert/strict";
import { loadFindings, recordFindings, resolveFindings } from "../../../src/store/findings.ts";
import { freshDatabase } from "./_fixtures.ts";

const AT = { at: "2026-01-15T14:30:00.000Z" };

Deno.test("recordFindings() knows a finding again whose text holds a NUL", () => {
  using db = freshDatabase();
  const finding = {
    tab: "Runs",
    row: "a\0b",
    column: "notes",
    code: "MIRROR-CONFLICT",
    value: "x\0y",
    reason: "why",
  };
  assert.deepEqual(recordFindings(db, [finding], AT), [finding]);
  assert.deepEqual(loadFindings(db, "Runs").open, [finding]);
  assert.deepEqual(recordFindings(db, loadFindings(db, "Runs").open, AT), []);
  resolveFindings(db, [finding], AT);
  assert.deepEqual(loadFindings(db, "Runs").open, []);
});
