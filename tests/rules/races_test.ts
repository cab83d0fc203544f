/**
 * People act between any two requests of one cycle: no write lands on another row, nothing that a read
 * showed is lost, and the tab comes to rest.
 *
 * @module
 */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { type Evening, eveningBefore, eveningOf, everythingHappens } from "../helpers/busy_day.ts";
import { idsOf, putCells, screenOf, settle, Wire } from "../helpers/hands.ts";
import type { World } from "../helpers/world.ts";

const TAB = "Pending_Approvals";

async function rowOf(world: World, id: string): Promise<number> {
  return must((await screenOf(world, TAB)).get(id), `${id} on the screen`).row;
}

async function firstFree(world: World): Promise<number> {
  return Math.max(...[...(await screenOf(world, TAB)).values()].map(({ row }) => row)) + 3;
}

/** What a person does to the rows while the mirror is at work. None of it may change the evening. */
const DEEDS: Readonly<Record<string, (world: World) => Promise<void>>> = {
  "sorts the tab": (world) => world.owner.sort(TAB, "A", false),
  "sorts the tab by item": (world) => world.owner.sort(TAB, "D", true),
  "puts an empty row in on top": (world) => world.owner.insertRow(TAB, 2),
  "deletes a row that waits for an import": async (world) =>
    world.owner.deleteRow(TAB, await rowOf(world, "b")),
  "deletes a row that is quiet": async (world) =>
    world.owner.deleteRow(TAB, await rowOf(world, "h")),
  "cuts a row and pastes it below": async (world) =>
    world.owner.cutRow(TAB, await rowOf(world, "b"), await firstFree(world)),
  "copies a row below": async (world) =>
    world.owner.copyRow(TAB, await rowOf(world, "c"), await firstFree(world)),
  "drags a row to the top": async (world) => world.owner.moveRow(TAB, await rowOf(world, "c"), 2),
  "cuts a row and pastes it over another": async (world) =>
    world.owner.cutRow(TAB, await rowOf(world, "c"), await rowOf(world, "d")),
};

/** When the deed is done: behind the mirror's request of this number, counted from 0, or around it all. */
type Moment = number | "before the cycle" | "after the cycle";

/** The rows of both sides. The mirror's reports tell when it looked, which is just what differs. */
function rowsOf({ tables, screens }: Evening): string {
  const ours = (rows: readonly string[]) => rows.filter((row) => !row.startsWith('"mirror-'));
  return [...Object.values(tables), ...Object.values(screens)].flatMap(ours).join("\n");
}

/** How a day went. */
interface Outcome {
  readonly met: boolean;
  readonly evening: Evening;
  readonly rows: string;
  readonly ids: readonly string[];
}

async function playDay(moment: Moment, deed: (world: World) => Promise<void>): Promise<Outcome> {
  const wire = new Wire();
  await using world = await eveningBefore(wire.intercept);
  await everythingHappens(world);
  if (moment === "before the cycle") await deed(world);
  let count = 0;
  await wire.during(async (_call, handle) => {
    const answer = await handle();
    if (count++ === moment) await deed(world);
    return answer;
  }, () => world.cycle());
  if (moment === "after the cycle") await deed(world);
  await settle(world);
  const evening = await eveningOf(world);
  return {
    met: typeof moment === "number" && count > moment,
    evening,
    rows: rowsOf(evening),
    ids: await idsOf(world, TAB),
  };
}

for (const [name, deed] of Object.entries(DEEDS)) {
  Deno.test(`races: a person ${name} between any two requests, as if it were before or after`, async () => {
    const before = await playDay("before the cycle", deed);
    const after = await playDay("after the cycle", deed);
    let met = 0;
    for (let at = 0;; at++) {
      const day = await playDay(at, deed);
      if (!day.met) break;
      met++;
      if (day.rows !== before.rows) assert.equal(day.rows, after.rows, `request ${at}`);
      assert.deepEqual(day.ids.toSorted(), [...new Set(day.ids)].sort(), `doubles, request ${at}`);
    }
    assert.ok(met >= 5, `the day had only ${met} requests`);
  });
}

Deno.test("races: what a person types between any two requests is in the database or in the audit", async () => {
  // The notes of b and c are written by the mirror in this cycle: the window between its last read
  // and its write of the same cell is the known limit. Every other cell is safe at any time.
  const typed = async (world: World) => {
    await putCells(world, TAB, [
      { row: await rowOf(world, "a"), column: 6, value: "note of a\ntyped meanwhile" },
      { row: await rowOf(world, "d"), column: 6, value: "typed into d" },
    ]);
  };
  for (let at = 0;; at++) {
    const day = await playDay(at, typed);
    if (!day.met) break;
    const everything = JSON.stringify([day.evening.tables, day.evening.verdicts]);
    assert.match(everything, /typed meanwhile/, `request ${at}`);
    assert.match(everything, /typed into d/, `request ${at}`);
  }
});

Deno.test("races: a header renamed between any two requests stops only what had not begun", async () => {
  const { rows: expected } = await playDay("after the cycle", () => Promise.resolve());
  for (let at = 0;; at++) {
    const wire = new Wire();
    await using world = await eveningBefore(wire.intercept);
    await everythingHappens(world);
    let count = 0;
    await wire.during(async (_call, handle) => {
      const answer = await handle();
      if (count++ === at) await world.owner.renameHeader(TAB, "Status", "State");
      return answer;
    }, () => world.cycle());
    if (count <= at) break;
    const stopped = await world.cycle();
    assert.equal(stopped.status, "guarded", `request ${at}`);
    await world.owner.renameHeader(TAB, "State", "Status");
    await settle(world);
    assert.equal(rowsOf(await eveningOf(world)), expected, `request ${at}`);
  }
});
