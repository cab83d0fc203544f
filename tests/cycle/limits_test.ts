/** What stops a cycle, or a tab of it, before anything is sent. @module */

import assert from "node:assert/strict";
import { isoTime } from "../../src/base/clock.ts";
import { ROWS_MAX } from "../../src/contract/limits.ts";
import { writeMeta } from "../../src/store/meta.ts";
import { lastTabSuccesses } from "../../src/store/tabs.ts";
import { Wire } from "../helpers/hands.ts";
import { approval, run, tabOf, World } from "../helpers/world.ts";

const APPROVALS = "Pending_Approvals";

Deno.test("more rows than a tab holds are refused with the way out, and the other tabs go on", async () => {
  await using world = await World.start();
  world.db.run(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS_MAX})
      INSERT INTO approvals (id, type, action, item, status, requested_at)
      SELECT 'a' || i, 'task', 'create', 'x', 'pending', '2026-01-15T09:00:00Z' FROM n`,
  );
  world.insert("runs", run("r"));
  const report = await world.cycle();
  const tab = tabOf(report, APPROVALS);
  assert.equal(tab.status, "failed");
  assert.match(tab.error?.message ?? "", /25,001 rows to show, a tab holds 25,000 at most/);
  assert.match(tab.error?.hint ?? "", /retention/);
  assert.equal(tabOf(report, "Runs").added, 1);
  assert.equal((await world.owner.read(APPROVALS)).length, 1);
});

Deno.test("a database that its check found damaged stops every tab without a request", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  const at = isoTime(world.clock.now());
  writeMeta(world.db, "quick_check", JSON.stringify({ ok: false, message: "row 3 missing", at }));
  const report = await world.cycle({ accept: ["adopt"] });
  assert.equal(report.status, "guarded");
  assert.deepEqual(report.requests, { read: 0, write: 0, retried: 0 });
  assert.deepEqual(
    report.tabs.flatMap(({ guards }) => guards.map(({ guard }) => guard)),
    report.tabs.map(() => "database-damaged"),
  );
  assert.match(report.tabs[0]?.guards[0]?.message ?? "", /row 3 missing/);
});

Deno.test("tabs whose reading Google refuses have failed, and have not succeeded in silence", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a"));
  const error = {
    code: 400,
    message: "Request contains an invalid argument.",
    status: "INVALID_ARGUMENT",
  };
  const report = await wire.during(
    (call, handle) =>
      call.kind === "read" && !call.path.includes("values:batchGet")
        ? Promise.resolve(Response.json({ error }, { status: 400 }))
        : handle(),
    () => world.cycle(),
  );
  assert.equal(tabOf(report, APPROVALS).status, "failed");
  assert.match(tabOf(report, APPROVALS).error?.message ?? "", /invalid argument/);
  assert.deepEqual(lastTabSuccesses(world.db).has(APPROVALS), false);
});

Deno.test("rows nobody knows do not stop a tab that the mirror has long been syncing", async () => {
  await using world = await World.start();
  await world.cycle();
  await world.owner.type(APPROVALS, "A2", "my-own");
  world.insert("approvals", approval("a"));
  const report = await world.cycle();
  assert.equal(report.status, "ok");
  assert.equal(tabOf(report, APPROVALS).added, 1);
});

Deno.test("a decision taken outside the sheet is in the audit as such", async () => {
  await using world = await World.start();
  for (const id of ["a", "b"]) world.insert("approvals", approval(id));
  await world.cycle();
  world.change("approvals", "a", { status: "approved" });
  world.change("approvals", "b", { item: "another" });
  await world.cycle();
  const reasons = (id: string) =>
    world.history(id).filter(({ verdict }) => verdict === "exported").map(({ reason }) => reason);
  assert.deepEqual(reasons("a"), ["decided-outside-sheet"]);
  assert.deepEqual(reasons("b"), ["the database changed"]);
});
