/** Setup and its opposite: what is ours goes, what is theirs stays. @module */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { isoTime } from "../../src/base/clock.ts";
import { AtlasError } from "../../src/base/errors.ts";
import { teardown } from "../../src/sheets/teardown.ts";
import { readIdentity } from "../../src/store/identity.ts";
import { initialise } from "../../src/store/migrations.ts";
import { dropMirror } from "../../src/store/teardown.ts";
import { approval, error, run, World } from "../helpers/world.ts";

const APPROVALS = "Pending_Approvals";

async function api(world: World, requests: readonly object[]): Promise<void> {
  const { url, spreadsheetId } = world.sheet;
  const answer = await fetch(`${url}v4/spreadsheets/${spreadsheetId}:batchUpdate`, {
    method: "POST",
    headers: { "authorization": "Bearer owner", "content-type": "application/json" },
    body: JSON.stringify({ requests }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Everything about the spreadsheet as the API tells it, cells and all. */
async function whole(world: World): Promise<string> {
  const { url, spreadsheetId } = world.sheet;
  const answer = await fetch(`${url}v4/spreadsheets/${spreadsheetId}?includeGridData=true`, {
    headers: { "authorization": "Bearer owner" },
  });
  return JSON.stringify(await answer.json());
}

async function filled(): Promise<World> {
  const world = await World.start();
  for (const id of ["a", "b"]) world.insert("approvals", approval(id));
  world.insert("runs", run("r"));
  world.insert("errors", error("e"));
  await world.cycle();
  await world.owner.type(APPROVALS, "E2", "maybe");
  await world.cycle();
  return world;
}

/** What people have made of the tab. */
async function decorate(world: World): Promise<void> {
  const { sheetId } = must(
    world.sheet.book.sheets.find(({ properties }) => properties.title === APPROVALS),
    APPROVALS,
  ).properties;
  await world.owner.type(APPROVALS, "J1", "mine");
  await world.owner.type(APPROVALS, "J2", "my own remark");
  await api(world, [
    { addFilterView: { filter: { title: "My view", range: { sheetId } } } },
    {
      addProtectedRange: {
        protectedRange: { description: "my range", range: { sheetId, startColumnIndex: 9 } },
      },
    },
    {
      addConditionalFormatRule: {
        index: 0,
        rule: {
          ranges: [{ sheetId, startColumnIndex: 3, endColumnIndex: 4 }],
          booleanRule: {
            condition: { type: "TEXT_EQ", values: [{ userEnteredValue: "mine" }] },
            format: { textFormat: { italic: true } },
          },
        },
      },
    },
    {
      updateCells: {
        start: { sheetId, rowIndex: 2, columnIndex: 3 },
        rows: [{ values: [{ note: "a note of mine" }] }],
        fields: "note",
      },
    },
  ]);
}

Deno.test("setup a second time changes nothing and leaves what people made", async () => {
  await using world = await filled();
  await decorate(world);
  const before = await whole(world);
  const writes = world.client.counts().write;
  await world.setup();
  assert.equal(world.client.counts().write, writes);
  assert.equal(await whole(world), before);
});

Deno.test("teardown takes out what is ours and leaves the data and what people made", async () => {
  await using world = await filled();
  await decorate(world);
  const data = [await world.owner.read(APPROVALS), await world.owner.read("Runs")];
  const rows = world.db.all("SELECT * FROM approvals");
  const { uuid } = readIdentity(world.db);
  const done = await teardown(world.client, world.contract, { uuid, known: new Map() });
  assert.equal(done.length, 3, done.join("; "));
  const left = await whole(world);
  for (
    const ours of [
      "atlas-mirror: ",
      "Mirror: ",
      "developerMetadata",
      "dataValidation",
      '"TEXT_EQ","values":[{"userEnteredValue":"pending"',
    ]
  ) {
    assert.ok(
      !left.includes(ours),
      `${ours} is left: ${left.slice(left.indexOf(ours) - 200).slice(0, 400)}`,
    );
  }
  for (const theirs of ["My view", "my range", "a note of mine", "italic", "my own remark"]) {
    assert.ok(left.includes(theirs), `${theirs} is gone`);
  }
  assert.deepEqual([await world.owner.read(APPROVALS), await world.owner.read("Runs")], data);

  dropMirror(world.db, world.contract, world.clock.now());
  assert.deepEqual(
    world.db.all("SELECT name FROM sqlite_schema WHERE name LIKE '%mirror%'").map(({ name }) =>
      name
    ),
    [],
  );
  assert.deepEqual(world.db.all("SELECT * FROM approvals"), rows);
});

Deno.test("teardown may be repeated, and what it left can be set up again", async () => {
  await using world = await filled();
  const { uuid } = readIdentity(world.db);
  await teardown(world.client, world.contract, { uuid, known: new Map() });
  await teardown(world.client, world.contract, { uuid, known: new Map() });
  dropMirror(world.db, world.contract, world.clock.now());
  const { db, random, clock, contract } = world;
  initialise(db, contract, { migrate: false, random, now: isoTime(clock.now()) });
  await world.setup();
  const stopped = await world.cycle();
  assert.deepEqual(stopped.tabs.flatMap(({ guards }) => guards.map(({ guard }) => guard)), [
    "adopt",
    "adopt",
    "adopt",
  ]);
  const adopted = await world.cycle({ accept: ["adopt"] });
  assert.equal(adopted.status, "ok");
  assert.deepEqual((await world.cycle()).requests, { read: 1, write: 0, retried: 0 });
});

Deno.test("teardown leaves another database's spreadsheet alone", async () => {
  await using world = await filled();
  const before = await whole(world);
  await assert.rejects(
    teardown(world.client, world.contract, { uuid: "somebody-else", known: new Map() }),
    (thrown) => thrown instanceof AtlasError && thrown.kind === "guard",
  );
  assert.equal(await whole(world), before);
});

Deno.test("dropMirror() waits for nobody and drops nothing while a cycle is under way", async () => {
  await using world = await filled();
  world.db.run(
    "INSERT INTO mirror_lease (id, holder, token, expires_at) VALUES (1, 'other', 1, 9e15)",
  );
  assert.throws(
    () => dropMirror(world.db, world.contract, world.clock.now()),
    (thrown) => thrown instanceof AtlasError && thrown.kind === "lease-held",
  );
  readIdentity(world.db);
});
