/**
 * The write-ahead log beside the database, deleted by somebody who took it for rubbish. After a clean
 * end nothing is in it. After a kill the last transactions are: then the database is as an old backup.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openDatabase } from "../../src/store/database.ts";
import { DaemonSite } from "../cli/daemon_site.ts";
import { databaseDigest } from "../cli/program.ts";

function deleteLog({ database }: DaemonSite): void {
  Deno.removeSync(`${database}-wal`);
  Deno.removeSync(`${database}-shm`);
}

/** Runs a cycle whose transactions stay in the log, as those of a killed process do. */
async function syncIntoLog(site: DaemonSite): Promise<void> {
  // A reader that began before keeps everybody from emptying the log into the file.
  using reader = openDatabase(site.database, { mode: "read" });
  reader.get("BEGIN");
  reader.get("SELECT count(*) FROM approvals");
  site.insert("approval-2");
  const told = await site.run("--once");
  assert.equal(told.code, 0, told.stderr);
  assert.deepEqual(await site.shown(), ["approval-1", "approval-2"]);
}

async function openSite(): Promise<DaemonSite> {
  const site = await DaemonSite.open();
  site.insert("approval-1");
  const told = await site.run("--once");
  assert.equal(told.code, 0, told.stderr);
  return site;
}

Deno.test("faults: the log that a clean end leaves behind may be deleted", async () => {
  await using site = await openSite();
  const digest = databaseDigest(site.database);
  deleteLog(site);
  const told = await site.run("--once");
  assert.equal(told.code, 0, told.stderr);
  assert.equal(databaseDigest(site.database), digest);
  assert.equal((await site.run("--plan")).code, 0);
});

Deno.test("faults: a daemon that was killed leaves a log that the next one reads", async () => {
  await using site = await openSite();
  {
    await using daemon = site.daemon();
    await daemon.says(/Next is/);
    site.insert("approval-2");
    const from = daemon.said.length;
    daemon.signal("SIGUSR2");
    await daemon.says(/Next is/, from);
    daemon.signal("SIGKILL");
    await daemon.ends();
  }
  assert.ok(Deno.statSync(`${site.database}-wal`).size > 0);
  const told = await site.run("--once", "--wait");
  assert.equal(told.code, 0, told.stderr);
  assert.deepEqual(await site.shown(), ["approval-1", "approval-2"]);
  assert.equal((await site.run("--plan")).code, 0);
});

for (
  const [name, lose] of [
    ["deleted", deleteLog],
    ["cut off in the middle", cutLog],
  ] as const
) {
  Deno.test(`faults: a log with transactions that is ${name} is noticed before anything is written, and mended by whoever writes them again`, async () => {
    await using site = await openSite();
    await syncIntoLog(site);
    lose(site);

    const told = await site.run("--once");
    assert.equal(told.code, 3, told.stderr);
    assert.match(
      told.stderr,
      /^atlas-mirror: Pending_Approvals.*: guard older-database: the spreadsheet was written 1 cycles later than this database knows of$/m,
    );
    assert.match(told.stderr, /what to do: This looks like a restored backup\. Look at --plan/);
    assert.deepEqual(await site.shown(), ["approval-1", "approval-2"], "nobody's rows are taken");

    const accepted = await site.run("--once", "--accept", "older-database");
    assert.equal(accepted.code, 0, accepted.stderr);
    assert.deepEqual(await site.shown(), ["approval-1", "approval-2"]);
    site.insert("approval-2");
    assert.equal((await site.run("--once")).code, 0);
    assert.deepEqual(await site.shown(), ["approval-1", "approval-2"]);
    assert.equal((await site.run("--plan")).code, 0);
  });
}

/** All but the first frame is gone, as after a crash of the file system. */
function cutLog({ database }: DaemonSite): void {
  const path = `${database}-wal`;
  assert.ok(Deno.statSync(path).size > 8_000);
  Deno.truncateSync(path, 6_000);
  Deno.removeSync(`${database}-shm`);
}
