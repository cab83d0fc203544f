/** What may leave the audit, and that nothing else ever does. @module */

import assert from "node:assert/strict";
import { rowId } from "../../../src/contract/cell.ts";
import { appendAudit } from "../../../src/store/audit.ts";
import { deleteArchived, readArchivable } from "../../../src/store/audit_archive.ts";
import type { AuditEntry } from "../../../src/store/records.ts";
import { freshDatabase, NOW_TEXT } from "./_fixtures.ts";

const OLD = "2024-01-01T00:00:00.000Z";
const BEFORE = "2024-06-01T00:00:00.000Z";

const VERDICTS = [
  "accepted",
  "merged",
  "refused",
  "restored",
  "conflict",
  "exported",
  "added",
  "removed",
  "archived",
] as const;

function entry(verdict: AuditEntry["verdict"]): AuditEntry {
  return {
    tab: "Runs",
    rowId: rowId("run-1"),
    column: null,
    direction: "export",
    actor: "mirror",
    verdict,
    reason: "",
    oldValue: null,
    newValue: null,
  };
}

function archive(count: number, last: number) {
  return { before: BEFORE, last, count, file: "a.jsonl", sha256: "ab", at: NOW_TEXT };
}

Deno.test("readArchivable() gives only old lines of what was shown, page by page", () => {
  using db = freshDatabase();
  for (const at of [OLD, NOW_TEXT]) appendAudit(db, VERDICTS.map(entry), { at, cycle: 1 });
  const lines = readArchivable(db, { before: BEFORE, after: 0 });
  assert.deepEqual(lines.map(({ verdict, at }) => [verdict, at]), [
    ["exported", OLD],
    ["added", OLD],
  ]);
  assert.equal(readArchivable(db, { before: BEFORE, after: lines[0]?.id ?? 0 }).length, 1);
});

Deno.test("deleteArchived() deletes exactly what was archived and leaves the trigger as it was", () => {
  using db = freshDatabase();
  appendAudit(db, VERDICTS.map(entry), { at: OLD, cycle: 1 });
  const last = readArchivable(db, { before: BEFORE, after: 0 }).at(-1)?.id ?? 0;
  deleteArchived(db, archive(2, last));
  assert.equal(readArchivable(db, { before: BEFORE, after: 0 }).length, 0);
  assert.equal(db.get("SELECT count(*) AS n FROM mirror_audit")?.["n"], VERDICTS.length - 2 + 1);
  assert.throws(() => db.run("DELETE FROM mirror_audit"), /append-only/);
});

Deno.test("deleteArchived() deletes nothing where other lines would leave than were archived", () => {
  using db = freshDatabase();
  appendAudit(db, VERDICTS.map(entry), { at: OLD, cycle: 1 });
  const last = readArchivable(db, { before: BEFORE, after: 0 }).at(-1)?.id ?? 0;
  assert.throws(() => deleteArchived(db, archive(1, last)), /as many leave/);
  assert.equal(readArchivable(db, { before: BEFORE, after: 0 }).length, 2);
  assert.throws(() => db.run("DELETE FROM mirror_audit"), /append-only/);
});
