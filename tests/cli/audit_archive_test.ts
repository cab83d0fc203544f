/** `--audit-archive` as the program does it: into a real file, from a real database. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256Hex } from "../../src/base/digest.ts";
import { seededRandom } from "../../src/base/random.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { rowId } from "../../src/contract/cell.ts";
import { appendAudit } from "../../src/store/audit.ts";
import { openDatabase } from "../../src/store/database.ts";
import { initialise } from "../../src/store/migrations.ts";
import type { AuditEntry } from "../../src/store/records.ts";
import { program, testFolder } from "./program.ts";

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

function entry(verdict: AuditEntry["verdict"], rowText: string): AuditEntry {
  return {
    tab: "Runs",
    rowId: rowId(rowText),
    column: "status",
    direction: "export",
    actor: "agent",
    verdict,
    reason: "the database changed",
    oldValue: "running",
    newValue: "success\nwith ümlauts 🙂",
  };
}

/** A folder with a configuration and a database whose audit reaches back beyond the limit. */
async function prepare() {
  const folder = await testFolder();
  const database = join(folder.path, "atlas.db");
  const config = join(folder.path, "mirror.json");
  await Deno.writeTextFile(
    config,
    JSON.stringify({ database, spreadsheetId: "x", sheetsEndpoint: "http://127.0.0.1:9/" }),
  );
  using db = openDatabase(database, { mode: "write", create: true });
  initialise(db, atlas, { migrate: false, random: seededRandom(1), now: daysAgo(500) });
  for (let index = 0; index < 1_200; index++) {
    appendAudit(db, [entry(index % 2 === 0 ? "exported" : "added", `old-${index}`)], {
      at: daysAgo(401),
      cycle: 1,
    });
  }
  appendAudit(db, [entry("accepted", "human"), entry("refused", "human")], {
    at: daysAgo(401),
    cycle: 1,
  });
  appendAudit(db, [entry("exported", "young")], { at: daysAgo(399), cycle: 2 });
  return { folder, database, args: ["--config", config] };
}

function auditOf(database: string): string[][] {
  using db = openDatabase(database, { mode: "read" });
  return db.all("SELECT row_id, verdict, reason, new_value FROM mirror_audit ORDER BY id")
    .map((row) => Object.values(row).map(String));
}

Deno.test("--audit-archive moves what is old and nobody's decision, and says where it went", async () => {
  const { folder, database, args } = await prepare();
  await using _folder = folder;
  const file = join(folder.path, "audit.jsonl");
  const told = await program(["--audit-archive", file, ...args]);
  assert.equal(told.code, 0, told.stderr);
  const text = await Deno.readTextFile(file);
  const sha256 = sha256Hex(text);
  assert.ok(told.stdout.includes(`Moved 1200 lines of the audit to ${file} (sha256 ${sha256})`));
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.length, 1_200);
  const { id, at, ...first } = lines[0];
  assert.deepEqual([typeof id, typeof at], ["number", "string"]);
  assert.deepEqual(first, { cycle: 1, ...entry("exported", "old-0") });
  assert.equal(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
  const left = auditOf(database);
  assert.deepEqual(left.map(([row, verdict]) => [row, verdict]), [
    ["human", "accepted"],
    ["human", "refused"],
    ["young", "exported"],
    ["", "archived"],
  ]);
  assert.match(left.at(-1)?.[2] ?? "", /^1200 lines .* went to the file .*audit\.jsonl$/);
  assert.equal(left.at(-1)?.[3], `sha256 ${sha256}`);
  using db = openDatabase(database, { mode: "write" });
  assert.throws(() => db.run("DELETE FROM mirror_audit"), /append-only/);
  const again = await program(["--audit-archive", join(folder.path, "second"), ...args]);
  assert.match(again.stdout, /nothing to do/);
  await assert.rejects(Deno.stat(join(folder.path, "second")));
});

Deno.test("--audit-archive writes over no file, and loses no line where it cannot write", async () => {
  const { folder, database, args } = await prepare();
  await using _folder = folder;
  const before = auditOf(database);
  const standing = join(folder.path, "standing");
  await Deno.writeTextFile(standing, "precious");
  for (
    const [file, says] of [
      [standing, /stands there already/],
      [join(folder.path, "missing", "audit.jsonl"), /folder does not exist/],
      [folder.path, /stands there already/],
    ] as const
  ) {
    const told = await program(["--audit-archive", file, ...args]);
    assert.equal(told.code, 78, told.stdout);
    assert.match(told.stderr, says);
  }
  assert.equal(await Deno.readTextFile(standing), "precious");
  assert.deepEqual(auditOf(database), before);
});
