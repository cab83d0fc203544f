import assert from "node:assert/strict";
import { join } from "node:path";
import { configureLogging, getLog } from "../../../src/base/log.ts";
import { openLogFiles } from "../../../src/base/log_files.ts";

interface Site {
  readonly dir: string;
  readonly printed: string[];
  readonly complaints: string[];
}

/** Runs `work` with log files in a folder of its own; stderr does not take what `import` says. */
async function withLogs(
  work: (site: Site) => void,
  { dir, json = true }: { readonly dir?: string; readonly json?: boolean } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "atlas-mirror-" });
  const site: Site = { dir: dir ?? join(folder, "logs"), printed: [], complaints: [] };
  try {
    using files = openLogFiles({
      dir: site.dir,
      level: "info",
      json,
      complain: (sentence) => site.complaints.push(sentence),
    });
    await configureLogging({
      level: "warning",
      json: false,
      write: (line) => site.printed.push(line),
      accepts: (name) => name !== "import",
      files: files.targets,
    });
    work(site);
  } finally {
    await configureLogging({ level: "fatal", json: false, write: () => {} });
    await Deno.remove(folder, { recursive: true });
  }
}

function linesOf(dir: string, file: string): string[] {
  return Deno.readTextFileSync(join(dir, file)).split("\n").filter((line) => line !== "");
}

Deno.test("openLogFiles() gives every record to mirror.log and those of one logger to its file", () =>
  withLogs(({ dir, printed, complaints }) => {
    getLog("cycle").info("a cycle ended");
    getLog("import").warn("a cell was refused");
    getLog("export").error("a row stays back");
    getLog("cycle").debug("too quiet");
    assert.equal(linesOf(dir, "mirror.log").length, 3);
    assert.deepEqual(linesOf(dir, "import.log").map((line) => JSON.parse(line).message), [
      "a cell was refused",
    ]);
    assert.deepEqual(linesOf(dir, "export.log").map((line) => JSON.parse(line).level), ["ERROR"]);
    assert.equal(printed.length, 1, printed.join("\n"));
    assert.deepEqual(complaints, []);
  }));

Deno.test("openLogFiles() writes text where JSON is not wanted, and redacts in both", () =>
  withLogs(({ dir }) => {
    getLog("export").error("failed with Authorization: Bearer hunter2hunter2");
    getLog("export").error("failed", { apiKey: "hunter2hunter2" });
    const text = Deno.readTextFileSync(join(dir, "export.log"));
    assert.match(text, /\[ERR\] atlas-mirror·export: failed/);
    assert(!text.includes("hunter2"), text);
  }, { json: false }));

Deno.test("openLogFiles() sets a file aside before it grows too large", () =>
  withLogs(({ dir }) => {
    const long = "x".repeat(100_000);
    for (let line = 0; line < 60; line++) getLog("cycle").info(long);
    assert(Deno.statSync(join(dir, "mirror.log")).size < 5_000_000);
    assert(Deno.statSync(join(dir, "mirror.log.1")).size > 4_000_000);
  }));

Deno.test("openLogFiles() complains once of a folder that cannot be made, and logging goes on", () =>
  withLogs(({ printed, complaints }) => {
    getLog("cycle").error("still told");
    assert.equal(printed.length, 1);
    assert.equal(complaints.length, 1);
    assert.match(complaints[0] ?? "", /^Cannot write the log files in "\/dev\/null\/logs": /);
  }, { dir: "/dev/null/logs" }));

Deno.test("openLogFiles() complains once of a file that cannot be written, and logging goes on", async () => {
  const folder = await Deno.makeTempDir({ prefix: "atlas-mirror-" });
  // Full, and what stands in the way cannot be moved out of it.
  Deno.writeTextFileSync(join(folder, "mirror.log"), "x".repeat(4_999_999));
  for (const number of [1, 2, 3, 4, 5]) {
    Deno.mkdirSync(join(folder, `mirror.log.${number}`, "inside"), { recursive: true });
  }
  await withLogs(({ dir, printed, complaints }) => {
    getLog("export").error("one");
    getLog("export").error("two");
    assert.equal(printed.length, 2);
    assert.equal(linesOf(dir, "export.log").length, 2);
    assert.equal(complaints.length, 1, complaints.join("\n"));
    assert.match(
      complaints[0] ?? "",
      /^Cannot write the log file ".*mirror\.log": .*; the work goes on$/,
    );
  }, { dir: folder });
  await Deno.remove(folder, { recursive: true });
});
