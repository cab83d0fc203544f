/**
 * A day on which everything happens at once: the agent and the humans do, on rows of all three tabs,
 * one thing for every rule. Tests of faults, races and crashes compare how the day ends.
 *
 * @module
 */

import { must } from "../../src/base/assert.ts";
import { atlasInput } from "../../src/contract/atlas.ts";
import { type Contract, contractSchema } from "../../src/contract/schema.ts";
import type { Intercept } from "../../src/embedded/server.ts";
import { putCells, screenOf, settle } from "./hands.ts";
import { approval, error, run, World } from "./world.ts";

const APPROVALS = "Pending_Approvals";
const RUNS = "Runs";
const ERRORS = "Errors_Hotlist";
const TITLES = [APPROVALS, RUNS, ERRORS];

/** The contract, with so few runs in their tab that one more is one too many. */
const smallContract: Contract = contractSchema.parse({
  ...atlasInput,
  tabs: atlasInput.tabs.map((tab) =>
    tab.retention.kind === "newest" ? { ...tab, retention: { ...tab.retention, count: 4 } } : tab
  ),
});

/** A world on the evening before: every row agreed on by both sides. Its database may be a new file. */
export async function eveningBefore(intercept?: Intercept, database?: string): Promise<World> {
  const world = await World.start({
    contract: smallContract,
    ...(intercept === undefined ? {} : { intercept }),
    ...(database === undefined ? {} : { database }),
  });
  for (const id of ["a", "b", "c", "d", "e", "f", "h", "i", "j", "k"]) {
    world.insert("approvals", approval(id, { notes: `note of ${id}` }));
  }
  for (let hour = 1; hour <= 4; hour++) {
    world.insert("runs", run(`r${hour}`, { started_at: `2026-01-15T0${hour}:00:00Z` }));
  }
  for (const id of ["s", "t", "u", "v", "w"]) world.insert("errors", error(id));
  await settle(world);
  return world;
}

/** What agent and humans do on the day. */
export async function everythingHappens(world: World): Promise<void> {
  const screen = await screenOf(world, APPROVALS);
  const at = (id: string) => must(screen.get(id), id).row;
  const free = Math.max(...[...screen.values()].map(({ row }) => row)) + 2;
  await putCells(world, APPROVALS, [
    { row: at("a"), column: 4, value: "approved" },
    { row: at("b"), column: 4, value: "aproved" },
    { row: at("c"), column: 6, value: "before\nnote of c" },
    { row: at("d"), column: 3, value: "something else" },
    { row: at("e"), column: 4, value: "approved" },
    { row: at("e"), column: 6, value: "note of e\nwhy deleted?" },
    { row: at("j"), column: 0, value: "my-own-id" },
    { row: at("k"), column: 4, value: " REJECTED" },
  ]);
  await world.owner.copyRow(APPROVALS, at("h"), free);
  await putCells(world, APPROVALS, [
    { row: free, column: 4, value: "rejected" },
    { row: free, column: 6, value: "note of h\nin the copy" },
  ]);
  await world.owner.cutRow(APPROVALS, at("i"), free + 1);
  await world.owner.deleteRow(APPROVALS, at("f"));
  world.change("approvals", "c", { notes: "note of c\nagent" });
  world.change("approvals", "e", { deleted_at: "2026-01-15T14:00:00Z", notes: "note of e\nagent" });
  world.insert("approvals", approval("g"));

  world.insert("runs", run("r5", { started_at: "2026-01-15T05:00:00Z" }));
  world.change("runs", "r4", { status: "failed", output: "broken" });

  const errors = await screenOf(world, ERRORS);
  const on = (id: string) => must(errors.get(id), id).row;
  await putCells(world, ERRORS, [
    { row: on("s"), column: 5, value: true },
    { row: on("s"), column: 6, value: "rebooted" },
    { row: on("t"), column: 5, value: "perhaps" },
    { row: on("u"), column: 7, value: "who deleted this?" },
    { row: on("w"), column: 6, value: "mine" },
  ]);
  world.db.run("DELETE FROM errors WHERE id = 'u'");
  world.change("errors", "w", { resolution: "theirs" });
}

/** Everything that must not depend on how often the mirror was disturbed. */
export interface Evening {
  /** The user's tables: every value, times of the mirror left out. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** What the screens show, row by row, by ID. */
  readonly screens: Readonly<Record<string, readonly string[]>>;
  /** What became of what humans did, each as often as it was written down. */
  readonly verdicts: readonly string[];
}

/** How the day ended. */
export async function eveningOf(world: World): Promise<Evening> {
  const tables = Object.fromEntries(
    world.contract.tabs.map(({ table }) => [
      table,
      world.db.all(`SELECT * FROM ${table}`).map((row) => timeless(JSON.stringify(row))).sort(),
    ]),
  );
  const screens: Record<string, string[]> = {};
  for (const title of TITLES) {
    const [, ...rows] = await world.owner.read(title);
    screens[title] = rows.filter((cells) => cells.some((cell) => cell !== ""))
      .map((cells) => timeless(JSON.stringify(cells))).sort();
  }
  const verdicts = world.db.all(
    `SELECT tab, row_id, column, verdict, old_value, new_value FROM mirror_audit
      WHERE actor = 'human' AND direction = 'import'`,
  ).map((row) => timeless(JSON.stringify(row))).sort();
  return { tables, screens, verdicts };
}

/**
 * Without the times the mirror wrote, and of its reports only what they say: they are resolved by the
 * next look at the whole tab, and how many looks there are is just what differs here.
 */
function timeless(text: string): string {
  const report = /"mirror-[0-9a-f]{12}"/.exec(text);
  if (report !== null) return report[0];
  return text.replace(/\[mirror \d{4}-\d\d-\d\d \d\d:\d\dZ\]/g, "[mirror]")
    .replace(/2026-01-15[T ]14:3\d(?::\d\d\.\d{3}Z)?/g, "then");
}
