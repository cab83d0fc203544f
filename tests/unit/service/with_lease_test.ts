import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { withLease } from "../../../src/service/with_lease.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { type Database, openDatabase } from "../../../src/store/database.ts";
import { acquireLease } from "../../../src/store/lease.ts";
import { initialise } from "../../../src/store/migrations.ts";

function database(): Database {
  const db = openDatabase(":memory:", { mode: "write" });
  initialise(db, atlas, {
    migrate: false,
    random: seededRandom(1),
    now: "2026-01-15T14:30:00.000Z",
  });
  return db;
}

/** A process whose sleeps are over at once; a sleep that nobody ends would let the lease be renewed. */
function process(now: { ms: number }, onSleep: (ms: number) => void = () => {}) {
  return {
    pid: 42,
    random: seededRandom(2),
    signal: new AbortController().signal,
    clock: {
      now: () => now.ms,
      sleep(ms: number, signal?: AbortSignal): Promise<void> {
        onSleep(ms);
        if (ms === 1_000) {
          now.ms += ms;
          return Promise.resolve();
        }
        return new Promise((_, reject) =>
          signal?.addEventListener("abort", () => reject(signal.reason), { once: true })
        );
      },
    },
  };
}

const acquire = (db: Database, now: number) =>
  acquireLease(db, "cycle", { holder: "another", now, ttlMs: 60_000 });

Deno.test("withLease holds the lease while the work runs and gives it back", async () => {
  using db = database();
  const result = await withLease(db, process({ ms: 0 }), { wait: false }, ({ fence }) => {
    fence();
    assert.equal(acquire(db, 0).kind, "busy");
    return Promise.resolve("done");
  });
  assert.equal(result, "done");
  assert.equal(acquire(db, 0).kind, "held");
});

Deno.test("withLease gives the lease back when the work fails", async () => {
  using db = database();
  const work = withLease(db, process({ ms: 0 }), { wait: false }, () => {
    throw new AtlasError("unreachable", "x");
  });
  await assert.rejects(work, { kind: "unreachable" });
  assert.equal(acquire(db, 0).kind, "held");
});

Deno.test("withLease names the holder and the time where another process is at work", async () => {
  using db = database();
  acquire(db, 0);
  await assert.rejects(
    withLease(db, process({ ms: 10_000 }), { wait: false }, () => Promise.resolve()),
    {
      kind: "lease-held",
      message: "Cannot run a cycle: another runs one, its lease ends in 50 s at the latest",
    },
  );
});

Deno.test("withLease waits for the other process where it is told to", async () => {
  using db = database();
  acquire(db, 0);
  const now = { ms: 58_500 };
  await withLease(db, process(now), { wait: true }, () => Promise.resolve());
  assert.equal(now.ms, 60_500);
});

Deno.test("withLease stops the work when the lease is lost", async () => {
  using db = database();
  const now = { ms: 0 };
  const steps: number[] = [];
  const context = process(now, (ms) => steps.push(ms));
  let renew = () => {};
  context.clock.sleep = (_ms, signal) =>
    new Promise((resolve, reject) => {
      renew = resolve;
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  const work = withLease(db, context, { wait: false }, ({ signal }) => {
    now.ms = 70_000;
    acquire(db, now.ms);
    renew();
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    );
  });
  await assert.rejects(work, { kind: "lease-held", message: /took the lease over$/ });
  assert.equal(acquire(db, now.ms).kind, "busy");
});
