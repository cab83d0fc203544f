/** Cycles in a spreadsheet in which the probe found that row anchors do not hold. @module */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { isoTime } from "../../src/base/clock.ts";
import { writeProbe } from "../../src/store/probe.ts";
import { callAsOwner, sheetIdOf } from "../helpers/hands.ts";
import { approval, figuresOf, tabOf, World } from "../helpers/world.ts";

const APPROVALS = "Pending_Approvals";

function probed(world: World, anchorsHold: boolean): void {
  writeProbe(world.db, { at: isoTime(world.clock.now()), anchorsHold, broken: [] });
}

async function cycle(world: World) {
  return tabOf(await world.cycle(), APPROVALS);
}

async function withRows(...ids: string[]): Promise<World> {
  const world = await World.start();
  for (const id of ids) world.insert("approvals", approval(id));
  await world.cycle();
  return world;
}

/** The first and fifth column: ID and Status. */
async function states(world: World): Promise<Record<string, string>> {
  const rows = await world.owner.read(APPROVALS);
  return Object.fromEntries(rows.slice(1).map((row) => [row[0] ?? "", row[4] ?? ""]));
}

/** Sorts the tab as a server would on which metadata stays in its place. */
async function sortWithoutAnchors(world: World): Promise<void> {
  const sheetId = sheetIdOf(world, APPROVALS);
  const root = `${world.sheet.url}v4/spreadsheets/${world.sheet.spreadsheetId}`;
  const headers = { authorization: "Bearer owner" };
  const rowMetadata = async (): Promise<Map<number, number>> => {
    const fields = "sheets.data.rowMetadata.developerMetadata.metadataId";
    const range = encodeURIComponent(APPROVALS);
    const answer = await fetch(`${root}?ranges=${range}&fields=${fields}`, { headers });
    const { sheets } = await answer.json();
    const bands: { developerMetadata?: { metadataId: number }[] }[] = sheets[0].data[0].rowMetadata;
    return new Map(
      bands.flatMap((band, row) =>
        (band.developerMetadata ?? []).map(({ metadataId }) => [metadataId, row] as const)
      ),
    );
  };
  const before = await rowMetadata();
  await world.owner.sort(APPROVALS, "A", false);
  const lookups = [...before].map(([metadataId, row]) => ({ metadataId, row }));
  const requests = [
    ...lookups.map(({ metadataId }) => ({
      deleteDeveloperMetadata: { dataFilter: { developerMetadataLookup: { metadataId } } },
    })),
    ...lookups.map(({ metadataId, row }) => ({
      createDeveloperMetadata: {
        developerMetadata: {
          metadataId,
          metadataKey: "a",
          visibility: "DOCUMENT",
          location: {
            dimensionRange: { sheetId, dimension: "ROWS", startIndex: row, endIndex: row + 1 },
          },
        },
      },
    })),
  ];
  await callAsOwner(world, ":batchUpdate", { requests });
}

Deno.test("without anchors new rows go in and standing ones are only reported", async () => {
  await using world = await withRows("a", "b", "c");
  probed(world, false);
  world.change("approvals", "a", { item: "Another item" });
  world.change("approvals", "c", { deleted_at: "2026-01-15T14:00:00Z" });
  world.insert("approvals", approval("d"));
  const report = await cycle(world);
  assert.equal(report.status, "ok");
  assert.deepEqual(figuresOf(report), { added: 1 });
  assert.deepEqual(
    report.findings.map(({ row, code, reason }) => [row, code, reason.split("does not ")[1]]),
    [["a", "MIRROR-UNANCHORED", "write Item"], ["c", "MIRROR-UNANCHORED", "take the row out"]],
  );
  assert.deepEqual(Object.keys(await states(world)), ["a", "b", "c", "d"]);
  assert.equal((await world.owner.read(APPROVALS))[1]?.[3], "Item of a");
});

Deno.test("without anchors a decision is still imported, and what needs a write is not", async () => {
  await using world = await withRows("a", "b");
  probed(world, false);
  await world.owner.type(APPROVALS, "E2", "approved");
  await world.owner.type(APPROVALS, "E3", "aproved");
  const report = await cycle(world);
  assert.deepEqual(figuresOf(report), { imported: 1 });
  assert.deepEqual(world.values("approvals", "a", "status"), ["approved"]);
  assert.deepEqual(world.values("approvals", "b", "status"), ["pending"]);
  assert.deepEqual(report.findings.map(({ row, code }) => [row, code]), [[
    "b",
    "MIRROR-UNANCHORED",
  ]]);
  assert.deepEqual(await states(world), { a: "approved", b: "aproved" });
});

Deno.test("without anchors nothing lands on another row when rows are sorted", async () => {
  await using world = await withRows("a", "b", "c");
  probed(world, false);
  world.change("approvals", "a", { item: "Another item" });
  await sortWithoutAnchors(world);
  const row = must(await world.owner.findRow(APPROVALS, "c"), "c");
  await world.owner.type(APPROVALS, `E${row}`, "rejected");
  world.insert("approvals", approval("d"));
  assert.deepEqual(figuresOf(await cycle(world)), { imported: 1, added: 1 });
  assert.deepEqual(world.values("approvals", "c", "status"), ["rejected"]);
  assert.deepEqual(await states(world), {
    c: "rejected",
    b: "pending",
    a: "pending",
    d: "pending",
  });
});

Deno.test("without anchors what waits is told once, and a cycle with nothing new writes nothing", async () => {
  await using world = await withRows("a", "b");
  probed(world, false);
  world.change("approvals", "a", { item: "Another item" });
  const told = await world.cycle();
  assert.deepEqual(told.fresh.map(({ row }) => row), ["a"]);
  await world.cycle();
  const quiet = await world.cycle();
  assert.deepEqual(quiet.fresh, []);
  assert.deepEqual(quiet.requests, { read: 1, write: 0, retried: 0 });
});

Deno.test("once anchors hold again the next cycle catches up", async () => {
  await using world = await withRows("a", "b");
  probed(world, false);
  world.change("approvals", "a", { item: "Another item" });
  await world.cycle();
  probed(world, true);
  assert.deepEqual(figuresOf(await cycle(world)), { exported: 1 });
  assert.equal((await world.owner.read(APPROVALS))[1]?.[3], "Another item");
  const found = world.db.all("SELECT * FROM mirror_finding WHERE code = 'MIRROR-UNANCHORED'");
  assert.deepEqual(found.map((finding) => finding["resolved_at"] === null), [false]);
});
