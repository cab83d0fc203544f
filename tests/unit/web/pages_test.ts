import assert from "node:assert/strict";
import { isoTime } from "../../../src/base/clock.ts";
import { rowId } from "../../../src/contract/cell.ts";
import { openAlert } from "../../../src/store/alerts.ts";
import { appendAudit } from "../../../src/store/audit.ts";
import { finishCycle, startCycle } from "../../../src/store/cycles.ts";
import type { Database } from "../../../src/store/database.ts";
import { pauseTab } from "../../../src/store/pauses.ts";
import type { AuditEntry } from "../../../src/store/records.ts";
import { putSchedule } from "../../../src/store/schedule.ts";
import type { WebServer } from "../../../src/web/server.ts";
import { daemonCycle, serveStatus } from "../../helpers/status_site.ts";
import { approval, error, run, World } from "../../helpers/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

async function pageOf(server: WebServer, path: string): Promise<string> {
  const answer = await fetch(server.url + path);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/html; charset=UTF-8");
  return await answer.text();
}

/** What a reader sees: the text without its markup, spaces drawn together. */
function textOf(html: string): string {
  return html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** The text of one part of the page. */
function partOf(html: string, id: string): string {
  const [, part = ""] = new RegExp(`<section id="${id}"([\\s\\S]*?)</section>`).exec(html) ?? [];
  assert.notEqual(part, "", `the part ${id}`);
  return textOf(part);
}

function entry(id: string, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    tab: "Pending_Approvals",
    rowId: rowId(id),
    column: "status",
    direction: "import",
    actor: "human",
    verdict: "refused",
    reason: "already decided",
    oldValue: "approved",
    newValue: "rejected",
    ...more,
  };
}

function addEntries(db: Database, entries: readonly AuditEntry[]): void {
  db.transaction(() => appendAudit(db, entries, { at: "2026-01-15T14:00:00.000Z", cycle: 3 }));
}

/** What somebody may write who wants to be more than text. */
const HOSTILE = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)`,
  `</title></style><svg/onload=alert(1)>`,
  `&lt;b&gt; {{7*7}} \${1}`,
  `javascript:alert(1)`,
];
const TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

Deno.test("the status page shows each tab, its queue and when it is synced", async () => {
  await using world = await World.start();
  const { db, clock } = world;
  world.insert("approvals", approval("apr-old", { requested_at: "2026-01-14T09:00:00Z" }));
  for (let index = 1; index <= 6; index++) world.insert("approvals", approval(`apr-${index}`));
  world.insert("errors", error("err-1", { severity: "critical" }));
  world.insert("runs", run("run-1"));
  await daemonCycle(world);
  const now = clock.now();
  const job = { lastAt: now, lastStatus: "ok", failures: 0 };
  putSchedule(db, [
    { ...job, job: "sync Pending_Approvals", nextAt: now + 40 * MINUTE_MS },
    { ...job, job: "urgent Errors_Hotlist", nextAt: now + 12 * MINUTE_MS },
  ]);
  pauseTab(db, { tab: "Runs", since: isoTime(now), reason: "columns move" });
  clock.advance(3 * MINUTE_MS);
  await using server = serveStatus(world);
  const html = await pageOf(server, "/");
  const tabs = partOf(html, "tabs");
  assert.match(tabs, /Pending_Approvals in sync Last sync 3 min ago Next sync in 37 min/);
  assert.match(tabs, /Rows in the sheet 7 7 decisions waiting apr-old for 29 h apr-1 for 5 h/);
  assert.match(tabs, /and 2 more, waiting less long/);
  assert.match(tabs, /Runs paused .* Paused since 2026-01-15 14:30 : columns move/);
  assert.match(tabs, /Errors_Hotlist in sync .* Urgent rows in 9 min/);
  assert.match(tabs, /1 open error err-1 urgent for 5 h/);
  assert.match(html, /<a href="\/audit\?row=apr-old">/);
  assert.match(partOf(html, "cycles"), /ok 3 min ago no\. 1, .* Pending_Approvals 7 added/);
});

Deno.test("the status page shows alerts, refusals and figures", async () => {
  await using world = await World.start();
  const { db, clock } = world;
  world.insert("approvals", approval("apr-1"));
  await daemonCycle(world);
  await world.editor.type("Pending_Approvals", "E2", "aproved");
  clock.advance(10 * MINUTE_MS);
  await daemonCycle(world);
  await world.editor.type("Pending_Approvals", "E2", "approved");
  clock.advance(HOUR_MS);
  await daemonCycle(world);
  openAlert(db, {
    rule: "approval-pending",
    tab: "Pending_Approvals",
    severity: "warning",
    message: "apr-9 waits",
    count: 1,
  }, isoTime(clock.now() - 2 * HOUR_MS));
  await using server = serveStatus(world);
  const html = await pageOf(server, "/");
  assert.match(html, /<title>Needs a look: status/);
  assert.match(partOf(html, "health"), /Needs a look open: 1 warning Sign of life now/);
  assert.match(
    partOf(html, "alerts"),
    /warning Requests wait for a decision since 2 h ago apr-9 waits Decide them in the sheet\./,
  );
  assert.match(
    partOf(html, "refusals"),
    /refused apr-1 Status 60 min ago not one of .* did you mean "approved"\? was written: aproved/,
  );
  const figures = partOf(html, "figures");
  assert.match(figures, /Syncs completed 100\.0 % 9 of 9; target 99 %/);
  assert.match(figures, /Human response 6\.7 h missed: half within 6\.7 h/);
  assert.match(figures, /Requests of a cycle, at most \d+ \d+ reads, \d+ writes; the quota is 60/);
  assert.match(partOf(html, "durations"), /Response: Pending_Approvals 1 6\.7 h 6\.7 h/);
});

Deno.test("the charts are tables of every step of the span that is asked for", async () => {
  await using world = await World.start();
  await daemonCycle(world);
  await using server = serveStatus(world);
  const rows = async (path: string) =>
    [...(await pageOf(server, path)).matchAll(/<th scope="row"><time/g)].length;
  assert.equal(await rows("/"), 4 * 24);
  assert.equal(await rows("/?span=week"), 4 * 28);
  assert.equal(await rows("/?span=month"), 4 * 30);
  assert.equal(await rows("/?span=century"), 4 * 24);
  const html = await pageOf(server, "/");
  assert.match(html, /2026-01-15T14:00:00.000Z">01-15 14:00<\/time><\/th><td data-value="1">100.0/);
});

Deno.test("the status page of a database in which nothing happened yet is whole", async () => {
  await using world = await World.start();
  await using server = serveStatus(world);
  const html = await pageOf(server, "/");
  assert.match(partOf(html, "health"), /Failing no daemon has given a sign of life/);
  assert.match(partOf(html, "tabs"), /Pending_Approvals not synced yet Last sync never/);
  assert.match(partOf(html, "cycles"), /None yet/);
  assert.match(partOf(html, "charts"), /Nothing was measured/);
});

Deno.test("a page shows hostile texts as texts, wherever they come from", async () => {
  await using world = await World.start();
  const { db } = world;
  for (const [index, text] of HOSTILE.entries()) {
    const now = isoTime(world.clock.now());
    world.insert("approvals", approval(`${text}-${index}`));
    openAlert(db, { rule: text, tab: text, severity: "critical", message: text, count: 1 }, now);
    const cycle = startCycle(db, { at: now, direction: "both" });
    const tab = { tab: text, status: text, error: text, guards: [], imported: 1 };
    const report = JSON.stringify({ durationMs: 1, requests: { read: 1, write: 1 }, tabs: [tab] });
    finishCycle(db, cycle, { at: now, status: text, report });
    addEntries(db, [
      entry(text, { tab: text, column: text, reason: text, oldValue: text, newValue: text }),
    ]);
  }
  pauseTab(db, { tab: "Runs", since: HOSTILE[0] ?? "", reason: HOSTILE[1] ?? "" });
  await using server = serveStatus(world);
  const searches = HOSTILE.map((text) => `/audit?row=${encodeURIComponent(text)}`);
  for (const path of ["/", "/audit", "/plan", ...searches]) {
    const html = await pageOf(server, path);
    assert.doesNotMatch(html, /<img|<svg|<script>|<b>/, path);
    const unquoted = html.replaceAll(/"[^"]*"/g, '""');
    assert.doesNotMatch(unquoted, /<[^>]*\son\w+=/, path);
    assert.doesNotMatch(html, /href="(?!\/)[^#"]/, path);
    assert.match(
      html,
      /&lt;script&gt;|&quot;&gt;|&#39; on|&lt;\/title&gt;|&amp;lt;|javascript:/,
      path,
    );
    // What stands in the page needs nothing that the policy forbids.
    assert.doesNotMatch(html, /<style|style=|<script(?! type="module" src="\/assets\/)/, path);
  }
});

Deno.test("a page shows no secret, wherever it stands", async () => {
  await using world = await World.start();
  const { db } = world;
  const now = isoTime(world.clock.now());
  world.insert("approvals", approval(TOKEN));
  world.insert("errors", error("err-1", { error: `git push with ${TOKEN} failed` }));
  openAlert(db, {
    rule: "approval-pending",
    tab: "",
    severity: "critical",
    message: `see ${TOKEN}`,
    count: 1,
  }, now);
  const cycle = startCycle(db, { at: now, direction: "both" });
  const tab = {
    tab: "Pending_Approvals",
    status: "guarded",
    error: `not with ${TOKEN}`,
    guards: [{ guard: "fill-down", message: `"${TOKEN}" everywhere`, hint: `undo ${TOKEN}` }],
    imported: 1,
  };
  const report = JSON.stringify({ durationMs: 1, requests: { read: 1, write: 1 }, tabs: [tab] });
  finishCycle(db, cycle, { at: now, status: "guarded", report });
  addEntries(db, [
    entry(TOKEN, { reason: `because ${TOKEN}`, oldValue: TOKEN, newValue: `x ${TOKEN}` }),
  ]);
  pauseTab(db, { tab: "Runs", since: now, reason: `rotating ${TOKEN}` });
  await using server = serveStatus(world);
  for (const path of ["/", "/audit", `/audit?row=${TOKEN}`, "/audit?row=ghp_", "/plan"]) {
    const html = await pageOf(server, path);
    assert.ok(!html.includes(TOKEN), path);
    assert.match(html, /«redacted: GitHub/, path);
  }
});

Deno.test("/audit shows the history of a row, the newest first, a page at a time", async () => {
  await using world = await World.start();
  addEntries(
    world.db,
    Array.from({ length: 120 }, (_, index) => entry("apr-1", { reason: `no. ${index + 1}.` })),
  );
  addEntries(world.db, [entry("apr-2"), entry("apr-22"), entry("b-1")]);
  await using server = serveStatus(world);
  const shown: string[] = [];
  let path: string | undefined = "/audit?row=+apr-1+";
  for (; path !== undefined; path = path?.replaceAll("&amp;", "&")) {
    const html: string = await pageOf(server, path);
    shown.push(...[...html.matchAll(/no\. (\d+)\./g)].map(([, number = ""]) => number));
    [, path] = /<a rel="next" href="([^"]+)"/.exec(html) ?? [];
  }
  assert.deepEqual(shown, Array.from({ length: 120 }, (_, index) => String(120 - index)));
  const all = textOf(await pageOf(server, "/audit"));
  assert.match(all, /refused b-1 Status Pending_Approvals, by a person in the sheet/);
  assert.match(all, /kept approved written rejected/);
});

Deno.test("/audit names IDs that begin like one that it does not know", async () => {
  await using world = await World.start();
  addEntries(world.db, [entry("apr-2"), entry("apr-22"), entry("b-1"), entry("apr-2")]);
  await using server = serveStatus(world);
  const text = textOf(await pageOf(server, "/audit?row=apr"));
  assert.match(text, /Nothing is recorded of apr \. IDs that begin like it: apr-2 apr-22 /);
  assert.doesNotMatch(text, /b-1/);
  assert.match(textOf(await pageOf(server, "/audit?row=zzz")), /Nothing is recorded of zzz/);
  assert.match(textOf(await pageOf(server, "/audit?before=x")), /refused apr-2/);
});

Deno.test("the status page is answered with 304 until something changes", async () => {
  await using world = await World.start();
  await using server = serveStatus(world);
  const ask = async (tag: string, path = "/") => {
    const answer = await fetch(server.url + path, { headers: { "if-none-match": tag } });
    await answer.body?.cancel();
    return { status: answer.status, tag: answer.headers.get("etag") ?? "" };
  };
  const first = await ask("");
  assert.equal(first.status, 200);
  assert.equal((await ask(first.tag)).status, 304);
  assert.equal((await ask(first.tag, "/?span=week")).status, 200);
  world.insert("runs", run("run-1"));
  assert.equal((await ask(first.tag)).status, 304, "a second has not passed yet");
  world.clock.advance(1_000);
  const second = await ask(first.tag);
  assert.equal(second.status, 200);
  assert.equal((await ask(second.tag)).status, 304);
  world.clock.advance(MINUTE_MS);
  assert.equal((await ask(second.tag)).status, 200, "ages grow");
});

Deno.test("another site may link to the page, and do nothing else with it", async () => {
  await using world = await World.start();
  await using server = serveStatus(world);
  const ask = async (mode: string) => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": mode };
    const answer = await fetch(server.url, { headers });
    await answer.body?.cancel();
    return answer.status;
  };
  assert.equal(await ask("navigate"), 200);
  assert.equal(await ask("no-cors"), 403);
  assert.equal(await ask("cors"), 403);
});
