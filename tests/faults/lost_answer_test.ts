/**
 * A write that Google applied and never answered, and agents that write on before anybody looks: what
 * stands in the sheet is the mirror's own, and must not pass for what a human wrote.
 *
 * @module
 */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { putCells, screenOf, settle, unavailable, Wire } from "../helpers/hands.ts";
import { approval, error, run, World } from "../helpers/world.ts";

/** Runs a cycle in which values are written, the answer is lost, and then the network is gone. */
async function loseAnswer(world: World, wire: Wire): Promise<void> {
  let isGone = false;
  const report = await wire.during(async (call, handle) => {
    if (isGone) return unavailable();
    const answer = await handle();
    isGone = call.path.includes("batchUpdateByDataFilter");
    return isGone ? unavailable() : answer;
  }, () => world.cycle());
  assert.ok(isGone, "values were written");
  assert.notEqual(report.status, "ok");
  world.clock.advance(60_000);
}

/** What the audit says that humans did. */
function humanDeeds(world: World): unknown[] {
  return world.db.all(
    "SELECT tab, row_id, column, verdict FROM mirror_audit WHERE actor = 'human'",
  );
}

Deno.test("faults: what an unanswered write left behind is no edit of a human, although agents wrote on", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a", { notes: "line 0" }));
  world.insert("runs", run("r", { status: "running", completed_at: null, output: "" }));
  world.insert("errors", error("e", { resolution: "none yet" }));
  await settle(world);
  world.change("approvals", "a", { notes: "line 0\nline 1", item: "changed once" });
  world.change("runs", "r", { status: "success", completed_at: "2026-01-15T10:00:00Z" });
  world.change("errors", "e", { resolution: "rebooted" });
  await loseAnswer(world, wire);
  assert.equal((await screenOf(world, "Runs")).get("r")?.cells[3], "success", "it has landed");

  world.change("approvals", "a", { notes: "line 0\nline 1\nline 2", item: "changed twice" });
  world.change("runs", "r", { status: "failed", completed_at: "2026-01-15T10:01:00Z" });
  world.change("errors", "e", { resolution: "rebooted again" });
  await settle(world);

  assert.deepEqual(world.values("approvals", "a", "notes", "item"), [
    "line 0\nline 1\nline 2",
    "changed twice",
  ]);
  assert.deepEqual(world.values("errors", "e", "resolution"), ["rebooted again"]);
  assert.deepEqual(humanDeeds(world), []);
  assert.deepEqual(world.db.all("SELECT code FROM mirror_finding"), []);
  const shown = must((await screenOf(world, "Pending_Approvals")).get("a"), "a").cells;
  assert.deepEqual([shown[3], shown[6]], ["changed twice", "line 0\nline 1\nline 2"]);
  assert.deepEqual(
    world.db.all("SELECT * FROM mirror_intent"),
    [],
    "nothing is under way any more",
  );
});

Deno.test("faults: what a human adds to an unanswered write is taken once, beside what agents wrote on", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a", { notes: "line 0" }));
  await settle(world);
  world.change("approvals", "a", { notes: "line 0\nagent 1" });
  await loseAnswer(world, wire);
  const { row } = must((await screenOf(world, "Pending_Approvals")).get("a"), "a");
  await putCells(world, "Pending_Approvals", [
    { row, column: 6, value: "line 0\nagent 1\nhuman" },
  ]);
  world.change("approvals", "a", { notes: "line 0\nagent 1\nagent 2" });
  await settle(world);
  assert.deepEqual(world.values("approvals", "a", "notes"), ["line 0\nagent 1\nagent 2\nhuman"]);
});

Deno.test("faults: a write that never landed is written by the next cycle, and is the agents' in the audit", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("runs", run("r", { output: "first" }));
  await settle(world);
  world.change("runs", "r", { output: "second" });
  await wire.during(
    (call, handle) => call.kind === "read" ? handle() : Promise.resolve(unavailable()),
    () => world.cycle(),
  );
  world.clock.advance(60_000);
  await settle(world);
  assert.equal((await screenOf(world, "Runs")).get("r")?.cells[6], "second");
  const exported = world.history("r").filter(({ verdict }) => verdict === "exported");
  assert.deepEqual(exported.map(({ newValue }) => newValue), ["second"]);
  assert.deepEqual(humanDeeds(world), []);
});
