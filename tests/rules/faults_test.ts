/** A network that fails at any request: nothing is done twice, and the day ends as any other. @module */

import assert from "node:assert/strict";
import { createSheetsClient } from "../../src/sheets/client.ts";
import type { Intercept } from "../../src/embedded/server.ts";
import { type Evening, eveningBefore, eveningOf, everythingHappens } from "../helpers/busy_day.ts";
import { settle, unavailable, Wire } from "../helpers/hands.ts";

/** What can go wrong with one request. `handle` applies it. */
const FAULTS: Readonly<Record<string, (handle: () => Promise<Response>) => Promise<Response>>> = {
  "a 503 before it is applied": () => Promise.resolve(unavailable()),
  "a 503 after it was applied": async (handle) => {
    await handle();
    return unavailable();
  },
  "a 429 that asks to wait": () =>
    Promise.resolve(Response.json({
      error: {
        code: 429,
        message: "Quota exceeded for quota metric 'Write requests'",
        status: "RESOURCE_EXHAUSTED",
      },
    }, { status: 429, headers: { "retry-after": "7" } })),
  "an answer that is cut off": async (handle) => {
    const text = await (await handle()).text();
    return new Response(text.slice(0, text.length / 2), {
      headers: { "content-type": "application/json" },
    });
  },
  "an answer that breaks in the middle": async (handle) => {
    const text = await (await handle()).text();
    const half = new TextEncoder().encode(text.slice(0, text.length / 2));
    let isSent = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (isSent) controller.error(new Error("connection lost"));
        else controller.enqueue(half);
        isSent = true;
      },
    });
    return new Response(body, { headers: { "content-type": "application/json" } });
  },
};

/** Plays the day while one request of the mirror, counted from 0, meets the fault. */
async function playDay(
  at: number,
  fault: (handle: () => Promise<Response>) => Promise<Response>,
): Promise<{ readonly met: boolean; readonly evening: Evening }> {
  const wire = new Wire();
  await using world = await eveningBefore(wire.intercept);
  await everythingHappens(world);
  let count = 0;
  await wire.during(
    (_call, handle) => count++ === at ? fault(handle) : handle(),
    () => world.cycle(),
  );
  await settle(world);
  return { met: count > at, evening: await eveningOf(world) };
}

/** How the day ends where nothing fails. */
async function usual(): Promise<Evening> {
  return (await playDay(-1, (handle) => handle())).evening;
}

for (const [name, fault] of Object.entries(FAULTS)) {
  Deno.test(`faults: ${name} leaves nothing undone and does nothing twice, at any request`, async () => {
    const expected = await usual();
    let met = 0;
    for (let at = 0;; at++) {
      const day = await playDay(at, fault);
      if (!day.met) break;
      met++;
      assert.deepEqual(day.evening, expected, `request ${at}`);
    }
    assert.ok(met >= 5, `the day had only ${met} requests`);
  });
}

Deno.test("faults: a write that was applied and never answered is looked for, not repeated", async () => {
  const wire = new Wire();
  await using world = await eveningBefore(wire.intercept);
  await everythingHappens(world);
  const { url, spreadsheetId } = world.sheet;
  const { clock, random } = world;
  const impatient = createSheetsClient({
    endpoint: url,
    spreadsheetId,
    credentials: null,
    clock,
    random,
    timeoutMs: 300,
  });
  const { promise: over, resolve } = Promise.withResolvers<void>();
  let isFirst = true;
  const silent: Intercept = async (call, handle) => {
    const answer = await handle();
    if (call.kind === "read" || !isFirst) return answer;
    isFirst = false;
    await over;
    return answer;
  };
  await wire.during(silent, () => world.cycle({}, { client: impatient }));
  resolve();
  await settle(world);
  assert.deepEqual(await eveningOf(world), await usual());
});

Deno.test("faults: a server that is down for a whole cycle costs nothing but time", async () => {
  const wire = new Wire();
  await using world = await eveningBefore(wire.intercept);
  await everythingHappens(world);
  const report = await wire.during(() => Promise.resolve(unavailable()), () => world.cycle());
  assert.equal(report.status, "failed");
  assert.equal(report.requests.write, 0);
  await settle(world);
  assert.deepEqual(await eveningOf(world), await usual());
});
