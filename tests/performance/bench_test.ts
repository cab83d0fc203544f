/** The benchmark itself, run once and small, so that it does not rot unseen. @module */

import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { runTask } from "../cli/program.ts";

Deno.test("the benchmark measures every topic, or says why it cannot", async () => {
  const { code, stdout, stderr } = await runTask(project.tasks.bench.command, ["--quick"]);
  assert.equal(code, 0, stdout + stderr);
  for (const topic of ["quiet", "changes", "core", "requests", "history", "sanitise"]) {
    // A line for the topic, then one for each figure, then how long it took.
    assert.match(stdout, new RegExp(`^${topic} …\\n.+\\n(?:.+\\n)*\\(\\d+ s\\)$`, "m"));
  }
  assert.match(stdout, /^startup skipped: /m);
});

Deno.test("the benchmark names its topics to whoever asks for another", async () => {
  for (
    const { args, says } of [
      { args: ["--only", "nothing"], says: /no topic "nothing"; there are quiet, changes, / },
      { args: ["--fast"], says: /no flag "--fast"; there are --only, / },
    ]
  ) {
    const { code, stderr } = await runTask(project.tasks.bench.command, args);
    assert.equal(code, 64);
    assert.match(stderr, says);
  }
});
