/** The guards: what trips each of them, played on a tab of thirty rows. @module */

import assert from "node:assert/strict";
import { atlasInput } from "../../src/contract/atlas.ts";
import { type ContractInput, contractSchema } from "../../src/contract/schema.ts";
import type { CycleOptions } from "../../src/mirror/context.ts";
import type { GuardName } from "../../src/mirror/findings.ts";
import {
  callAsOwner,
  type CellEdit,
  putCells,
  screenOf,
  settle,
  sheetIdOf,
} from "../helpers/hands.ts";
import { approval, run, tabOf, World } from "../helpers/world.ts";

type ColumnInput = ContractInput["tabs"][number]["columns"][number];

const TAB = "Pending_Approvals";
/** Rows of the tab at the start. */
const ROWS = 30;

/** One way to trip a guard. */
export interface GuardRule {
  readonly guard: GuardName;
  readonly name: string;
  /** Does what trips the guard. `amount` is one more than what is let through, or just that. */
  readonly trip: (world: World, amount: number) => Promise<void> | void;
  /** The smallest amount that trips; left out: the guard knows no amount. */
  readonly least?: number;
  /** The cause is mended; left out: `--accept` lets the plan through. */
  readonly mend?: (world: World) => Promise<void> | void;
  /** The guard is about the spreadsheet or the database as a whole: no tab goes on. */
  readonly stopsAll?: boolean;
}

async function editRows(
  world: World,
  amount: number,
  edit: (row: number, index: number) => CellEdit[],
): Promise<void> {
  const edits = Array.from({ length: amount }, (_, index) => edit(index + 2, index));
  await putCells(world, TAB, edits.flat());
}

async function deleteRows(world: World, amount: number): Promise<void> {
  await callAsOwner(world, ":batchUpdate", {
    requests: [{
      deleteDimension: {
        range: {
          sheetId: sheetIdOf(world, TAB),
          dimension: "ROWS",
          startIndex: 1,
          endIndex: amount + 1,
        },
      },
    }],
  });
}

async function setHeader(world: World, headers: Readonly<Record<number, string>>): Promise<void> {
  await putCells(
    world,
    TAB,
    Object.entries(headers).map(([column, value]) => ({ row: 1, column: Number(column), value })),
  );
}

export const GUARD_RULES: readonly GuardRule[] = [
  {
    guard: "many-decisions",
    name: "over 20 decisions, over half of the pending ones, the same word in one block",
    least: 21,
    trip: (world, amount) =>
      editRows(world, amount, (row) => [{ row, column: 4, value: "approved" }]),
  },
  {
    guard: "bulk-edit",
    name: "system cells edited in over 20 rows and over half of the tab",
    least: 21,
    trip: (world, amount) => editRows(world, amount, (row) => [{ row, column: 3, value: "mine" }]),
  },
  {
    guard: "rows-missing",
    name: "over 10 and over half of the rows gone from the sheet",
    least: 16,
    trip: deleteRows,
  },
  {
    guard: "tab-empty",
    name: "no row left in the sheet",
    trip: (world) => deleteRows(world, ROWS),
  },
  {
    guard: "tab-empty",
    name: "every row emptied in the sheet",
    trip: (world) =>
      editRows(
        world,
        ROWS,
        (row) => Array.from({ length: 8 }, (_, column) => ({ row, column, value: "" })),
      ),
  },
  {
    guard: "database-rows-missing",
    name: "over 5 and over half of the rows gone from the database",
    least: 16,
    trip(world, amount) {
      world.db.run(
        "DELETE FROM approvals WHERE id IN (SELECT id FROM approvals ORDER BY id LIMIT ?)",
        BigInt(amount),
      );
    },
  },
  {
    guard: "rows-scrambled",
    name: "over 3 rows whose ID and anchor disagree",
    least: 4,
    trip: (world, amount) =>
      editRows(world, amount, (row, index) => [{
        row,
        column: 0,
        value: `a${String(index + 10)}`,
      }]),
  },
  {
    guard: "other-database",
    name: "the spreadsheet carries the mark of another database",
    stopsAll: true,
    trip(world) {
      world.db.run(
        "UPDATE mirror_meta SET value = '00000000-0000-4000-8000-000000000000' " +
          "WHERE key = 'database_uuid'",
      );
      world.insert("approvals", approval("new"));
    },
  },
  {
    guard: "older-database",
    name: "the spreadsheet was written by a later state of this database",
    stopsAll: true,
    trip(world) {
      world.db.run("UPDATE mirror_meta SET value = '0' WHERE key = 'epoch'");
      world.insert("approvals", approval("new"));
    },
  },
  {
    guard: "structure",
    name: "a header was renamed",
    trip: (world) => world.owner.renameHeader(TAB, "Notes", "Remarks"),
    mend: (world) => world.owner.renameHeader(TAB, "Remarks", "Notes"),
  },
  {
    guard: "structure",
    name: "two headers were swapped",
    trip: (world) => setHeader(world, { 1: "Action", 2: "Type" }),
    mend: (world) => setHeader(world, { 1: "Type", 2: "Action" }),
  },
  {
    guard: "structure",
    name: "a header stands twice",
    trip: (world) => setHeader(world, { 1: "Action" }),
    mend: (world) => setHeader(world, { 1: "Type" }),
  },
  {
    guard: "structure",
    name: "a header is blank",
    trip: (world) => setHeader(world, { 6: "" }),
    mend: (world) => setHeader(world, { 6: "Notes" }),
  },
  {
    guard: "structure",
    name: "a column was inserted",
    trip: (world) => changeColumns(world, "insertDimension"),
    mend: (world) => changeColumns(world, "deleteDimension"),
  },
  {
    guard: "database-damaged",
    name: "the last check found the file damaged",
    stopsAll: true,
    trip: (world) => setCheck(world, false),
    mend: (world) => setCheck(world, true),
  },
];

async function changeColumns(
  world: World,
  kind: "insertDimension" | "deleteDimension",
): Promise<void> {
  const range = {
    sheetId: sheetIdOf(world, TAB),
    dimension: "COLUMNS",
    startIndex: 2,
    endIndex: 3,
  };
  await callAsOwner(world, ":batchUpdate", { requests: [{ [kind]: { range } }] });
}

function setCheck(world: World, ok: boolean): void {
  const value = JSON.stringify({ ok, message: ok ? "ok" : "row 7 missing from index", at: "now" });
  world.db.run(
    `INSERT INTO mirror_meta (key, value) VALUES ('quick_check', ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    value,
  );
}

/** Thirty open requests on both sides, and a run that waits to be shown. */
async function openWorld(): Promise<World> {
  const world = await World.start();
  for (let index = 0; index < ROWS; index++) {
    const id = `a${String(index).padStart(2, "0")}`;
    const requested_at = `2026-01-15T09:${String(index).padStart(2, "0")}:00Z`;
    world.insert("approvals", approval(id, { requested_at }));
  }
  await settle(world);
  return world;
}

async function everything(world: World): Promise<string> {
  return JSON.stringify([await world.owner.read(TAB), world.db.all("SELECT * FROM approvals")]);
}

/** Trips the guard: nothing is written, the other tabs go on, and there is a way out. */
export async function playGuard(rule: GuardRule): Promise<void> {
  const { guard, trip, least = 0, mend, stopsAll = false } = rule;
  if (rule.least !== undefined) await letThrough(rule, rule.least - 1);
  await using world = await openWorld();
  await trip(world, least);
  const before = await everything(world);
  world.insert("runs", run("waiting"));
  const report = await world.cycle();
  assert.equal(report.status, "guarded");
  assert.deepEqual(tabOf(report, TAB).guards.map((found) => found.guard), [guard]);
  assert.equal(await everything(world), before, "nothing is written to the tab or its table");
  assert.equal((await screenOf(world, "Runs")).has("waiting"), !stopsAll, "the other tabs");
  if (mend !== undefined) {
    await mend(world);
    await settle(world);
    return;
  }
  await acceptOnce(world, guard);
}

async function letThrough({ guard, trip }: GuardRule, amount: number): Promise<void> {
  await using world = await openWorld();
  await trip(world, amount);
  const report = await world.cycle();
  assert.deepEqual(tabOf(report, TAB).guards, [], `${amount} do not trip ${guard}`);
}

/** The shown plan, and only that, is let through, once, and that is written down. */
async function acceptOnce(world: World, guard: GuardName): Promise<void> {
  const accept: Partial<CycleOptions> = { accept: [guard] };
  await putCells(world, TAB, [{ row: 40, column: 0, value: "another row meanwhile" }]);
  world.insert("approvals", approval("z-meanwhile"));
  assert.equal((await world.cycle(accept)).status, "guarded", "the plan is another one by now");
  assert.equal((await world.cycle(accept)).status, "ok", "the plan that was shown");
  const audits = world.db.all("SELECT reason FROM mirror_audit WHERE reason LIKE 'guard %'");
  assert.ok(
    audits.some(({ reason }) => String(reason).startsWith(`guard ${guard} was let through`)),
  );
  await settle(world);
}

function withMoreWords(column: ColumnInput): ColumnInput {
  return column.field === "type" && column.type === "enum"
    ? { ...column, values: [...column.values, "budget"] }
    : column;
}

/** The contract under which the tab was written is another one: the same tables, more words allowed. */
export async function playContractChanged(): Promise<void> {
  const wider = contractSchema.parse({
    ...atlasInput,
    tabs: atlasInput.tabs.map((tab) =>
      tab.title === TAB ? { ...tab, columns: tab.columns.map(withMoreWords) } : tab
    ),
  });
  await using world = await openWorld();
  const report = await world.cycle({}, { contract: wider });
  const guards = tabOf(report, TAB).guards.map((found) => found.guard);
  assert.deepEqual(guards, ["contract-changed"]);
  const accepted = await world.cycle({ accept: ["contract-changed"] }, { contract: wider });
  assert.equal(accepted.status, "ok");
  const again = await world.cycle({}, { contract: wider });
  assert.deepEqual([again.status, again.requests.write], ["ok", 0]);
}

/** A tab that is gone stops that tab alone. */
export async function playTabGone(): Promise<void> {
  await using world = await openWorld();
  await callAsOwner(world, ":batchUpdate", {
    requests: [{ deleteSheet: { sheetId: sheetIdOf(world, TAB) } }],
  });
  world.insert("runs", run("waiting"));
  const report = await world.cycle();
  assert.deepEqual(tabOf(report, TAB).guards.map((found) => found.guard), ["structure"]);
  assert.ok((await screenOf(world, "Runs")).has("waiting"));
}
