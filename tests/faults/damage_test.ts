/**
 * A page of the database file that a disk has spoilt, whichever it is: it is found before anything is
 * written, everybody is told, and with the page restored the next cycle goes on as if nothing had been.
 *
 * @module
 */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { DaemonSite } from "../cli/daemon_site.ts";
import { databaseDigest } from "../cli/program.ts";
import { flipPage, rootPages } from "../helpers/damage.ts";

const HEADER = "the header";

/** A site with rows on both sides, one more that is due, and the pages of its file. */
async function openSite(): Promise<{
  readonly site: DaemonSite;
  readonly pageOf: (name: string) => number;
}> {
  const site = await DaemonSite.open();
  site.insert("approval-1");
  const told = await site.run("--once");
  assert.equal(told.code, 0, told.stderr);
  site.insert("approval-2");
  const pages = rootPages(site.database);
  return { site, pageOf: (name) => name === HEADER ? 1 : must(pages.get(name), name) };
}

/** Where the damage is found: what is said, and with which code the program ends. */
const PLACES = [
  [
    "approvals",
    3,
    /^atlas-mirror: Pending_Approvals, Runs, Errors_Hotlist: guard database-damaged:/,
  ],
  ["sqlite_autoindex_approvals_1", 3, /guard database-damaged: the database file is damaged/],
  ["runs", 3, /guard database-damaged: the database file is damaged/],
  ["mirror_base", 3, /guard database-damaged: the database file is damaged/],
  ["mirror_audit", 3, /guard database-damaged: the database file is damaged/],
  ["mirror_cycle", 3, /guard database-damaged: the database file is damaged/],
  ["mirror_lease", 3, /guard database-damaged: the database file is damaged/],
  ["mirror_pause", 3, /guard database-damaged: the database file is damaged/],
  ["mirror_meta", 3, /^atlas-mirror: cannot read database ".*": the file is damaged$/m],
  [HEADER, 78, /^atlas-mirror: cannot open database ".*": it is not a SQLite database$/m],
] as const;

Deno.test("faults: a spoilt page, wherever it is, stops --once before any write, and nothing is lost", async (t) => {
  const { site, pageOf } = await openSite();
  await using _site = site;
  const digest = databaseDigest(site.database);
  const writes: string[] = [];
  site.onWrite = () => Promise.resolve(void writes.push("a write"));
  for (const [name, code, says] of PLACES) {
    await t.step(name, async () => {
      flipPage(site.database, pageOf(name));
      const told = await site.run("--once");
      flipPage(site.database, pageOf(name));
      assert.equal(told.code, code, told.stderr);
      assert.match(told.stderr, says);
      assert.match(told.stderr, /what to do: .*[Rr]estore/);
      assert.doesNotMatch(told.stderr, /defect|^\s+at /m);
      assert.deepEqual(writes, [], "the sheet is not touched");
    });
  }
  assert.equal(databaseDigest(site.database), digest, "nor what is known of it");
  const told = await site.run("--once");
  assert.equal(told.code, 0, told.stderr);
  assert.deepEqual(await site.shown(), ["approval-1", "approval-2"]);
});

Deno.test("faults: no guard can be accepted on a damaged database, and --check-health is critical", async () => {
  const { site, pageOf } = await openSite();
  await using _site = site;
  flipPage(site.database, pageOf("approvals"));
  const accepted = await site.run("--once", "--accept", "database-damaged");
  assert.equal(accepted.code, 64, accepted.stderr);
  assert.equal((await site.run("--plan")).code, 3);
  assert.equal((await site.run("--once")).code, 3);
  const health = await site.run("--check-health", "--offline");
  assert.equal(health.code, 2, health.stdout);
  assert.match(health.stdout, /^ATLAS-MIRROR CRITICAL: database: .*the file is damaged/);
  assert.deepEqual(await site.shown(), ["approval-1"]);
});
