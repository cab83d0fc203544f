/** A real browser for tests and screenshots: Debian's Chromium, driven by playwright-core. @module */

import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** Where Debian's package `chromium` puts it. */
const CHROMIUM = "/usr/bin/chromium";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  // Scrollbars lie over the page, as on a phone.
  "--hide-scrollbars",
  // It shall speak to nobody but the test.
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Milliseconds that a busy machine may take for one step. */
const PATIENCE_MS = 60_000;

/** Why there is no browser; null: there is one. */
export function missingBrowser(): string | null {
  // An older node:http refuses the option `lookup`, with which playwright opens its connection.
  const [major = 0, minor = 0] = Deno.version.deno.split(".").map(Number);
  if (major < 2 || (major === 2 && minor < 9)) {
    return `Deno ${Deno.version.deno} cannot drive one; from 2.9 on it can`;
  }
  try {
    Deno.statSync(CHROMIUM);
    return null;
  } catch {
    return `${CHROMIUM} is missing (on Debian: apt-get install chromium)`;
  }
}

/**
 * A browser with nothing of anybody in it. It is started here and driven over its debugging port, for
 * playwright's own way of starting one looks into `/proc`, which would take every permission.
 */
export async function openBrowser(): Promise<AsyncDisposable & { readonly browser: Browser }> {
  const home = await Deno.makeTempDir();
  const chromiumProcess = new Deno.Command(CHROMIUM, {
    args: [...FLAGS, `--user-data-dir=${home}`, "--remote-debugging-port=0", "about:blank"],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { address, drained } = await readAddress(chromiumProcess.stderr);
  // While it loads, playwright looks into /proc for the Windows Subsystem for Linux, unless the tests
  // of the package that does so (is-wsl) are running.
  Deno.env.set("__IS_WSL_TEST__", "1");
  const { chromium } = await import("playwright-core");
  const browser = await chromium.connectOverCDP(address);
  return {
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      chromiumProcess.kill("SIGKILL");
      await Promise.all([chromiumProcess.status, drained]);
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** The address that Chromium names on standard error, and the end of what else it says there. */
async function readAddress(
  stderr: ReadableStream<Uint8Array>,
): Promise<{ readonly address: string; readonly drained: Promise<void> }> {
  const lines = stderr.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let said = "";
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`Chromium did not start: ${said}`);
    said += value;
    const [, address] = /DevTools listening on (ws:\S+)\s/.exec(said) ?? [];
    if (address !== undefined) return { address, drained: drain(lines) };
  }
}

async function drain(lines: AsyncIterator<string>): Promise<void> {
  while (!(await lines.next()).done);
}

/** A window of a person of their own. What goes wrong in it ends the test. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 760 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(url);
  return page;
}

const missing = missingBrowser();
if (missing !== null) console.log(`browser tests: skipped, for ${missing}`);

/** A test that needs a browser; it is skipped where there is none, and the reason is printed. */
export function browserTest(name: string, body: (browser: Browser) => Promise<void>): void {
  Deno.test({
    name,
    ignore: missing !== null,
    async fn() {
      await using opened = await openBrowser();
      await body(opened.browser);
    },
  });
}
