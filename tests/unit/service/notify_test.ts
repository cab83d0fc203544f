import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { isoTime } from "../../../src/base/clock.ts";
import { AtlasError } from "../../../src/base/errors.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { type Channel, channelsOf, wants } from "../../../src/service/channels.ts";
import { type Message, summaryMessage } from "../../../src/service/messages.ts";
import { deliver, enqueue, type SendDeps } from "../../../src/service/notify.ts";
import { slackBody } from "../../../src/service/slack.ts";
import { type Fetch, post } from "../../../src/service/webhook.ts";
import { Watch } from "../../../src/service/watch.ts";
import type { Database } from "../../../src/store/database.ts";
import { claimMessage, readBacklog } from "../../../src/store/outbox.ts";
import { createMasker } from "../../../src/text/secrets.ts";
import { TestClock } from "../../helpers/world.ts";
import { freshDatabase } from "../store/_fixtures.ts";
import { DAY_MS, HOUR_MS, message } from "./_fixtures.ts";

const masker = createMasker();
const keys = seededRandom(5);

/** A request as a receiver got it. */
interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A receiver on loopback that notes what it gets and answers as it is told. */
class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  answer: (request: Received) => Response | Promise<Response> = () => new Response("ok");
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, async (request) => {
      const { pathname } = new URL(request.url);
      const got = { path: pathname, headers: request.headers, body: await request.text() };
      this.received.push(got);
      return await this.answer(got);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/hook/s3cret-path`;
  }

  get keys(): (string | null)[] {
    return this.received.map(({ headers }) => headers.get("idempotency-key"));
  }

  get titles(): unknown[] {
    return this.received.map(({ body }) => JSON.parse(body).title);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function depsOf(clock: TestClock, more: Partial<SendDeps> = {}): SendDeps {
  return { clock, random: seededRandom(3), fetch, masker, ...more };
}

type Webhook = Extract<Channel, { readonly type: "webhook" }>;

function webhook(url: string, more: Partial<Webhook> = {}): Channel {
  return { type: "webhook", name: "webhook-1", url, secret: null, minSeverity: "info", ...more };
}

function put(db: Database, channels: readonly Channel[], ...messages: Partial<Message>[]): void {
  db.transaction(() => messages.forEach((one) => enqueue(db, channels, message(one), keys)));
}

function backlogOf(db: Database): string | null | undefined {
  return readBacklog(db)[0]?.lastError;
}

Deno.test("deliver() signs what it sends: HMAC-SHA256 of timestamp, full stop and body", async () => {
  await using receiver = new Receiver();
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook(receiver.url, { secret: "shared" })];
  put(db, channels, { rows: ["run-1"] });
  assert.deepEqual(await deliver(db, channels, depsOf(clock)), { sent: 1, failed: 0 });

  const [{ headers, body } = { headers: new Headers(), body: "" }] = receiver.received;
  const timestamp = headers.get("x-atlas-timestamp");
  assert.equal(timestamp, String(clock.now() / 1000));
  const digest = createHmac("sha256", "shared").update(`${timestamp}.${body}`).digest("hex");
  assert.equal(headers.get("x-atlas-signature"), `sha256=${digest}`);
  assert.equal(headers.get("content-type"), "application/json");
  assert.ok(Number(headers.get("content-length")) > 0, "small receivers need the length");
  assert.deepEqual(JSON.parse(body), {
    version: 1,
    id: headers.get("idempotency-key"),
    ...message({ rows: ["run-1"] }),
    text: "[critical] Sync fails: Runs\n" + '"Runs" has failed for 61 min\n' +
      "Rows: run-1\nTo do: Run atlas-mirror --check-health.",
  });
});

Deno.test("deliver() sends nothing twice, and without a secret it signs nothing", async () => {
  await using receiver = new Receiver();
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook(receiver.url)];
  put(db, channels, {});
  await deliver(db, channels, depsOf(clock));
  clock.advance(DAY_MS);
  await deliver(db, channels, depsOf(clock));
  assert.equal(receiver.received.length, 1);
  assert.equal(receiver.received[0]?.headers.get("x-atlas-signature"), null);
});

Deno.test("deliver() loses nothing while a receiver is down, and keeps the order", async () => {
  await using receiver = new Receiver();
  receiver.answer = () => new Response("broken", { status: 500 });
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook(receiver.url)];
  const deps = depsOf(clock);
  put(db, channels, { title: "one" }, { title: "two" });
  // A channel that is down is asked once a call, and not again before its time.
  assert.deepEqual(await deliver(db, channels, deps), { sent: 0, failed: 1 });
  assert.deepEqual(await deliver(db, channels, deps), { sent: 0, failed: 0 });
  assert.match(backlogOf(db) ?? "", /^Cannot notify 127\.0\.0\.1:\d+: it answered 500$/);
  for (let hour = 0; hour < 30; hour++) {
    clock.advance(HOUR_MS);
    put(db, channels, { title: `hour ${hour}` });
    assert.equal((await deliver(db, channels, deps)).failed, 1);
  }
  const [key, ...others] = new Set(receiver.keys);
  assert.deepEqual(others, [], "every attempt carries the same key");

  receiver.answer = () => new Response("ok");
  receiver.received.length = 0;
  clock.advance(HOUR_MS);
  assert.deepEqual(await deliver(db, channels, deps), { sent: 20, failed: 0 });
  assert.deepEqual(await deliver(db, channels, deps), { sent: 12, failed: 0 });
  assert.deepEqual(
    receiver.titles,
    ["one", "two", ...Array.from({ length: 30 }, (_, hour) => `hour ${hour}`)],
  );
  assert.equal(receiver.keys[0], key);
});

Deno.test("deliver() backs off between half and the whole of a doubling time, up to an hour", async () => {
  await using receiver = new Receiver();
  receiver.answer = () => new Response("", { status: 503 });
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook(receiver.url)];
  put(db, channels, {});
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    await deliver(db, channels, depsOf(clock));
    const due = Date.parse(String(db.get("SELECT due_at FROM mirror_outbox")?.["due_at"]));
    const waited = (due - clock.now()) / 60_000;
    assert.ok(waited >= minutes / 2 && waited <= minutes, `${waited} of ${minutes}`);
    clock.advance(due - clock.now());
  }
});

Deno.test("deliver() waits as long as the receiver asks", async () => {
  await using receiver = new Receiver();
  receiver.answer = () => new Response("", { status: 429, headers: { "retry-after": "7200" } });
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook(receiver.url)];
  put(db, channels, {});
  await deliver(db, channels, depsOf(clock));
  clock.advance(2 * HOUR_MS - 1);
  assert.deepEqual(await deliver(db, channels, depsOf(clock)), { sent: 0, failed: 0 });
  clock.advance(1);
  assert.deepEqual(await deliver(db, channels, depsOf(clock)), { sent: 0, failed: 1 });
});

Deno.test("deliver() sends again with the same key after a crash between sending and noting it", async () => {
  await using receiver = new Receiver();
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook(receiver.url)];
  put(db, channels, {});
  // The process is killed as soon as the receiver has the message: nothing is noted.
  const crash = new Error("killed");
  const dying: Database = {
    ...delegating(db),
    run(sql, ...params) {
      if (sql.includes("mirror_outbox")) throw crash;
      return db.run(sql, ...params);
    },
  };
  await assert.rejects(deliver(dying, channels, depsOf(clock)), crash);
  assert.equal(receiver.received.length, 1);
  assert.deepEqual(await deliver(db, channels, depsOf(clock)), { sent: 0, failed: 0 }, "claimed");
  clock.advance(5 * 60_000);
  assert.deepEqual(await deliver(db, channels, depsOf(clock)), { sent: 1, failed: 0 });
  assert.equal(receiver.received.length, 2);
  assert.equal(new Set(receiver.keys).size, 1);
  clock.advance(DAY_MS);
  assert.deepEqual(await deliver(db, channels, depsOf(clock)), { sent: 0, failed: 0 });
});

function delegating(db: Database): Database {
  return {
    path: db.path,
    all: (sql, ...params) => db.all(sql, ...params),
    get: (sql, ...params) => db.get(sql, ...params),
    run: (sql, ...params) => db.run(sql, ...params),
    transaction: (work) => db.transaction(work),
    snapshot: (work) => db.snapshot(work),
    close: () => {},
    [Symbol.dispose]: () => {},
  };
}

Deno.test("claimMessage() gives a message to one of two processes", () => {
  using db = freshDatabase();
  put(db, [webhook("http://127.0.0.1/")], {});
  const now = Date.parse("2026-01-15T14:30:00Z");
  const claim = () => claimMessage(db, "webhook-1", { after: 0, now, until: now + 1 });
  assert.equal(claim()?.attempts, 0);
  assert.equal(claim(), undefined);
});

Deno.test("deliver() goes on past a message that its receiver refuses for what it is", async () => {
  await using receiver = new Receiver();
  receiver.answer = ({ body }) =>
    new Response("", { status: JSON.parse(body).title === "bad" ? 400 : 200 });
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook(receiver.url)];
  put(db, channels, { title: "bad" }, { title: "good" });
  assert.deepEqual(await deliver(db, channels, depsOf(clock)), { sent: 1, failed: 1 });
  assert.deepEqual(receiver.titles, ["bad", "good"]);
});

Deno.test("deliver() gives up on a receiver that hangs, without holding up the other channel", async () => {
  await using hanging = new Receiver();
  const { promise, resolve } = Promise.withResolvers<Response>();
  hanging.answer = () => promise;
  await using other = new Receiver();
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook(hanging.url), webhook(other.url, { name: "webhook-2" })];
  put(db, channels, {});
  const delivery = await deliver(db, channels, depsOf(clock, { timeoutMs: 50 }));
  assert.deepEqual(delivery, { sent: 1, failed: 1 });
  assert.match(backlogOf(db) ?? "", /: no answer within 0\.05 s$/);
  resolve(new Response());
});

Deno.test("deliver() stops when it is asked to, and the message is due at once", async () => {
  await using receiver = new Receiver();
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Response>();
  receiver.answer = () => {
    controller.abort();
    return promise;
  };
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook(receiver.url)];
  put(db, channels, {});
  const { signal } = controller;
  assert.equal((await deliver(db, channels, depsOf(clock, { signal }))).failed, 1);
  resolve(new Response());
  receiver.answer = () => new Response();
  assert.equal((await deliver(db, channels, depsOf(clock))).sent, 1);
});

Deno.test("post() follows a redirect within the host, and none to another", async () => {
  await using receiver = new Receiver();
  await using other = new Receiver();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const redirect = (location: string) => new Response(null, { status: 307, headers: { location } });
  const send = () =>
    post({ url: receiver.url, body: "{}", idempotencyKey: "k", secret: "s" }, { fetch, clock });

  receiver.answer = ({ path }) => path === "/moved" ? new Response() : redirect("/moved");
  await send();
  assert.deepEqual(receiver.received.map(({ path }) => path), ["/hook/s3cret-path", "/moved"]);
  assert.equal(receiver.received[1]?.body, "{}");

  for (const status of [301, 302, 303, 307, 308]) {
    receiver.answer = () => new Response(null, { status, headers: { location: other.url } });
    await assert.rejects(send(), (error) => {
      assert.ok(error instanceof AtlasError && error.kind === "refused-request");
      assert.match(error.message, /^Cannot notify 127\.0\.0\.1:\d+: it redirects to http:/);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  }
  assert.equal(other.received.length, 0);

  receiver.answer = () => redirect(receiver.url);
  await assert.rejects(send(), /redirects in a circle/);
});

Deno.test("post() names no part of the address but the host", async () => {
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const url = "http://127.0.0.1:9/services/T0/B0/hunter2?key=hunter2";
  await assert.rejects(
    post({ url, body: "{}", idempotencyKey: "k", secret: null }, { fetch, clock }),
    (error) => {
      assert.ok(error instanceof AtlasError && error.kind === "unreachable");
      assert.doesNotMatch(error.message + error.hint, /hunter2/);
      return true;
    },
  );
});

Deno.test("post() names ATLAS_NET where the program may not talk to the host", async () => {
  const clock = new TestClock("2026-01-15T14:30:00Z");
  // What Deno throws, for a test has the permission.
  const denied: Fetch = () => {
    throw new Deno.errors.NotCapable('Requires net access to "chat.example.org:443"');
  };
  const url = "https://chat.example.org/hook/hunter2";
  await assert.rejects(
    post({ url, body: "{}", idempotencyKey: "k", secret: null }, { fetch: denied, clock }),
    (error) => {
      assert.ok(error instanceof AtlasError && error.kind === "configuration");
      assert.match(error.hint ?? "", /ATLAS_NET=chat\.example\.org/);
      return true;
    },
  );
});

Deno.test("deliver() masks secrets in every text, although the outbox holds them", async () => {
  await using receiver = new Receiver();
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const { url } = receiver;
  const slack: Channel = { type: "slack", name: "slack-1", url, minSeverity: "info" };
  const channels = [webhook(url), slack];
  const secret = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a";
  put(db, channels, { title: `t ${secret}`, what: [`w ${secret}`], rows: [`r ${secret}`] });
  assert.equal((await deliver(db, channels, depsOf(clock))).sent, 2);
  for (const { body } of receiver.received) {
    assert.ok(!body.includes(secret), body);
    assert.ok(body.includes("«redacted: "), body);
  }
});

Deno.test("enqueue() respects what each channel wants", () => {
  const severities = ["info", "warning", "critical"] as const;
  const wanted = severities.map((minSeverity) =>
    severities.filter((severity) => wants(webhook("http://x/", { minSeverity }), { severity }))
  );
  assert.deepEqual(wanted, [["info", "warning", "critical"], ["warning", "critical"], [
    "critical",
  ]]);
  using db = freshDatabase();
  const channels = channelsOf([
    { type: "slack", url: "https://a/", minSeverity: "critical" },
    { type: "webhook", url: "https://b/", minSeverity: "warning" },
    { type: "webhook", url: "https://c/", secret: "s", minSeverity: "info" },
  ]);
  put(db, channels, { severity: "info" }, { severity: "warning" });
  assert.deepEqual(readBacklog(db).map(({ channel, waiting }) => [channel, waiting]), [
    ["log", 2],
    ["webhook-1", 1],
    ["webhook-2", 2],
  ]);
});

Deno.test("deliver() gives up after a week and forgets after a month", async () => {
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  put(db, [webhook("http://127.0.0.1:9/")], {});
  const states = () => db.all("SELECT state FROM mirror_outbox").map((row) => row["state"]);
  clock.advance(7 * DAY_MS);
  await deliver(db, [], depsOf(clock));
  assert.deepEqual(states(), ["waiting"]);
  clock.advance(1);
  await deliver(db, [], depsOf(clock));
  assert.deepEqual(states(), ["expired"]);
  clock.advance(30 * DAY_MS + 1);
  await deliver(db, [], depsOf(clock));
  assert.deepEqual(states(), []);
});

Deno.test("slackBody() lets no cell call anybody", () => {
  const text = JSON.parse(slackBody(message({ what: ["<!channel> & <http://x|y>"] }))).text;
  assert.equal(
    text,
    "*[critical] Sync fails: Runs*\n&lt;!channel&gt; &amp; &lt;http://x|y&gt;\n" +
      "To do: Run atlas-mirror --check-health.",
  );
  const long = JSON.parse(slackBody(message({ what: ["x".repeat(9_000)] }))).text;
  assert.ok(long.length < 4_000);
});

Deno.test("summaryMessage() says all that is new in one message, by tab, row and column", () => {
  const finding = (row: string, column = "status") => ({
    tab: "Pending_Approvals",
    row,
    column,
    code: "MIRROR-NEAR-MISS",
    value: "aproved",
    reason: '"aproved" is not allowed; did you mean "approved"?',
  });
  const at = "2026-01-15T14:30:00.000Z";
  assert.equal(summaryMessage(atlas, [], at), null);
  const summary = summaryMessage(
    atlas,
    Array.from({ length: 12 }, (_, index) => finding(`a${index}`)),
    at,
  );
  assert.equal(summary?.title, "12 new findings in Pending_Approvals");
  assert.equal(
    summary?.what[0],
    'Pending_Approvals · a0 · Status: "aproved" is not allowed; did you mean "approved"? ' +
      "(MIRROR-NEAR-MISS)",
  );
  assert.equal(summary?.what.at(-1), "and 2 more");
  assert.equal(summary?.rows.length, 12);
});

Deno.test("Watch writes alert and message together, or neither", async () => {
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const channels = [webhook("http://127.0.0.1:9/")];
  const deps = { db, contract: atlas, channels, ...depsOf(clock) };
  db.run(
    "INSERT INTO mirror_meta VALUES ('quick_check', ?)",
    JSON.stringify({ ok: false, message: "page 7", at: isoTime(clock.now()) }),
  );
  const broken = { next: () => 0, uuid: () => assert.fail("no number to be had") };
  const signal = AbortSignal.timeout(60_000);
  await assert.rejects(new Watch({ ...deps, random: broken }).tick(signal), /no number/);
  assert.equal(db.get("SELECT count(*) AS n FROM mirror_alert")?.["n"], 0);

  const events = await new Watch(deps).tick(signal);
  assert.deepEqual(events.map(({ change }) => change), ["fired"]);
  assert.equal(readBacklog(db)[0]?.waiting, 1);
});

Deno.test("Watch tells of a database that takes nothing any more, but not after every cycle", async () => {
  await using receiver = new Receiver();
  using db = freshDatabase();
  const clock = new TestClock("2026-01-15T14:30:00Z");
  const full: Database = {
    ...delegating(db),
    transaction() {
      throw new AtlasError("database", 'Cannot write database "atlas.db": the disk is full');
    },
  };
  const channels = [webhook(receiver.url)];
  const watch = new Watch({ db: full, contract: atlas, channels, ...depsOf(clock) });
  const signal = AbortSignal.timeout(60_000);
  for (const advance of [0, HOUR_MS, 5 * HOUR_MS]) {
    clock.advance(advance);
    await assert.rejects(watch.tick(signal), /the disk is full/);
  }
  assert.deepEqual(receiver.titles, ["The database does not work", "The database does not work"]);
});
