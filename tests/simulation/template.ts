/** A spreadsheet and a database that are set up and hold no rows: made once, copied for every history. @module */

import { must } from "../../src/base/assert.ts";
import { isoTime } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { atlasInput } from "../../src/contract/atlas.ts";
import { tabFingerprint } from "../../src/contract/fingerprint.ts";
import { contractSchema } from "../../src/contract/schema.ts";
import type { Workbook } from "../../src/embedded/book.ts";
import { startEmbedded } from "../../src/embedded/server.ts";
import { createSheetsClient } from "../../src/sheets/client.ts";
import { setup } from "../../src/sheets/setup.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { readIdentity } from "../../src/store/identity.ts";
import { initialise } from "../../src/store/migrations.ts";
import { putTabState } from "../../src/store/tabs.ts";
import { VirtualClock } from "../helpers/virtual_clock.ts";
import { TABS } from "./look.ts";

/** When every history begins. */
export const BEGINNING = "2026-01-15T14:30:00Z";
/** How many runs the tab shows here, so that a few more are too many. */
export const RUNS_MAX = 5;
/** Rows of a grid: enough for a history, and quick to go through. */
const GRID_ROWS = 80;

export const contract = contractSchema.parse({
  ...atlasInput,
  tabs: atlasInput.tabs.map((tab) =>
    tab.retention?.kind === "newest"
      ? { ...tab, retention: { ...tab.retention, count: RUNS_MAX } }
      : tab
  ),
});

/** What every history begins with. */
export interface Template {
  /** The file. */
  readonly database: Uint8Array;
  readonly book: Workbook;
  /** In the order of {@linkcode TABS}. */
  readonly sheetIds: readonly number[];
}

/** Opens a database of a history. Its processes die but never the machine, so nothing waits for the disk. */
export function openQuickly(path: string, options?: { readonly create: boolean }): Database {
  const db = openDatabase(path, { mode: "write", ...options });
  db.get("PRAGMA synchronous = OFF");
  return db;
}

/** Sets both sides up, with the code that does it for everybody. */
export async function makeTemplate(): Promise<Template> {
  const folder = Deno.makeTempDirSync({ prefix: "atlas-simulation-" });
  const clock = new VirtualClock(BEGINNING);
  const random = seededRandom(1);
  const db = openQuickly(`${folder}/atlas.db`, { create: true });
  let sheetIds: readonly number[] = [];
  let book: Workbook;
  {
    await using sheet = await startEmbedded({ storage: ":memory:", clock, random });
    const { url, spreadsheetId } = sheet;
    const send = (input: string | URL | Request, init?: RequestInit) =>
      sheet.handle(new Request(input, init));
    db.get("PRAGMA journal_mode = WAL");
    initialise(db, contract, { migrate: false, random, now: isoTime(clock.now()) });
    const client = createSheetsClient({
      endpoint: url,
      spreadsheetId,
      credentials: null,
      clock,
      random,
      fetch: send,
    });
    const options = { mark: readIdentity(db), serviceEmail: null, repair: false, known: new Map() };
    const { tabs, timeZone: zone } = await setup(client, contract, options);
    for (const { tab, sheetId, title } of tabs) {
      const known = must(contract.tabs.find((other) => other.title === tab), tab);
      putTabState(db, { tab, sheetId, title, zone, fingerprint: tabFingerprint(known) });
    }
    sheetIds = TABS.map(({ title }) => must(tabs.find(({ tab }) => tab === title), title).sheetId);
    const requests = sheetIds.map((sheetId) => ({
      updateSheetProperties: {
        properties: { sheetId, gridProperties: { rowCount: GRID_ROWS } },
        fields: "gridProperties.rowCount",
      },
    }));
    await client.batch(requests, null);
    book = sheet.book;
  }
  db.close();
  const template = { database: Deno.readFileSync(`${folder}/atlas.db`), book, sheetIds };
  Deno.removeSync(folder, { recursive: true });
  return template;
}
