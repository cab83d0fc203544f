/** People at the embedded spreadsheet in a real browser, and the mirror on its other side. @module */

import assert from "node:assert/strict";
import axe from "axe-core/axe.min.js" with { type: "text" };
import type { Page } from "playwright-core";
import { must } from "../../src/base/assert.ts";
import { approval, error, run, World } from "../helpers/world.ts";
import { browserTest, openPage } from "./browser.ts";

const APPROVALS = "Pending_Approvals";

/** Google's words for an edit of a protected cell. */
const PROTECTED = /^You are trying to edit a protected cell or object\./;

/** A world with approvals of these names, already in the sheet. */
async function worldWith(...ids: string[]): Promise<World> {
  const world = await World.start();
  for (const id of ids) world.insert("approvals", approval(id));
  await world.cycle();
  return world;
}

/** Where a person finds the approvals. */
function addressOf(world: World, identity: string, title = APPROVALS): string {
  const { sheetId } = must(world.sheet.book.sheetByTitle(title), title);
  return `${world.sheet.url}?as=${identity}&gid=${sheetId}`;
}

/** The cell of a row, found by what stands in the row's first cell. */
function cellOf(page: Page, id: string, column: string) {
  const row = page.locator(".tabulator-row").filter({ hasText: new RegExp(`^\\d+${id}(?!\\d)`) });
  return row.locator(`[tabulator-field="c${column.charCodeAt(0) - 65}"]`);
}

/** Clicks a cell, types over it, and keeps it. */
async function typeInto(page: Page, id: string, column: string, text: string): Promise<void> {
  await cellOf(page, id, column).click();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

/** Waits until a cell shows a text. */
async function sees(page: Page, id: string, column: string, text: string): Promise<void> {
  await cellOf(page, id, column).getByText(text, { exact: true }).waitFor();
}

browserTest("a decision made in the grid is imported by the next cycle", async (browser) => {
  await using world = await worldWith("a-1", "a-2");
  const page = await openPage(browser, addressOf(world, "editor"));
  await cellOf(page, "a-2", "E").dblclick();
  await page.locator("select.editor").selectOption("approved");
  await sees(page, "a-2", "E", "approved");
  await world.cycle();
  assert.deepEqual(world.values("approvals", "a-2", "status"), ["approved"]);
  assert.deepEqual(world.values("approvals", "a-1", "status"), ["pending"]);
});

browserTest("a refused word is explained in the grid by the mirror", async (browser) => {
  await using world = await worldWith("a-1");
  const page = await openPage(browser, addressOf(world, "editor"));
  await typeInto(page, "a-1", "E", "aproved");
  await sees(page, "a-1", "E", "aproved");
  await world.cycle();
  await sees(page, "a-1", "E", "pending");
  await cellOf(page, "a-1", "G").getByText(/refused/).waitFor();
});

browserTest("a protected cell says why it is not changed, and stays", async (browser) => {
  await using world = await worldWith("a-1");
  const page = await openPage(browser, addressOf(world, "editor"));
  await typeInto(page, "a-1", "D", "Something else");
  const reason = page.getByRole("alert");
  await reason.waitFor();
  assert.match(await reason.innerText(), PROTECTED);
  await sees(page, "a-1", "D", "Item of a-1");
  assert.equal(await cellOf(page, "a-1", "D").getAttribute("aria-readonly"), "true");
  assert.equal(await cellOf(page, "a-1", "E").getAttribute("aria-readonly"), "false");

  await page.getByRole("button", { name: "Delete rows" }).click();
  await reason.waitFor();
  assert.match(await reason.innerText(), PROTECTED);
  assert.equal(await world.owner.findRow(APPROVALS, "a-1"), 2);
});

browserTest("what the owner may do depends on who the page is", async (browser) => {
  await using world = await worldWith("a-1");
  const page = await openPage(browser, addressOf(world, "editor"));
  await sees(page, "a-1", "A", "a-1");
  await page.getByLabel("You are").selectOption("owner");
  await page.locator(".is-protected").first().waitFor({ state: "detached" });
  await typeInto(page, "a-1", "D", "Delete everything");
  await sees(page, "a-1", "D", "Delete everything");
  await world.cycle();
  await sees(page, "a-1", "D", "Item of a-1");
});

browserTest(
  "nothing lands in another row while people sort and the mirror writes",
  async (browser) => {
    await using world = await worldWith("a-1", "a-2", "a-3");
    const page = await openPage(browser, addressOf(world, "owner"));
    // Somebody is typing, and has not finished.
    await cellOf(page, "a-2", "G").click();
    await page.keyboard.type("about the sec");
    // Meanwhile the mirror adds rows, and another person turns everything upside down.
    for (const id of ["a-4", "a-5"]) world.insert("approvals", approval(id));
    await world.cycle();
    await world.owner.sort(APPROVALS, "A", false);
    await page.keyboard.type("ond");
    await page.keyboard.press("Enter");
    await sees(page, "a-2", "G", "about the second");
    // And again, sorting in the grid itself while a cycle runs.
    await cellOf(page, "a-1", "D").click();
    world.change("approvals", "a-3", { item: "Changed meanwhile" });
    await Promise.all([
      world.cycle(),
      page.getByRole("button", { name: "Sort A → Z" }).click(),
      world.owner.insertRow(APPROVALS, 3),
    ]);
    await world.cycle();
    for (const id of ["a-1", "a-2", "a-3", "a-4", "a-5"]) {
      const item = id === "a-3" ? "Changed meanwhile" : `Item of ${id}`;
      const notes = id === "a-2" ? "about the second" : "";
      assert.deepEqual(world.values("approvals", id, "item", "notes"), [item, notes]);
      await sees(page, id, "D", item);
    }
  },
);

browserTest("two people see each other's edits at once", async (browser) => {
  await using world = await worldWith("a-1", "a-2");
  const erik = await openPage(browser, addressOf(world, "editor"));
  const olga = await openPage(browser, addressOf(world, "owner"));
  await erik.getByText("2 screens are open").waitFor();
  await typeInto(erik, "a-1", "G", "Seen by Erik");
  await sees(olga, "a-1", "G", "Seen by Erik");
  await olga.getByRole("status").getByText("An editor changed 1 cell").waitFor();
  await cellOf(olga, "a-1", "A").click();
  await olga.getByRole("button", { name: "Insert above" }).click();
  await typeInto(olga, "a-2", "G", "Seen by Olga");
  await sees(erik, "a-2", "G", "Seen by Olga");
  assert.equal(await world.owner.findRow(APPROVALS, "a-1"), 3);
});

browserTest("notes are shown to the mouse and to the keyboard", async (browser) => {
  await using world = await worldWith("a-1");
  const page = await openPage(browser, addressOf(world, "editor"));
  const note = page.getByRole("tooltip");
  const header = page.getByText("Status", { exact: true });
  await header.hover();
  await note.waitFor();
  assert.match(await note.innerText(), /^atlas-mirror: Yours to change/);
  await page.locator("h1").hover();
  await note.waitFor({ state: "hidden" });
  await page.locator("#grid").focus();
  await page.keyboard.press("ArrowUp");
  await note.waitFor();
  assert.match(await note.innerText(), /^atlas-mirror: Written by the database/);
});

browserTest("everything can be done without a mouse", async (browser) => {
  await using world = await worldWith("a-1", "a-2");
  const page = await openPage(browser, addressOf(world, "owner"));
  await sees(page, "a-1", "A", "a-1");
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  // From the top of the page with the Tab key alone.
  for (let presses = 0; presses < 30; presses++) {
    if (await page.locator("#grid :focus").count() > 0) break;
    await press("Tab");
  }
  await press("ArrowDown", "End", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft");
  assert.equal(await page.getByLabel("Selected cells").innerText(), "G3");
  await page.keyboard.type("by keyboard");
  await press("Enter");
  await sees(page, "a-2", "G", "by keyboard");
  // Whole rows: insert one above, copy another into it, delete that one.
  await press("ArrowUp", "Alt+Shift+I");
  await page.locator("#address", { hasText: "G4" }).waitFor();
  await press("ArrowUp", "ArrowUp", "Shift+Space", "Control+c", "ArrowDown", "Control+v");
  await page.getByText("a-1", { exact: true }).nth(1).waitFor();
  await press("Shift+Space", "Alt+Shift+D");
  await page.getByText("a-1", { exact: true }).nth(1).waitFor({ state: "detached" });
  // The choice of a dropdown.
  await press("Control+Home", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
  await press("Enter", "r", "Enter");
  await sees(page, "a-1", "E", "rejected");
  await press("Escape");
  await world.cycle();
  assert.deepEqual(world.values("approvals", "a-1", "status"), ["rejected"]);
  assert.deepEqual(world.values("approvals", "a-2", "notes"), ["by keyboard"]);
});

browserTest("a filter view shows its rows, and only on this screen", async (browser) => {
  await using world = await worldWith("a-1", "a-2");
  await world.editor.type(APPROVALS, "E2", "approved");
  await world.cycle();
  const page = await openPage(browser, addressOf(world, "editor"));
  await page.getByLabel("Show").selectOption("Mirror: Status pending");
  await cellOf(page, "a-1", "A").waitFor({ state: "detached" });
  await sees(page, "a-2", "A", "a-2");
  assert.equal(await world.owner.findRow(APPROVALS, "a-1"), 2);
});

browserTest("25,000 rows are drawn as far as they are seen", async (browser) => {
  await using world = await World.start();
  const { sheetId } = must(world.sheet.book.sheetByTitle("Sheet1"), "Sheet1");
  const ROWS = 25_000;
  const write = (method: string, path: string, body: unknown) =>
    fetch(`${world.sheet.url}v4/spreadsheets/embedded${path}`, {
      method,
      headers: { authorization: "Bearer owner" },
      body: JSON.stringify(body),
    }).then((answer) => answer.text());
  await write("POST", ":batchUpdate", {
    requests: [{ appendDimension: { sheetId, dimension: "ROWS", length: ROWS - 1000 } }],
  });
  await write("PUT", `/values/Sheet1!A1:C${ROWS}?valueInputOption=RAW`, {
    values: Array.from({ length: ROWS }, (_, row) => [`row-${row + 1}`, "some text", row]),
  });
  const page = await openPage(browser, addressOf(world, "owner", "Sheet1"));
  await page.getByText("25,000 rows").waitFor();
  await page.locator("#grid").focus();
  await page.keyboard.press("Control+End");
  await page.getByText("row-25000", { exact: true }).waitFor();
  await page.keyboard.press("Home");
  await page.keyboard.type("the last one");
  await page.keyboard.press("Enter");
  await page.getByText("the last one", { exact: true }).waitFor();
  assert.ok(await page.locator(".tabulator-row").count() < 300);
  assert.equal(await world.owner.findRow("Sheet1", "the last one"), ROWS);
});

browserTest("axe finds nothing serious, in light and in dark", async (browser) => {
  await using world = await worldWith("a-1", "a-2");
  world.insert("runs", run("r-1", { status: "failed" }));
  world.insert("errors", error("e-1"));
  await world.cycle();
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await openPage(browser, addressOf(world, "editor"), { colorScheme });
    await sees(page, "a-1", "A", "a-1");
    // With a refusal and a note on the screen.
    await typeInto(page, "a-1", "A", "another");
    await page.getByRole("alert").waitFor();
    await page.getByText("Status", { exact: true }).hover();
    await page.evaluate(axe);
    const found = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => " +
        "({ id, impact, where: nodes.map(({ target }) => target.join(' ')).slice(0, 3) })))",
    );
    assert.deepEqual(found, [], colorScheme);
  }
});
