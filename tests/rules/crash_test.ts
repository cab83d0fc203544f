/** A process that is killed at any moment: the next one ends the day as if nothing had happened. @module */

import assert from "node:assert/strict";
import { eveningBefore, eveningOf, everythingHappens } from "../helpers/busy_day.ts";
import { settle } from "../helpers/hands.ts";
import { Fate, Killed, mortalClient, mortalDatabase } from "../helpers/killed.ts";

/** Plays the day with a first cycle that dies at a moment; null: it came to its end alive. */
async function playDay(moment: number) {
  await using world = await eveningBefore();
  await everythingHappens(world);
  const fate = new Fate(moment);
  try {
    await world.cycle({}, {
      db: mortalDatabase(world.db, fate),
      client: mortalClient(world.client, fate),
    });
  } catch (thrown) {
    if (!(thrown instanceof Killed) && !fate.isDead) throw thrown;
  }
  await settle(world);
  return { isDead: fate.isDead, evening: await eveningOf(world) };
}

Deno.test("crash: killed at any request and any write, the next run reaches the state of an unkilled one", async () => {
  const { evening: expected, isDead } = await playDay(Number.MAX_SAFE_INTEGER);
  assert.equal(isDead, false);
  let moments = 0;
  for (let moment = 0;; moment++) {
    const { isDead, evening } = await playDay(moment);
    assert.deepEqual(evening, expected, `killed at moment ${moment}`);
    if (!isDead) break;
    moments++;
  }
  console.log(`killed at ${moments} moments`);
  assert.ok(moments > 20, `the cycle had only ${moments} moments`);
});
