/** What Prometheus makes of /metrics after a busy day. @module */

import assert from "node:assert/strict";
import { metricsPage } from "../../src/web/metrics_page.ts";
import { parseMetrics } from "../helpers/prometheus.ts";
import { dayAtWork } from "../helpers/status_scene.ts";

/** What promtool says of the text, and whether it is content; null: there is no promtool. */
async function promtool(
  text: string,
): Promise<{ readonly ok: boolean; readonly said: string } | null> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("promtool", {
      args: ["check", "metrics"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const [, { success, stdout, stderr }] = await Promise.all([
    new Blob([text]).stream().pipeTo(child.stdin),
    child.output(),
  ]);
  const decoder = new TextDecoder();
  return { ok: success, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("/metrics of a busy day is what Prometheus reads, without a complaint of its linter", async () => {
  await using world = await dayAtWork();
  const page = await metricsPage(world.db, world.contract, world.clock.now());
  const samples = parseMetrics(page);
  assert(samples.size > 30, `only ${samples.size} samples`);
  const checked = await promtool(page);
  if (checked === null) {
    console.log("promtool: skipped, for it is not installed; the page was read by our own grammar");
    return;
  }
  assert(checked.ok, checked.said);
  assert.equal(checked.said, "");
  const broken = await promtool(page.replace(/^# TYPE (\S+) counter$/m, "# TYPE $1 counting"));
  assert.equal(broken?.ok, false, "promtool takes anything");
});
