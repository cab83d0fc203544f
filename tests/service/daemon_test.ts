/** The daemon on a virtual clock: what runs when, and what happens when something goes wrong. @module */

import assert from "node:assert/strict";
import { AtlasError } from "../../src/base/errors.ts";
import { readHeartbeat } from "../../src/store/heartbeat.ts";
import { pauseTab, resumeTab } from "../../src/store/pauses.ts";
import { loadSchedule } from "../../src/store/schedule.ts";
import { acquireLease, releaseLease } from "../../src/store/lease.ts";
import { DaemonRig } from "../helpers/daemon_rig.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ALL = "sync Pending_Approvals Runs Errors_Hotlist";

/** A rig whose daemon has been running for an hour and a bit, at 13:01. */
async function running(): Promise<DaemonRig> {
  const rig = new DaemonRig("2026-01-15T12:00:00Z");
  rig.start();
  await rig.clock.pass(61 * MINUTE);
  rig.taken();
  return rig;
}

Deno.test("a daemon syncs at once, then at the cadences of the contract", async () => {
  const rig = new DaemonRig("2026-01-15T12:50:00Z");
  rig.start();
  await rig.clock.pass(45 * MINUTE);
  await rig.stop();
  assert.deepEqual(rig.events, [
    `01-15 12:50:00 ${ALL}`,
    "01-15 12:50:02 health",
    `01-15 13:00:23 ${ALL}`,
    "01-15 13:00:25 health",
    "01-15 13:15:23 sync Errors_Hotlist!",
    "01-15 13:15:25 health",
    "01-15 13:30:23 sync Errors_Hotlist!",
    "01-15 13:30:25 health",
  ]);
});

Deno.test("a daemon shows its last and next times, and gives signs of life", async () => {
  const rig = await running();
  const jobs = loadSchedule(rig.db).map(({ job, lastStatus, failures }) =>
    [job, lastStatus, failures].join(" ")
  );
  assert.deepEqual(jobs.sort(), [
    "daily  0",
    "health ok 0",
    "sync Errors_Hotlist ok 0",
    "sync Pending_Approvals ok 0",
    "sync Runs ok 0",
    "urgent Errors_Hotlist ok 0",
  ]);
  assert.equal(readHeartbeat(rig.db)?.at, "2026-01-15T13:01:00.000Z");
  await rig.stop();
});

Deno.test("a daemon gives signs of life while a cycle takes long", async () => {
  const rig = await running();
  rig.play = async (_options, signal) => {
    await rig.clock.sleep(10 * MINUTE, signal);
    return undefined;
  };
  await rig.clock.pass(20 * MINUTE);
  assert.equal(rig.running, 1);
  assert.equal(readHeartbeat(rig.db)?.at, "2026-01-15T13:21:00.000Z");
  rig.play = () => undefined;
  await rig.clock.pass(10 * MINUTE);
  await rig.stop();
});

Deno.test("a cycle that takes longer than its cadence is never overlapped, and runs once for all it missed", async () => {
  const rig = await running();
  let most = 0;
  rig.play = async (_options, signal) => {
    most = Math.max(most, rig.running);
    await rig.clock.sleep(40 * MINUTE, signal);
    return undefined;
  };
  await rig.clock.pass(90 * MINUTE);
  rig.play = () => undefined;
  await rig.clock.pass(60 * MINUTE);
  await rig.stop();
  assert.equal(most, 1);
  // The first two cycles took 40 minutes each; the hourly one of 14:00 came when there was room.
  assert.deepEqual(rig.events.filter((event) => event.includes("sync")), [
    "01-15 13:15:23 sync Errors_Hotlist!",
    "01-15 13:55:25 sync Errors_Hotlist!",
    `01-15 14:35:27 ${ALL}`,
    "01-15 14:45:23 sync Errors_Hotlist!",
    `01-15 15:00:23 ${ALL}`,
    "01-15 15:15:23 sync Errors_Hotlist!",
    "01-15 15:30:23 sync Errors_Hotlist!",
  ]);
});

Deno.test("a tab that fails is tried again after 5, 10 and 15 minutes, the others are left in peace", async () => {
  const rig = await running();
  await rig.clock.pass(58 * MINUTE);
  rig.taken();
  rig.play = (options) => Promise.resolve(rig.outage(options, "Runs"));
  await rig.clock.pass(90 * MINUTE);
  await rig.stop();
  assert.deepEqual(rig.events.filter((event) => !event.includes("health")), [
    `01-15 14:00:23 ${ALL}`,
    "01-15 14:00:23 partial",
    "01-15 14:05:23 sync Runs",
    "01-15 14:05:23 failed",
    "01-15 14:15:23 sync Runs Errors_Hotlist!",
    "01-15 14:15:23 partial",
    "01-15 14:30:23 sync Runs Errors_Hotlist!",
    "01-15 14:30:23 partial",
    "01-15 14:45:23 sync Errors_Hotlist!",
    `01-15 15:00:23 ${ALL}`,
    "01-15 15:00:23 partial",
    "01-15 15:15:23 sync Errors_Hotlist!",
  ]);
});

Deno.test("a cycle that throws counts as a failure of its tabs, and the daemon lives on", async () => {
  const rig = await running();
  rig.play = () => Promise.reject(new AtlasError("configuration", "Cannot sign in"));
  await rig.clock.pass(15 * MINUTE);
  rig.play = () => undefined;
  await rig.clock.pass(5 * MINUTE);
  await rig.stop();
  assert.deepEqual(rig.events, [
    "01-15 13:15:23 sync Errors_Hotlist!",
    "01-15 13:15:23 failed",
    "01-15 13:15:23 health",
    "01-15 13:20:23 sync Errors_Hotlist!",
  ]);
});

Deno.test("hooks that throw hold nothing up", async () => {
  const rig = await running();
  rig.onHook = () => Promise.reject(new Error("no receiver"));
  await rig.clock.pass(30 * MINUTE);
  await rig.stop();
  assert.deepEqual(rig.events.filter((event) => event.includes("sync")), [
    "01-15 13:15:23 sync Errors_Hotlist!",
    "01-15 13:30:23 sync Errors_Hotlist!",
  ]);
});

Deno.test("a clock that is set back an hour neither stalls the daemon nor makes it run twice", async () => {
  const rig = await running();
  await rig.clock.pass(30 * SECOND);
  rig.clock.jump(-HOUR);
  await rig.clock.pass(61 * MINUTE);
  await rig.stop();
  assert.deepEqual(rig.events.filter((event) => event.includes("sync")), [
    "01-15 12:15:23 sync Errors_Hotlist!",
    "01-15 12:30:23 sync Errors_Hotlist!",
    "01-15 12:45:23 sync Errors_Hotlist!",
    `01-15 13:00:23 ${ALL}`,
  ]);
});

Deno.test("a machine that slept for a day catches up with one run of everything", async () => {
  const rig = await running();
  rig.clock.jump(DAY + 20 * MINUTE);
  await rig.clock.pass(10 * MINUTE);
  await rig.stop();
  assert.deepEqual(rig.events, [
    `01-16 13:21:25 ${ALL}`,
    "01-16 13:21:27 health",
    "01-16 13:21:27 daily",
    "01-16 13:30:23 sync Errors_Hotlist!",
    "01-16 13:30:25 health",
  ]);
});

Deno.test("a daemon leaves a paused tab out until it is resumed", async () => {
  const rig = await running();
  for (const tab of ["Runs", "Errors_Hotlist"]) {
    pauseTab(rig.db, { tab, since: "2026-01-15T13:01:00Z", reason: "a test" });
  }
  await rig.clock.pass(HOUR);
  assert.deepEqual(rig.taken().filter((event) => event.includes("sync")), [
    "01-15 14:00:23 sync Pending_Approvals",
  ]);
  resumeTab(rig.db, "Runs");
  await rig.clock.pass(2 * MINUTE);
  assert.deepEqual(rig.taken(), ["01-15 14:01:25 sync Runs"]);
  await rig.stop();
});

Deno.test("a daemon syncs every tab when it is asked to, paused ones left out", async () => {
  const rig = await running();
  pauseTab(rig.db, { tab: "Runs", since: "2026-01-15T13:01:00Z", reason: "a test" });
  rig.request("sync-now");
  rig.request("sync-now");
  await rig.clock.pass(5 * SECOND);
  assert.deepEqual(rig.events, ["01-15 13:01:00 sync Pending_Approvals Errors_Hotlist"]);
  await rig.stop();
});

Deno.test("a daemon takes a new configuration over, and keeps the old one where it is broken", async () => {
  const rig = await running();
  rig.equip = () => Promise.reject(new AtlasError("configuration", "Cannot read it"));
  rig.request("reload");
  await rig.clock.pass(15 * MINUTE);
  assert.deepEqual(rig.taken().filter((event) => event.includes("sync")), [
    "01-15 13:15:23 sync Errors_Hotlist!",
  ]);
  rig.equip = () =>
    Promise.resolve(
      rig.equipment({
        cycle: (_run, options) => (rig.note("new"), Promise.resolve(rig.outage(options))),
      }),
    );
  rig.request("reload");
  await rig.clock.pass(15 * MINUTE);
  assert.deepEqual(rig.taken().filter((event) => !event.includes("health")), [
    "01-15 13:30:23 new",
  ]);
  await rig.stop();
});

Deno.test("a daemon that is asked to stop finishes the cycle in hand and leaves the rest", async () => {
  const rig = await running();
  rig.play = async (_options, signal) => {
    await rig.clock.sleep(20 * SECOND, signal);
    rig.note("done");
    return undefined;
  };
  await rig.clock.pass(14 * MINUTE + 30 * SECOND);
  let hasEnded = false;
  const ended = rig.stop().then(() => hasEnded = true);
  await rig.clock.pass(10 * SECOND);
  assert.equal(hasEnded, false);
  await rig.clock.pass(20 * SECOND);
  await ended;
  assert.deepEqual(rig.events, [
    "01-15 13:15:23 sync Errors_Hotlist!",
    "01-15 13:15:43 done",
  ]);
});

Deno.test("a daemon that is asked to stop waits 30 seconds at most, and the tab stays due", async () => {
  const rig = await running();
  rig.play = async (_options, signal) => {
    await rig.clock.sleep(DAY, signal);
    return undefined;
  };
  await rig.clock.pass(14 * MINUTE + 30 * SECOND);
  const ended = rig.stop();
  await rig.clock.pass(29 * SECOND);
  assert.equal(rig.running, 1);
  await rig.clock.pass(1 * SECOND);
  await ended;
  assert.equal(rig.running, 0);
  const [next] = loadSchedule(rig.db);
  assert.deepEqual([next?.job, next?.failures], ["health", 0]);
  const urgent = loadSchedule(rig.db).find(({ job }) => job === "urgent Errors_Hotlist");
  assert.deepEqual([urgent?.failures, new Date(urgent?.nextAt ?? 0).toISOString().slice(11, 16)], [
    0,
    "13:15",
  ]);
});

Deno.test("a second daemon says who runs the first, and leaves it alone", async () => {
  const rig = await running();
  const second = new DaemonRig("2026-01-15T13:01:00Z", { db: rig.db });
  await assert.rejects(second.start({ pid: 2 }), {
    kind: "lease-held",
    message:
      /^Cannot take the daemon's place: process 1 \(\w{8}\) is the daemon, its lease ends in \d+ s/,
  });
  assert.deepEqual(second.events, []);
  await rig.stop();
});

Deno.test("a second daemon that waits takes over when the first ends, and stops while it waits", async () => {
  const rig = await running();
  const second = new DaemonRig("2026-01-15T13:01:00Z", { db: rig.db });
  second.start({ pid: 2, wait: true });
  await second.clock.pass(5 * SECOND);
  await second.stop();
  assert.deepEqual(second.events, []);
  second.start({ pid: 2, wait: true });
  await second.clock.pass(5 * SECOND);
  await rig.stop();
  await second.clock.pass(15 * MINUTE);
  assert.equal(second.events[0], "01-15 13:15:23 sync Errors_Hotlist!");
  await second.stop();
});

Deno.test("a daemon whose lease was taken over while it was asleep ends and says so", async () => {
  const rig = new DaemonRig("2026-01-15T12:00:00Z");
  const ended = rig.start();
  await rig.clock.pass(MINUTE);
  rig.clock.jump(2 * MINUTE);
  acquireLease(rig.db, "daemon", { holder: "another", now: rig.clock.now(), ttlMs: MINUTE });
  await Promise.all([
    assert.rejects(ended, { kind: "lease-held", message: /took the lease over$/ }),
    rig.clock.pass(MINUTE),
  ]);
});

Deno.test("a daemon waits while another process runs a cycle of its own", async () => {
  const rig = await running();
  const lease = acquireLease(rig.db, "cycle", {
    holder: "process 9",
    now: rig.clock.now() + 14 * MINUTE,
    ttlMs: MINUTE,
  });
  await rig.clock.pass(14 * MINUTE + 40 * SECOND);
  assert.deepEqual(rig.taken(), []);
  if (lease.kind === "held") releaseLease(rig.db, "cycle", lease.token);
  await rig.clock.pass(10 * SECOND);
  assert.equal(rig.events[0], "01-15 13:15:41 sync Errors_Hotlist!");
  await rig.stop();
});

Deno.test("a daemon that is asked to stop while it waits for another's cycle does not wait on", async () => {
  const rig = await running();
  acquireLease(rig.db, "cycle", {
    holder: "process 9",
    now: rig.clock.now() + 14 * MINUTE,
    ttlMs: MINUTE,
  });
  await rig.clock.pass(14 * MINUTE + 30 * SECOND);
  const ended = rig.stop();
  await rig.clock.pass(1 * SECOND);
  await ended;
  assert.deepEqual(rig.events, []);
  const urgent = loadSchedule(rig.db).find(({ job }) => job === "urgent Errors_Hotlist");
  assert.deepEqual([urgent?.lastStatus, urgent?.failures], ["ok", 0]);
});
