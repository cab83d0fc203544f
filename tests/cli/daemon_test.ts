/** The daemon as a real process beside the embedded spreadsheet: signals, crashes, a second one. @module */

import assert from "node:assert/strict";
import { openDatabase } from "../../src/store/database.ts";
import { readHeartbeat } from "../../src/store/heartbeat.ts";
import { APPROVALS, DaemonSite, holdUp, SYNCED } from "./daemon_site.ts";

Deno.test("the daemon syncs at its start and when SIGUSR1 asks, and SIGTERM ends it with 0", async () => {
  await using site = await DaemonSite.open();
  site.insert("approval-1");
  await using daemon = site.daemon();
  await daemon.says(SYNCED);
  await daemon.says(/Next is/);
  assert.deepEqual(await site.shown(), ["approval-1"]);
  site.insert("approval-2");
  const from = daemon.said.length;
  daemon.signal("SIGUSR1");
  await daemon.says(SYNCED, from);
  assert.deepEqual(await site.shown(), ["approval-1", "approval-2"]);
  {
    using db = openDatabase(site.database, { mode: "read" });
    assert.match(readHeartbeat(db)?.holder ?? "", new RegExp(`^process ${daemon.pid} `));
  }
  daemon.signal("SIGTERM");
  assert.equal(await daemon.ends(), 0, daemon.said);
  assert.match(daemon.said, /Stopped/);
  assert.doesNotMatch(daemon.said, /^\s+at .*:\d+:\d+\)?$/m, "a stack was printed");
});

Deno.test("SIGTERM in mid-cycle ends the daemon with 0 and loses nothing", async () => {
  await using site = await DaemonSite.open();
  site.insert("approval-1");
  const { reached, letGo } = holdUp(site);
  await using daemon = site.daemon();
  await reached;
  daemon.signal("SIGTERM");
  await daemon.says(/Asked to stop/);
  letGo();
  assert.equal(await daemon.ends(), 0, daemon.said);
  assert.match(daemon.said, SYNCED);
  assert.deepEqual(await site.shown(), ["approval-1"]);
  const plan = await site.run("--plan");
  assert.equal(plan.code, 0, `changes are pending after the end:\n${plan.stdout}${plan.stderr}`);
});

Deno.test("a daemon that was killed in mid-cycle is followed by the next, which goes on where it was", async () => {
  await using site = await DaemonSite.open();
  site.insert("approval-1");
  const { reached, letGo } = holdUp(site);
  await using first = site.daemon();
  await reached;
  first.signal("SIGKILL");
  await first.ends();
  letGo();
  await using second = site.daemon("--wait");
  await second.says(new RegExp(`Waiting for .*process ${first.pid} `));
  site.letLeasesRunOut();
  await second.says(SYNCED);
  assert.deepEqual(await site.shown(), ["approval-1"]);
  second.signal("SIGINT");
  assert.equal(await second.ends(), 0, second.said);
  assert.equal((await site.run("--plan")).code, 0);
});

Deno.test("SIGHUP reloads the configuration, or says why it did not and goes on", async () => {
  await using site = await DaemonSite.open();
  await using daemon = site.daemon();
  await daemon.says(/Next is/);
  await site.configure({ lisen: null });
  let from = daemon.said.length;
  daemon.signal("SIGHUP");
  await daemon.says(/Cannot reload the configuration.*unknown key \\?"lisen\\?"/, from);
  await site.configure({ database: "other.db" });
  from = daemon.said.length;
  daemon.signal("SIGHUP");
  await daemon.says(/Cannot reload the configuration.*Cannot change the database/, from);
  site.insert("approval-1");
  from = daemon.said.length;
  daemon.signal("SIGUSR2");
  await daemon.says(SYNCED, from);
  await site.configure({ daily: { cron: "0 5 * * *" } });
  daemon.signal("SIGHUP");
  await daemon.says(/Reloaded the configuration/, from);
  daemon.signal("SIGTERM");
  assert.equal(await daemon.ends(), 0, daemon.said);
});

Deno.test("a second daemon exits with 1 and names the first, and --once beside it is safe", async () => {
  await using site = await DaemonSite.open();
  await using daemon = site.daemon();
  await daemon.says(/Next is/);
  const second = await site.run();
  assert.equal(second.code, 1, second.stderr);
  assert.match(
    second.stderr,
    new RegExp(`cannot take the daemon's place: process ${daemon.pid} \\(\\w{8}\\) is the daemon`),
  );
  site.insert("approval-1");
  const once = await site.run("--once", "--wait");
  assert.equal(once.code, 0, once.stderr);
  assert.deepEqual(await site.shown(), ["approval-1"]);
  daemon.signal("SIGTERM");
  assert.equal(await daemon.ends(), 0, daemon.said);
});

Deno.test("a tab that is paused is left out by the daemon and by --once until it is resumed", async () => {
  await using site = await DaemonSite.open();
  site.insert("approval-1");
  const paused = await site.run("--pause", APPROVALS);
  assert.match(paused.stdout, /Paused Pending_Approvals/);
  const once = await site.run("--once");
  assert.equal(once.code, 0, once.stderr);
  assert.match(once.stderr, /Pending_Approvals is paused/);
  assert.deepEqual(await site.shown(), []);
  assert.match((await site.run("--pause", APPROVALS)).stdout, /paused already/);
  const unknown = await site.run("--pause", "Run");
  assert.deepEqual([unknown.code, /--pause "Run".*did you mean "Runs"/.test(unknown.stderr)], [
    64,
    true,
  ]);
  assert.match((await site.run("--resume", APPROVALS)).stdout, /Resumed Pending_Approvals/);
  assert.equal((await site.run("--once")).code, 0);
  assert.deepEqual(await site.shown(), ["approval-1"]);
});

Deno.test("a daemon whose port is taken says so and does not begin", async () => {
  await using site = await DaemonSite.open();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assert(taken.addr.transport === "tcp");
  await site.configure({ listen: `127.0.0.1:${taken.addr.port}` });
  const told = await site.run();
  assert.equal(told.code, 78, told.stderr);
  assert.match(told.stderr, new RegExp(`port ${taken.addr.port} is in use`));
  assert.match(told.stderr, /what to do: .*"listen"/);
});

Deno.test("a daemon that waits for another ends with 0 when it is asked to stop", async () => {
  await using site = await DaemonSite.open();
  await using first = site.daemon();
  await first.says(/Next is/);
  await using second = site.daemon("--wait");
  await second.says(/Waiting for/);
  second.signal("SIGTERM");
  assert.equal(await second.ends(), 0, second.said);
  first.signal("SIGTERM");
  assert.equal(await first.ends(), 0, first.said);
});

Deno.test("a daemon whose log folder cannot be written says so and works without it", async () => {
  await using site = await DaemonSite.open();
  await site.configure({ logDir: "/dev/null/logs" });
  site.insert("approval-1");
  await using daemon = site.daemon();
  await daemon.says(/warning: Cannot write the log files in "\/dev\/null\/logs"/);
  await daemon.says(SYNCED);
  assert.deepEqual(await site.shown(), ["approval-1"]);
  daemon.signal("SIGTERM");
  assert.equal(await daemon.ends(), 0, daemon.said);
});

Deno.test("a reload that wants a port which is taken leaves the old one in service", async () => {
  await using site = await DaemonSite.open();
  const listen = () => Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const free = listen();
  const { port } = free.addr;
  free.close();
  await site.configure({ listen: `127.0.0.1:${port}` });
  await using daemon = site.daemon();
  await daemon.says(/Next is/);
  using taken = listen();
  await site.configure({ listen: `127.0.0.1:${taken.addr.port}` });
  daemon.signal("SIGHUP");
  await daemon.says(
    new RegExp(`Cannot reload the configuration.*port ${taken.addr.port} is in use`),
  );
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  assert.equal(answer.status, 200, await answer.text());
  daemon.signal("SIGTERM");
  assert.equal(await daemon.ends(), 0, daemon.said);
});
