/** A daemon on a database file that is damaged: it touches nothing, says so, and stays up. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { AtlasError } from "../../src/base/errors.ts";
import { seededRandom } from "../../src/base/random.ts";
import { atlas } from "../../src/contract/atlas.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { readHeartbeat } from "../../src/store/heartbeat.ts";
import { readIntegrity } from "../../src/store/integrity.ts";
import { initialise } from "../../src/store/migrations.ts";
import { writeMeta } from "../../src/store/meta.ts";
import { DaemonRig, RIG_UUID } from "../helpers/daemon_rig.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = "2026-01-15T12:00:00Z";

async function withFile(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "atlas-mirror-" });
  const path = join(folder, "atlas.db");
  {
    using db = openDatabase(path, { mode: "write", create: true });
    initialise(db, atlas, { migrate: false, random: seededRandom(1), now: START });
    writeMeta(db, "database_uuid", RIG_UUID);
    db.transaction(() => {
      for (let i = 0; i < 500; i++) {
        db.run(
          `INSERT INTO runs (id, task, command, status, started_at, output)
            VALUES (?, 'Build', 'make', 'success', '2026-01-15T09:00:00Z', ?)`,
          `run-${i}`,
          "text ".repeat(100),
        );
      }
    });
  }
  try {
    await work(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Overwrites rows of runs; the mirror's own tables stay sound. */
function damage(path: string, sound: Uint8Array): void {
  overwrite(path, sound.length - DAMAGED_FROM_END, new Uint8Array(DAMAGED_BYTES).fill(0xee));
}

/** Takes the damage back. */
function repair(path: string, sound: Uint8Array): void {
  const offset = sound.length - DAMAGED_FROM_END;
  overwrite(path, offset, sound.subarray(offset, offset + DAMAGED_BYTES));
}

const DAMAGED_FROM_END = 20 * 4096;
const DAMAGED_BYTES = 8192;

function overwrite(path: string, offset: number, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(offset, Deno.SeekMode.Start);
  file.writeSync(bytes);
}

/** A rig that keeps the reports its hooks get. */
function rigOn(
  db: Database,
  start = START,
): { readonly rig: DaemonRig; readonly reports: CycleReport[] } {
  const rig = new DaemonRig(start, { db });
  const reports: CycleReport[] = [];
  const { hooks } = rig.equipment();
  rig.equip = () =>
    Promise.resolve(rig.equipment({
      hooks: {
        ...hooks,
        afterCycle(report, at, signal) {
          reports.push(report);
          return hooks.afterCycle(report, at, signal);
        },
      },
    }));
  return { rig, reports };
}

Deno.test("a daemon that starts on a damaged file runs no cycle, tells of the guard and stays up", async () => {
  await withFile(async (path) => {
    damage(path, await Deno.readFile(path));
    using db = openDatabase(path, { mode: "write" });
    const { rig, reports } = rigOn(db);
    rig.start();
    await rig.clock.pass(16 * MINUTE);
    assert.deepEqual(
      rig.taken(),
      [
        "01-15 12:00:00 guarded",
        "01-15 12:00:00 health",
        "01-15 12:00:23 guarded",
        "01-15 12:00:23 health",
        "01-15 12:15:23 guarded",
        "01-15 12:15:23 health",
      ],
    );
    const [first] = reports;
    assert.deepEqual(
      first?.tabs.map(({ tab, guards }) => [tab, guards.map(({ guard }) => guard)]),
      [
        ["Pending_Approvals", ["database-damaged"]],
        ["Runs", ["database-damaged"]],
        ["Errors_Hotlist", ["database-damaged"]],
      ],
    );
    assert.equal(readHeartbeat(db)?.at, "2026-01-15T12:16:00.000Z");
    await rig.stop();
  });
});

Deno.test("a daemon finds damage at the daily check, and lets cycles run again once it is mended", async () => {
  await withFile(async (path) => {
    const sound = await Deno.readFile(path);
    using db = openDatabase(path, { mode: "write" });
    const { rig } = rigOn(db, "2026-01-16T03:00:00Z");
    rig.start();
    await rig.clock.pass(20 * MINUTE);
    assert.equal(readIntegrity(db)?.ok, true);
    damage(path, sound);
    await rig.clock.pass(20 * MINUTE);
    assert.equal(readIntegrity(db)?.ok, false);
    rig.taken();
    await rig.clock.pass(20 * MINUTE);
    assert.deepEqual(rig.taken().filter((event) => !event.includes("health")), [
      "01-16 03:45:23 guarded",
    ]);
    repair(path, sound);
    // The machine sleeps until after the next daily check is due.
    rig.clock.jump(24 * HOUR);
    await rig.clock.pass(17 * MINUTE);
    assert.deepEqual(rig.taken().filter((event) => !event.includes("health")), [
      "01-17 04:00:23 guarded",
      "01-17 04:00:23 daily",
      "01-17 04:15:23 sync Errors_Hotlist!",
    ]);
    await rig.stop();
  });
});

Deno.test("a daemon that meets damage in a cycle checks the file at once, and runs no further cycle", async () => {
  await withFile(async (path) => {
    const sound = await Deno.readFile(path);
    using db = openDatabase(path, { mode: "write" });
    const { rig, reports } = rigOn(db);
    rig.start();
    await rig.clock.pass(10 * MINUTE);
    rig.play = (options) => {
      damage(path, sound);
      const error = new AtlasError("database-damaged", "Cannot read database: it is damaged");
      return Promise.resolve(rig.report(options, (run) => run.fail(error)));
    };
    rig.request("sync-now");
    await rig.clock.pass(MINUTE);
    rig.taken();
    assert.equal(readIntegrity(db)?.ok, false);
    await rig.clock.pass(6 * MINUTE);
    const events = rig.taken();
    assert.ok(events.some((event) => event.endsWith(" guarded")), "it goes on telling");
    assert.ok(events.every((event) => !event.includes(" sync ")), events.join("\n"));
    assert.deepEqual(reports.at(-1)?.tabs[0]?.guards.map(({ guard }) => guard), [
      "database-damaged",
    ]);
    await rig.stop();
  });
});
