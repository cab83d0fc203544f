/** The main job through every layer: database, cycle, real client, embedded spreadsheet, people. @module */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { approval, error, figuresOf, run, tabOf, World } from "../helpers/world.ts";

const APPROVALS = "Pending_Approvals";

/** Types into the row with this ID as a person would. */
async function edit(
  world: World,
  who: "owner" | "editor",
  title: string,
  id: string,
  cells: Readonly<Record<string, string>>,
): Promise<void> {
  const person = world[who];
  const row = must(await person.findRow(title, id), `row ${id}`);
  for (const [column, text] of Object.entries(cells)) {
    await person.type(title, `${column}${row}`, text);
  }
}

async function rowsOf(world: World, title: string): Promise<string[][]> {
  const [, ...rows] = await world.owner.read(title);
  return rows.filter((row) => row.some((cell) => cell !== ""));
}

Deno.test("a first cycle shows the database in the sheet, oldest approval on top, newest run on top", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("b", { requested_at: "2026-01-15T10:00:00Z" }));
  world.insert("approvals", approval("a", { requested_at: "2026-01-15T09:00:00Z" }));
  world.insert("runs", run("old", { started_at: "2026-01-14T10:00:00Z" }));
  world.insert("runs", run("new", { started_at: "2026-01-15T10:00:00Z" }));
  const report = await world.cycle();
  assert.equal(report.status, "ok");
  assert.deepEqual(await world.owner.read(APPROVALS), [
    ["ID", "Type", "Action", "Item", "Status", "Requested", "Notes", "Payload"],
    ["a", "task", "create", "Item of a", "pending", "2026-01-15 09:00", "", '{"a":1}'],
    ["b", "task", "create", "Item of b", "pending", "2026-01-15 10:00", "", '{"a":1}'],
  ]);
  assert.deepEqual((await rowsOf(world, "Runs")).map(([id]) => id), ["new", "old"]);
});

Deno.test("a cycle without news costs one read and no write", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  world.insert("runs", run("r", { output: "password=hunter2hunter2\n=1+2" }));
  world.insert("errors", error("e"));
  await world.cycle();
  const report = await world.cycle();
  assert.deepEqual(report.requests, { read: 1, write: 0, retried: 0 });
  assert.deepEqual(report.tabs.map(figuresOf), [{}, {}, {}]);
});

Deno.test("any change set costs at most two reads and two writes", async () => {
  await using world = await World.start();
  for (let index = 0; index < 30; index++) {
    world.insert("approvals", approval(`a${index}`));
    world.insert("errors", error(`e${index}`));
  }
  await world.cycle();
  await edit(world, "editor", APPROVALS, "a3", { E: "approved", G: "fine" });
  await edit(world, "editor", "Errors_Hotlist", "e4", { F: "true", G: "rebooted" });
  world.change("approvals", "a5", { item: "changed" });
  world.insert("runs", run("new"));
  const report = await world.cycle();
  assert.equal(report.status, "ok");
  assert.deepEqual(report.requests, { read: 2, write: 2, retried: 0 });
  assert.deepEqual((await world.cycle()).requests, { read: 1, write: 0, retried: 0 });
});

Deno.test("what people decide and write arrives in the database with its audit", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("yes"));
  world.insert("approvals", approval("no", { notes: "agent: please hurry" }));
  world.insert("errors", error("e"));
  await world.cycle();
  await edit(world, "editor", APPROVALS, "yes", { E: "approved" });
  await edit(world, "editor", APPROVALS, "no", {
    E: "rejected",
    G: "agent: please hurry\ntoo risky",
  });
  await edit(world, "editor", "Errors_Hotlist", "e", { F: "true", G: "raised the limit" });
  const report = await world.cycle();
  assert.deepEqual(figuresOf(tabOf(report, APPROVALS)), { imported: 3 });
  assert.deepEqual(figuresOf(tabOf(report, "Errors_Hotlist")), { imported: 2 });
  const now = "2026-01-15T14:30:00.000Z";
  const minute = (time: unknown) => String(time).slice(0, 16);
  const [status, at] = world.values("approvals", "yes", "status", "decided_at");
  assert.deepEqual([status, minute(at)], ["approved", minute(now)]);
  assert.deepEqual(world.values("approvals", "no", "status", "notes"), [
    "rejected",
    "agent: please hurry\ntoo risky",
  ]);
  assert.deepEqual(world.values("errors", "e", "resolved", "resolution"), [
    "true",
    "raised the limit",
  ]);
  assert.deepEqual(
    world.history("no").filter(({ actor }) => actor === "human")
      .map(({ column, verdict, oldValue, newValue }) => [column, verdict, oldValue, newValue]),
    [
      ["status", "accepted", "pending", "rejected"],
      ["notes", "accepted", "agent: please hurry", "agent: please hurry\ntoo risky"],
    ],
  );
});

Deno.test("a refused edit is set back, explained in the notes and told once", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  await world.cycle();
  await edit(world, "editor", APPROVALS, "a", { E: "aproved" });
  const report = await world.cycle();
  assert.deepEqual(figuresOf(tabOf(report, APPROVALS)), { refused: 1 });
  assert.deepEqual(tabOf(report, APPROVALS).findings.map(({ code }) => code), ["MIRROR-NEAR-MISS"]);
  const [row = []] = await rowsOf(world, APPROVALS);
  assert.equal(row[4], "pending");
  assert.match(row[6] ?? "", /^\[mirror .*\] "aproved" refused: .*did you mean "approved"\?/);
  assert.deepEqual(world.values("approvals", "a", "status", "notes"), ["pending", row[6]]);
  assert.deepEqual((await world.cycle()).requests, { read: 1, write: 0, retried: 0 });
  await edit(world, "editor", APPROVALS, "a", { E: "aproved" });
  await world.cycle();
  assert.deepEqual(world.values("approvals", "a", "notes"), [row[6]]);
});

Deno.test("a sorted tab is synced row by row, wherever the rows are", async () => {
  await using world = await World.start();
  for (const [index, id] of ["c", "a", "d", "b"].entries()) {
    world.insert("approvals", approval(id, { requested_at: `2026-01-15T0${index}:00:00Z` }));
  }
  await world.cycle();
  await edit(world, "owner", APPROVALS, "d", { E: "approved" });
  await world.owner.sort(APPROVALS, "A", true);
  world.change("approvals", "b", { item: "changed by the agent" });
  const report = await world.cycle();
  assert.deepEqual(figuresOf(tabOf(report, APPROVALS)), { imported: 1, exported: 1 });
  assert.deepEqual(
    (await rowsOf(world, APPROVALS)).map(([id, , , item, status]) => [id, item, status]),
    [
      ["a", "Item of a", "pending"],
      ["b", "changed by the agent", "pending"],
      ["c", "Item of c", "pending"],
      ["d", "Item of d", "approved"],
    ],
  );
});

Deno.test("a deleted row comes back, an edited ID and an edited cell are restored", async () => {
  await using world = await World.start();
  for (const id of ["a", "b", "c", "d"]) world.insert("approvals", approval(id));
  await world.cycle();
  await world.owner.deleteRow(APPROVALS, must(await world.owner.findRow(APPROVALS, "b"), "row b"));
  await edit(world, "owner", APPROVALS, "c", { A: "my-own-id" });
  await edit(world, "owner", APPROVALS, "d", { D: "something harmless", F: "2030-01-01 00:00" });
  const report = await world.cycle();
  assert.equal(report.status, "ok");
  assert.deepEqual(figuresOf(tabOf(report, APPROVALS)), { restored: 4 });
  const rows = await rowsOf(world, APPROVALS);
  assert.deepEqual(rows.map(([id]) => id).sort(), ["a", "b", "c", "d"]);
  assert.ok(
    rows.every(([id, , , item, , at]) => item === `Item of ${id}` && at === "2026-01-15 09:00"),
  );
  const told = tabOf(report, APPROVALS).findings.map(({ row, code }) => [row, code]).sort();
  assert.deepEqual(told, [
    ["b", "MIRROR-ROW-REMOVED"],
    ["c", "MIRROR-ID-EDITED"],
    ["d", "MIRROR-SYSTEM-CELL"],
    ["d", "MIRROR-TIMESTAMP"],
  ]);
  assert.deepEqual((await world.cycle()).requests, { read: 1, write: 0, retried: 0 });
});

Deno.test("rows that are deleted or past retention leave the tab, and only those", async () => {
  await using world = await World.start();
  for (const id of ["a", "b", "c"]) world.insert("approvals", approval(id));
  for (let index = 0; index < 101; index++) {
    const minute = String(index % 60).padStart(2, "0");
    const hour = String(10 + Math.floor(index / 60));
    world.insert("runs", run(`r${index}`, { started_at: `2026-01-15T${hour}:${minute}:00Z` }));
  }
  await world.cycle();
  world.change("approvals", "b", { deleted_at: "2026-01-15T14:00:00Z" });
  world.insert("runs", run("newest", { started_at: "2026-01-15T14:00:00Z" }));
  const report = await world.cycle();
  assert.deepEqual(figuresOf(tabOf(report, APPROVALS)), { removed: 1 });
  assert.deepEqual(figuresOf(tabOf(report, "Runs")), { added: 1, archived: 1 });
  assert.deepEqual(report.requests, { read: 3, write: 2, retried: 0 });
  assert.deepEqual((await rowsOf(world, APPROVALS)).map(([id]) => id), ["a", "c"]);
  assert.equal((await rowsOf(world, "Runs")).length, 100);
  assert.ok(world.values("runs", "r1", "archived_at")[0]);
  assert.equal(world.values("runs", "r0", "archived_at")[0], null);
  assert.deepEqual((await world.cycle()).requests, { read: 1, write: 0, retried: 0 });
});

Deno.test("--import commits what people wrote and leaves the sheet for later", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a", { notes: "one" }));
  world.insert("approvals", approval("b"));
  await world.cycle();
  await edit(world, "editor", APPROVALS, "a", { E: "approved", G: "zero\none" });
  world.change("approvals", "b", { item: "changed" });
  const report = await world.cycle({ direction: "import" });
  assert.equal(report.requests.write, 0);
  assert.deepEqual(world.values("approvals", "a", "status", "notes"), ["approved", "one\nzero"]);
  await world.cycle({ direction: "import" });
  assert.deepEqual(world.values("approvals", "a", "notes"), ["one\nzero"]);
  await world.cycle();
  const shown = (await rowsOf(world, APPROVALS)).map((
    [, , , item, status, , notes],
  ) => [item, status, notes]);
  assert.deepEqual(shown, [["Item of a", "approved", "one\nzero"], ["changed", "pending", ""]]);
  assert.deepEqual((await world.cycle()).requests, { read: 1, write: 0, retried: 0 });
});

Deno.test("--export shows the database and leaves every cell a person edited as it is", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  world.insert("approvals", approval("b"));
  await world.cycle();
  world.insert("approvals", approval("c"));
  await world.cycle();
  await edit(world, "editor", APPROVALS, "a", { G: "typing" });
  world.change("approvals", "a", { notes: "agent too", item: "changed" });
  world.change("approvals", "b", { deleted_at: "2026-01-15T14:00:00Z" });
  await edit(world, "editor", APPROVALS, "b", { G: "wait" });
  // A decision keeps what it was taken on.
  await edit(world, "editor", APPROVALS, "c", { E: "approved" });
  world.change("approvals", "c", { item: "changed" });
  await world.cycle({ direction: "export" });
  const shown = (await rowsOf(world, APPROVALS)).map((
    [, , , item, status, , notes],
  ) => [item, status, notes]);
  assert.deepEqual(shown, [
    ["changed", "pending", "typing"],
    ["Item of b", "pending", "wait"],
    ["Item of c", "approved", ""],
  ]);
  assert.deepEqual(world.values("approvals", "a", "status", "notes"), ["pending", "agent too"]);
});

Deno.test("a guard stops its tab before any write, the other tabs go on, and only the shown plan is let through", async () => {
  await using world = await World.start();
  for (let index = 0; index < 30; index++) world.insert("approvals", approval(`a${index}`));
  await world.cycle();
  for (let index = 0; index < 25; index++) {
    await world.editor.type(APPROVALS, `E${2 + index}`, "approved");
  }
  world.insert("runs", run("r"));
  const report = await world.cycle();
  assert.equal(report.status, "guarded");
  assert.deepEqual(tabOf(report, APPROVALS).guards.map(({ guard }) => guard), ["many-decisions"]);
  assert.equal(world.values("approvals", "a0", "status")[0], "pending");
  assert.deepEqual(figuresOf(tabOf(report, "Runs")), { added: 1 });
  await world.editor.type(APPROVALS, "E27", "approved");
  const other = await world.cycle({ accept: ["many-decisions"] });
  assert.equal(other.status, "guarded");
  assert.match(tabOf(other, APPROVALS).guards[0]?.message ?? "", /not the one that was shown/);
  const accepted = await world.cycle({ accept: ["many-decisions"] });
  assert.equal(accepted.status, "ok");
  assert.deepEqual(figuresOf(tabOf(accepted, APPROVALS)), { imported: 26 });
});

Deno.test("a tab that was renamed is found by its sheetId", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  await world.cycle();
  await world.owner.renameTab(APPROVALS, "Bitte entscheiden");
  await edit(world, "owner", "Bitte entscheiden", "a", { E: "approved" });
  const report = await world.cycle();
  assert.deepEqual(figuresOf(tabOf(report, APPROVALS)), { imported: 1 });
  assert.deepEqual((await world.cycle()).requests, { read: 1, write: 0, retried: 0 });
});

Deno.test("a plan changes nothing", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  await world.cycle();
  await edit(world, "editor", APPROVALS, "a", { E: "approved" });
  world.insert("approvals", approval("b"));
  const before = [await world.owner.read(APPROVALS), world.row("approvals", "a")];
  const report = await world.cycle({ apply: false });
  assert.equal(report.requests.write, 0);
  assert.deepEqual(
    tabOf(report, APPROVALS).plan?.rows.map(({ id, action }) => [id, action.kind]),
    [["a", "standing"], ["b", "add"]],
  );
  assert.deepEqual([await world.owner.read(APPROVALS), world.row("approvals", "a")], before);
});
