/** Takes the picture of the status page that the README shows. @module */

import { missingBrowser, openBrowser, openPage } from "../tests/browser/browser.ts";
import { dayAtWork } from "../tests/helpers/status_scene.ts";
import { serveStatus } from "../tests/helpers/status_site.ts";

const folder = Deno.args[0] ?? "docs/pictures";

/** The page as wide as a README shows it, from its head to its first charts. */
async function takeStatusPicture(path: string): Promise<void> {
  await using world = await dayAtWork();
  await using web = serveStatus(world);
  await using opened = await openBrowser();
  const page = await openPage(opened.browser, web.url, {
    viewport: { width: 1180, height: 1285 },
    colorScheme: "light",
  });
  await page.getByRole("status").filter({ hasText: "live" }).waitFor();
  await page.locator("figure.drawn canvas").nth(3).waitFor();
  await page.screenshot({ path });
}

const missing = missingBrowser();
if (missing !== null) console.log(`no pictures: ${missing}`);
else {
  await Deno.mkdir(folder, { recursive: true });
  await takeStatusPicture(`${folder}/status.png`);
}
