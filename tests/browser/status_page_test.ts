/** An operator in front of the status page, in a real browser. @module */

import assert from "node:assert/strict";
import axe from "axe-core/axe.min.js" with { type: "text" };
import type { Page } from "playwright-core";
import { z } from "zod";
import { dayAtWork, write } from "../helpers/status_scene.ts";
import { daemonCycle, serveStatus } from "../helpers/status_site.ts";
import { approval, World } from "../helpers/world.ts";
import { browserTest, openPage } from "./browser.ts";

const PAGES = ["/", "/audit", "/audit?row=apr-108", "/plan"];
const PHONE = { width: 390, height: 844 };

/** Until the script has taken over: the charts are drawn and the first answer has come. */
async function isLive(page: Page): Promise<void> {
  await page.getByRole("status").filter({ hasText: "live" }).waitFor();
}

/** What the page complained about, a broken policy included. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  return complaints;
}

const violationsSchema = z.array(z.object({
  id: z.string(),
  impact: z.string().nullable(),
  nodes: z.array(z.object({ html: z.string() })),
}));

/** What axe-core finds, minor things left out. */
async function axeFindings(page: Page): Promise<string[]> {
  // The page's policy forbids scripts from elsewhere; a debugger may evaluate what it likes.
  await page.evaluate(axe);
  const found = violationsSchema.parse(
    await page.evaluate("axe.run().then(({ violations }) => violations)"),
  );
  return found.filter(({ impact }) => impact !== "minor")
    .map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes[0]?.html}`);
}

browserTest("an operator reads the status page, and it follows the next cycle", async (browser) => {
  await using world = await dayAtWork();
  await using server = serveStatus(world);
  const page = await openPage(browser, server.url);
  const complaints = complaintsOf(page);
  await isLive(page);
  assert.equal(await page.title(), "Needs a look: status · atlas-mirror");
  const card = page.getByRole("article").filter({ hasText: "Pending_Approvals" });
  await card.getByText("8 decisions waiting").waitFor();
  await page.locator("figure.drawn canvas").nth(3).waitFor();
  assert.equal(await page.getByRole("img", { name: /^Duration of a cycle/ }).count(), 1);

  // What a reader has opened stays open while the page around it changes.
  const table = page.locator("#latency-table");
  await table.getByText("As a table").click();
  await write(world.editor, "Pending_Approvals", {
    id: "apr-100",
    header: "Status",
    text: "approved",
  });
  world.clock.advance(60_000);
  await daemonCycle(world);
  await card.getByText("7 decisions waiting").waitFor();
  await page.locator("#cycles").getByText("1 imported").first().waitFor();
  await page.locator("figure.drawn canvas").nth(3).waitFor();
  await page.locator("#latency-table[open]").waitFor();
  assert.deepEqual(complaints, []);
});

browserTest("an operator finds what happened to a row", async (browser) => {
  await using world = await dayAtWork();
  await using server = serveStatus(world);
  const page = await openPage(browser, server.url);
  await page.locator("#refusals").getByRole("link", { name: "apr-108" }).click();
  await page.getByText("already decided").first().waitFor();
  await page.getByRole("searchbox", { name: "Row ID" }).fill("err-1");
  await page.keyboard.press("Enter");
  await page.getByText("IDs that begin like it").waitFor();
  await page.getByRole("link", { name: "err-102" }).click();
  await page.getByText("false → true").waitFor();
  await page.getByRole("link", { name: "Plan" }).click();
  await page.getByRole("heading", { name: "No changes" }).waitFor();
});

browserTest("the pages fit a phone, light and dark, without axe's objections", async (browser) => {
  await using world = await dayAtWork();
  await using server = serveStatus(world);
  for (const colorScheme of ["light", "dark"] as const) {
    for (const viewport of [PHONE, { width: 1280, height: 900 }]) {
      const page = await openPage(browser, server.url, { viewport, colorScheme });
      for (const path of PAGES) {
        await page.goto(server.url + path);
        if (path === "/") await isLive(page);
        const where = `${path}, ${colorScheme}, ${viewport.width} px`;
        const width = await page.evaluate("document.documentElement.scrollWidth");
        assert.equal(width, viewport.width, where);
        assert.deepEqual(await axeFindings(page), [], where);
      }
      const ground = await page.evaluate(
        "getComputedStyle(document.documentElement).backgroundColor",
      );
      assert.equal(ground, colorScheme === "dark" ? "rgb(14, 17, 22)" : "rgb(246, 247, 249)");
      await page.context().close();
    }
  }
});

browserTest(
  "the keyboard reaches everything, and keeps its place when the page changes",
  async (browser) => {
    await using world = await World.start();
    for (let index = 1; index <= 4; index++) world.insert("approvals", approval(`apr-${index}`));
    await daemonCycle(world);
    await using server = serveStatus(world);
    const page = await openPage(browser, server.url);
    await isLive(page);
    const focused = () => page.evaluate("document.activeElement.textContent");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "apr-1");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "apr-2");
    world.insert("approvals", approval("apr-0", { requested_at: "2026-01-15T08:00:00Z" }));
    world.clock.advance(2_000);
    await page.getByText("5 decisions waiting").waitFor();
    assert.equal(await focused(), "apr-2");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "History of apr-2" }).waitFor();
  },
);

browserTest("without scripts the status page shows its figures as tables", async (browser) => {
  await using world = await World.start();
  await daemonCycle(world);
  await using server = serveStatus(world);
  const page = await openPage(browser, server.url, { javaScriptEnabled: false });
  const table = page.getByRole("figure", { name: "Duration of a cycle" }).getByRole("table");
  await table.getByRole("columnheader", { name: "half within" }).waitFor();
  assert.equal(await table.getByRole("row").count(), 25);
  await page.getByRole("link", { name: "7 days" }).click();
  await page.waitForURL(/span=week/);
  assert.equal(await table.getByRole("row").count(), 29);
});

browserTest("the page says so when the daemon does not answer any more", async (browser) => {
  await using world = await World.start();
  const server = serveStatus(world);
  const page = await openPage(browser, server.url);
  await isLive(page);
  await server[Symbol.asyncDispose]();
  await page.getByRole("status").filter({ hasText: "no answer; trying again" }).waitFor();
});
