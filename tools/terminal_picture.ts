/** Takes the pictures of a plan and of a health check, as they look on a terminal. @module */

import { must } from "../src/base/assert.ts";
import { coloured } from "../src/cli/paint.ts";
import { renderPlan } from "../src/cli/render_plan.ts";
import { healthChecks } from "../src/service/health_checks.ts";
import { gatherHealth } from "../src/service/health_facts.ts";
import { pluginOutput } from "../src/service/plugin_output.ts";
import { missingBrowser, openBrowser, openPage } from "../tests/browser/browser.ts";
import { dayAtWork } from "../tests/helpers/status_scene.ts";
import { approval, error, run, World } from "../tests/helpers/world.ts";

const folder = Deno.args[0] ?? "docs/pictures";

/** The colours that `src/cli/paint.ts` asks a terminal for, by their numbers (ECMA-48). */
const STYLES: Readonly<Record<string, string>> = {
  "1": "font-weight:bold",
  "2": "opacity:.6",
  "31": "color:#ff7b72",
  "32": "color:#7ee787",
  "33": "color:#e3b341",
  "36": "color:#79c0ff",
};

/** A terminal's output as a page. */
function pageOf(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  // deno-lint-ignore no-control-regex -- these are the commands of a terminal
  const spans = escaped.replaceAll(/\x1b\[(\d+)m/g, (_all, code: string) => {
    const style = STYLES[code];
    return style === undefined ? "</span>" : `<span style="${style}">`;
  });
  return `<!doctype html><meta charset="utf-8"><body style="margin:0;background:#0d1117">` +
    `<pre style="display:inline-block;margin:0;padding:24px;color:#e6edf3;` +
    `font:14px/1.5 'DejaVu Sans Mono',monospace">${spans}</pre>`;
}

async function plan(): Promise<string> {
  await using world = await World.start();
  for (const id of ["approval-123", "approval-124", "approval-125", "approval-126"]) {
    world.insert("approvals", approval(id, { item: "Add OAuth integration" }));
  }
  world.insert("runs", run("run-456", { status: "running", completed_at: null }));
  world.insert("errors", error("err-789"));
  await world.cycle();
  const type = async (id: string, column: string, text: string) => {
    const row = must(await world.owner.findRow("Pending_Approvals", id), id);
    await world.owner.type("Pending_Approvals", `${column}${row}`, text);
  };
  await type("approval-123", "E", "approved");
  await type("approval-123", "G", "Looks good, ship it on Monday");
  await type("approval-124", "E", "aproved");
  await type("approval-125", "D", "Something else");
  await world.owner.deleteRow("Pending_Approvals", 5);
  world.change("runs", "run-456", { status: "success", completed_at: "2026-01-15T09:05:00Z" });
  world.insert("approvals", approval("approval-127", { requested_at: "2026-01-15T11:00:00Z" }));
  const { tabs } = await world.cycle({ apply: false });
  const text = renderPlan(tabs, { paint: coloured, width: 100, mask: (part) => part });
  return `$ atlas-mirror --plan\n\n${text}`;
}

async function health(): Promise<string> {
  await using world = await dayAtWork();
  const facts = gatherHealth(world.db, world.contract, world.clock.now());
  const checks = healthChecks({ facts, mode: "daemon", probe: null });
  const [first = "", ...rest] = pluginOutput(checks).split("\n");
  // One line for the monitoring system, however long; a terminal breaks it.
  return ["$ atlas-mirror --check-health --offline", "", ...first.match(/.{1,100}/g) ?? [], ...rest]
    .join("\n");
}

const missing = missingBrowser();
if (missing !== null) console.log(`no pictures: ${missing}`);
else {
  await Deno.mkdir(folder, { recursive: true });
  await using opened = await openBrowser();
  for (const [name, text] of [["plan", await plan()], ["health", await health()]] as const) {
    const page = await openPage(opened.browser, "about:blank");
    await page.setContent(pageOf(text));
    await page.locator("pre").screenshot({ path: `${folder}/${name}.png` });
  }
}
