/** What once went wrong in a history that the simulator played, each told in the fewest steps. @module */

import assert from "node:assert/strict";
import type { Intercept } from "../../src/embedded/server.ts";
import { readIdentity, readSeenEpoch } from "../../src/store/identity.ts";
import { screenOf, unavailable, Wire } from "../helpers/hands.ts";
import { approval, error, run, World } from "../helpers/world.ts";

const APPROVALS = "Pending_Approvals";

async function rowOf(world: World, title: string, id: string): Promise<number> {
  const found = (await screenOf(world, title)).get(id);
  assert.ok(found !== undefined, `${id} stands in ${title}`);
  return found.row;
}

/** Does something once, right before the first request that fits is applied. */
function once(fits: (path: string) => boolean, deed: () => Promise<void>): Intercept {
  let isDone = false;
  return async (call, handle) => {
    if (!isDone && fits(call.path)) {
      isDone = true;
      await deed();
    }
    return await handle();
  };
}

const isUpdate = (path: string) => path.includes("values:batchUpdateByDataFilter");
const isRemoval = (body: string) => body.includes("deleteDimension");

function auditedTexts(world: World): readonly unknown[] {
  return world.db.all("SELECT new_value FROM mirror_audit").map((line) => line["new_value"]);
}

function idsInBase(world: World): readonly unknown[] {
  return world.db.all("SELECT id FROM mirror_base ORDER BY id").map((known) => known["id"]);
}

/** A world in which the agent has changed an error that people can cut and paste over another. */
async function openPair(wire: Wire): Promise<{ world: World; cut: () => Promise<void> }> {
  const title = "Errors_Hotlist";
  const world = await World.start({ intercept: wire.intercept });
  world.insert("errors", error("a", { resolution: "rebooted" }));
  world.insert("errors", error("b"));
  await world.cycle();
  const [a, b] = [await rowOf(world, title, "a"), await rowOf(world, title, "b")];
  world.change("errors", "a", { error: "Another" });
  return { world, cut: () => world.owner.cutRow(title, a, b) };
}

Deno.test("a decision taken while the mirror writes the request's new text is refused", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a", { item: "harmless" }));
  await world.cycle();
  world.change("approvals", "a", { item: "dangerous" });
  const row = await rowOf(world, APPROVALS, "a");
  const decide = () => world.editor.type(APPROVALS, `E${row}`, "approved");
  await wire.during(once(isUpdate, decide), () => world.cycle());
  await world.cycle();
  assert.deepEqual(world.values("approvals", "a", "status", "item"), ["pending", "dangerous"]);
  assert.match(String(world.row("approvals", "a")["notes"]), /changed after you saw it/);
});

Deno.test("a decision taken while the mirror takes an overwritten request back is refused", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a", { item: "dangerous" }));
  await world.cycle();
  const row = await rowOf(world, APPROVALS, "a");
  await world.owner.type(APPROVALS, `D${row}`, "harmless");
  const decide = () => world.editor.type(APPROVALS, `E${row}`, "approved");
  await wire.during(once(isUpdate, decide), () => world.cycle());
  await world.cycle();
  assert.deepEqual(world.values("approvals", "a", "status", "item"), ["pending", "dangerous"]);
  assert.match(String(world.row("approvals", "a")["notes"]), /changed after you saw it/);
});

Deno.test("a write that arrived without its mark is given one as soon as that can be", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a", { item: "one" }));
  await world.cycle();
  world.change("approvals", "a", { item: "two" });
  let failures = 0;
  const loseMark: Intercept = async (call, handle) => {
    const isLost = call.kind === "write" && !isUpdate(call.path) && failures++ === 0;
    return isLost ? unavailable() : await handle();
  };
  await wire.during(loseMark, () => world.cycle());
  assert.equal(readSeenEpoch(world.db)?.epoch, readIdentity(world.db).epoch);
});

Deno.test("a write whose mark cannot be left does not count as arrived, though a look shows it", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a", { item: "one" }));
  await world.cycle();
  world.change("approvals", "a", { item: "two" });
  const loseMarks: Intercept = async (call, handle) =>
    call.kind === "write" && !isUpdate(call.path) ? unavailable() : await handle();
  const agreed = () => world.db.get("SELECT cells ->> 3 AS item FROM mirror_base")?.["item"];
  await wire.during(loseMarks, () => world.cycle());
  assert.equal((await screenOf(world, APPROVALS)).get("a")?.cells[3], "two");
  await wire.during(loseMarks, () => world.cycle());
  await world.cycle({ direction: "import" });
  assert.equal(agreed(), "one");
  await world.cycle();
  assert.equal(agreed(), "two");
});

Deno.test("a row that a process brought back after another had forgotten it leaves again", async () => {
  await using world = await World.start();
  for (const id of ["a", "b"]) world.insert("errors", error(id));
  await world.cycle();
  // The write of a process that slept meanwhile arrives when everybody has forgotten the row.
  world.db.run("DELETE FROM mirror_base WHERE id = 'a'");
  world.change("errors", "a", { deleted_at: "2026-01-15T14:30:00Z" });
  await world.editor.type(
    "Errors_Hotlist",
    `H${await rowOf(world, "Errors_Hotlist", "a")}`,
    "seen",
  );
  await world.cycle();
  assert.ok(!(await screenOf(world, "Errors_Hotlist")).has("a"));
  assert.ok(world.row("errors", "a")["notes"] === "seen");
});

Deno.test("a decision that meets an export before its import binds to what was decided on", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a", { item: "harmless" }));
  await world.cycle();
  await world.editor.type(APPROVALS, `E${await rowOf(world, APPROVALS, "a")}`, "approved");
  world.change("approvals", "a", { item: "dangerous" });
  await world.cycle({ direction: "export" });
  await world.cycle({ direction: "import" });
  assert.deepEqual(world.values("approvals", "a", "status"), ["pending"]);
});

Deno.test("what people wrote into a column of the database is in the audit when its row is gone", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  world.insert("approvals", approval("b"));
  await world.cycle();
  await world.owner.type(APPROVALS, `D${await rowOf(world, APPROVALS, "a")}`, "my own words");
  world.db.run("DELETE FROM approvals WHERE id = 'a'");
  await world.cycle();
  assert.ok(world.history("a").some(({ newValue }) => newValue === "my own words"));
});

Deno.test("an export leaves a row alone whose texts only an import can save", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  world.insert("approvals", approval("b"));
  await world.cycle();
  await world.owner.type(APPROVALS, `D${await rowOf(world, APPROVALS, "a")}`, "my own words");
  world.db.run("DELETE FROM approvals WHERE id = 'a'");
  await world.cycle({ direction: "export" });
  assert.ok((await screenOf(world, APPROVALS)).has("a"));
  await world.cycle();
  assert.ok(!(await screenOf(world, APPROVALS)).has("a"));
  assert.ok(world.history("a").some(({ newValue }) => newValue === "my own words"));
});

Deno.test("text beside a row is in the audit even if the answer to its removal is lost", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("runs", run("a"));
  world.insert("runs", run("b"));
  await world.cycle();
  await world.owner.type("Runs", `J${await rowOf(world, "Runs", "a")}`, "beside");
  world.change("runs", "a", { deleted_at: "2026-01-15T14:00:00Z" });
  const losing: Intercept = async (call, handle) => {
    const answer = await handle();
    const isRemoval = JSON.stringify(call.body ?? null).includes("deleteDimension");
    return isRemoval ? unavailable() : answer;
  };
  await wire.during(losing, () => world.cycle());
  assert.ok(!(await screenOf(world, "Runs")).has("a"));
  const told = world.history("a").filter(({ newValue }) => newValue?.includes("beside"));
  assert.equal(told.length, 1);
});

Deno.test("what stands in the copy of a row is in the audit, though an export saw it before", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  await world.cycle();
  const row = await rowOf(world, APPROVALS, "a");
  await world.owner.copyRow(APPROVALS, row, row + 1);
  await world.owner.type(APPROVALS, `D${row + 1}`, "overwritten");
  world.change("approvals", "a", { item: "new" });
  await world.cycle({ direction: "export" });
  await world.cycle();
  const audited = auditedTexts(world);
  assert.ok(audited.includes("overwritten"), JSON.stringify(audited));
});

Deno.test("an export does not set half of a row back that carries another row's contents", async () => {
  await using world = await World.start();
  world.insert("errors", error("a", { resolved: "true", resolved_at: "2026-01-15T10:00:00Z" }));
  world.insert("errors", error("b"));
  world.insert("errors", error("c"));
  await world.cycle();
  const title = "Errors_Hotlist";
  await world.owner.copyRow(title, await rowOf(world, title, "b"), await rowOf(world, title, "a"));
  await world.cycle({ direction: "export" });
  await world.cycle();
  await world.cycle();
  assert.deepEqual(world.values("errors", "a", "resolved"), ["true"]);
});

Deno.test("an answer from before the mirror's last write is not planned from", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("errors", error("a"));
  await world.cycle();
  const answers: string[] = [];
  const remember: Intercept = async (call, handle) => {
    const answer = await handle();
    if (call.method === "GET") answers.push(await answer.clone().text());
    return answer;
  };
  world.change("errors", "a", { resolved: "true", resolved_at: "2026-01-15T14:00:00Z" });
  await wire.during(remember, () => world.cycle());
  const [quick = "", full = ""] = answers;
  let stale = 2;
  const replaying: Intercept = (call, handle) => {
    if (call.method !== "GET" || stale-- <= 0) return handle();
    return Promise.resolve(new Response(call.path.includes("batchGet") ? quick : full));
  };
  await wire.during(replaying, () => world.cycle());
  assert.ok(stale <= 0, "both reads were answered with what stood there before");
  assert.deepEqual(world.values("errors", "a", "resolved"), ["true"]);
});

Deno.test("what the agent wrote after a row was added stands, though nobody saw the row arrive", async () => {
  const title = "Errors_Hotlist";
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("errors", error("a", { resolved: "true", resolved_at: "2026-01-15T14:00:00Z" }));
  const looks: string[] = [];
  const isLook = (call: Parameters<Intercept>[0]) =>
    call.kind === "read" && !call.path.includes("batchGet");
  const losing: Intercept = async (call, handle) => {
    if (isLook(call) && looks.length > 0) return unavailable();
    const answer = await handle();
    if (isLook(call)) looks.push(await answer.clone().text());
    return call.kind === "write" ? unavailable() : answer;
  };
  await wire.during(losing, () => world.cycle({ tabs: [title] }));
  world.change("errors", "a", { resolved: "false", resolved_at: null });
  const replaying: Intercept = async (call, handle) => {
    const old = isLook(call) ? looks.pop() : undefined;
    return old === undefined ? await handle() : new Response(old);
  };
  await wire.during(replaying, () => world.cycle({ tabs: [title] }));
  await world.cycle();
  assert.deepEqual(world.values("errors", "a", "resolved"), ["false"]);
  assert.equal((await screenOf(world, title)).get("a")?.cells[5], "false");
});

Deno.test("every batch carries the mark, the removal of a row and its putting back as well", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  for (const id of ["a", "b", "c"]) world.insert("runs", run(id));
  await world.cycle();
  world.change("runs", "b", { deleted_at: "2026-01-15T14:00:00Z" });
  const batches: string[] = [];
  const moving: Intercept = async (call, handle) => {
    const body = JSON.stringify(call.body);
    if (call.kind === "write" && !isUpdate(call.path)) {
      if (isRemoval(body) && !batches.some(isRemoval)) {
        const [from, to] = [await rowOf(world, "Runs", "a"), await rowOf(world, "Runs", "b")];
        await world.owner.moveRow("Runs", from, to);
      }
      batches.push(body);
    }
    return await handle();
  };
  await wire.during(moving, () => world.cycle());
  assert.ok(batches.some((body) => body.includes("put back")), "a row was put back");
  const epochs = batches.map((body) => Number(/\\"epoch\\":(\d+)/.exec(body)?.[1]));
  assert.deepEqual(epochs, [...new Set(epochs)].sort((a, b) => a - b));
  assert.equal(epochs.at(-1), readSeenEpoch(world.db)?.epoch);
});

Deno.test("a note typed into a row that is just getting its anchor is not overwritten", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a"));
  await world.cycle();
  const row = await rowOf(world, APPROVALS, "a");
  await world.owner.cutRow(APPROVALS, row, row + 3);
  world.change("approvals", "a", { notes: "said by the agent" });
  const type = () => world.editor.type(APPROVALS, `G${row + 3}`, "typed meanwhile");
  await wire.during(once((path) => path.includes(":batchUpdate"), type), () => world.cycle());
  await world.cycle();
  assert.deepEqual(world.values("approvals", "a", "notes"), ["said by the agent\ntyped meanwhile"]);
});

Deno.test("a changed time zone reaches a quiet tab in the cycle behind one that saw it", async () => {
  await using world = await World.start();
  world.insert("runs", run("a"));
  world.insert("errors", error("b"));
  await world.cycle();
  await world.owner.setTimeZone("Europe/Berlin");
  world.change("errors", "b", { error: "Another" });
  await world.cycle();
  await world.cycle();
  const shown = (await screenOf(world, "Runs")).get("a")?.cells[4];
  assert.equal(shown, "2026-01-15 10:00");
});

Deno.test("a changed time zone that only an import has seen is written by the next export", async () => {
  await using world = await World.start();
  world.insert("runs", run("a"));
  world.insert("errors", error("b"));
  await world.cycle();
  await world.owner.setTimeZone("Europe/Berlin");
  await world.owner.type("Errors_Hotlist", `G${await rowOf(world, "Errors_Hotlist", "b")}`, "done");
  await world.cycle({ direction: "import" });
  await world.cycle();
  const shown = (await screenOf(world, "Runs")).get("a")?.cells[4];
  assert.equal(shown, "2026-01-15 10:00");
});

Deno.test("a changed time zone is written by the next cycle where the one that saw it failed", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  for (const id of ["a", "b"]) world.insert("runs", run(id));
  await world.cycle();
  world.change("runs", "b", { deleted_at: "2026-01-15T14:30:00Z" });
  let looks = 0;
  const failing: Intercept = async (call, handle) => {
    if (call.kind !== "read") return await handle();
    // A quick look, the one that is planned from, and the one right before the removal.
    if (++looks === 3) await world.owner.setTimeZone("Europe/Berlin");
    return looks > 3 ? unavailable() : await handle();
  };
  await wire.during(failing, () => world.cycle({ tabs: ["Runs"] }));
  await world.cycle();
  assert.equal((await screenOf(world, "Runs")).get("a")?.cells[4], "2026-01-15 10:00");
});

Deno.test("a tab that the contract does not have any more is no reason to look in full", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("runs", run("a"));
  await world.cycle();
  await world.cycle();
  world.db.run(
    "INSERT INTO mirror_tab (tab, sheet_id, title, zone, fingerprint) VALUES (?, 77, ?, ?, '')",
    "Old",
    "Old",
    "Asia/Kolkata",
  );
  const paths: string[] = [];
  const listening: Intercept = async (call, handle) => {
    paths.push(call.path);
    return await handle();
  };
  await wire.during(listening, () => world.cycle());
  assert.deepEqual(paths.map((path) => path.includes("values:batchGet")), [true]);
});

Deno.test("a write that met an emptied row leaves nothing of the text below the table there", async () => {
  const wire = new Wire();
  const { world: opened, cut } = await openPair(wire);
  await using world = opened;
  await world.owner.type("Errors_Hotlist", "C12", "text below");
  await wire.during(once(isUpdate, cut), () => world.cycle());
  await world.cycle();
  assert.deepEqual(world.values("errors", "a", "resolution", "error"), ["rebooted", "Another"]);
});

Deno.test("a row that was emptied under a write is put back, though the write's answer was lost", async () => {
  const wire = new Wire();
  const { world: opened, cut } = await openPair(wire);
  await using world = opened;
  let isLost = false;
  const losing: Intercept = async (call, handle) => {
    if (isLost || !isUpdate(call.path)) return await handle();
    isLost = true;
    await cut();
    await handle();
    return unavailable();
  };
  await wire.during(losing, () => world.cycle());
  await world.cycle();
  assert.deepEqual(world.values("errors", "a", "resolution", "error"), ["rebooted", "Another"]);
});

Deno.test("a row that people made before it can be shown meets the database when it can", async () => {
  await using world = await World.start();
  const title = "Errors_Hotlist";
  world.insert("errors", error("b"));
  await world.cycle();
  world.insert("errors", error("a", { occurred_at: "some day", resolution: "rebooted" }));
  const row = await rowOf(world, title, "b") + 1;
  await world.owner.type(title, `A${row}`, "a");
  await world.owner.type(title, `G${row}`, "of their own");
  await world.cycle();
  assert.deepEqual(idsInBase(world), ["b"]);
  world.change("errors", "a", { occurred_at: "2026-01-15T09:00:00Z" });
  await world.cycle();
  assert.deepEqual(world.values("errors", "a", "resolution"), ["rebooted"]);
  const audited = auditedTexts(world);
  assert.ok(audited.includes("of their own"), JSON.stringify(audited));
});

Deno.test("a row that stands as it should, and is in no book, is in the books again", async () => {
  await using world = await World.start();
  for (const id of ["a", "b"]) world.insert("errors", error(id));
  await world.cycle();
  world.db.run("DELETE FROM mirror_base WHERE id = 'a'");
  await world.cycle();
  assert.deepEqual(idsInBase(world), ["a", "b"]);
});

Deno.test("text below the table that was removed in a row's place is put back", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  const title = "Errors_Hotlist";
  for (const id of ["a", "b"]) world.insert("errors", error(id));
  await world.cycle();
  const [a, b] = [await rowOf(world, title, "a"), await rowOf(world, title, "b")];
  await world.owner.type(title, `D${Math.max(a, b) + 1}`, "call Anna");
  const [first, last] = a < b ? ["a", "b"] as const : ["b", "a"] as const;
  world.change("errors", last, { deleted_at: "2026-01-15T14:00:00Z" });
  let isDone = false;
  const moving: Intercept = async (call, handle) => {
    if (call.kind === "write" && isRemoval(JSON.stringify(call.body)) && !isDone) {
      isDone = true;
      await world.owner.deleteRow(title, await rowOf(world, title, first));
    }
    return await handle();
  };
  await wire.during(moving, () => world.cycle());
  const texts = (await world.owner.read(title)).flat();
  assert.ok(isDone && texts.includes("call Anna"), JSON.stringify(texts));
});

Deno.test("a word typed once more in a row that is held back does not undo what the agent set", async () => {
  await using world = await World.start();
  const title = "Errors_Hotlist";
  world.insert("errors", error("a"));
  await world.cycle();
  world.change("errors", "a", { occurred_at: "some day" });
  await world.cycle();
  await world.owner.type(title, `F${await rowOf(world, title, "a")}`, "FALSE");
  world.change("errors", "a", { resolved: "true", resolved_at: "2026-01-15T14:00:00Z" });
  await world.cycle();
  assert.deepEqual(world.values("errors", "a", "resolved"), ["true"]);
});

Deno.test("the mirror's own write whose answer was lost is never a person's edit", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("errors", error("a"));
  await world.cycle();
  world.change("errors", "a", { resolved: "true", resolved_at: "2026-01-15T14:00:00Z" });
  let isLost = false;
  const losing: Intercept = async (call, handle) => {
    if (isLost) return unavailable();
    const answer = await handle();
    isLost = isUpdate(call.path);
    return isLost ? unavailable() : answer;
  };
  await wire.during(losing, () => world.cycle());
  // The agent goes back to what both sides had agreed on before.
  world.change("errors", "a", { resolved: "false", resolved_at: null });
  await world.cycle();
  assert.deepEqual(world.values("errors", "a", "resolved"), ["false"]);
  assert.equal((await screenOf(world, "Errors_Hotlist")).get("a")?.cells[5], "false");
});

Deno.test("a write whose answer was lost is not judged by a look that is older than the write", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("errors", error("a"));
  await world.cycle();
  world.change("errors", "a", { resolved: "true", resolved_at: "2026-01-15T14:00:00Z" });
  const looks: string[] = [];
  let isLost = false;
  const losing: Intercept = async (call, handle) => {
    const isLook = call.kind === "read" && !call.path.includes("batchGet");
    const old = isLook && isLost ? looks.pop() : undefined;
    if (old !== undefined) return new Response(old);
    const answer = await handle();
    if (isLook && !isLost) looks.push(await answer.clone().text());
    if (isLost || !isUpdate(call.path)) return answer;
    isLost = true;
    // The agent goes back to what both sides had agreed on before.
    world.change("errors", "a", { resolved: "false", resolved_at: null });
    return unavailable();
  };
  await wire.during(losing, () => world.cycle());
  assert.deepEqual([isLost, looks], [true, []]);
  await world.cycle();
  assert.deepEqual(world.values("errors", "a", "resolved"), ["false"]);
  assert.equal((await screenOf(world, "Errors_Hotlist")).get("a")?.cells[5], "false");
});

Deno.test("a spreadsheet in which nothing happens is looked at in full once a day", async () => {
  await using world = await World.start();
  world.insert("runs", run("a"));
  await world.cycle();
  await world.owner.setTimeZone("Europe/Berlin");
  assert.equal((await world.cycle()).requests.read, 1);
  world.clock.advance(25 * 3_600_000);
  assert.deepEqual((await world.cycle()).requests, { read: 1, write: 2, retried: 0 });
  assert.equal((await screenOf(world, "Runs")).get("a")?.cells[4], "2026-01-15 10:00");
  assert.equal((await world.cycle()).requests.read, 1);
});

Deno.test("a cell of a pasted-over row that is right by chance is not taken for an edit later", async () => {
  await using world = await World.start();
  const resolved = { resolved: "true", resolved_at: "2026-01-15T10:00:00Z" };
  world.insert("errors", error("a"));
  world.insert("errors", error("b", resolved));
  world.insert("errors", error("c"));
  await world.cycle();
  const title = "Errors_Hotlist";
  world.change("errors", "a", resolved);
  await world.owner.copyRow(title, await rowOf(world, title, "b"), await rowOf(world, title, "a"));
  await world.cycle();
  world.change("errors", "a", { resolved: "false", resolved_at: null });
  await world.cycle();
  assert.deepEqual(world.values("errors", "a", "resolved"), ["false"]);
  assert.equal((await screenOf(world, title)).get("a")?.cells[5], "false");
});
