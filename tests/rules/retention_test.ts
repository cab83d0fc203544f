/** How long a row stays: the figures of the contract, to the day and to the row. @module */

import assert from "node:assert/strict";
import { idsOf, putCells, screenOf, settle } from "../helpers/hands.ts";
import { must } from "../../src/base/assert.ts";
import { approval, error, run, World } from "../helpers/world.ts";

const DAY_MS = 86_400_000;

/** The time so many days before now, and a minute to the far or near side of it. */
function daysAgo(world: World, days: number, minutes: number): string {
  return new Date(world.clock.now() - days * DAY_MS - minutes * 60_000).toISOString();
}

Deno.test("retention: the newest hundred runs stay, running ones whatever their age", async () => {
  await using world = await World.start();
  for (let index = 0; index < 105; index++) {
    const started_at = new Date(Date.UTC(2026, 0, 1) + index * 3_600_000).toISOString();
    world.insert("runs", run(`r${String(index).padStart(3, "0")}`, { started_at }));
  }
  world.insert("runs", run("stuck", { status: "running", started_at: "2025-06-01T00:00:00Z" }));
  await settle(world);
  const ids = await idsOf(world, "Runs");
  assert.equal(ids.length, 101);
  assert.ok(ids.includes("stuck") && ids.includes("r005") && !ids.includes("r004"));
  assert.equal(world.values("runs", "r004", "archived_at")[0], null, "it was never shown");

  world.insert("runs", run("newest", { started_at: "2026-01-15T14:00:00Z" }));
  world.change("runs", "stuck", { status: "failed" });
  await settle(world);
  const now = await idsOf(world, "Runs");
  assert.deepEqual([now.length, now[0]], [100, "newest"]);
  assert.ok(!now.includes("stuck") && !now.includes("r005") && now.includes("r006"));
  assert.ok(world.values("runs", "r005", "archived_at")[0]);
  assert.ok(world.values("runs", "stuck", "archived_at")[0]);
});

Deno.test("retention: resolved errors stay thirty days, open ones for ever", async () => {
  await using world = await World.start();
  const resolved = "true";
  world.insert("errors", error("young", { resolved, resolved_at: daysAgo(world, 30, -1) }));
  world.insert("errors", error("old", { resolved, resolved_at: daysAgo(world, 30, 1) }));
  world.insert("errors", error("open", { occurred_at: "2020-01-01T00:00:00Z" }));
  world.insert("errors", error("reopened", { resolved_at: daysAgo(world, 300, 0) }));
  world.insert("errors", error("undated", { resolved }));
  await settle(world);
  assert.deepEqual((await idsOf(world, "Errors_Hotlist")).toSorted(), [
    "open",
    "reopened",
    "undated",
    "young",
  ]);
  world.clock.advance(2 * 60_000);
  await settle(world);
  assert.ok(!(await idsOf(world, "Errors_Hotlist")).includes("young"));
  assert.ok(world.values("errors", "young", "archived_at")[0]);
  assert.equal(world.values("errors", "old", "archived_at")[0], null, "it was never shown");
});

Deno.test("retention: a resolved error without a time leaves thirty days after it was first seen so", async () => {
  await using world = await World.start();
  world.insert("errors", error("undated", { resolved: "true" }));
  world.insert("errors", error("reopened", { resolved: "true" }));
  await settle(world);
  world.clock.advance(29 * DAY_MS);
  world.change("errors", "reopened", { resolved: "false" });
  await settle(world);
  world.change("errors", "reopened", { resolved: "true" });
  await settle(world);
  world.clock.advance(2 * DAY_MS);
  await settle(world);
  assert.deepEqual(await idsOf(world, "Errors_Hotlist"), ["reopened"]);
  assert.ok(world.values("errors", "undated", "archived_at")[0]);
});

Deno.test("retention: decided approvals stay ninety days, pending ones for ever", async () => {
  await using world = await World.start();
  for (const status of ["approved", "rejected"]) {
    const young = { status, decided_at: daysAgo(world, 90, -1) };
    world.insert("approvals", approval(`young ${status}`, young));
    world.insert(
      "approvals",
      approval(`old ${status}`, { ...young, decided_at: daysAgo(world, 90, 1) }),
    );
  }
  world.insert("approvals", approval("pending", { requested_at: "2020-01-01T00:00:00Z" }));
  await settle(world);
  const shown = ["pending", "young approved", "young rejected"];
  assert.deepEqual((await idsOf(world, "Pending_Approvals")).toSorted(), shown);
  world.clock.advance(2 * 60_000);
  await settle(world);
  assert.deepEqual(await idsOf(world, "Pending_Approvals"), ["pending"]);
  assert.ok(world.values("approvals", "young approved", "archived_at")[0]);
});

Deno.test("retention: what a human wrote on a row that is due to leave is imported before it goes", async () => {
  await using world = await World.start();
  world.insert(
    "approvals",
    approval("a", { status: "approved", decided_at: daysAgo(world, 89, 0) }),
  );
  world.insert("approvals", approval("b"));
  await settle(world);
  const row = must((await screenOf(world, "Pending_Approvals")).get("a"), "the row").row;
  await putCells(world, "Pending_Approvals", [{ row, column: 6, value: "went well" }]);
  world.clock.advance(2 * DAY_MS);
  await world.cycle();
  assert.deepEqual(await idsOf(world, "Pending_Approvals"), ["a", "b"], "not under their hands");
  await settle(world);
  assert.deepEqual(await idsOf(world, "Pending_Approvals"), ["b"]);
  assert.equal(world.values("approvals", "a", "notes")[0], "went well");
  assert.ok(world.values("approvals", "a", "archived_at")[0]);
});
