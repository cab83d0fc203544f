/** A quiet tab is not decoded again, and nothing that happens to it is overlooked for that. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { must } from "../../src/base/assert.ts";
import type { Contract } from "../../src/contract/schema.ts";
import type { Intercept } from "../../src/embedded/server.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import { readCalm } from "../../src/store/calm.ts";
import type { Database, SqlInput } from "../../src/store/database.ts";
import { writeProbe } from "../../src/store/probe.ts";
import { putCells, screenOf } from "../helpers/hands.ts";
import { approval, error, run, tabOf, World } from "../helpers/world.ts";

const TITLE = "Errors_Hotlist";

/** What a cycle would do, with what is known of quiet tabs or without it. Nothing is changed. */
async function told(
  world: World,
  { isKnown }: { readonly isKnown: boolean },
  contract: Contract = world.contract,
): Promise<Pick<CycleReport, "status" | "tabs" | "fresh">> {
  if (isKnown) return pick(await world.cycle({ apply: false }, { contract }));
  world.db.run("BEGIN");
  try {
    world.db.run("DELETE FROM mirror_calm");
    return pick(await world.cycle({ apply: false }, { contract }));
  } finally {
    world.db.run("ROLLBACK");
  }
}

const pick = ({ status, tabs, fresh }: CycleReport) => ({ status, tabs, fresh });

/** A world in which one cycle after the other found nothing to do. */
async function calmWorld(rows = 3, intercept?: Intercept): Promise<World> {
  const world = await World.start(intercept === undefined ? {} : { intercept });
  world.db.transaction(() => {
    for (let index = 0; index < rows; index++) world.insert("errors", error(`err-${index}`));
  });
  world.insert("approvals", approval("app-1"));
  world.insert("runs", run("run-1"));
  for (let cycle = 0; cycle < 2; cycle++) await world.cycle();
  assert.ok(readCalm(world.db, TITLE) !== null, "the tab is known to be quiet");
  return world;
}

/** The database, with a list of the statements that go through it. */
function watched(db: Database): { readonly db: Database; readonly statements: string[] } {
  const statements: string[] = [];
  const note = <T>(work: (sql: string, ...params: SqlInput[]) => T) =>
  (
    sql: string,
    ...params: SqlInput[]
  ) => {
    statements.push(sql);
    return work(sql, ...params);
  };
  return {
    statements,
    db: {
      path: db.path,
      all: note((sql, ...params) => db.all(sql, ...params)),
      get: note((sql, ...params) => db.get(sql, ...params)),
      run: note((sql, ...params) => db.run(sql, ...params)),
      transaction: (work) => db.transaction(work),
      snapshot: (work) => db.snapshot(work),
      close: () => db.close(),
      [Symbol.dispose]: () => db.close(),
    },
  };
}

Deno.test("a quiet cycle costs one read, no write, and the same statements for one row as for a page of them", async () => {
  const counts: number[] = [];
  for (const rows of [1, 300]) {
    await using world = await calmWorld(rows);
    const { db, statements } = watched(world.db);
    const { requests } = await world.cycle({}, { db });
    assert.deepEqual(requests, { read: 1, write: 0, retried: 0 });
    counts.push(statements.length);
    assert.ok(!statements.some((sql) => /FROM mirror_(base|finding|intent)/.test(sql)));
  }
  assert.equal(counts[0], counts[1]);
});

Deno.test("a cycle that only plans uses what is known of quiet tabs, and adds nothing to it", async () => {
  await using world = await calmWorld();
  const { db, statements } = watched(world.db);
  await world.cycle({ apply: false }, { db });
  assert.ok(!statements.some((sql) => sql.includes("FROM mirror_base")));
  world.db.run("DELETE FROM mirror_calm");
  await world.cycle({ apply: false });
  assert.equal(world.db.get("SELECT count(*) AS n FROM mirror_calm")?.["n"], 0);
});

/** The contract with another retention of the errors, which no fingerprint of the tab shows. */
function shorter(contract: Contract): Contract {
  const changed = structuredClone(contract);
  const { retention } = must(changed.tabs.find(({ title }) => title === TITLE), TITLE);
  assert.ok(retention?.kind === "after");
  retention.days = 1;
  return changed;
}

const EVENTS: Readonly<Record<string, (world: World) => Promise<unknown> | unknown>> = {
  "a row is added": (world) =>
    world.db.run(
      "INSERT OR IGNORE INTO errors (id, task, error, occurred_at, severity, resolved) " +
        "VALUES ('err-new', 't', 'e', '2026-01-15T09:00:00Z', 'low', 'false')",
    ),
  "a row is taken away": (world) => world.db.run("DELETE FROM errors WHERE id = 'err-1'"),
  "a row is deleted softly": (world) =>
    world.change("errors", "err-1", { deleted_at: "2026-01-15T14:00:00Z" }),
  "a column that is shown changes": (world) => world.change("errors", "err-1", { task: "Other" }),
  "a column that is not shown changes": (world) =>
    world.change("errors", "err-1", { resolved_at: "2026-01-15T14:00:00Z" }),
  "a text becomes a blob that spells the same": (world) =>
    world.db.run("UPDATE errors SET task = CAST(task AS BLOB) WHERE id = 'err-1'"),
  "an empty text becomes NULL": (world) => world.change("errors", "err-1", { notes: null }),
  "a row is not as the contract wants it": (world) =>
    world.change("errors", "err-1", { severity: "awful" }),
  "a person writes into a cell": (world) =>
    putCells(world, TITLE, [{ row: 2, column: 7, value: "seen" }]),
  "a person edits an ID": (world) => putCells(world, TITLE, [{ row: 2, column: 0, value: "x" }]),
  "a person edits a header": (world) =>
    putCells(world, TITLE, [{ row: 1, column: 1, value: "Job" }]),
  "a person makes a text a number": (world) =>
    putCells(world, TITLE, [{ row: 2, column: 1, value: 5 }]),
  "a person deletes a row": (world) => world.owner.deleteRow(TITLE, 2),
  "a person adds a row": (world) =>
    putCells(world, TITLE, [{ row: 30, column: 0, value: "nobody" }]),
  "a person sorts the rows": (world) => world.owner.sort(TITLE, "A"),
  "the probe finds that anchors do not hold": (world) =>
    writeProbe(world.db, { at: "2026-01-15T14:30:00Z", anchorsHold: false, broken: [] }),
};

for (const [what, happens] of Object.entries(EVENTS)) {
  Deno.test(`a tab that is known to be quiet is looked at again when ${what}`, async () => {
    await using world = await calmWorld();
    await happens(world);
    const without = await told(world, { isKnown: false });
    const { db, statements } = watched(world.db);
    const report = pick(await world.cycle({ apply: false }, { db }));
    assert.deepEqual(report, without);
    const isLookedAt = statements.some((sql) => sql.includes("FROM mirror_base"));
    assert.ok(isLookedAt || report.status === "guarded");
  });
}

Deno.test("a tab that is known to be quiet is looked at again under another contract", async () => {
  await using world = await calmWorld();
  const { db, statements } = watched(world.db);
  await world.cycle({ apply: false }, { db, contract: shorter(world.contract) });
  assert.ok(statements.some((sql) => sql.includes("FROM mirror_base")));
});

Deno.test("a resolved error leaves a tab that is known to be quiet, with and without the time in it", async () => {
  for (const resolved_at of ["2026-01-15T14:00:00Z", null]) {
    await using world = await calmWorld();
    world.change("errors", "err-1", { resolved: "true", resolved_at });
    for (let cycle = 0; cycle < 3; cycle++) await world.cycle();
    assert.ok(readCalm(world.db, TITLE) !== null);
    world.clock.advance(29 * 86_400_000);
    assert.deepEqual(await told(world, { isKnown: true }), await told(world, { isKnown: false }));
    await world.cycle();
    assert.ok((await screenOf(world, TITLE)).has("err-1"));
    world.clock.advance(2 * 86_400_000);
    await world.cycle();
    assert.ok(!(await screenOf(world, TITLE)).has("err-1"), `${resolved_at}`);
  }
});

Deno.test("rows that stay back are told in every cycle, also of a tab that is known to be quiet", async () => {
  await using world = await calmWorld();
  world.change("errors", "err-1", { severity: "awful" });
  const reports: CycleReport[] = [];
  for (let cycle = 0; cycle < 4; cycle++) reports.push(await world.cycle());
  assert.ok(readCalm(world.db, TITLE) !== null);
  const [first, ...others] = reports.map(({ tabs }) => tabs.find(({ tab }) => tab === TITLE));
  assert.equal(first?.invalid, 1);
  for (const report of others) {
    assert.deepEqual({ ...report, plan: null }, { ...first, plan: null });
  }
});

Deno.test("a cycle in which only the database has news costs one read and two writes", async () => {
  for (const tabs of [null, [TITLE]]) {
    await using world = await calmWorld();
    world.change("errors", "err-1", { task: "Other" });
    if (tabs === null) {
      world.change("approvals", "app-1", { item: "Other" });
      world.change("runs", "run-1", { output: "Other" });
    }
    const { status, requests } = await world.cycle({ tabs });
    assert.deepEqual([status, requests], ["ok", { read: 1, write: 2, retried: 0 }]);
    assert.equal((await screenOf(world, TITLE)).get("err-1")?.cells[1], "Other");
    assert.deepEqual((await world.cycle({ tabs })).requests, { read: 1, write: 0, retried: 0 });
  }
});

Deno.test("a tab with news in the database is left out of the quick look at the others", async () => {
  const quick: string[] = [];
  await using world = await calmWorld(3, ({ path }, handle) => {
    if (path.includes("values:batchGet")) quick.push(decodeURIComponent(path));
    return handle();
  });
  world.change("errors", "err-1", { task: "Other" });
  quick.length = 0;
  const { requests } = await world.cycle();
  assert.deepEqual(requests, { read: 2, write: 2, retried: 0 });
  const [path = ""] = quick;
  assert.ok(path.includes("Approvals") && path.includes("Runs") && !path.includes(TITLE), path);
});

/** News of the database that change nothing in the sheet. */
const UNSEEN: Readonly<Record<string, (world: World) => void>> = {
  "a row that is shown": (world) =>
    world.change("errors", "err-1", { resolved_at: "2026-01-15T14:00:00Z" }),
  "a row that stays back": (world) =>
    world.change("errors", "err-2", { resolved_at: "2026-01-15T14:00:00Z" }),
};

for (const [where, change] of Object.entries(UNSEEN)) {
  Deno.test(`a tab is known to be quiet again after unseen news in ${where}`, async () => {
    await using world = await calmWorld();
    world.change("errors", "err-2", { severity: "awful" });
    for (let cycle = 0; cycle < 2; cycle++) await world.cycle({ tabs: [TITLE] });
    change(world);
    for (let cycle = 0; cycle < 2; cycle++) {
      const { requests } = await world.cycle({ tabs: [TITLE] });
      assert.deepEqual(requests, { read: 1, write: 0, retried: 0 });
    }
    const { db, statements } = watched(world.db);
    await world.cycle({ tabs: [TITLE] }, { db });
    assert.ok(!statements.some((sql) => sql.includes("FROM mirror_base")));
  });
}

Deno.test("a cycle that only plans looks in full at news, and forgets nothing for it", async () => {
  await using world = await calmWorld();
  world.change("errors", "err-1", { task: "Other" });
  const report = await world.cycle({ apply: false, tabs: [TITLE] });
  assert.deepEqual(report.requests, { read: 1, write: 0, retried: 0 });
  assert.equal(tabOf(report, TITLE).plan?.rows.length, 1);
  assert.ok(readCalm(world.db, TITLE) !== null);
});

Deno.test("a table that cannot be read stops its own tab alone, also one that is known to be quiet", async () => {
  await using world = await calmWorld();
  world.change("approvals", "app-1", { item: "Other" });
  world.db.run("ALTER TABLE errors RENAME TO elsewhere");
  const report = await world.cycle();
  assert.equal(tabOf(report, TITLE).status, "failed");
  assert.equal(tabOf(report, "Pending_Approvals").exported, 1);
  assert.equal(tabOf(report, "Runs").status, "ok");
});

/** Without what only a full look tells: that an edit of the database's own cells is over. */
function seenByAll({ tabs, ...report }: Awaited<ReturnType<typeof told>>) {
  return {
    ...report,
    tabs: tabs.map((tab) => ({
      ...tab,
      plan: tab.plan === null ? null : { ...tab.plan, cured: [] },
    })),
  };
}

Deno.test("a cycle tells the same with and without what is known of quiet tabs, whatever happens", async () => {
  const events = Object.values(EVENTS).slice(0, -1);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(fc.nat(events.length - 1), { freq: 2 }), { minLength: 1, maxLength: 8 }),
      async (numbers) => {
        await using world = await calmWorld();
        for (const number of numbers) {
          if (number !== null) await events[number]?.(world);
          else await world.cycle();
          const known = await told(world, { isKnown: true });
          assert.deepEqual(seenByAll(known), seenByAll(await told(world, { isKnown: false })));
        }
      },
    ),
    { numRuns: 15 },
  );
});
