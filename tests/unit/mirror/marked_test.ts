import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { markedClient } from "../../../src/mirror/marked.ts";
import { createMark, deleteMark } from "../../../src/sheets/anchors.ts";
import { readFull } from "../../../src/sheets/read.ts";
import { bumpEpoch, readIdentity, readSeenEpoch } from "../../../src/store/identity.ts";
import { World } from "../../helpers/world.ts";

const RENAME = { updateSpreadsheetProperties: { properties: { title: "a" }, fields: "title" } };

async function clientOf(world: World, fence = () => {}) {
  const { db, clock, client } = world;
  const { marks } = await readFull(client, []);
  return markedClient(client, { db, clock, fence }, marks);
}

async function markOf(world: World): Promise<number | undefined> {
  const { uuid } = readIdentity(world.db);
  return (await readFull(world.client, [])).marks.find((mark) => mark.uuid === uuid)?.epoch;
}

Deno.test("markedClient() reads for everybody and writes only until another process takes over", async () => {
  await using world = await World.start();
  let isOurs = true;
  const client = await clientOf(world, () => {
    if (!isOurs) throw new AtlasError("lease-held", "Cannot go on", { hint: "Wait." });
  });
  await client.batch([RENAME], null);
  isOurs = false;
  const before = { ...world.sheet.requests, epoch: readIdentity(world.db).epoch };
  const isHeld = { name: "AtlasError", kind: "lease-held" };
  await assert.rejects(client.batch([RENAME], null), isHeld);
  await assert.rejects(client.updateByAnchor([], undefined), isHeld);
  await client.get({ ranges: [], fields: "properties" });
  assert.equal(world.sheet.requests.write, before.write);
  assert.equal(readIdentity(world.db).epoch, before.epoch);
});

Deno.test("markedClient() leaves a higher epoch with every batch", async () => {
  await using world = await World.start();
  const client = await clientOf(world);
  await client.batch([RENAME], null);
  const first = await markOf(world);
  await client.batch([RENAME], null);
  assert.equal(await markOf(world), (first ?? 0) + 1);
  assert.equal(readSeenEpoch(world.db)?.epoch, await markOf(world));
  assert.equal(client.owesMark(), false);
});

Deno.test("markedClient() owes the mark after an update until a batch has left it", async () => {
  await using world = await World.start();
  const client = await clientOf(world);
  await client.batch([RENAME], null);
  await client.updateByAnchor([]);
  assert.equal(client.owesMark(), true);
  await client.leaveMark();
  assert.equal(client.owesMark(), false);
  assert.equal(await markOf(world), readIdentity(world.db).epoch);
  const { write } = world.sheet.requests;
  await client.leaveMark();
  assert.equal(world.sheet.requests.write, write, "nothing is sent where nothing is owed");
});

Deno.test("markedClient() owes what an earlier process wrote, unless its mark is seen", async () => {
  await using world = await World.start();
  const first = await clientOf(world);
  await first.batch([RENAME], null);
  bumpEpoch(world.db);
  assert.equal((await clientOf(world)).owesMark(), true);
  await (await clientOf(world)).leaveMark();
  world.db.run("DELETE FROM mirror_meta WHERE key = 'epoch_seen'");
  assert.equal((await clientOf(world)).owesMark(), false);
});

Deno.test("markedClient() creates the mark where it is missing, and takes another database's off", async () => {
  await using world = await World.start();
  const { db, clock, client: plain } = world;
  const { uuid } = readIdentity(db);
  await plain.batch([deleteMark(uuid), createMark({ uuid: "another", epoch: 7 })], null);
  const client = await clientOf(world);
  await client.batch([RENAME], null);
  const { marks } = await readFull(plain, []);
  assert.deepEqual(marks, [{ uuid, epoch: readIdentity(db).epoch }]);
  await client.batch([RENAME], null);
  assert.equal(readSeenEpoch(db)?.at, clock.now());
});
