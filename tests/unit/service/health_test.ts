import assert from "node:assert/strict";
import { must } from "../../../src/base/assert.ts";
import { isoTime, systemClock } from "../../../src/base/clock.ts";
import { AtlasError } from "../../../src/base/errors.ts";
import { healthChecks, type HealthInput } from "../../../src/service/health_checks.ts";
import { gatherHealth } from "../../../src/service/health_facts.ts";
import { probe } from "../../../src/service/health_probe.ts";
import { recordCycle } from "../../../src/service/metrics.ts";
import { type Check, pluginOutput, worstStatus } from "../../../src/service/plugin_output.ts";
import { openAlert } from "../../../src/store/alerts.ts";
import { writeHeartbeat } from "../../../src/store/heartbeat.ts";
import { quickCheck } from "../../../src/store/integrity.ts";
import { pauseTab } from "../../../src/store/pauses.ts";
import { writeProbe } from "../../../src/store/probe.ts";
import { createMasker } from "../../../src/text/secrets.ts";
import { parsePluginOutput } from "../../helpers/plugin_grammar.ts";
import { approval, error, run, World } from "../../helpers/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const masker = createMasker();

/** A world that was just synced by a daemon that is alive. */
async function healthyWorld(): Promise<World> {
  const world = await World.start();
  world.insert("approvals", approval("approval-1"));
  world.insert("runs", run("run-1"));
  world.insert("errors", error("error-1"));
  await sync(world);
  quickCheck(world.db, world.clock.now());
  beat(world);
  return world;
}

async function sync(world: World): Promise<void> {
  const report = await world.cycle();
  world.db.transaction(() => recordCycle(world.db, world.contract, report, world.clock.now()));
}

function beat({ db, clock }: World): void {
  const at = isoTime(clock.now());
  writeHeartbeat(db, { at, startedAt: at, holder: "process 7 (abc)" });
}

function checksOf(world: World, more: Partial<HealthInput> = {}): readonly Check[] {
  const facts = gatherHealth(world.db, world.contract, world.clock.now());
  return healthChecks({ facts, mode: "daemon", probe: null, ...more });
}

function find(checks: readonly Check[], name: string, tab: string | null = null): Check {
  return must(checks.find((check) => check.name === name && check.tab === tab), name);
}

/** The checks that are not OK. */
function complaints(checks: readonly Check[]): string[] {
  return checks.filter(({ status }) => status !== "OK").map(({ name, tab, status }) =>
    [name, tab, status].filter((part) => part !== null).join(" ")
  );
}

function probeOf(world: World, client = world.client) {
  const { db, contract } = world;
  // The world's own clock jumps to the end of every sleep, so the limit would be over at once.
  const clock = { now: () => world.clock.now(), sleep: systemClock.sleep };
  return probe({ db, client, contract, clock, masker }, new AbortController().signal);
}

Deno.test("healthChecks() find nothing wrong with a mirror that was just synced", async () => {
  await using world = await healthyWorld();
  const checks = checksOf(world, { probe: await probeOf(world) });
  assert.deepEqual(complaints(checks), []);
  assert.equal(find(checks, "sample").message, "3 recent rows are the same on both sides");
  const read = parsePluginOutput(pluginOutput(checks));
  assert.equal(read.status, "OK");
  for (const label of ["last-sync Runs", "completion", "daemon", "connectivity"]) {
    assert(read.perfdata.some((figure) => figure.label === label), label);
  }
});

Deno.test("healthChecks() warn of a tab a little after its cadence and cry after two", async () => {
  await using world = await healthyWorld();
  const after = (ms: number) => {
    world.clock.advance(ms);
    beat(world);
    return find(checksOf(world), "last-sync", "Runs").status;
  };
  assert.equal(after(65 * MINUTE), "OK");
  assert.equal(after(MINUTE), "WARNING");
  assert.equal(after(54 * MINUTE), "WARNING");
  assert.equal(after(MINUTE), "CRITICAL");
});

Deno.test("healthChecks() have the figures of the contract as thresholds", async () => {
  await using world = await healthyWorld();
  const { figure } = find(checksOf(world), "last-sync", "Runs");
  assert.deepEqual(figure, {
    value: 0,
    unit: "s",
    threshold: { bad: "above", warn: 3_900, crit: 7_200 },
  });
  assert.equal(find(checksOf(world), "completion").figure?.threshold.warn, 99);
});

Deno.test("healthChecks() tell a daemon that is silent from one that never ran", async () => {
  await using world = await healthyWorld();
  world.clock.advance(6 * MINUTE);
  assert.equal(find(checksOf(world), "daemon").status, "WARNING");
  world.clock.advance(10 * MINUTE);
  assert.equal(find(checksOf(world), "daemon").status, "CRITICAL");
  assert.match(find(checksOf(world), "daemon").message, /process 7 .* no sign of life for 16 min/);
  world.db.run("DELETE FROM mirror_meta WHERE key = 'heartbeat'");
  assert.match(find(checksOf(world), "daemon").message, /no daemon ever ran/);
});

Deno.test("healthChecks() judge the last cycle instead of the daemon where a timer runs it", async () => {
  await using world = await healthyWorld();
  world.db.run("DELETE FROM mirror_meta WHERE key = 'heartbeat'");
  assert.deepEqual(complaints(checksOf(world, { mode: "timer" })), []);
  world.clock.advance(3 * HOUR);
  assert.equal(find(checksOf(world, { mode: "timer" }), "last-cycle").status, "CRITICAL");
});

Deno.test("healthChecks() warn of an installation that has done nothing yet", async () => {
  await using world = await World.start();
  assert.deepEqual(complaints(checksOf(world)), [
    "integrity WARNING",
    "daemon WARNING",
    "last-sync Pending_Approvals WARNING",
    "last-sync Runs WARNING",
    "last-sync Errors_Hotlist WARNING",
  ]);
});

Deno.test("healthChecks() call a damaged database critical and an old check a warning", async () => {
  await using world = await healthyWorld();
  world.clock.advance(27 * HOUR);
  assert.equal(find(checksOf(world), "integrity").status, "WARNING");
  world.db.run(
    "UPDATE mirror_meta SET value = ? WHERE key = 'quick_check'",
    JSON.stringify({ ok: false, message: "page 7", at: isoTime(world.clock.now()) }),
  );
  const check = find(checksOf(world), "integrity");
  assert.equal(check.status, "CRITICAL");
  assert.match(check.message, /page 7; restore it from a backup/);
});

Deno.test("healthChecks() warn of paused tabs and leave out when they were synced", async () => {
  await using world = await healthyWorld();
  pauseTab(world.db, { tab: "Runs", since: isoTime(world.clock.now()), reason: "--pause" });
  world.clock.advance(5 * HOUR);
  const checks = checksOf(world);
  assert.equal(find(checks, "paused").status, "WARNING");
  assert.match(find(checks, "paused").message, /Runs for 5 h/);
  assert(!checks.some(({ name, tab }) => name === "last-sync" && tab === "Runs"));
});

Deno.test("healthChecks() warn of anchors that do not hold", async () => {
  await using world = await healthyWorld();
  writeProbe(world.db, { at: isoTime(world.clock.now()), anchorsHold: false, broken: [] });
  assert.equal(find(checksOf(world), "anchors").status, "WARNING");
  writeProbe(world.db, { at: isoTime(world.clock.now()), anchorsHold: true, broken: [] });
  assert(!checksOf(world).some(({ name }) => name === "anchors"));
});

Deno.test("healthChecks() warn of a guard and of syncs that were not completed", async () => {
  await using world = await healthyWorld();
  await world.owner.renameHeader("Runs", "Status", "State");
  await sync(world);
  const checks = checksOf(world);
  assert.match(find(checks, "guards").message, /Runs \(structure\)/);
  const completion = find(checks, "completion");
  assert.equal(completion.status, "WARNING");
  assert.equal(completion.figure?.value, 83.333);
});

Deno.test("healthChecks() cry over a critical error that nobody acknowledges", async () => {
  await using world = await healthyWorld();
  world.insert(
    "errors",
    error("error-2", { severity: "critical", occurred_at: isoTime(world.clock.now()) }),
  );
  await sync(world);
  assert.equal(find(checksOf(world), "unacknowledged").status, "OK");
  world.clock.advance(121 * MINUTE);
  await sync(world);
  const check = find(checksOf(world), "unacknowledged");
  assert.equal(check.status, "CRITICAL");
  assert.match(check.message, /error-2; write into Notes/);
  const row = (await world.editor.read("Errors_Hotlist")).findIndex(([id]) => id === "error-2");
  await world.editor.type("Errors_Hotlist", `H${row + 1}`, "on it");
  await sync(world);
  assert.equal(find(checksOf(world), "unacknowledged").status, "OK");
});

Deno.test("healthChecks() pass the open alerts on", async () => {
  await using world = await healthyWorld();
  const alert = { tab: "Runs", message: "it fails", count: 1 };
  openAlert(
    world.db,
    { rule: "errors-rising", severity: "warning", ...alert },
    isoTime(world.clock.now()),
  );
  assert.deepEqual(complaints(checksOf(world)), ["warning-alerts WARNING"]);
  openAlert(
    world.db,
    { rule: "sync-failing", severity: "critical", ...alert },
    isoTime(world.clock.now()),
  );
  assert.equal(worstStatus(checksOf(world).map(({ status }) => status)), "CRITICAL");
});

Deno.test("healthChecks() judge how long people take by the contract's four hours", async () => {
  await using world = await healthyWorld();
  await world.editor.type("Pending_Approvals", "E2", "approved");
  await sync(world);
  const check = find(checksOf(world), "response-time");
  // Requested at 9:00, decided at 14:30.
  assert.equal(check.figure?.value, 5.5 * 3_600);
  assert.equal(check.status, "WARNING");
});

Deno.test("probe() finds a cell of the database that somebody edited, and no other edit", async () => {
  await using world = await healthyWorld();
  await world.owner.type("Pending_Approvals", "G2", "a note on its way");
  world.change("runs", "run-1", { status: "failed" });
  assert.deepEqual((await probeOf(world)).sample?.different, []);
  await world.owner.type("Pending_Approvals", "D2", "something else");
  const { sample } = await probeOf(world);
  assert.deepEqual(sample?.different, [
    { tab: "Pending_Approvals", row: "approval-1", what: "Item" },
  ]);
});

Deno.test("probe() changes nothing in the database or the sheet", async () => {
  await using world = await healthyWorld();
  await world.owner.type("Pending_Approvals", "D2", "something else");
  const { write } = world.sheet.requests;
  const before = world.db.get("PRAGMA data_version");
  const changes = world.db.get("SELECT total_changes() AS n");
  await probeOf(world);
  gatherHealth(world.db, world.contract, world.clock.now());
  assert.equal(world.sheet.requests.write, write);
  assert.deepEqual(world.db.get("PRAGMA data_version"), before);
  assert.deepEqual(world.db.get("SELECT total_changes() AS n"), changes);
});

Deno.test("probe() reports a server that refuses, and one that does not answer in time", async () => {
  await using world = await healthyWorld();
  const failing = (work: (signal?: AbortSignal) => Promise<never>) => ({
    ...world.client,
    look: (_ranges: readonly string[], _known: ReadonlySet<string>, signal?: AbortSignal) =>
      work(signal),
  });
  const refused = await probeOf(
    world,
    failing(() => Promise.reject(new AtlasError("server", "Google answered 500"))),
  );
  assert.deepEqual(refused.connectivity, { kind: "failed", reason: "Google answered 500" });
  assert.deepEqual(complaints(checksOf(world, { probe: refused })), ["connectivity WARNING"]);

  const { db, contract } = world;
  const hanging = failing((signal) =>
    new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(new AtlasError("stopped", "Cannot read")));
    })
  );
  const clock = {
    now: () => world.clock.now(),
    sleep: (ms: number) => {
      world.clock.advance(ms);
      return Promise.resolve();
    },
  };
  const silent = await probe(
    { db, client: hanging, contract, clock, masker },
    new AbortController().signal,
  );
  assert.deepEqual(silent.connectivity, {
    kind: "failed",
    reason: "Google did not answer within 10 s",
  });
});
