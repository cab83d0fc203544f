/**
 * A disk without room, on a small file system in memory: nothing half-done stays behind, the daemon
 * stays up and says so, and goes on by itself when there is room again.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { DaemonSite, SYNCED } from "./daemon_site.ts";
import { onSmallDisk } from "../helpers/small_disk.ts";
import { databaseDigest } from "./program.ts";

/** Leaves not one byte free; the returned function makes room again. */
function fill(folder: string): () => void {
  const path = join(folder, "ballast");
  using file = Deno.openSync(path, { write: true, create: true });
  for (const size of [65_536, 1_024, 1]) {
    const bytes = new Uint8Array(size);
    try {
      for (;;) file.writeSync(bytes);
    } catch (error) {
      assert.match(String(error), /No space left/);
    }
  }
  return () => Deno.removeSync(path);
}

Deno.test("--once on a full disk changes nothing, says why, and works once there is room", async () => {
  await onSmallDisk(async (folder) => {
    await using site = await DaemonSite.open({ folder });
    site.insert("approval-1");
    const before = databaseDigest(site.database);
    const makeRoom = fill(folder);
    const full = await site.run("--once");
    assert.notEqual(full.code, 0, full.stdout);
    assert.match(full.stderr, /the disk is full/);
    assert.match(full.stderr, /Make room/);
    assert.doesNotMatch(full.stderr, /^\s+at .*:\d+:\d+\)?$/m, "a stack was printed");
    makeRoom();
    assert.equal(databaseDigest(site.database), before);
    const told = await site.run("--once");
    assert.equal(told.code, 0, told.stderr);
    assert.deepEqual(await site.shown(), ["approval-1"]);
    assert.equal((await site.run("--plan")).code, 0);
  });
});

Deno.test("a daemon whose disk becomes full stays up, tells of it, and goes on once there is room", async () => {
  await onSmallDisk(async (folder) => {
    await using site = await DaemonSite.open({ folder });
    await using daemon = site.daemon();
    await daemon.says(SYNCED);
    await daemon.says(/Next is/);
    site.insert("approval-1");
    const makeRoom = fill(folder);
    let from = daemon.said.length;
    daemon.signal("SIGUSR2");
    await daemon.says(/the disk is full/, from);
    await daemon.says(/Next is/, from);
    makeRoom();
    from = daemon.said.length;
    daemon.signal("SIGUSR2");
    await daemon.says(SYNCED, from);
    assert.deepEqual(await site.shown(), ["approval-1"]);
    daemon.signal("SIGTERM");
    assert.equal(await daemon.ends(), 0, daemon.said);
    assert.equal((await site.run("--plan")).code, 0);
  });
});
