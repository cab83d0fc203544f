/** Takes the pictures of the spreadsheet in the browser that the README shows. @module */

import type { Browser, Page } from "playwright-core";
import { must } from "../src/base/assert.ts";
import { seedWorld } from "../src/embedded/world.ts";
import { missingBrowser, openBrowser, openPage } from "../tests/browser/browser.ts";
import { World } from "../tests/helpers/world.ts";

const folder = Deno.args[0] ?? "docs/pictures";

/** As wide as a README shows it, at twice the resolution. */
const WINDOW = { viewport: { width: 1280, height: 720 }, deviceScaleFactor: 2 };

/** The tab as this identity sees it, with its cells. */
async function openTab(
  browser: Browser,
  world: World,
  [title, identity]: readonly [string, string],
  colorScheme: "light" | "dark",
): Promise<Page> {
  const { sheetId } = must(world.sheet.book.sheetByTitle(title), title);
  const url = `${world.sheet.url}?as=${identity}&gid=${sheetId}`;
  const page = await openPage(browser, url, { ...WINDOW, colorScheme });
  await page.locator(".tabulator-row").nth(5).waitFor();
  return page;
}

/** An editor at the approvals, who has just tried to change what is not theirs. */
async function takeRefusal(browser: Browser, world: World): Promise<void> {
  const page = await openTab(browser, world, ["Pending_Approvals", "editor"], "light");
  const cell = page.locator(".tabulator-row").nth(4).locator('[tabulator-field="c3"]');
  await cell.click();
  await page.keyboard.type("Something else");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await page.screenshot({ path: `${folder}/grid.png` });
}

/** The owner at the errors, in the dark. */
async function takeErrors(browser: Browser, world: World): Promise<void> {
  const page = await openTab(browser, world, ["Errors_Hotlist", "owner"], "dark");
  await page.getByText("Resolved", { exact: true }).hover();
  await page.getByRole("tooltip").waitFor();
  await page.screenshot({ path: `${folder}/grid-dark.png` });
}

const missing = missingBrowser();
if (missing !== null) console.log(`no pictures: ${missing}`);
else {
  await Deno.mkdir(folder, { recursive: true });
  await using world = await World.start({ title: "Atlas" });
  seedWorld(world.db, {
    seed: 7,
    now: world.clock.now(),
    runs: 60,
    approvals: 60,
    errors: 30,
    days: 20,
  });
  // Rows that are there to be hard to show need fonts that a machine may not have.
  for (const table of ["approvals", "runs", "errors"]) {
    world.db.run(`DELETE FROM ${table} WHERE id GLOB '*-x[0-9]*' OR id NOT GLOB '[ear]*-[0-9]*'`);
  }
  await world.cycle();
  await using opened = await openBrowser();
  await takeRefusal(opened.browser, world);
  await takeErrors(opened.browser, world);
}
