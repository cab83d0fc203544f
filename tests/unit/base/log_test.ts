import assert from "node:assert/strict";
import { configureLogging, getLog } from "../../../src/base/log.ts";

/** What the program would have written, a line an element. */
async function lines(json: boolean, say: (log: ReturnType<typeof getLog>) => void) {
  const written: string[] = [];
  await configureLogging({ level: "info", json, write: (line) => written.push(line) });
  say(getLog("test"));
  return written;
}

Deno.test("configureLogging() writes one line a record, from the given level on", async () => {
  const written = await lines(false, (log) => {
    log.debug("too quiet");
    log.info("Exported {rows} rows", { rows: 3 });
    log.error("two\nlines");
  });
  assert.equal(written.length, 2);
  assert.match(
    written[0] ?? "",
    /^\d{4}-\d\d-\d\dT[\d:.]+Z \[INF\] atlas-mirror·test: Exported 3 rows$/,
  );
  assert.ok(!written.join("").includes("\n"));
});

Deno.test("configureLogging() writes JSON lines", async () => {
  const [line = ""] = await lines(
    true,
    (log) => log.warn("Tab {tab} stands still", { tab: "Runs" }),
  );
  const record = JSON.parse(line);
  assert.equal(record.level, "WARN");
  assert.equal(record.logger, "atlas-mirror·test");
  assert.equal(record.properties.tab, "Runs");
});

const BEARER = ["ya", "29.", "a0AfH6SMBx".repeat(3)].join("");
const KEY = [
  ["-----BEGIN ", "PRIVATE KEY", "-----"].join(""),
  "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
  ["-----END ", "PRIVATE KEY", "-----"].join(""),
].join("\n");

Deno.test("configureLogging() lets no secret out, in text or in JSON", async (t) => {
  for (const json of [false, true]) {
    await t.step(json ? "JSON" : "text", async () => {
      const written = await lines(json, (log) => {
        log.info(`Authorization: Bearer ${BEARER}`);
        log.info("sent {headers}", { headers: { authorization: "Zm9vYmFy-hunter2" } });
        log.info("key {key}", { key: KEY });
        log.info("in JSON {text}", { text: JSON.stringify({ private_key: KEY }) });
        log.info("signed in with {clientSecret}", { clientSecret: "hunter2" });
        log.info("form client_secret=hunter2&grant_type=x");
        log.info("answer {answer}", { answer: '{"access_token":"hunter2","expires_in":3599}' });
        log.info("posted to https://hooks.slack.com/services/" + "T0/B0/hunter2");
        log.error("failed: {error}", { error: new Error(`Bearer ${BEARER}`) });
        log.info("cut off {text}", { text: JSON.stringify({ key: KEY.slice(0, 50) }) });
      });
      const all = written.join("\n");
      assert.equal(written.length, 10);
      if (json) written.forEach((line) => JSON.parse(line));
      for (const secret of [BEARER, "hunter2", "MIIEvQIBADAN"]) {
        assert.ok(!all.includes(secret), all);
      }
      assert.ok(all.includes("expires_in") && all.includes("grant_type=x"), all);
    });
  }
});
