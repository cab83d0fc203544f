/** The server itself: who is let in, quotas, faults put in by tests, bodies that are no JSON. @module */

import assert from "node:assert/strict";
import type { Clock } from "../../src/base/clock.ts";
import type { InterceptedCall } from "../../src/embedded/server.ts";
import { googleClient, messageOf, open, send } from "./client.ts";

/** A clock that stands still until the test moves it. */
function stoppedClock(): Clock & { time: number } {
  return {
    time: Date.UTC(2026, 0, 15, 14, 30),
    now() {
      return this.time;
    },
    sleep: () => Promise.resolve(),
  };
}

function encode(part: unknown): string {
  return btoa(JSON.stringify(part)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** A token request with an assertion of these claims. */
async function askForToken(
  url: string,
  claims: object,
  grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer",
): Promise<{ status: number; body: Record<string, unknown> }> {
  const assertion = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.c2lnbmF0dXJl`;
  const answer = await fetch(`${url}token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: grantType, assertion }),
  });
  return { status: answer.status, body: await answer.json() };
}

function claimsAt(clock: Clock, url: string, scope = "spreadsheets") {
  const iat = clock.now() / 1000;
  return {
    iss: "robot@example.iam.gserviceaccount.com",
    scope: `https://www.googleapis.com/auth/${scope}`,
    aud: `${url}token`,
    iat,
    exp: iat + 3600,
  };
}

Deno.test("a call without a known token is answered 401", async () => {
  await using sheets = await open();
  for (const [token, reason] of [[null, "missing required"], ["nobody", "invalid"]] as const) {
    const answer = await fetch(`${sheets.url}v4/spreadsheets/embedded`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });
    const { error } = await answer.json();
    assert.equal(answer.status, 401);
    assert.equal(error.status, "UNAUTHENTICATED");
    assert.match(error.message, new RegExp(`^Request (had|is) ${reason} authentication`));
  }
});

Deno.test("a spreadsheet that is unknown is 404, one that is not shared is 403", async () => {
  await using sheets = await open({ sharedWith: ["owner"] });
  const unknown = await fetch(`${sheets.url}v4/spreadsheets/other`, {
    headers: { authorization: "Bearer owner" },
  });
  assert.equal(unknown.status, 404);
  assert.deepEqual((await unknown.json()).error, {
    code: 404,
    message: "Requested entity was not found.",
    status: "NOT_FOUND",
  });
  const hidden = await send(sheets.url, "editor", "GET", "");
  assert.equal(hidden.status, 403);
  assert.equal(messageOf(hidden), "The caller does not have permission");
  sheets.share(["editor"]);
  assert.equal((await send(sheets.url, "editor", "GET", "")).status, 200);
});

Deno.test("a slash behind the spreadsheet's id changes nothing", async () => {
  await using sheets = await open();
  assert.equal((await send(sheets.url, "owner", "GET", "/?fields=spreadsheetId")).status, 200);
  const empty = { requests: [{ addSheet: {} }] };
  assert.equal((await send(sheets.url, "owner", "POST", "/:batchUpdate", empty)).status, 200);
});

Deno.test("a path that leads nowhere is a page, not JSON", async () => {
  await using sheets = await open();
  const answer = await fetch(`${sheets.url}v4/sheets`, {
    headers: { authorization: "Bearer owner" },
  });
  assert.equal(answer.status, 404);
  assert.match(answer.headers.get("content-type") ?? "", /text\/html/);
  await answer.text();
});

Deno.test("a signed assertion gives a token that lives for an hour", async () => {
  const clock = stoppedClock();
  await using sheets = await open({ clock });
  const { status, body } = await askForToken(sheets.url, claimsAt(clock, sheets.url));
  assert.equal(status, 200);
  assert.equal(body["token_type"], "Bearer");
  const token = String(body["access_token"]);
  const read = () =>
    googleClient(sheets.url, token).spreadsheets.get({ spreadsheetId: "embedded" });
  assert.equal((await read()).status, 200);
  clock.time += 3600_000;
  await assert.rejects(read, /invalid authentication credentials/);
});

Deno.test("an assertion that is wrong gives no token", async () => {
  const clock = stoppedClock();
  await using sheets = await open({ clock });
  const good = claimsAt(clock, sheets.url);
  const refused = async (claims: object, grantType?: string) => {
    const { status, body } = await askForToken(sheets.url, claims, grantType);
    assert.equal(status, 400);
    return body["error"];
  };
  assert.equal(await refused(good, "password"), "unsupported_grant_type");
  assert.equal(await refused({ ...good, iss: undefined }), "invalid_grant");
  assert.equal(await refused({ ...good, exp: good.iat - 1 }), "invalid_grant");
  assert.equal(await refused({ ...good, exp: good.iat + 7200 }), "invalid_grant");
  assert.equal(await refused({ ...good, aud: "https://example.com/" }), "invalid_grant");
  assert.equal(await refused({ ...good, scope: "email" }), "invalid_scope");
});

Deno.test("a token for reading does not write", async () => {
  const clock = stoppedClock();
  await using sheets = await open({ clock });
  const claims = claimsAt(clock, sheets.url, "spreadsheets.readonly");
  const { body } = await askForToken(sheets.url, claims);
  const { values } = googleClient(sheets.url, String(body["access_token"])).spreadsheets;
  const place = { spreadsheetId: "embedded", range: "A1" };
  assert.equal((await values.get(place)).status, 200);
  await assert.rejects(() => values.clear(place), /insufficient authentication scopes/);
});

Deno.test("a quota counts reads and writes of each caller by the minute", async () => {
  const clock = stoppedClock();
  await using sheets = await open({ clock, quotas: { readsPerMinute: 2, writesPerMinute: 1 } });
  const read = (who: "owner" | "editor") => send(sheets.url, who, "GET", "/values/A1");
  const write = () => send(sheets.url, "owner", "POST", "/values/A1:clear", {});
  const statuses = [];
  for (const call of [() => read("owner"), () => read("owner"), write]) {
    statuses.push((await call()).status);
  }
  assert.deepEqual(statuses, [200, 200, 200]);
  const refused = await read("owner");
  assert.equal(refused.status, 429);
  assert.match(
    messageOf(refused),
    /^Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user'/,
  );
  assert.match(JSON.stringify(refused.body), /RATE_LIMIT_EXCEEDED/);
  assert.equal((await write()).status, 429);
  assert.equal((await read("editor")).status, 200);
  clock.time += 60_000;
  assert.equal((await read("owner")).status, 200);
});

Deno.test("a batch counts once, and asking for metadata by POST is a read", async () => {
  await using sheets = await open();
  await send(sheets.url, "owner", "POST", ":batchUpdate", {
    requests: [{ addSheet: {} }, { addSheet: {} }],
  });
  await send(sheets.url, "owner", "POST", "/developerMetadata:search", { dataFilters: [] });
  await send(sheets.url, "owner", "POST", "/values:batchGetByDataFilter", { dataFilters: [] });
  assert.deepEqual(sheets.requests, { read: 2, write: 1 });
});

Deno.test("an interceptor sees every call and may act before it, after it or instead of it", async () => {
  const seen: InterceptedCall[] = [];
  let mode: "pass" | "lose the answer" | "fail" = "pass";
  await using sheets = await open({
    async intercept(call, handle) {
      seen.push(call);
      if (mode === "fail") return new Response("{}", { status: 503 });
      const answer = await handle();
      return mode === "pass" ? answer : new Response("{}", { status: 500 });
    },
  });
  const put = (value: string) =>
    send(sheets.url, "editor", "PUT", "/values/A1?valueInputOption=RAW", { values: [[value]] });
  assert.equal((await put("one")).status, 200);
  mode = "fail";
  assert.equal((await put("two")).status, 503);
  assert.equal(sheets.book.sheetByTitle("Sheet1")?.cell(0, 0)?.entry, "one");
  mode = "lose the answer";
  assert.equal((await put("three")).status, 500);
  assert.equal(sheets.book.sheetByTitle("Sheet1")?.cell(0, 0)?.entry, "three");
  assert.deepEqual(seen[0], {
    method: "PUT",
    path: "/v4/spreadsheets/embedded/values/A1?valueInputOption=RAW",
    identity: "editor",
    kind: "write",
    body: { values: [["one"]] },
  });
});

Deno.test("a body that is no JSON and a parameter that does not exist are 400", async () => {
  await using sheets = await open();
  const answer = await fetch(`${sheets.url}v4/spreadsheets/embedded:batchUpdate`, {
    method: "POST",
    headers: { authorization: "Bearer owner" },
    body: "{requests",
  });
  assert.equal(answer.status, 400);
  assert.match((await answer.json()).error.message, /^Invalid JSON payload received\. /);
  const unknown = await send(sheets.url, "owner", "GET", "/values/A1?valueRender=FORMULA");
  assert.match(messageOf(unknown), /Unknown name "valueRender": Cannot bind query parameter\./);
  const wrong = await send(sheets.url, "owner", "GET", "/values/A1?valueRenderOption=UGLY");
  assert.equal(
    messageOf(wrong),
    "Invalid value at 'value_render_option' " +
      '(type.googleapis.com/google.apps.sheets.v4.ValueRenderOption), "UGLY"',
  );
});

Deno.test("a new spreadsheet stands beside the first one", async () => {
  await using sheets = await open();
  const client = googleClient(sheets.url, "owner");
  const { data } = await client.spreadsheets.create({
    requestBody: {
      properties: { title: "Second", timeZone: "Europe/Berlin" },
      sheets: [{ properties: { title: "One" } }, { properties: { title: "Two" } }],
    },
  });
  const spreadsheetId = String(data.spreadsheetId);
  const again = await client.spreadsheets.get({ spreadsheetId });
  assert.equal(again.data.properties?.timeZone, "Europe/Berlin");
  assert.deepEqual(
    again.data.sheets?.map((sheet) => sheet.properties?.title),
    ["One", "Two"],
  );
  assert.equal(sheets.book.sheets.length, 1);
});

Deno.test("handle() answers a request without the network", async () => {
  await using sheets = await open();
  const answer = await sheets.handle(
    new Request(`${sheets.url}v4/spreadsheets/embedded/values/A1`, {
      headers: { authorization: "Bearer owner" },
    }),
  );
  assert.deepEqual(await answer.json(), { range: "Sheet1!A1", majorDimension: "ROWS" });
});
