/** The status page of a world, served on loopback as the daemon serves it. @module */

import { type Clock, isoTime, systemClock } from "../../src/base/clock.ts";
import { readLiveness } from "../../src/service/liveness.ts";
import { recordCycle } from "../../src/service/metrics.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import { writeHeartbeat } from "../../src/store/heartbeat.ts";
import { createMasker } from "../../src/text/secrets.ts";
import type { MakePlan } from "../../src/web/planner.ts";
import { startWeb, type WebServer } from "../../src/web/server.ts";
import type { World } from "./world.ts";

const masker = createMasker();

/** Serves the page; `plan` takes the place of the world's own. */
export function serveStatus(world: World, plan: MakePlan = planOf(world)): WebServer {
  const { db, contract } = world;
  // The world's clock jumps over every pause, and a time limit would be over at once.
  const clock: Clock = { now: () => world.clock.now(), sleep: systemClock.sleep };
  return startWeb({
    listen: "127.0.0.1:0",
    db,
    contract,
    clock,
    masker,
    plan,
    health: () => readLiveness(db, contract, clock.now()),
  });
}

/** The plan of the world, made as the daemon makes it for the page. */
export function planOf(world: World): MakePlan {
  return (tabs, signal) => world.cycle({ tabs, apply: false, remember: false }, { signal, masker });
}

/** A cycle as a daemon runs it: with its measurements and a sign of life. */
export async function daemonCycle(world: World): Promise<CycleReport> {
  const { db, clock, contract } = world;
  const report = await world.cycle();
  const at = isoTime(clock.now());
  db.transaction(() => recordCycle(db, contract, report, clock.now()));
  writeHeartbeat(db, { at, startedAt: at, holder: "host 1" });
  return report;
}
