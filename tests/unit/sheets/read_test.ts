import assert from "node:assert/strict";
import type { sheets_v4 } from "@googleapis/sheets";
import { failureOfAnswer } from "../../../src/sheets/failure.ts";
import { readFull, readQuick } from "../../../src/sheets/read.ts";
import { atlasTab, scriptedClient, textCell } from "./doubles.ts";

const RUNS = atlasTab("Runs");

/** A spreadsheet whose tabs can be renamed; it answers like the API: by title, or refuses. */
function spreadsheet(titles: Readonly<Record<number, string>>) {
  const asked: (readonly string[])[] = [];
  const client = scriptedClient({
    get({ ranges }) {
      asked.push(ranges);
      const sheets = Object.entries(titles).map(([sheetId, title]) => ({
        properties: {
          sheetId: Number(sheetId),
          title,
          gridProperties: { rowCount: 9, columnCount: 9 },
        },
        data: [{ rowData: [{ values: [textCell(`header of ${sheetId}`)] }] }],
      }));
      const named = (title: string) => ranges.includes(`'${title}'!A:ZZZ`);
      const unknown = ranges.find((range) =>
        !sheets.some(({ properties }) => range === `'${properties.title}'!A:ZZZ`)
      );
      if (unknown !== undefined) {
        const text = JSON.stringify({ error: { message: `Unable to parse range: ${unknown}` } });
        const context = { kind: "read", action: "read", email: null } as const;
        const answer = { status: 400, body: new TextEncoder().encode(text), retryAfter: null };
        return Promise.reject(failureOfAnswer(context, answer, 0));
      }
      return Promise.resolve<sheets_v4.Schema$Spreadsheet>({
        properties: { title: "Atlas", timeZone: "UTC" },
        sheets: ranges.length === 0
          ? sheets.map(({ properties }) => ({ properties }))
          : sheets.filter(({ properties }) => named(properties.title)),
      });
    },
  });
  return { client, asked };
}

Deno.test("readFull() takes one request where the titles are right", async () => {
  const { client, asked } = spreadsheet({ 7: "Runs", 8: "Mine" });
  const snapshot = await readFull(client, [{ tab: RUNS, sheetId: 7, title: "Runs" }]);
  assert.deepEqual(asked, [["'Runs'!A:ZZZ"]]);
  assert.equal(snapshot.tabs.get(7)?.header[0], "header of 7");
});

Deno.test("readFull() finds a renamed tab by its sheetId", async () => {
  const { client, asked } = spreadsheet({ 7: "Runs (old)", 8: "Mine" });
  const snapshot = await readFull(client, [{ tab: RUNS, sheetId: 7, title: "Runs" }]);
  assert.deepEqual(asked, [["'Runs'!A:ZZZ"], [], ["'Runs (old)'!A:ZZZ"]]);
  assert.equal(snapshot.tabs.get(7)?.title, "Runs (old)");
  assert.deepEqual(snapshot.sheets.map((sheet) => sheet.title), ["Runs (old)", "Mine"]);
});

Deno.test("readFull() does not take another sheet for the tab because it has its title", async () => {
  const { client } = spreadsheet({ 7: "Moved", 8: "Runs" });
  const snapshot = await readFull(client, [{ tab: RUNS, sheetId: 7, title: "Runs" }]);
  assert.deepEqual([...snapshot.tabs.keys()], [7]);
  assert.equal(snapshot.tabs.get(7)?.header[0], "header of 7");
});

Deno.test("readFull() looks for a tab that was never seen by its title", async () => {
  const { client } = spreadsheet({ 8: "Runs" });
  const snapshot = await readFull(client, [{ tab: RUNS, sheetId: null, title: "Runs" }]);
  assert.deepEqual([...snapshot.tabs.keys()], [8]);
});

Deno.test("readFull() leaves out a tab that is gone and still reads the others", async () => {
  const { client } = spreadsheet({ 7: "Runs" });
  const other = atlasTab("Errors_Hotlist");
  const snapshot = await readFull(client, [
    { tab: RUNS, sheetId: 7, title: "Runs" },
    { tab: other, sheetId: 5, title: "Errors_Hotlist" },
  ]);
  assert.deepEqual([...snapshot.tabs.keys()], [7]);
  const none = await readFull(client, [{ tab: other, sheetId: 5, title: "Errors_Hotlist" }]);
  assert.equal(none.tabs.size, 0);
  assert.deepEqual(none.sheets.map((sheet) => sheet.title), ["Runs"]);
});

Deno.test("readQuick() reads all tabs in one request and none without tabs", async () => {
  const asked: (readonly string[])[] = [];
  const client = scriptedClient({
    look(ranges) {
      asked.push(ranges);
      return Promise.resolve([
        { digest: "a", rows: () => [["ID"], ["run-1"]], release() {} },
        { digest: "b", rows: () => [["ID"]], release() {} },
      ]);
    },
  });
  const other = atlasTab("Errors_Hotlist");
  const tabs = await readQuick(client, [
    { tab: RUNS, sheetId: 7, title: "Runs" },
    { tab: other, sheetId: 8, title: "It's" },
  ]);
  assert.deepEqual(asked, [["'Runs'!A:H", "'It''s'!A:H"]]);
  assert.equal(tabs.get(7)?.rows[0]?.cells[0], "run-1");
  assert.equal(tabs.get(8)?.rows.length, 0);
  assert.equal((await readQuick(client, [])).size, 0);
  assert.equal(asked.length, 1);
});
