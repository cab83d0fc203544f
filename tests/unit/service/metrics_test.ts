import assert from "node:assert/strict";
import { isoTime } from "../../../src/base/clock.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { recordCycle, summarise, type Summary } from "../../../src/service/metrics.ts";
import { approval, error, run, World } from "../../helpers/world.ts";
import { edit, HOUR_MS } from "./_fixtures.ts";

/** Runs a cycle and measures it. */
async function measured(world: World): Promise<void> {
  const report = await world.cycle();
  world.db.transaction(() => recordCycle(world.db, atlas, report, world.clock.now()));
}

function today(world: World): Summary {
  const now = world.clock.now();
  return summarise(world.db, { from: now - 48 * HOUR_MS, to: now + 1 });
}

Deno.test("recordCycle() measures syncs, requests and what was moved", async () => {
  await using world = await World.start();
  world.insert("runs", run("run-1"));
  world.insert("approvals", approval("approval-1"));
  await measured(world);
  const { completion, validation, requests, latency, imports } = today(world);
  assert.deepEqual(completion, { good: 3, total: 3, rate: 1 });
  assert.deepEqual(validation, { good: 2, total: 2, rate: 1 });
  assert.ok(requests.read > 0 && requests.write > 0);
  assert.equal(latency?.count, 1);
  assert.equal(imports, 0);
});

Deno.test("recordCycle() measures the time from a request to the human's decision, once", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("approval-1", { requested_at: "2026-01-15T12:00:00Z" }));
  world.insert("approvals", approval("approval-2", { requested_at: "2026-01-15 13:00" }));
  world.insert("approvals", approval("approval-3"));
  await measured(world);
  assert.equal(today(world).response, null);

  world.clock.advance(HOUR_MS);
  await edit(world, "approvals", "approval-1", "status", "approved");
  await edit(world, "approvals", "approval-2", "status", "rejected");
  // An agent that decides is no human that responds.
  world.change("approvals", "approval-3", {
    status: "approved",
    decided_at: isoTime(world.clock.now()),
  });
  await measured(world);
  await measured(world);

  const { response, responseByTab } = today(world);
  assert.equal(response?.count, 2);
  const seconds = (at: string) => (world.clock.now() - Date.parse(at)) / 1000;
  const [long, short] = [seconds("2026-01-15T12:00:00Z"), seconds("2026-01-15T13:00:00Z")];
  assert.ok(Math.abs((response?.mean ?? 0) - (long + short) / 2) < 60, JSON.stringify(response));
  assert.ok(Math.abs((response?.p50 ?? 0) - short) < 60);
  assert.ok(Math.abs((response?.p95 ?? 0) - long) < 60);
  assert.deepEqual([...responseByTab.keys()], ["Pending_Approvals"]);
});

Deno.test("recordCycle() measures resolutions by severity, whoever resolved the error", async () => {
  await using world = await World.start();
  world.insert("errors", error("err-1", { severity: "critical" }));
  world.insert("errors", error("err-2", { severity: "low" }));
  world.insert("errors", error("mirror-1", { severity: "medium" }));
  world.insert("errors", error("err-3", { severity: "high" }));
  await measured(world);
  world.clock.advance(HOUR_MS);
  await edit(world, "errors", "err-1", "resolved", "true");
  const resolved = { resolved: "true", resolved_at: "2026-01-15T10:00:00Z" };
  world.change("errors", "err-2", resolved);
  world.change("errors", "mirror-1", resolved);
  world.insert("errors", error("err-4", { severity: "low", ...resolved }));
  await measured(world);
  const { resolution } = today(world);
  assert.deepEqual([...resolution.keys()].sort(), ["critical", "low"]);
  assert.equal(resolution.get("critical")?.count, 1);
  // One that was exported and one that came into the sheet already resolved.
  assert.equal(resolution.get("low")?.count, 2);
  assert.equal(resolution.get("low")?.mean, 3_600);
});

Deno.test("recordCycle() counts a refusal and a row that stays back once as failed validation", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("approval-1"));
  world.insert("runs", run("run-1", { status: "exploded" }));
  await measured(world);
  await measured(world);
  await edit(world, "approvals", "approval-1", "status", "maybe");
  await measured(world);
  await measured(world);
  const { validationByTab, refusals } = today(world);
  assert.equal(refusals, 1);
  const bad = (tab: string) => {
    const { good, total } = validationByTab.get(tab) ?? { good: 0, total: 0 };
    return total - good;
  };
  assert.equal(bad("Runs"), 1);
  assert.equal(bad("Pending_Approvals"), 1);
});

Deno.test("recordCycle() measures what the audit got while nobody measured", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("approval-1"));
  await measured(world);
  await edit(world, "approvals", "approval-1", "status", "approved");
  // The process is killed between the cycle and its measurement.
  await world.cycle();
  world.clock.advance(HOUR_MS);
  await measured(world);
  assert.equal(today(world).response?.count, 1);
});
