import assert from "node:assert/strict";
import { must } from "../../../src/base/assert.ts";
import { AtlasError } from "../../../src/base/errors.ts";
import type { CycleReport } from "../../../src/mirror/report.ts";
import { acquireLease } from "../../../src/store/lease.ts";
import { pauseTab } from "../../../src/store/pauses.ts";
import { type MakePlan, Planner } from "../../../src/web/planner.ts";
import { VirtualClock } from "../../helpers/virtual_clock.ts";
import { planOf, serveStatus } from "../../helpers/status_site.ts";
import { approval, error, tabOf, World } from "../../helpers/world.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { freshDatabase } from "../store/_fixtures.ts";

const NOTHING: CycleReport = {
  status: "ok",
  durationMs: 0,
  requests: { read: 0, write: 0, retried: 0 },
  tabs: [],
  fresh: [],
  suspicious: [],
};

const { signal } = new AbortController();

/** A planner over an empty database, and how often it was asked for a plan. */
function rig(make: MakePlan) {
  const db = freshDatabase();
  const clock = new VirtualClock("2026-01-15T14:30:00Z");
  const asked: (readonly string[])[] = [];
  const planner = new Planner({
    db,
    contract: atlas,
    clock,
    plan(tabs, signal) {
      asked.push(tabs);
      return make(tabs, signal);
    },
  });
  return { db, clock, asked, planner };
}

Deno.test("Planner makes one plan a minute, for everybody who asks", async () => {
  const { db, clock, asked, planner } = rig(() => Promise.resolve(NOTHING));
  using _ = db;
  await using _planner = planner;
  const [first, second] = await Promise.all([planner.plan(), planner.plan()]);
  assert.equal(first, second);
  assert.equal(first.kind, "made");
  clock.jump(59_000);
  assert.equal(await planner.plan(), first);
  assert.equal(asked.length, 1);
  clock.jump(1_000);
  assert.notEqual(await planner.plan(), first);
  assert.equal(asked.length, 2);
});

Deno.test("Planner leaves paused tabs out, and makes no plan of none", async () => {
  const { db, clock, asked, planner } = rig(() => Promise.resolve(NOTHING));
  using _ = db;
  await using _planner = planner;
  const pause = (tab: string) => pauseTab(db, { tab, since: "2026-01-15", reason: "" });
  pause("Runs");
  assert.equal((await planner.plan()).kind, "made");
  assert.deepEqual(asked, [["Pending_Approvals", "Errors_Hotlist"]]);
  pause("Pending_Approvals");
  pause("Errors_Hotlist");
  clock.jump(60_000);
  assert.deepEqual(await planner.plan(), { kind: "paused" });
  assert.equal(asked.length, 1);
});

Deno.test("Planner makes no plan beside a cycle", async () => {
  const { db, clock, asked, planner } = rig(() => Promise.resolve(NOTHING));
  using _ = db;
  await using _planner = planner;
  acquireLease(db, "cycle", { holder: "host 1", now: clock.now(), ttlMs: 30_000 });
  assert.deepEqual(await planner.plan(), { kind: "busy" });
  assert.equal(asked.length, 0);
  clock.jump(30_000);
  assert.equal((await planner.plan()).kind, "made");
});

Deno.test("Planner cuts off a plan that takes too long, and one that nobody waits for", async () => {
  const endless: MakePlan = (_tabs, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener(
        "abort",
        () => reject(new AtlasError("stopped", "Cannot finish the cycle: asked to stop")),
        { once: true },
      );
    });
  const { db, clock, planner } = rig(endless);
  using _ = db;
  const late = planner.plan();
  await clock.pass(20_000);
  const planned = await late;
  assert.equal(planned.kind, "failed");
  assert.match(
    planned.kind === "failed" ? planned.message : "",
    /^Cannot make the plan within 20 s/,
  );
  clock.jump(60_000);
  const dropped = planner.plan();
  await planner[Symbol.asyncDispose]();
  assert.equal((await dropped).kind, "failed");
});

Deno.test("/plan shows what a cycle would do and changes nothing", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("apr-1"));
  await world.cycle();
  world.insert("errors", error("err-1"));
  await world.editor.type("Pending_Approvals", "E2", "approved");
  const changes = () => must(world.db.get("SELECT total_changes() AS n"), "changes")["n"];
  const before = { changes: changes(), writes: world.sheet.requests.write };
  await using server = serveStatus(world);
  const html = await (await fetch(`${server.url}/plan`)).text();
  assert.match(html, /1 to add, 1 to import/);
  assert.match(html, /<dt>from<\/dt><dd><span class="text">pending<\/span>/);
  assert.match(html, /<dt>to<\/dt><dd><span class="text">approved<\/span>/);
  assert.match(html, /<a href="\/audit\?row=err-1">/);
  assert.deepEqual({ changes: changes(), writes: world.sheet.requests.write }, before);
  assert.deepEqual(world.values("approvals", "apr-1", "status"), ["pending"]);
});

Deno.test("a plan seen on the page cannot be accepted; one seen in a terminal can", async () => {
  for (const seen of ["page", "terminal"] as const) {
    await using world = await World.start();
    for (let index = 0; index < 30; index++) world.insert("approvals", approval(`apr-${index}`));
    await world.cycle();
    await world.owner.type("Pending_Approvals", "E2:E31", "approved");
    if (seen === "page") {
      await using server = serveStatus(world);
      const html = await (await fetch(`${server.url}/plan`)).text();
      assert.match(html, /stopped by the guard/);
    } else await world.cycle({ apply: false });
    const { guards } = tabOf(
      await planOf(world)(["Pending_Approvals"], signal),
      "Pending_Approvals",
    );
    const { status } = await world.cycle({ accept: guards.map(({ guard }) => guard) });
    assert.equal(status, seen === "page" ? "guarded" : "ok");
  }
});
