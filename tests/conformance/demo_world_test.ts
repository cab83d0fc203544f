/** The sample world through whole cycles, every answer held against Google's discovery document. @module */

import assert from "node:assert/strict";
import { seedWorld } from "../../src/embedded/world.ts";
import { screenOf, settle } from "../helpers/hands.ts";
import { tabOf, World } from "../helpers/world.ts";

Deno.test("the sample world is set up, exported, edited and settled with documented answers", async () => {
  await using world = await World.start({ timeZone: "America/St_Johns", locale: "de_DE" });
  const now = world.clock.now();
  seedWorld(world.db, { seed: 7, runs: 150, approvals: 150, errors: 40, days: 30, now });
  const first = await world.cycle();
  assert.equal(first.status, "ok");
  assert.ok(tabOf(first, "Runs").added > 90);

  const screen = await screenOf(world, "Pending_Approvals");
  const pending = [...screen.values()].filter(({ cells }) => cells[4] === "pending").slice(0, 6);
  assert.equal(pending.length, 6);
  for (const [index, { row }] of pending.entries()) {
    const word = ["approved", "rejected", "aproved", "=A1", "", "TRUE"][index] ?? "";
    await world.editor.type("Pending_Approvals", `E${row}`, word);
  }
  await world.owner.sort("Pending_Approvals", "D");
  const second = await world.cycle();
  assert.equal(tabOf(second, "Pending_Approvals").imported, 2);
  await settle(world);
});
