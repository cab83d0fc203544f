import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { must } from "../../../src/base/assert.ts";
import { isoTime } from "../../../src/base/clock.ts";
import { AtlasError } from "../../../src/base/errors.ts";
import type { FileLook, Host } from "../../../src/base/host.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { type Installation, installChecks } from "../../../src/service/install_checks.ts";
import type { Check } from "../../../src/service/plugin_output.ts";
import { openDatabase } from "../../../src/store/database.ts";
import { initialise } from "../../../src/store/migrations.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const NOW = Date.parse("2026-01-15T14:30:00Z");
const there = (mode: number): FileLook => ({ kind: "there", isFolder: false, mode });

/** What differs from a host on which all is well. */
interface Trouble {
  readonly files?: Readonly<Record<string, FileLook>>;
  readonly installation?: Partial<Installation>;
  readonly unwritable?: string;
  readonly serverTime?: number | null;
  readonly fails?: Error;
}

async function check(name: string, trouble: Trouble = {}): Promise<Check> {
  const folder = await Deno.makeTempDir({ prefix: "atlas-mirror-" });
  try {
    const database = join(folder, "atlas.db");
    {
      using db = openDatabase(database, { mode: "write", create: true });
      initialise(db, atlas, { migrate: false, random: seededRandom(1), now: isoTime(NOW) });
    }
    const files: Record<string, FileLook> = {
      "/opt/atlas/atlas-mirror": there(0o755),
      "/opt/atlas/mirror.json": there(0o640),
      "/opt/atlas/key.json": there(0o600),
      "/opt/atlas/logs": { kind: "there", isFolder: true, mode: 0o755 },
      [database]: there(0o644),
      ...trouble.files,
    };
    const host: Host = {
      look: (path) => files[path] ?? { kind: "missing" },
      whyNotWritable: (path) => path === trouble.unwritable ? "it is not yours" : null,
      program: () => "/opt/atlas/atlas-mirror",
    };
    const { serverTime = NOW } = trouble;
    const checks = await installChecks({
      configPath: "/opt/atlas/mirror.json",
      database,
      contract: atlas,
      logDir: "/opt/atlas/logs",
      endpoint: "https://sheets.googleapis.com/",
      keyPath: "/opt/atlas/key.json",
      readKey: () =>
        Promise.resolve({
          email: "mirror@example.com",
          privateKey,
          keyId: null,
          tokenUri: "https://oauth2.googleapis.com/token",
        }),
      ...trouble.installation,
    }, {
      host,
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      fetch: () => {
        if (trouble.fails !== undefined) return Promise.reject(trouble.fails);
        const headers = serverTime === null ? {} : { date: new Date(serverTime).toUTCString() };
        return Promise.resolve(new Response(null, { headers }));
      },
    });
    if (Object.keys(trouble).length === 0) {
      assert.deepEqual(checks.filter(({ status }) => status !== "OK"), []);
    }
    return must(checks.find((one) => one.name === name), name);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("installChecks() find nothing missing on a good host, and name the account to share with", async () => {
  assert.match((await check("key")).message, /share the spreadsheet with mirror@example\.com/);
});

const TABLE: readonly (readonly [
  what: string,
  name: string,
  status: Check["status"],
  message: RegExp,
  trouble: Trouble,
])[] = [
  ["a key that anybody may read", "key", "CRITICAL", /anybody may read .*chmod 600/, {
    files: { "/opt/atlas/key.json": there(0o644) },
  }],
  ["a key that a group may change", "key", "WARNING", /a group may change/, {
    files: { "/opt/atlas/key.json": there(0o660) },
  }],
  ["a key that is not there", "key", "CRITICAL", /key\.json is missing/, {
    files: { "/opt/atlas/key.json": { kind: "missing" } },
  }],
  ["a key that is none", "key", "CRITICAL", /Cannot use it; Make another/, {
    installation: {
      readKey: () =>
        Promise.reject(new AtlasError("configuration", "Cannot use it", { hint: "Make another" })),
    },
  }],
  ["no key at all", "key", "CRITICAL", /add "credentials"/, { installation: { keyPath: null } }],
  ["a program that anybody may replace", "program", "CRITICAL", /anybody may change.*chmod o-w/, {
    files: { "/opt/atlas/atlas-mirror": there(0o777) },
  }],
  ["a database that is not there", "database", "CRITICAL", /no such file; .*--init/, {
    installation: { database: "/nowhere/atlas.db" },
  }],
  ["a log folder that cannot be written", "logs", "CRITICAL", /it is not yours; chown/, {
    unwritable: "/opt/atlas/logs",
  }],
  ["a log folder that cannot be made", "logs", "CRITICAL", /written in \/opt\/atlas: /, {
    files: { "/opt/atlas/logs": { kind: "missing" } },
    unwritable: "/opt/atlas",
  }],
  ["a log folder that is a file", "logs", "CRITICAL", /is no folder/, {
    files: { "/opt/atlas/logs": there(0o644) },
  }],
  ["a clock that is a minute off", "clock", "WARNING", /6[01] s off/, { serverTime: NOW - 61_000 }],
  ["a clock that is an hour off", "clock", "CRITICAL", /signing in fails/, {
    serverTime: NOW + 3_600_000,
  }],
  ["a server without a clock", "clock", "UNKNOWN", /does not tell/, { serverTime: null }],
  ["a server that cannot be reached", "clock", "CRITICAL", /sheets\.googleapis\.com: .*network/, {
    fails: new TypeError("error sending request"),
  }],
];

for (const [what, name, status, message, trouble] of TABLE) {
  Deno.test(`installChecks() find ${what}`, async () => {
    const found = await check(name, trouble);
    assert.equal(found.status, status, found.message);
    assert.match(found.message, message);
  });
}
