/** What the compiled program may touch, and that it touches nothing else whatever it is told. @module */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { ENVIRONMENT } from "../../src/cli/settings.ts";
import { startEmbedded } from "../../src/embedded/server.ts";
import { runExecutable, testFolder } from "../cli/program.ts";
import { binaryTest } from "./with_binary.ts";

const names = z.array(z.string()).nullable();
const permissionsSchema = z.looseObject({
  allow_env: names,
  allow_ffi: names,
  allow_net: names,
  allow_read: names,
  allow_run: names,
  allow_sys: names,
  allow_write: names,
  deny_import: names,
  prompt: z.boolean(),
});

/** The permissions as `deno compile` baked them in: a JSON object among the binary's data. */
async function bakedPermissions(binary: string) {
  const bytes = Buffer.from(await Deno.readFile(binary));
  const start = bytes.lastIndexOf('"permissions":{"allow_') + '"permissions":'.length;
  // Flat, but for lists: it ends at the first closing brace.
  const end = bytes.indexOf("}", start) + 1;
  return permissionsSchema.parse(JSON.parse(bytes.toString("utf8", start, end)));
}

binaryTest("the binary's permissions are the ones it is documented to have", async (binary) => {
  const baked = await bakedPermissions(binary);
  const root = Deno.env.get("ATLAS_TEST_ROOT") ?? "";
  assert.deepEqual(baked.allow_read, [root]);
  assert.deepEqual(baked.allow_write, [root]);
  // null: nothing of the kind; an empty list would be everything.
  assert.equal(baked.allow_run, null);
  assert.equal(baked.allow_ffi, null);
  assert.equal(baked.allow_sys, null);
  assert.deepEqual(baked.deny_import, []);
  assert.equal(baked.prompt, false);
  assert.deepEqual(baked.allow_env, ENVIRONMENT.map(({ name }) => name));
  assert.ok(baked.allow_net !== null && baked.allow_net.length > 0);
  for (const host of baked.allow_net) {
    assert.match(
      host,
      /^(?:(?:sheets|oauth2|chat)\.googleapis\.com|127\.0\.0\.1|localhost|\[::1\]|(?:hooks|\*)\.slack\.com|discord\.com|\*\.webhook\.office\.com)$/,
    );
  }
});

binaryTest(
  "whatever path it is given, the binary writes nothing outside of its root",
  async (binary, folder) => {
    await using outside = await testFolder();
    await using sheets = await startEmbedded({
      storage: ":memory:",
      clock: systemClock,
      random: systemRandom,
    });
    const config = async (more: Record<string, unknown>) => {
      const path = join(folder, "mirror.json");
      const usual = { database: "atlas.db", spreadsheetId: "embedded", sheetsEndpoint: sheets.url };
      await Deno.writeTextFile(path, JSON.stringify({ ...usual, ...more }));
      return path;
    };
    const inside = await config({});
    assert.equal((await runExecutable(binary, ["--init", "--config", inside])).code, 0);
    const link = join(folder, "way-out");
    await Deno.symlink(outside.path, link);
    const away = (
      name: string,
    ) => [join(outside.path, name), join(folder, "..", "..", name), join(link, name)];
    const attempts: (readonly [args: readonly string[], config: Record<string, unknown>])[] = [
      ...away("report.html").map((path) => [["--report", "--html", path], {}] as const),
      ...away("audit.jsonl").map((path) => [["--audit-archive", path], {}] as const),
      ...away("atlas.db").map((path) => [["--init"], { database: path }] as const),
      ...away("logs").map((path) => [["--once"], { logDir: path }] as const),
    ];
    for (const [args, more] of attempts) {
      const told = await runExecutable(binary, [...args, "--config", await config(more)]);
      assert.doesNotMatch(told.stderr, /defect|Uncaught/, args.join(" "));
      assert.deepEqual(
        [...Deno.readDirSync(outside.path)],
        [],
        `${args.join(" ")}\n${told.stderr}`,
      );
    }
  },
);

binaryTest(
  "whatever path it is given, the binary shows nothing of a file outside of its root",
  async (binary, folder) => {
    await using outside = await testFolder();
    const secret = "what stands outside";
    const target = join(outside.path, "secret.json");
    await Deno.writeTextFile(target, secret);
    await Deno.symlink(target, join(folder, "link.json"));
    const path = join(folder, "mirror.json");
    const usual = { database: "atlas.db", spreadsheetId: "embedded" };
    for (
      const name of [
        target,
        "link.json",
        "../../../../../../../../etc/passwd",
        "/proc/self/environ",
      ]
    ) {
      for (const more of [{ credentials: name }, { contract: name }, { database: name }]) {
        await Deno.writeTextFile(path, JSON.stringify({ ...usual, ...more }));
        const told = await runExecutable(binary, ["--once", "--config", path]);
        assert.equal(told.code, 78, `${name}: ${told.stderr}`);
        assert.doesNotMatch(told.stderr + told.stdout, /stands outside|root:|defect/, told.stderr);
      }
      const told = await runExecutable(binary, ["--once", "--config", join(folder, name)]);
      assert.equal(told.code, 78, told.stderr);
      assert.doesNotMatch(told.stderr + told.stdout, /stands outside|root:|defect/);
    }
  },
);

binaryTest(
  "the binary sees nothing of the environment but its own names",
  async (binary, folder) => {
    const path = join(folder, "mirror.json");
    await Deno.writeTextFile(path, JSON.stringify({ database: "a.db", spreadsheetId: "embedded" }));
    // Each would change what a runtime with open doors does: a proxy, a preload, a debugger, a cache.
    const env = {
      HTTPS_PROXY: "http://127.0.0.1:1",
      NODE_OPTIONS: "--require /tmp/x.js",
      DENO_DIR: "/nonexistent",
      DENO_PERMISSION_BROKER_PATH: "",
      LD_LIBRARY_PATH: "/nonexistent",
    };
    const told = await runExecutable(binary, ["--init", "--config", path], env);
    assert.equal(told.code, 0, told.stderr);
  },
);
