/**
 * A database that refuses a statement of a busy day, whichever it is: the disk is full or fails, or
 * somebody else has the lock. Nothing is half done, and the next cycle ends the day as any other.
 *
 * @module
 */

import assert from "node:assert/strict";
import { AtlasError } from "../../src/base/errors.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import { type Evening, eveningBefore, eveningOf, everythingHappens } from "../helpers/busy_day.ts";
import { faultyDatabase, type Refusal, SQLITE } from "../helpers/faulty_database.ts";
import { settle } from "../helpers/hands.ts";

interface Day {
  /** What came of the cycle that met the fault: its report, or what it threw. */
  readonly outcome: CycleReport | AtlasError;
  readonly written: readonly string[];
  readonly evening: Evening;
}

async function playDay(refusal: Refusal): Promise<Day> {
  await using world = await eveningBefore();
  await everythingHappens(world);
  const { db, written } = faultyDatabase(world.db, refusal);
  const outcome = await world.cycle({}, { db }).catch((thrown: unknown) => {
    assert.ok(thrown instanceof AtlasError, `a defect: ${thrown}`);
    return thrown;
  });
  const count = written.length;
  await settle(world);
  return { outcome, written: written.slice(0, count), evening: await eveningOf(world) };
}

/** The day on which nothing is refused. */
const undisturbed = await playDay({ code: SQLITE.full, at: Infinity, forGood: false });

/** The first and the last of all statements with the same text, by their numbers. */
function moments(): number[] {
  const { written } = undisturbed;
  return [...new Set(written.flatMap((sql) => [written.indexOf(sql), written.lastIndexOf(sql)]))]
    .toSorted((a, b) => a - b);
}

/** What was told, once for the cycle or for each tab it hit. */
function errorsOf(outcome: Day["outcome"]): readonly AtlasError[] {
  if (outcome instanceof AtlasError) return [outcome];
  return outcome.tabs.flatMap(({ error }) => error ?? []);
}

const FAULTS = [
  { name: "a full disk", code: SQLITE.full, kind: "database", says: /the disk is full$/ },
  {
    name: "another writer",
    code: SQLITE.busy,
    kind: "database-busy",
    says: /another process holds the write lock$/,
  },
] as const;

for (const { name, code, kind, says } of FAULTS) {
  Deno.test(`faults: ${name} at any statement leaves nothing half done, and the next cycle ends the day`, async () => {
    let partial = 0;
    for (const at of moments()) {
      const { outcome, evening, written } = await playDay({ code, at, forGood: false });
      const where = `refused: statement ${at}, ${written[at]?.slice(0, 60)}`;
      assert.deepEqual(evening, undisturbed.evening, where);
      for (const error of errorsOf(outcome)) {
        assert.equal(error.kind, kind, where);
        assert.match(error.message, says, where);
        assert.ok(error.hint !== undefined, where);
      }
      if (!(outcome instanceof AtlasError) && outcome.status === "partial") partial++;
    }
    assert.ok(partial > 5, "a tab that met it does not stop the others");
  });
}

Deno.test("faults: a disk that stays full from any statement on fails the cycle, and costs nothing but time", async () => {
  for (const at of moments().filter((_, index) => index % 2 === 0)) {
    const { outcome, evening } = await playDay({ code: SQLITE.full, at, forGood: true });
    assert.deepEqual(evening, undisturbed.evening, `full from statement ${at} on`);
    assert.ok(outcome instanceof AtlasError && outcome.kind === "database", `statement ${at}`);
  }
});
