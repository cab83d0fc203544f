/** The tick between two whole syncs: everything is read and judged, only urgent rows are synced. @module */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { lastTabSuccesses } from "../../src/store/tabs.ts";
import { error, figuresOf, tabOf, World } from "../helpers/world.ts";

const ERRORS = "Errors_Hotlist";
const URGENT = { tabs: [ERRORS], urgentOnly: [ERRORS] } as const;

/** A synced tab with one critical error and three others. */
async function syncedWorld(): Promise<World> {
  const world = await World.start();
  world.insert("errors", error("err-critical", { severity: "critical" }));
  for (const id of ["err-1", "err-2", "err-3"]) world.insert("errors", error(id));
  await world.cycle();
  return world;
}

async function resolve(world: World, id: string): Promise<void> {
  const row = must(await world.editor.findRow(ERRORS, id), id);
  await world.editor.type(ERRORS, `F${row}`, "true");
}

Deno.test("an urgent cycle imports and exports rows that are critical in the database, and no others", async () => {
  await using world = await syncedWorld();
  await resolve(world, "err-critical");
  await resolve(world, "err-1");
  world.insert("errors", error("err-new", { severity: "critical" }));
  world.insert("errors", error("err-later"));
  const report = await world.cycle(URGENT);
  assert.deepEqual(figuresOf(tabOf(report, ERRORS)), { imported: 1, added: 1 });
  assert.deepEqual(world.values("errors", "err-critical", "resolved"), ["true"]);
  assert.deepEqual(world.values("errors", "err-1", "resolved"), ["false"]);
  assert.notEqual(await world.owner.findRow(ERRORS, "err-new"), null);
  assert.equal(await world.owner.findRow(ERRORS, "err-later"), null);

  const whole = await world.cycle({ tabs: [ERRORS] });
  assert.deepEqual(figuresOf(tabOf(whole, ERRORS)), { imported: 1, added: 1 });
  assert.deepEqual(world.values("errors", "err-1", "resolved"), ["true"]);
});

Deno.test("an urgent cycle takes a row that became critical, and leaves one that is no longer", async () => {
  await using world = await syncedWorld();
  world.change("errors", "err-1", { severity: "critical" });
  world.change("errors", "err-critical", { severity: "low" });
  const report = await world.cycle(URGENT);
  assert.deepEqual(figuresOf(tabOf(report, ERRORS)), { exported: 1 });
});

Deno.test("an urgent cycle does not believe a severity that a human wrote into the sheet", async () => {
  await using world = await syncedWorld();
  const row = must(await world.owner.findRow(ERRORS, "err-2"), "err-2");
  await world.owner.type(ERRORS, `E${row}`, "critical");
  await resolve(world, "err-2");
  const report = await world.cycle(URGENT);
  assert.deepEqual(figuresOf(tabOf(report, ERRORS)), {});
  assert.deepEqual(world.values("errors", "err-2", "resolved", "severity"), ["false", "high"]);
});

Deno.test("an urgent cycle checks structure and guards on the whole tab", async () => {
  await using world = await syncedWorld();
  await world.owner.type(ERRORS, "C1", "Mistake");
  const headers = await world.cycle(URGENT);
  assert.deepEqual(tabOf(headers, ERRORS).guards.map(({ guard }) => guard), ["structure"]);
  await world.owner.type(ERRORS, "C1", "Error");
  for (const id of ["err-1", "err-2", "err-3", "err-critical"]) {
    const row = must(await world.owner.findRow(ERRORS, id), id);
    await world.owner.deleteRow(ERRORS, row);
  }
  const emptied = await world.cycle(URGENT);
  assert.deepEqual(tabOf(emptied, ERRORS).guards.map(({ guard }) => guard), ["tab-empty"]);
});

Deno.test("an urgent cycle is no success of the whole tab", async () => {
  await using world = await syncedWorld();
  const before = lastTabSuccesses(world.db).get(ERRORS);
  world.clock.advance(15 * 60_000);
  await world.cycle(URGENT);
  assert.equal(lastTabSuccesses(world.db).get(ERRORS), before);
  await world.cycle();
  assert.notEqual(lastTabSuccesses(world.db).get(ERRORS), before);
});

Deno.test("an urgent cycle syncs the whole tab where the spreadsheet moved to another time zone", async () => {
  await using world = await syncedWorld();
  world.sheet.book.properties.timeZone = "Europe/Berlin";
  world.insert("errors", error("err-new", { severity: "critical" }));
  await world.cycle(URGENT);
  const after = await world.cycle({ tabs: [ERRORS] });
  assert.deepEqual(figuresOf(tabOf(after, ERRORS)), {});
  assert.deepEqual(tabOf(after, ERRORS).findings, []);
});
