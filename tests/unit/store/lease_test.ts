import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { acquireLease, assertLease, releaseLease, renewLease } from "../../../src/store/lease.ts";
import { freshDatabase, NOW } from "./_fixtures.ts";

const TTL_MS = 60_000;

function refused(message: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof AtlasError && error.kind === "lease-held" && message.test(error.message);
}

Deno.test("the lease is held by one until it runs out, and the token grows with each take-over", () => {
  using db = freshDatabase();
  const first = acquireLease(db, "cycle", { holder: "a", now: NOW, ttlMs: TTL_MS });
  assert.deepEqual(first, { kind: "held", token: 1n });
  assert.deepEqual(
    acquireLease(db, "cycle", { holder: "b", now: NOW + TTL_MS - 1, ttlMs: TTL_MS }),
    {
      kind: "busy",
      holder: "a",
      expiresAt: NOW + TTL_MS,
    },
  );
  assert.deepEqual(acquireLease(db, "cycle", { holder: "b", now: NOW + TTL_MS, ttlMs: TTL_MS }), {
    kind: "held",
    token: 2n,
  });
  assert.throws(
    () => assertLease(db, "cycle", 1n, NOW + TTL_MS),
    refused(/"b" took the lease over/),
  );
  assertLease(db, "cycle", 2n, NOW + TTL_MS);
});

Deno.test("renewLease() prolongs one's own lease, and tells when it was taken over", () => {
  using db = freshDatabase();
  acquireLease(db, "cycle", { holder: "a", now: NOW, ttlMs: TTL_MS });
  assert.equal(renewLease(db, "cycle", { token: 1n, now: NOW + 50_000, ttlMs: TTL_MS }), true);
  assertLease(db, "cycle", 1n, NOW + TTL_MS + 1);
  assert.equal(
    acquireLease(db, "cycle", { holder: "b", now: NOW + TTL_MS + 1, ttlMs: TTL_MS }).kind,
    "busy",
  );
  acquireLease(db, "cycle", { holder: "b", now: NOW + 110_000, ttlMs: TTL_MS });
  assert.equal(renewLease(db, "cycle", { token: 1n, now: NOW + 110_000, ttlMs: TTL_MS }), false);
});

Deno.test("releaseLease() frees one's own lease only, and the token goes on growing", () => {
  using db = freshDatabase();
  acquireLease(db, "cycle", { holder: "a", now: NOW, ttlMs: TTL_MS });
  releaseLease(db, "cycle", 7n);
  assertLease(db, "cycle", 1n, NOW);
  releaseLease(db, "cycle", 1n);
  assert.throws(() => assertLease(db, "cycle", 1n, NOW), refused(/the lease ran out/));
  assert.deepEqual(acquireLease(db, "cycle", { holder: "a", now: NOW, ttlMs: TTL_MS }), {
    kind: "held",
    token: 2n,
  });
});

Deno.test("assertLease() refuses a lease that ran out although nobody took it", () => {
  using db = freshDatabase();
  assert.throws(() => assertLease(db, "cycle", 1n, NOW), refused(/the lease ran out/));
  acquireLease(db, "cycle", { holder: "a", now: NOW, ttlMs: TTL_MS });
  assert.throws(() => assertLease(db, "cycle", 1n, NOW + TTL_MS), refused(/the lease ran out/));
});

Deno.test("acquireLease() keeps the two leases apart", () => {
  using db = freshDatabase();
  acquireLease(db, "daemon", { holder: "a", now: NOW, ttlMs: TTL_MS });
  assert.equal(acquireLease(db, "cycle", { holder: "b", now: NOW, ttlMs: TTL_MS }).kind, "held");
  assert.equal(acquireLease(db, "daemon", { holder: "b", now: NOW, ttlMs: TTL_MS }).kind, "busy");
});

Deno.test("acquireLease() does not wait for a holder from before the clock was set back an hour", () => {
  using db = freshDatabase();
  acquireLease(db, "daemon", { holder: "a", now: NOW, ttlMs: TTL_MS });
  const soonBack = { holder: "b", now: NOW - 50_000, ttlMs: TTL_MS };
  assert.equal(acquireLease(db, "daemon", soonBack).kind, "busy");
  const farBack = { holder: "b", now: NOW - 3_600_000, ttlMs: TTL_MS };
  assert.deepEqual(acquireLease(db, "daemon", farBack), { kind: "held", token: 2n });
});
