import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { AtlasError } from "../../../src/base/errors.ts";
import { anchor } from "../../../src/contract/cell.ts";
import { createSheetsClient, type RequestEvent } from "../../../src/sheets/client.ts";
import { readServiceAccount } from "../../../src/sheets/credentials.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { clientFor, jumpingClock, pemOf, serve } from "./doubles.ts";

const json = (body: unknown, init: ResponseInit = {}) => Response.json(body, init);

function kindOf(kind: string) {
  return (error: unknown) => error instanceof AtlasError && error.kind === kind;
}

Deno.test("client reads values unformatted and as serials, one list a range", async () => {
  await using server = serve(() =>
    json({
      valueRanges: [{ range: "Runs!A1:H9", values: [["ID"], [1, true, "x"]] }, { range: "B" }],
    })
  );
  const client = clientFor(server.endpoint);
  const values = await client.values(["'Runs'!A:H", "'B'!A:H"]);
  assert.deepEqual(values, [[["ID"], [1, true, "x"]], []]);
  const [request] = server.seen;
  assert.equal(request?.url.pathname, "/v4/spreadsheets/sheet-1/values:batchGet");
  assert.deepEqual(request?.url.searchParams.getAll("ranges"), ["'Runs'!A:H", "'B'!A:H"]);
  assert.equal(request?.url.searchParams.get("valueRenderOption"), "UNFORMATTED_VALUE");
  assert.equal(request?.url.searchParams.get("dateTimeRenderOption"), "SERIAL_NUMBER");
  assert.deepEqual(client.counts(), { read: 1, write: 0, retried: 0 });
});

Deno.test("client signs in with a word where the endpoint is this machine", async () => {
  const seen: (string | null)[] = [];
  await using server = serve((request) => {
    seen.push(request.headers.get("authorization"));
    return json({ valueRanges: [{}] });
  });
  await clientFor(server.endpoint).values(["'Runs'!A:H"]);
  assert.deepEqual(seen, ["Bearer service-account"]);
});

Deno.test("client refuses to go anywhere else without credentials", () => {
  for (const endpoint of ["https://sheets.googleapis.com/", "http://127.0.0.1.example.com/", "x"]) {
    assert.throws(() => clientFor(endpoint), kindOf("configuration"));
  }
});

Deno.test("client tries a read three times, waits as long as it is told, and counts", async () => {
  let calls = 0;
  await using server = serve(() => {
    calls++;
    if (calls === 1) return json({}, { status: 429, headers: { "retry-after": "7" } });
    if (calls === 2) return new Response("<html>busy</html>", { status: 503 });
    return json({ valueRanges: [{ values: [["ID"]] }] });
  });
  const clock = jumpingClock();
  const client = clientFor(server.endpoint, { clock });
  assert.deepEqual(await client.values(["'Runs'!A:H"]), [[["ID"]]]);
  assert.deepEqual(client.counts(), { read: 3, write: 0, retried: 2 });
  assert.ok((clock.slept[0] ?? 0) >= 7_000);
});

Deno.test("client gives up a read after the third failure", async () => {
  await using server = serve(() => new Response("{}", { status: 500 }));
  const client = clientFor(server.endpoint);
  await assert.rejects(client.values(["'Runs'!A:H"]), kindOf("server"));
  assert.equal(server.seen.length, 3);
});

Deno.test("client does not repeat a read that was refused", async () => {
  await using server = serve(() =>
    json({ error: { code: 400, message: "Unable to parse range: 'X'!A:H" } }, { status: 400 })
  );
  await assert.rejects(clientFor(server.endpoint).values(["'X'!A:H"]), (error) => {
    assert.ok(error instanceof AtlasError);
    assert.equal(error.kind, "refused-request");
    assert.equal(error.message, "Cannot read 'X'!A:H: Unable to parse range: 'X'!A:H");
    return true;
  });
  assert.equal(server.seen.length, 1);
});

Deno.test("client sends a write once, whatever comes of it", async () => {
  const answers: readonly (readonly [string, () => Response])[] = [
    ["ambiguous-write", () => new Response("{}", { status: 500 })],
    ["ambiguous-write", () => new Response("", { status: 503 })],
    ["rate-limited", () => json({ error: { message: "Quota exceeded" } }, { status: 429 })],
    ["refused-request", () => json({ error: { message: "Invalid requests[0]" } }, { status: 400 })],
    ["configuration", () => json({ error: { message: "No" } }, { status: 403 })],
    ["ambiguous-write", () => new Response("<html>", { status: 200 })],
  ];
  for (const [kind, answer] of answers) {
    await using server = serve(answer);
    const client = clientFor(server.endpoint);
    const request = { deleteDimension: { range: { sheetId: 1 } } };
    await assert.rejects(client.batch([request, request], null), (error) => {
      assert.ok(error instanceof AtlasError);
      assert.equal(error.kind, kind);
      assert.match(error.message, /^Cannot change the spreadsheet \(deleteDimension × 2\): /);
      return true;
    });
    assert.equal(server.seen.length, 1);
    assert.deepEqual(client.counts(), { read: 0, write: 1, retried: 0 });
  }
});

Deno.test("client knows that a write to a closed port was never sent", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const client = clientFor(`http://127.0.0.1:${port}/`);
  await assert.rejects(client.batch([], null), (error) => {
    assert.ok(error instanceof AtlasError);
    assert.equal(error.kind, "unreachable");
    assert.ok(!/http:|127\.0\.0\.1/.test(error.message));
    return true;
  });
});

Deno.test("client takes an answer of another shape for malformed and says where", async () => {
  const answers = [
    "not json",
    '"text"',
    '{"valueRanges":[]}',
    '{"valueRanges":[{"values":[[null]]}]}',
  ];
  for (const text of answers) {
    await using server = serve(() =>
      new Response(text, { headers: { "content-type": "application/json" } })
    );
    await assert.rejects(
      clientFor(server.endpoint).values(["'Runs'!A:H"]),
      kindOf("malformed-answer"),
      text,
    );
    assert.equal(server.seen.length, 3);
  }
});

Deno.test("client updates rows by their anchors and returns the rows as they are after it", async () => {
  await using server = serve(() =>
    json({
      responses: [
        {
          dataFilter: { developerMetadataLookup: { metadataId: 7 } },
          updatedRange: "Runs!A5:Z5",
          updatedData: { range: "Runs!A5:Z5", values: [["r1", 45.5]] },
        },
        { dataFilter: { developerMetadataLookup: { metadataId: 9 } } },
      ],
    })
  );
  const client = clientFor(server.endpoint);
  const rows = await client.updateByAnchor([
    { anchor: anchor(7), values: [null, 45.5, ""] },
    { anchor: anchor(8), values: ["=1+1"] },
    { anchor: anchor(9), values: ["x"] },
  ]);
  assert.deepEqual([...rows], [[7, ["r1", 45.5, ""]]]);
  const body = JSON.parse(server.seen[0]?.body ?? "");
  assert.equal(body.valueInputOption, "RAW");
  assert.deepEqual(body.data[0].values, [[null, 45.5, ""]]);
  assert.deepEqual(body.data[1].dataFilter, { developerMetadataLookup: { metadataId: 8 } });
});

Deno.test("client asks a batch for the state after it", async () => {
  await using server = serve(() => json({ replies: [], updatedSpreadsheet: {} }));
  await clientFor(server.endpoint).batch([], { ranges: ["'Runs'!A:ZZZ"], fields: "sheets" });
  const [request] = server.seen;
  assert.equal(request?.url.searchParams.get("fields"), "updatedSpreadsheet(sheets)");
  const body = JSON.parse(request?.body ?? "");
  assert.equal(body.includeSpreadsheetInResponse, true);
  assert.deepEqual(body.responseRanges, ["'Runs'!A:ZZZ"]);
});

Deno.test("client tells every request to whoever listens", async () => {
  const events: RequestEvent[] = [];
  await using server = serve(() => new Response("{}", { status: 400 }));
  const client = clientFor(server.endpoint, { onRequest: (event) => events.push(event) });
  await assert.rejects(client.batch([], null));
  assert.deepEqual(events.map(({ kind, call, status }) => ({ kind, call, status })), [
    { kind: "write", call: "spreadsheets.batchUpdate", status: 400 },
  ]);
  assert.equal(events[0]?.sentBytes, server.seen[0]?.body.length);
  assert.equal(events[0]?.receivedBytes, 2);
});

Deno.test("client stops reading when it is asked to, and says so", async () => {
  const client = clientFor("http://127.0.0.1:9/");
  const signal = AbortSignal.abort();
  await assert.rejects(client.values(["'Runs'!A:H"], signal), kindOf("stopped"));
  await assert.rejects(client.batch([], null, signal), kindOf("stopped"));
  assert.deepEqual(client.counts(), { read: 0, write: 0, retried: 0 });
});

Deno.test("client finishes a write that is on its way although it is asked to stop", async () => {
  const controller = new AbortController();
  await using server = serve(() => {
    controller.abort();
    return json({ replies: [] });
  });
  await clientFor(server.endpoint).batch([], null, controller.signal);
  assert.equal(server.seen.length, 1);
});

const KEY = pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);

function account(tokenUri: string) {
  return readServiceAccount(
    JSON.stringify({
      type: "service_account",
      client_email: "mirror@atlas.iam.gserviceaccount.com",
      private_key: KEY,
      token_uri: tokenUri,
    }),
    "key.json",
  );
}

Deno.test("client signs in at the key's own address, once for an hour", async () => {
  const clock = jumpingClock();
  let tokens = 0;
  const used: (string | null)[] = [];
  await using server = serve((request) => {
    if (new URL(request.url).pathname === "/token") {
      return json({ access_token: `ya29-${++tokens}`, expires_in: 3_600, token_type: "Bearer" });
    }
    used.push(request.headers.get("authorization"));
    return json({ valueRanges: [{}] });
  });
  const client = clientFor(server.endpoint, {
    clock,
    credentials: account(`${server.endpoint}token`),
  });
  await client.values(["'Runs'!A:H"]);
  await client.values(["'Runs'!A:H"]);
  await clock.sleep(3_600_000);
  await client.values(["'Runs'!A:H"]);
  assert.deepEqual(used, ["Bearer ya29-1", "Bearer ya29-1", "Bearer ya29-2"]);
  assert.equal(client.counts().read, 3);
});

Deno.test("client says why it cannot sign in, without the assertion it signed", async () => {
  await using server = serve(() =>
    json({ error: "invalid_grant", error_description: "Invalid JWT Signature." }, { status: 400 })
  );
  const client = clientFor(server.endpoint, { credentials: account(`${server.endpoint}token`) });
  await assert.rejects(client.batch([], null), (error) => {
    assert.ok(error instanceof AtlasError);
    assert.equal(error.kind, "configuration");
    assert.match(error.message, /sign in to Google as mirror@.*: invalid_grant: Invalid JWT/);
    assert.ok(!Deno.inspect(error, { depth: 9 }).includes("eyJ"));
    return true;
  });
  assert.equal(server.seen.length, 1);
});

Deno.test("client signs in again after Google did not accept the token", async () => {
  let tokens = 0;
  await using server = serve((request) => {
    if (new URL(request.url).pathname === "/token") return json({ access_token: `t${++tokens}` });
    const isNew = request.headers.get("authorization") === "Bearer t2";
    return isNew ? json({ valueRanges: [{}] }) : json({}, { status: 401 });
  });
  const client = createSheetsClient({
    endpoint: server.endpoint,
    spreadsheetId: "sheet-1",
    credentials: account(`${server.endpoint}token`),
    clock: jumpingClock(),
    random: seededRandom(1),
  });
  await assert.rejects(client.values(["'Runs'!A:H"]), kindOf("configuration"));
  await client.values(["'Runs'!A:H"]);
});

Deno.test("client signs in again after the clock was set back, for nobody knows how old its token is", async () => {
  let tokens = 0;
  await using server = serve((request) =>
    new URL(request.url).pathname === "/token"
      ? json({ access_token: `t${++tokens}`, expires_in: 3_600 })
      : json({ valueRanges: [{}] })
  );
  const clock = jumpingClock();
  let backMs = 0;
  const client = clientFor(server.endpoint, {
    clock: { ...clock, now: () => clock.now() - backMs },
    credentials: account(`${server.endpoint}token`),
  });
  await client.values(["'Runs'!A:H"]);
  backMs = 86_400_000;
  await client.values(["'Runs'!A:H"]);
  await client.values(["'Runs'!A:H"]);
  assert.equal(tokens, 2);
});
