/** What the embedded spreadsheet serves to a browser: the page, and the feed that keeps it current. @module */

import assert from "node:assert/strict";
import type { FeedMessage } from "../../src/embedded/screen/protocol.ts";
import type { EmbeddedSpreadsheet } from "../../src/embedded/server.ts";
import { person } from "../../src/embedded/people.ts";
import { open } from "./client.ts";

/** The messages of a feed, one after the other. */
async function* readFeed(sheets: EmbeddedSpreadsheet, query = ""): AsyncGenerator<FeedMessage> {
  const answer = await fetch(`${sheets.url}screen/feed${query}`);
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  let text = "";
  for await (
    const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())
  ) {
    const parts = (text + chunk).split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      if (part.startsWith("data: ")) yield JSON.parse(part.slice("data: ".length));
    }
  }
}

async function next(feed: AsyncGenerator<FeedMessage>): Promise<FeedMessage> {
  const { value, done } = await feed.next();
  if (done === true) throw new Error("the feed has ended");
  return value;
}

Deno.test("every file that the page names is served, under a strict policy", async () => {
  await using sheets = await open();
  const page = await fetch(sheets.url);
  const html = await page.text();
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.doesNotMatch(html, /<script>|<style|\sstyle=|\son\w+=/);
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = ""]) => path);
  assert.ok(named.length >= 4);
  const seen = new Set<string>();
  for (const path of named) {
    if (seen.has(path)) continue;
    seen.add(path);
    const answer = await fetch(new URL(path, sheets.url));
    const text = await answer.text();
    assert.equal(answer.status, 200, path);
    for (const [, file = ""] of text.matchAll(/^import .* from "\.\/([\w.]+)";$/gm)) {
      named.push(`/screen/${file}`);
    }
  }
  assert.ok(seen.has("/screen/selection.js"));
});

Deno.test("the page is served to this machine only", async () => {
  await using sheets = await open();
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    sheets.handle(new Request(new URL(path, sheets.url), { headers, method }));
  assert.equal((await ask("/", { host: "rebound.example.com" })).status, 421);
  assert.equal((await ask("/screen/feed", { host: "127.0.0.1.example.com:80" })).status, 421);
  assert.equal((await ask("/", { host: "localhost:1234" })).status, 200);
  assert.equal((await ask("/", {}, "POST")).status, 405);
  assert.equal((await ask("/screen/nothing.js")).status, 404);
});

Deno.test("the feed tells everything first, and then what is different", async () => {
  await using sheets = await open();
  const anna = person(sheets.url, sheets.spreadsheetId, "owner");
  await anna.type("Sheet1", "A1", "one");
  await anna.type("Sheet1", "A2", "two");
  const feed = readFeed(sheets, "?as=editor");
  const first = await next(feed);
  assert.equal(first.frame?.tabs[0]?.title, "Sheet1");
  assert.deepEqual(first.rows.map(({ cells }) => cells[0]?.text), ["one", "two"]);
  assert.equal(first.order?.length, 1000);

  await anna.type("Sheet1", "B2", "2024-01-15");
  const typed = await next(feed);
  assert.deepEqual([typed.by, typed.revision], ["owner", first.revision + 1]);
  assert.deepEqual(typed.rows.map(({ cells }) => cells.map((cell) => cell?.text)), [
    ["two", "2024-01-15"],
  ]);
  assert.equal(typed.order, undefined);
  assert.equal(typed.frame, undefined);

  await anna.sort("Sheet1", "A", false);
  assert.equal((await next(feed)).order, undefined, "a header alone is nothing to sort");
  await anna.moveRow("Sheet1", 2, 1);
  const moved = await next(feed);
  assert.deepEqual(moved.rows, []);
  const [one, two] = first.order ?? [];
  assert.deepEqual(moved.order?.slice(0, 2), [two, one]);
  await feed.return(undefined);
});

Deno.test("rows that are sorted keep what they are known by", async () => {
  await using sheets = await open();
  const anna = person(sheets.url, sheets.spreadsheetId, "owner");
  for (const [index, text] of ["header", "b", "a"].entries()) {
    await anna.type("Sheet1", `A${index + 1}`, text);
  }
  const keys = () => sheets.book.sheets[0]?.rows.slice(0, 3).map((row) => row?.key);
  const [header, b, a] = keys() ?? [];
  await anna.sort("Sheet1", "A");
  assert.deepEqual(keys(), [header, a, b]);
});

Deno.test("a formula that shows something else is told though its row was not touched", async () => {
  await using sheets = await open();
  const anna = person(sheets.url, sheets.spreadsheetId, "owner");
  await anna.type("Sheet1", "A1", "1");
  await anna.type("Sheet1", "A2", "=A1+1");
  const feed = readFeed(sheets);
  assert.equal((await next(feed)).rows[1]?.cells[0]?.formula, "=A1+1");
  await anna.type("Sheet1", "A1", "5");
  const shown = (await next(feed)).rows.map(({ cells }) => cells[0]?.text);
  assert.deepEqual(shown, ["5", "6"]);
  await feed.return(undefined);
});

Deno.test("a change that was made for an older state is not carried out", async () => {
  await using sheets = await open();
  const anna = person(sheets.url, sheets.spreadsheetId, "owner");
  const type = (revision: string, text: string) =>
    fetch(`${sheets.url}v4/spreadsheets/embedded/values/A1?valueInputOption=RAW`, {
      method: "PUT",
      headers: { authorization: "Bearer editor", "if-match": revision },
      body: JSON.stringify({ values: [[text]] }),
    });
  const fresh = await type('"0"', "first");
  assert.equal(fresh.status, 200);
  await fresh.body?.cancel();
  const stale = await type('"0"', "second");
  assert.equal(stale.status, 412);
  await stale.body?.cancel();
  assert.deepEqual(await anna.read("Sheet1"), [["first"]]);
});
