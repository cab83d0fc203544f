/**
 * A database with a long past: a million runs, a hundred thousand resolved errors and as many decided
 * approvals, of which few are still shown. A cycle must not get slower by what it does not show.
 *
 * @module
 */

import { join } from "node:path";
import type { Database } from "../../src/store/database.ts";
import type { Measurement } from "../figure.ts";
import { inTurns } from "../measure.ts";
import { Rig } from "../rig.ts";
import type { Extent } from "../topic.ts";

const SHOWN = 200;

/** Measures quiet cycles beside those of a database without a past. */
export async function* history(extent: Extent): AsyncIterable<Measurement> {
  const past = extent.quick ? { runs: 500, others: 100 } : { runs: 1_000_000, others: 100_000 };
  using old = await Rig.start(join(extent.folder, "old.db"));
  using young = await Rig.start(join(extent.folder, "young.db"));
  insertPast(old.db, past);
  for (const { db } of [old, young]) insertPresent(db);
  for (const rig of [old, young]) await rig.fill(SHOWN);
  const own = (rig: Rig) => async () => {
    rig.meter.reset();
    const began = performance.now();
    await rig.cycle();
    return performance.now() - began - rig.meter.waitedMs;
  };
  const [long = [], short = []] = await inTurns(extent.rounds * 3, [
    { work: own(old) },
    { work: own(young) },
  ]);
  yield {
    name: "quiet cycle with a long past",
    size: `${past.runs.toLocaleString("en-US")} runs`,
    unit: "ms",
    values: long,
    rival: { name: `the same ${SHOWN} + 100 rows shown, no past`, values: short },
    target: { of: "ratio", bound: "at most", value: 1.25 },
  };
}

/** Rows that retention keeps out of the tabs. */
function insertPast(
  db: Database,
  { runs, others }: { readonly runs: number; readonly others: number },
): void {
  const numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)";
  const time = "strftime('%Y-%m-%dT%H:%M:%SZ', 1600000000 + i * 60, 'unixepoch')";
  db.run(
    `${numbers} INSERT INTO runs (id, task, command, status, started_at, completed_at, output) ` +
      `SELECT 'old-run-' || i, 'Task ' || i, 'make', 'success', ${time}, ${time}, 'done' FROM n`,
    BigInt(runs),
  );
  db.run(
    `${numbers} INSERT INTO errors (id, task, error, occurred_at, severity, resolved, ` +
      `resolution, resolved_at) SELECT 'old-err-' || i, 'Task ' || i, 'Timeout', ${time}, ` +
      `'high', 'true', 'restarted', ${time} FROM n`,
    BigInt(others),
  );
  db.run(
    `${numbers} INSERT INTO approvals (id, type, action, item, status, requested_at, payload, ` +
      `decided_at) SELECT 'old-app-' || i, 'task', 'create', 'Item ' || i, 'approved', ${time}, ` +
      `'{}', ${time} FROM n`,
    BigInt(others),
  );
}

/** The newest runs, which are shown in any database. */
function insertPresent(db: Database): void {
  db.transaction(() => {
    for (let index = 0; index < 100; index++) {
      db.run(
        "INSERT INTO runs (id, task, command, status, started_at, output) VALUES (?, ?, ?, ?, ?, ?)",
        `run-${index}`,
        `Task ${index}`,
        "make",
        "success",
        `2026-01-15T10:${String(index % 60).padStart(2, "0")}:00Z`,
        "done",
      );
    }
  });
}
