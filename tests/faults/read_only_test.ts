/**
 * A database that can be read and not written: the file, its folder, or the whole file system. Nothing
 * is sent, the message says what to give to whom, and with the right back everything goes on.
 *
 * @module
 */

import assert from "node:assert/strict";
import { AtlasError } from "../../src/base/errors.ts";
import { DaemonSite } from "../cli/daemon_site.ts";
import { databaseDigest } from "../cli/program.ts";
import { eveningBefore, eveningOf, everythingHappens } from "../helpers/busy_day.ts";
import { faultyDatabase, SQLITE } from "../helpers/faulty_database.ts";
import { settle } from "../helpers/hands.ts";
import { onSmallDisk, readOnly } from "../helpers/small_disk.ts";

Deno.test("faults: --once on a read-only file system changes nothing, says so, and works once it can be written", async () => {
  await onSmallDisk(async (folder) => {
    await using site = await DaemonSite.open({ folder });
    site.insert("approval-1");
    const before = databaseDigest(site.database);
    const writes: string[] = [];
    site.onWrite = () => Promise.resolve(void writes.push("a write"));
    {
      await using _readOnly = await readOnly(folder);
      const told = await site.run("--once");
      assert.equal(told.code, 1, told.stderr);
      assert.equal(
        lastLines(told.stderr, 2).replaceAll(folder, "…"),
        'atlas-mirror: cannot write database "…/atlas.db": it is read-only\n' +
          "  what to do: Give the user of the mirror write access to the file and its folder.\n",
      );
      const health = await site.run("--check-health");
      assert.ok(health.code < 3, `reading is enough to look: ${health.stdout}`);
    }
    assert.deepEqual(writes, []);
    assert.equal(databaseDigest(site.database), before);
    const told = await site.run("--once");
    assert.equal(told.code, 0, told.stderr);
    assert.deepEqual(await site.shown(), ["approval-1"]);
  });
});

/** What is said before is about the log folder. */
function lastLines(text: string, count: number): string {
  return text.split("\n").slice(-count - 1).join("\n");
}

Deno.test("faults: a file that becomes read-only in the middle of a cycle stops it, and nothing is written twice", async () => {
  await using undisturbed = await eveningBefore();
  await everythingHappens(undisturbed);
  const watched = faultyDatabase(undisturbed.db, {
    code: SQLITE.readOnly,
    at: Infinity,
    forGood: true,
  });
  await undisturbed.cycle({}, { db: watched.db });
  const count = watched.written.length;
  await settle(undisturbed);
  const expected = await eveningOf(undisturbed);
  for (const share of [0, 0.1, 0.3, 0.5, 0.7, 0.9]) {
    await using world = await eveningBefore();
    await everythingHappens(world);
    const at = Math.floor(count * share);
    const { db } = faultyDatabase(world.db, { code: SQLITE.readOnly, at, forGood: true });
    await assert.rejects(world.cycle({}, { db }), (error) => {
      assert.ok(error instanceof AtlasError);
      assert.equal(error.kind, "database");
      assert.match(error.message, /it is read-only$/);
      assert.match(error.hint ?? "", /write access to the file and its folder/);
      return true;
    });
    await settle(world);
    assert.deepEqual(await eveningOf(world), expected, `read-only from statement ${at} on`);
  }
});
