/**
 * The key of the service account is in no output, log or table, whatever goes wrong with it: every run
 * is as talkative as it can be, and every byte it leaves behind is searched.
 *
 * @module
 */

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { program, testFolder } from "../cli/program.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const TOKEN = ["ya29", "A0_not-a-real-token_0123456789"].join(".");

/** The lines of the key, and the whole of it as it stands in the file. */
const KEY_TEXTS = [
  ...pem.split("\n").filter((line) => line.length > 20 && !line.startsWith("-----")),
  JSON.stringify(pem).slice(40, 120),
];

const keyFile = {
  type: "service_account",
  project_id: "atlas",
  private_key_id: "0123456789abcdef0123456789abcdef01234567",
  private_key: pem,
  client_email: "mirror@atlas.iam.gserviceaccount.com",
  token_uri: "",
};

/** A Google that says everything it hears, as a proxy in trouble may. */
function serveEchoes(mode: "refuses" | "takes") {
  const heard: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.text();
    const assertion = new URLSearchParams(body).get("assertion");
    if (assertion !== null) heard.push(assertion);
    const headers = JSON.stringify(Object.fromEntries(request.headers));
    if (new URL(request.url).pathname === "/token") {
      return mode === "takes"
        ? Response.json({ access_token: TOKEN, expires_in: 3_600 })
        : Response.json({
          error: "invalid_grant",
          error_description: `No such account: ${body} ${headers}`,
        }, { status: 400 });
    }
    const message = `Cannot do that: ${request.url}?key=${TOKEN} ${headers} ${body}`;
    return Response.json({ error: { code: 400, message, status: "INVALID_ARGUMENT" } }, {
      status: 400,
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    heard,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A key file that something is wrong with; the argument is one with which nothing is. */
const FILES: Readonly<Record<string, (good: string) => string>> = {
  "right": (good) => good,
  "cut off": (good) => good.slice(0, -200),
  "cut off within the key": (good) => good.slice(0, 900),
  "with a key that is cut off": (good) =>
    JSON.stringify({ ...JSON.parse(good), private_key: pem.slice(0, 700) }),
  "with a key on one line": (good) =>
    JSON.stringify({ ...JSON.parse(good), private_key: pem.replaceAll("\n", " ") }),
  "with the key as its type": (good) => JSON.stringify({ ...JSON.parse(good), type: pem }),
  "with the key as its address": (good) =>
    JSON.stringify({ ...JSON.parse(good), client_email: pem, token_uri: pem }),
  "with the key in a list": (good) => JSON.stringify({ ...JSON.parse(good), private_key: [pem] }),
  "with doubled braces": (good) => `{${good}}`,
  "the key alone": () => pem,
};

/** Every byte below a folder, but for the file itself. */
async function everythingIn(folder: string): Promise<string> {
  let text = "";
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) text += await everythingIn(path);
    else if (name !== "key.json") {
      text += new TextDecoder("latin1").decode(await Deno.readFile(path));
    }
  }
  return text;
}

for (const mode of ["refuses", "takes"] as const) {
  Deno.test(`the key is nowhere to be seen when Google ${mode} it and anything is wrong`, async (t) => {
    await using echoes = serveEchoes(mode);
    const good = JSON.stringify({ ...keyFile, token_uri: `${echoes.url}token` });
    for (const [name, spoil] of Object.entries(FILES)) {
      // What is wrong with the file itself does not depend on Google.
      if (mode === "takes" && name !== "right") continue;
      await t.step(name, async () => {
        await using folder = await testFolder();
        const config = join(folder.path, "mirror.json");
        await Deno.writeTextFile(join(folder.path, "key.json"), spoil(good));
        await Deno.writeTextFile(
          config,
          JSON.stringify({
            database: "atlas.db",
            spreadsheetId: "embedded",
            credentials: "key.json",
            sheetsEndpoint: echoes.url,
            logDir: "logs",
          }),
        );
        let said = "";
        const commands = name === "right"
          ? [["--init"], ["--once"], ["--setup"], ["--check-health"], ["--install-check"]]
          : [["--init"], ["--once"]];
        for (const args of commands) {
          const told = await program([...args, "--log-level", "debug", "--config", config]);
          said += told.stdout + told.stderr;
        }
        const all = said + await everythingIn(folder.path);
        assert.match(said, /annot/, "something went wrong");
        for (const secret of [...KEY_TEXTS, TOKEN, ...echoes.heard]) {
          assert.ok(!all.includes(secret), `${secret.slice(0, 20)}… is in:\n${said}`);
        }
      });
    }
  });
}

Deno.test("a configuration that holds a key in the place of a path does not show it", async () => {
  await using folder = await testFolder();
  const config = join(folder.path, "mirror.json");
  const keys = ["credentials", "database", "contract", "spreadsheetId", "sheetsEndpoint", "listen"];
  const usual = { database: "atlas.db", spreadsheetId: "embedded" };
  const texts = [pem, pem.replaceAll("\n", ""), JSON.stringify(keyFile)];
  const check = async (env: Readonly<Record<string, string>>) => {
    const told = await program(["--once", "--config", config], env);
    assert.equal(told.code, 78, told.stderr);
    for (const line of KEY_TEXTS) assert.ok(!told.stderr.includes(line), told.stderr);
  };
  for (const key of keys) {
    // Each shape in turn, so that not every pair has to be tried.
    const text = texts[keys.indexOf(key) % texts.length];
    await Deno.writeTextFile(config, JSON.stringify({ ...usual, [key]: text }));
    await check({});
  }
  await Deno.writeTextFile(config, JSON.stringify(usual));
  for (const text of texts) await check({ ATLAS_CREDENTIALS: text });
});
