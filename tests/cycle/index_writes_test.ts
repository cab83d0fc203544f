/** What this API can only address by index still ends on the right row, or is taken back. @module */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { Wire } from "../helpers/hands.ts";
import { approval, run, World } from "../helpers/world.ts";

const APPROVALS = "Pending_Approvals";

async function rowOf(world: World, title: string, id: string): Promise<number> {
  return must(await world.owner.findRow(title, id), `row ${id}`);
}

/** Every note on the tab, as `ID column note`. */
async function notesOf(world: World, title: string): Promise<string[]> {
  const { url, spreadsheetId } = world.sheet;
  const range = encodeURIComponent(`'${title}'!A2:L1000`);
  const fields = "sheets(data(rowData(values(note,formattedValue))))";
  const answer = await fetch(
    `${url}v4/spreadsheets/${spreadsheetId}?ranges=${range}&fields=${fields}`,
    { headers: { "authorization": "Bearer owner" } },
  );
  const { sheets } = await answer.json();
  const rows: { values?: { note?: string; formattedValue?: string }[] }[] =
    sheets[0].data[0].rowData ?? [];
  return rows.flatMap(({ values = [] }) =>
    values.flatMap(({ note }, column) =>
      note === undefined ? [] : [`${values[0]?.formattedValue} ${column} ${note}`]
    )
  );
}

async function pin(world: World, title: string, id: string, column: number, note: string) {
  const { url, spreadsheetId } = world.sheet;
  const sheet = world.sheet.book.sheets.find(({ properties }) => properties.title === title);
  const rowIndex = await rowOf(world, title, id) - 1;
  const answer = await fetch(`${url}v4/spreadsheets/${spreadsheetId}:batchUpdate`, {
    method: "POST",
    headers: { "authorization": "Bearer owner", "content-type": "application/json" },
    body: JSON.stringify({
      requests: [{
        updateCells: {
          start: {
            sheetId: must(sheet, title).properties.sheetId,
            rowIndex,
            columnIndex: column,
          },
          rows: [{ values: [{ note }] }],
          fields: "note",
        },
      }],
    }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

Deno.test("a note that landed on another row because rows moved is taken off again", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  for (const id of ["a", "b", "c"]) world.insert("approvals", approval(id));
  await world.cycle();
  await pin(world, APPROVALS, "a", 4, "a note of mine");
  await world.owner.type(APPROVALS, `E${await rowOf(world, APPROVALS, "b")}`, "maybe");
  let isMoved = false;
  await wire.during(async (call, handle) => {
    if (call.kind === "write" && !isMoved) {
      isMoved = true;
      // Row a slides to the place where b was read.
      await world.owner.moveRow(APPROVALS, await rowOf(world, APPROVALS, "b"), 2);
    }
    return await handle();
  }, () => world.cycle());
  assert.ok(isMoved);
  assert.deepEqual(await notesOf(world, APPROVALS), ["a 4 a note of mine"]);
  assert.match(String(world.values("approvals", "b", "notes")[0]), /"maybe" refused/);
});

Deno.test("a row removed by mistake comes back with its notes, its anchor and what stood beside it", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  for (const id of ["a", "b", "c"]) world.insert("runs", run(id));
  await world.cycle();
  await world.owner.type("Runs", `J${await rowOf(world, "Runs", "a")}`, "beside");
  await pin(world, "Runs", "a", 7, "a note of mine");
  world.change("runs", "b", { deleted_at: "2026-01-15T14:00:00Z" });
  let isMoved = false;
  await wire.during(async (call, handle) => {
    if (!isMoved && JSON.stringify(call.body).includes("deleteDimension")) {
      isMoved = true;
      await world.owner.moveRow(
        "Runs",
        await rowOf(world, "Runs", "a"),
        await rowOf(world, "Runs", "b"),
      );
    }
    return await handle();
  }, () => world.cycle());
  assert.ok(isMoved);
  const row = await rowOf(world, "Runs", "a");
  const screen = await world.owner.read("Runs");
  assert.equal(screen[row - 1]?.[9], "beside");
  assert.deepEqual((await notesOf(world, "Runs")).map((note) => note.slice(0, 30)), [
    "a 0 atlas-mirror: put back: th",
    "a 7 a note of mine",
  ]);
  await world.cycle();
  assert.deepEqual((await world.owner.read("Runs")).slice(1).map(([id]) => id).sort(), ["a", "c"]);
  assert.deepEqual((await world.cycle()).requests, { read: 1, write: 0, retried: 0 });
});
