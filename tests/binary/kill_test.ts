/**
 * The compiled program, killed for real (`kill -9`), again and again, while an agent writes the database
 * and people write the sheet. In the end nothing is lost, nothing is doubled, and both sides agree.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type Random, randomInteger, seededRandom } from "../../src/base/random.ts";
import { DaemonSite } from "../cli/daemon_site.ts";
import type { RunningProgram } from "../cli/running.ts";
import { seedOf } from "../helpers/seed.ts";
import { Bustle } from "./bustle.ts";
import { binaryTest } from "./with_binary.ts";

/** The exit code of a process that was killed: 128 and the number of the signal. */
const KILLED = 137;

/** When a process is killed. */
type Moment =
  /** As the n-th request arrives, before anything of it is done. */
  | { readonly kind: "asked"; readonly request: number }
  /** When the n-th request is done, before it is answered. */
  | { readonly kind: "done"; readonly request: number }
  /** So many milliseconds after the n-th request was answered. */
  | { readonly kind: "answered"; readonly request: number; readonly ms: number }
  /** So many milliseconds after the start. */
  | { readonly kind: "started"; readonly ms: number };

function drawMoment(random: Random, requests: number): Moment {
  const request = randomInteger(random, 1, requests);
  const chance = random.next();
  if (chance < 0.3) return { kind: "asked", request };
  if (chance < 0.6) return { kind: "done", request };
  // A transaction takes a few milliseconds: most moments lie close behind the answer.
  const ms = Math.floor(40 * random.next() ** 2);
  if (chance < 0.9) return { kind: "answered", request, ms };
  return { kind: "started", ms: randomInteger(random, 0, 400) };
}

/** Kills the process at the moment, unless it ends before; given back, it does not come any more. */
function killAt(
  moment: Moment,
  victim: RunningProgram,
  site: DaemonSite,
  bustle: Bustle,
): Disposable {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const killAfter = (ms: number) => timers.push(setTimeout(() => victim.kill(), ms));
  if (moment.kind === "started") killAfter(moment.ms);
  let count = 0;
  site.around = async (call, handle) => {
    const isIt = moment.kind !== "started" && call.identity === "service-account" &&
      ++count === moment.request;
    if (!isIt) return await bustle.around(call, handle);
    if (moment.kind === "asked") {
      victim.kill();
      return new Response(null, { status: 503 });
    }
    const response = await bustle.around(call, handle);
    if (moment.kind === "done") victim.kill();
    else killAfter(moment.ms);
    return response;
  };
  return {
    [Symbol.dispose]() {
      for (const timer of timers) clearTimeout(timer);
      site.around = bustle.around;
    },
  };
}

/** Runs the program again and again until it was killed so often; returns how often it ended alive. */
async function killAgainAndAgain(
  { site, bustle, random, kills, requests, start }: {
    readonly site: DaemonSite;
    readonly bustle: Bustle;
    readonly random: Random;
    readonly kills: number;
    /** So many requests a process may live for. */
    readonly requests: number;
    readonly start: () => RunningProgram;
  },
): Promise<{ readonly alive: number; readonly moments: Readonly<Record<string, number>> }> {
  const moments: Record<string, number> = {};
  let alive = 0;
  for (let killed = 0; killed < kills;) {
    site.letLeasesRunOut();
    const moment = drawMoment(random, requests);
    await using victim = start();
    using _plan = killAt(moment, victim, site, bustle);
    const code = await victim.ends();
    if (code === KILLED) {
      killed++;
      moments[moment.kind] = (moments[moment.kind] ?? 0) + 1;
      continue;
    }
    // 1: somebody changed the sheet at the same moment; the next run looks again.
    assert.ok(code === 0 || code === 1, `it ended with ${code}:\n${victim.said}`);
    assert.doesNotMatch(victim.said, /defect/);
    alive++;
    assert.ok(alive <= 3 * kills, "it is hardly ever killed");
  }
  return { alive, moments };
}

/** Lets the mirror finish, checks everything, and says how it went. */
async function settleAndCheck(site: DaemonSite, bustle: Bustle): Promise<string> {
  site.letLeasesRunOut();
  for (let round = 0; round < 4; round++) {
    const told = await site.run("--once");
    assert.equal(told.code, 0, told.stdout + told.stderr);
  }
  const quiet = await site.run("--once");
  assert.match(quiet.stdout, /with 1 read, 0 writes/, quiet.stdout);
  const { kept, unseen, withdrawn } = await bustle.check();
  // The limit is there, and it is small.
  assert.ok(
    unseen <= (kept + unseen) / 20,
    `${unseen} words were overwritten unseen, ${kept} kept`,
  );
  return `${kept} words kept, ${unseen} overwritten before any read, ${withdrawn} withdrawn`;
}

binaryTest(
  "killed 64 times in mid-cycle, --once loses and doubles nothing",
  async (path, folder) => {
    const random = seededRandom(seedOf("kill --once"));
    await using site = await DaemonSite.open({ binary: { path, root: folder }, folder });
    const bustle = new Bustle(site, random);
    site.around = bustle.around;
    const over = new AbortController();
    const working = bustle.work(over.signal);
    const { alive, moments } = await killAgainAndAgain({
      site,
      bustle,
      random,
      kills: 64,
      requests: 5,
      start: () => site.daemon("--once"),
    }).finally(() => over.abort());
    await working;
    const outcome = await settleAndCheck(site, bustle);
    console.log(`killed ${JSON.stringify(moments)}, ended alive ${alive} times; ${outcome}`);
  },
);

binaryTest("killed 38 times, the daemon loses and doubles nothing", async (path, folder) => {
  const random = seededRandom(seedOf("kill the daemon") + 1);
  await using site = await DaemonSite.open({ binary: { path, root: folder }, folder });
  const bustle = new Bustle(site, random);
  site.around = bustle.around;
  const over = new AbortController();
  const working = bustle.work(over.signal);
  const { alive, moments } = await killAgainAndAgain({
    site,
    bustle,
    random,
    kills: 38,
    requests: 8,
    start() {
      // As if an hour had passed: everything is due at once.
      site.sql("DELETE FROM mirror_schedule");
      const daemon = site.daemon();
      void keepBusy(daemon);
      return daemon;
    },
  }).finally(() => over.abort());
  await working;
  assert.equal(alive, 0, "a daemon does not end by itself");
  const outcome = await settleAndCheck(site, bustle);
  console.log(`killed ${JSON.stringify(moments)}; ${outcome}`);
});

/** Asks the daemon to sync again whenever it has nothing to do. */
async function keepBusy(daemon: RunningProgram): Promise<void> {
  for (let from = 0; await daemon.hears(/Next is/, from);) {
    from = daemon.said.length;
    daemon.signal("SIGUSR1");
  }
}
