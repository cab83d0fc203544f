import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { fencedClient } from "../../../src/mirror/fenced.ts";
import { startEmbedded } from "../../../src/embedded/server.ts";
import { createSheetsClient } from "../../../src/sheets/client.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { systemClock as clock } from "../../../src/base/clock.ts";

Deno.test("fencedClient() reads for everybody and writes only until another process takes over", async () => {
  const random = seededRandom(1);
  await using sheet = await startEmbedded({ storage: ":memory:", clock, random });
  const { url: endpoint, spreadsheetId } = sheet;
  const plain = createSheetsClient({ endpoint, spreadsheetId, credentials: null, clock, random });
  let isOurs = true;
  const client = fencedClient(plain, () => {
    if (!isOurs) throw new AtlasError("lease-held", "Cannot go on", { hint: "Wait." });
  });
  const rename = { updateSpreadsheetProperties: { properties: { title: "a" }, fields: "title" } };
  await client.batch([rename], null);
  isOurs = false;
  const isHeld = { name: "AtlasError", kind: "lease-held" };
  await assert.rejects(client.batch([rename], null), isHeld);
  await assert.rejects(client.updateByAnchor([], undefined), isHeld);
  assert.deepEqual(await client.values(["Sheet1!A1"]), [[]]);
  assert.equal(sheet.requests.write, 1);
});
