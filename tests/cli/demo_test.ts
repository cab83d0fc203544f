/** The demo, run as `deno task demo` runs it. @module */

import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { runTask } from "./program.ts";

Deno.test("atlas-mirror --demo --once tells a story in which everything comes true", async () => {
  const told = await runTask(project.tasks.demo.command, ["--once"]);
  assert.equal(told.code, 0, told.stdout + told.stderr);
  assert.equal(told.stderr, "");
  assert.match(told.stdout, /^All \d+ hold\.$/m);
  assert.doesNotMatch(told.stdout, /✗/);
});
