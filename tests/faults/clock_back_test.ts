/**
 * A clock that is set back, by an hour, a day or forty days: nothing waits until it has caught up,
 * nothing runs in circles, and nothing that was done is undone or done again.
 *
 * @module
 */

import assert from "node:assert/strict";
import { seededRandom } from "../../src/base/random.ts";
import { readLiveness } from "../../src/service/liveness.ts";
import { withLease } from "../../src/service/with_lease.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { acquireLease } from "../../src/store/lease.ts";
import { testFolder } from "../cli/program.ts";
import { type Evening, eveningBefore, eveningOf, everythingHappens } from "../helpers/busy_day.ts";
import { idsOf, settle, Wire } from "../helpers/hands.ts";
import { WatchedRig } from "../helpers/watched_rig.ts";
import { error, World } from "../helpers/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SETBACKS = [["an hour", HOUR], ["a day", DAY], ["forty days", 40 * DAY]] as const;

/** The evening without any times at all: just they differ here. */
function timeless(evening: Evening): unknown {
  const time = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?/g;
  return JSON.parse(JSON.stringify(evening).replace(time, "then"));
}

async function playDay(before: number, after: number): Promise<unknown> {
  await using world = await eveningBefore();
  world.clock.advance(before);
  await everythingHappens(world);
  await world.cycle();
  world.clock.advance(after);
  await settle(world);
  return timeless(await eveningOf(world));
}

for (const [name, ms] of SETBACKS) {
  Deno.test(`faults: a clock that is set back ${name} before or after a cycle changes nothing but times`, async () => {
    const expected = await playDay(0, 0);
    assert.deepEqual(await playDay(-ms, 0), expected, "before it");
    assert.deepEqual(await playDay(0, -ms), expected, "after it");
  });
}

Deno.test("faults: a row that retention took out stays out when the clock is set back, and leaves once", async () => {
  await using world = await World.start();
  const resolved_at = new Date(world.clock.now() - 30 * DAY - MINUTE).toISOString();
  world.insert("errors", error("old"));
  world.insert("errors", error("open"));
  await settle(world);
  world.change("errors", "old", { resolved: "true", resolved_at });
  await settle(world);
  const archivedAt = world.values("errors", "old", "archived_at");
  for (const back of [-HOUR, -DAY, 2 * DAY]) {
    world.clock.advance(back);
    await settle(world);
    assert.deepEqual(await idsOf(world, "Errors_Hotlist"), ["open"]);
  }
  assert.deepEqual(world.values("errors", "old", "archived_at"), archivedAt);
  assert.equal(world.history("old").filter(({ verdict }) => verdict === "archived").length, 1);
});

Deno.test("faults: a cycle whose clock is set back keeps its lease, and nobody waits for a dead one", async () => {
  for (const [, ms] of SETBACKS) {
    const wire = new Wire();
    await using world = await World.start({ intercept: wire.intercept });
    const { db, clock } = world;
    world.insert("errors", error("new"));
    // Another process that was killed while it held the lease.
    acquireLease(db, "cycle", { holder: "dead", now: clock.now(), ttlMs: MINUTE });
    clock.advance(-ms);
    // The lease is renewed by sleeping, which takes no time here.
    const still = { now: () => clock.now(), sleep: waitForEver };
    const context = { clock: still, random: seededRandom(3), pid: 1, signal: never.signal };
    const report = await withLease(
      db,
      context,
      { wait: false },
      async ({ fence }) =>
        await wire.during((_call, handle) => {
          clock.advance(-MINUTE);
          return handle();
        }, () => world.cycle({}, { fence })),
    );
    assert.equal(report.status, "ok");
    assert.deepEqual(await idsOf(world, "Errors_Hotlist"), ["new"]);
  }
});

const never = new AbortController();

function waitForEver(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** A daemon that has run for ten minutes. */
async function running(folder: string): Promise<WatchedRig> {
  const rig = new WatchedRig("2026-01-15T13:00:00Z", folder);
  rig.start();
  await rig.clock.pass(10 * MINUTE);
  rig.taken();
  return rig;
}

for (const [name, ms] of SETBACKS) {
  Deno.test(`faults: a daemon whose clock is set back ${name} goes on at its cadences, no more and no less`, async () => {
    await using folder = await testFolder();
    const rig = await running(folder.path);
    rig.clock.jump(-ms);
    await rig.clock.pass(3 * HOUR);
    const events = rig.taken();
    const count = (what: string) => events.filter((event) => event.includes(what)).length;
    assert.ok([3, 4].includes(count("sync Pending_Approvals")), events.join("\n"));
    assert.ok(count("sync Errors_Hotlist!") >= 8 && count("sync Errors_Hotlist!") <= 10);
    assert.ok(count(" health") >= 11 && count(" health") <= 13);
    assert.equal(count("told critical"), 0, events.join("\n"));
    assert.equal(readLiveness(rig.db, atlas, rig.clock.now()).status, "ok");
    await rig.stop();
  });

  Deno.test(`faults: humans are told of an outage that begins as the clock is set back ${name}`, async () => {
    await using folder = await testFolder();
    const rig = await running(folder.path);
    rig.play = (options) => Promise.resolve(rig.blackout(options));
    rig.clock.jump(-ms);
    await rig.clock.pass(130 * MINUTE);
    const told = rig.taken().filter((event) => event.includes("told critical alert: Sync fails"));
    assert.equal(told.length, 3, "each tab once");
    await rig.stop();
  });

  Deno.test(`faults: a message that waits while the clock is set back ${name} is sent all the same`, async () => {
    await using folder = await testFolder();
    const rig = await running(folder.path);
    rig.receives = false;
    const occurred_at = "2025-11-01T00:00:00Z";
    rig.insert("errors", error("err-a", { severity: "critical", occurred_at }));
    await rig.clock.pass(20 * MINUTE);
    rig.taken();
    rig.clock.jump(-ms);
    rig.receives = true;
    await rig.clock.pass(40 * MINUTE);
    const told = rig.taken().filter((event) => event.includes("told critical alert: Critical"));
    assert.equal(told.length, 1);
    await rig.stop();
  });

  Deno.test(`faults: a daemon that died before the clock was set back ${name} is not taken for alive`, async () => {
    await using folder = await testFolder();
    const rig = await running(folder.path);
    await rig.stop();
    const now = rig.clock.now() - ms;
    const { status, reasons } = readLiveness(rig.db, atlas, now);
    assert.equal(status, "failing");
    assert.match(reasons.join(), /no sign of life for/);
  });
}
