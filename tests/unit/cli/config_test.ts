import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { loadConfig, readCredentials } from "../../../src/cli/config.ts";
import type { Files } from "../../../src/cli/files.ts";

const GOOD = { database: "atlas.db", spreadsheetId: "1AbC-_" };

/** A file system of a few texts; `links` lead outside of what may be read. */
function filesOf(texts: Record<string, string>, links: Record<string, string> = {}): Files {
  return {
    readText(path) {
      const text = texts[path];
      return Promise.resolve(
        text === undefined ? { outcome: "missing" } : { outcome: "read", text },
      );
    },
    create: () => Promise.resolve({ outcome: "refused", reason: "nothing can be written here" }),
    follow(path) {
      const target = links[path];
      if (target !== undefined) return Promise.resolve({ path: target, permitted: false });
      return Promise.resolve(path in texts ? { path, permitted: true } : null);
    },
  };
}

function load(
  config: unknown,
  env: Record<string, string> = {},
  more: Record<string, string> = {},
) {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  const files = filesOf({ "/etc/mirror.json": text, ...more });
  return loadConfig("/etc/mirror.json", { files, env: (name) => env[name] });
}

async function refusal(work: Promise<unknown>): Promise<AtlasError> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  assert(error instanceof AtlasError, `not refused: ${error}`);
  assert.equal(error.kind, "configuration");
  return error;
}

Deno.test("loadConfig takes relative paths from the folder of the file", async () => {
  const config = await load({ ...GOOD, credentials: "keys/a.json" });
  assert.equal(config.database, "/etc/atlas.db");
  assert.equal(config.credentials, "/etc/keys/a.json");
  assert.equal(config.contract.name, "atlas");
});

Deno.test("loadConfig reads comments, a trailing comma and a byte order mark", async () => {
  const config = await load(
    '\ufeff// ours\n{ "database": "/a.db", /* theirs */ "spreadsheetId": "x", }',
  );
  assert.equal(config.database, "/a.db");
});

Deno.test("loadConfig turns hours between reminders into the alerts' conditions", async () => {
  const hour = 3_600_000;
  const { thresholds } = await load({ ...GOOD, remindHours: { critical: 0.5 } });
  assert.deepEqual(thresholds.remindMs, { critical: 0.5 * hour, warning: 24 * hour });
  await refusal(load({ ...GOOD, remindHours: { critical: 0 } }));
});

Deno.test("loadConfig takes every documented key", async () => {
  await load({
    ...GOOD,
    credentials: null,
    sheetsEndpoint: "http://127.0.0.1:8080/",
    contract: null,
    mode: "timer",
    logDir: "/var/log/atlas",
    listen: null,
    notify: [
      { type: "slack", url: "https://hooks.slack.com/services/x", minSeverity: "critical" },
      { type: "webhook", url: "https://example.org/", secret: "s" },
    ],
  });
});

Deno.test("loadConfig takes comments, commas at the end, and texts that look like keys", async () => {
  const keys = '"database": "a", "spreadsheetId": "x", "logDir": "say \\"b\\": \\\\"';
  for (const text of [`{ ${keys} }`, `\ufeff{ ${keys} }`, `{ ${keys}, } // "c": 1`]) {
    assert.match((await load(text)).logDir, /say "b": \\$/, text);
  }
});

Deno.test("loadConfig names the place and the key of every mistake", async () => {
  const table: readonly (readonly [config: unknown, message: RegExp])[] = [
    ["", /mirror\.json:1:1: it is empty$/],
    ["{", /mirror\.json:1:2: the closing "}" is missing$/],
    ['{\n  "database": "a"\n  "spreadsheetId": "x" }', /:3:3: a comma is missing before this$/],
    ["[]", /:1:1: it must be an object, not an array$/],
    ['{ "database": "a",\n "database": "b" }', /:2:2: the key "database" stands twice$/],
    [
      '{ "database": "a", "spreadsheetId": "x",\n "database": "b" }',
      /:2:2: the key "database" stands twice$/,
    ],
    [{ database: "a.db" }, /:1:1: "spreadsheetId" is missing$/],
    [{ ...GOOD, database: 5 }, /:1:13: "database" must be a string, not a number$/],
    [{ ...GOOD, database: "" }, /"database" must not be empty$/],
    [
      { databse: "a", spreadsheetId: "x" },
      /:1:2: unknown key "databse"; did you mean "database"\?/,
    ],
    [{ ...GOOD, spreadsheetId: "https://x/" }, /"spreadsheetId" must be the part of the sheet's/],
    [{ ...GOOD, mode: "deamon" }, /"mode" must be "daemon" or "timer"; did you mean "daemon"\?$/],
    [{ ...GOOD, sheetsEndpoint: "http://example.org/" }, /"sheetsEndpoint" must be an https/],
    [{ ...GOOD, listen: "9464" }, /"listen" must be HOST:PORT$/],
    [{ ...GOOD, notify: [{ type: "slak" }] }, /"notify\[0\]\.type" must be "slack" or "webhook"/],
    [
      { ...GOOD, notify: [{ type: "slack", url: "https://x/", minSeverty: "info" }] },
      /unknown key "minSeverty"; did you mean "minSeverity"\?$/,
    ],
  ];
  for (const [config, message] of table) {
    assert.match((await refusal(load(config))).message, message);
  }
});

Deno.test("loadConfig tells every mistake at once", async () => {
  const { message, hint } = await refusal(load({ databse: "a", mode: 1 }));
  const told = `${message}\n${hint}`;
  for (const part of ['key "databse"', '"mode" must', '"spreadsheetId" is missing']) {
    assert(told.includes(part), part);
  }
});

Deno.test("loadConfig repeats no address of a channel, for it is a secret", async () => {
  const { message, hint } = await refusal(
    load({
      ...GOOD,
      notify: [{ type: "slack", url: "http://hooks.slack.com/services/T0/B0/s3cr3t" }],
    }),
  );
  assert.doesNotMatch(`${message}${hint}`, /s3cr3t/);
});

Deno.test("loadConfig shows a sample to copy where there is no file", async () => {
  const nothing = loadConfig("/etc/none.json", { files: filesOf({}), env: () => undefined });
  const { message, hint } = await refusal(nothing);
  assert.equal(message, 'Cannot read configuration "/etc/none.json": no such file');
  assert.match(hint ?? "", /"spreadsheetId": /);
});

Deno.test("loadConfig lets the environment override the file, and stand for what it lacks", async () => {
  const config = await load({ database: "a.db" }, {
    ATLAS_DATABASE: "/b.db",
    ATLAS_SPREADSHEET_ID: "env",
    ATLAS_CREDENTIALS: "/k.json",
    ATLAS_SHEETS_ENDPOINT: "http://localhost:1/",
  });
  assert.equal(config.database, "/b.db");
  assert.equal(config.spreadsheetId, "env");
  assert.equal(config.credentials, "/k.json");
  assert.equal(config.sheetsEndpoint, "http://localhost:1/");
});

Deno.test("loadConfig takes an empty variable for none", async () => {
  assert.equal((await load(GOOD, { ATLAS_DATABASE: "" })).database, "/etc/atlas.db");
});

Deno.test("loadConfig names the variable that is wrong", async () => {
  const { message } = await refusal(load(GOOD, { ATLAS_SHEETS_ENDPOINT: "http://example.org" }));
  assert.match(message, /^Cannot use ATLAS_SHEETS_ENDPOINT="http:\/\/example\.org": it must be an/);
});

Deno.test("loadConfig refuses a link that leads to where it may not read, by its real path", async () => {
  const files = filesOf({ "/etc/mirror.json": JSON.stringify(GOOD) }, {
    "/etc/atlas.db": "/home/other/their.db",
  });
  const { message } = await refusal(
    loadConfig("/etc/mirror.json", { files, env: () => undefined }),
  );
  assert.match(message, /database "\/etc\/atlas\.db": it leads to "\/home\/other\/their\.db"/);
});

Deno.test("loadConfig names the place of a mistake in a contract of one's own", async () => {
  const contract = '{ "name": "mine",\n  "tabs": [{ "ttle": "A" }] }';
  const { message, hint } = await refusal(
    load({ ...GOOD, contract: "c.json" }, {}, { "/etc/c.json": contract }),
  );
  assert.match(
    message,
    /^Cannot use contract \/etc\/c\.json:2:14: unknown key "ttle"; did you mean "title"\?/,
  );
  assert.match(hint ?? "", /"tabs\[0\]\.title" is missing/);
});

Deno.test("readCredentials asks for a key unless the endpoint is this machine", async () => {
  const files = filesOf({});
  const far = await load(GOOD);
  assert.match((await refusal(readCredentials(far, files))).message, /has no "credentials"$/);
  const near = await load({ ...GOOD, sheetsEndpoint: "http://[::1]:99/" });
  assert.equal(await readCredentials(near, files), null);
});
