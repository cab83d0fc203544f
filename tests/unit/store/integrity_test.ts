import assert from "node:assert/strict";
import { openDatabase } from "../../../src/store/database.ts";
import { quickCheck, readIntegrity } from "../../../src/store/integrity.ts";
import { initialise } from "../../../src/store/migrations.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { addRun, freshDatabase, NOW, NOW_TEXT, withPath } from "./_fixtures.ts";

Deno.test("quickCheck() finds a sound file sound and keeps the result", () => {
  using db = freshDatabase();
  assert.equal(readIntegrity(db), undefined);
  const result = quickCheck(db, NOW);
  assert.deepEqual(result, { ok: true, message: "ok", at: NOW_TEXT });
  assert.deepEqual(readIntegrity(db), result);
});

Deno.test("quickCheck() reports a damaged file instead of throwing", () => {
  withPath((path) => {
    {
      using db = openDatabase(path, { mode: "write", create: true });
      initialise(db, atlas, { migrate: false, random: seededRandom(1), now: NOW_TEXT });
      db.transaction(() => {
        for (let i = 0; i < 500; i++) addRun(db, `run-${i}`, { output: "text ".repeat(100) });
      });
    }
    // The end of the file is rows of runs, so that mirror_meta can still take the result.
    const size = Deno.statSync(path).size;
    {
      using file = Deno.openSync(path, { write: true });
      file.seekSync(size - 20 * 4096, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array(8192).fill(0xee));
    }
    using db = openDatabase(path, { mode: "write" });
    const result = quickCheck(db, NOW);
    assert.equal(result.ok, false);
    assert.notEqual(result.message, "ok");
    assert.deepEqual(readIntegrity(db), result);
  });
});
