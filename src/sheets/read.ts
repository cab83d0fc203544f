/**
 * The two reads of a cycle. The quick one is a single cheap request that shows whether anything
 * differs; the full one brings values, formulas and anchors in one consistent answer, and only that
 * may be planned from.
 *
 * @module
 */

import { must } from "../base/assert.ts";
import type { Tab } from "../contract/schema.ts";
import type { SheetsClient } from "./client.ts";
import { isUnknownRange } from "./failure.ts";
import { FULL_FIELDS, TABS_FIELDS } from "./fields.ts";
import { parseQuick, parseSpreadsheet } from "./parse.ts";
import { columnsOf, wholeTab } from "./ranges.ts";
import type { SheetProperties, SpreadsheetSnapshot, TabSnapshot } from "./snapshot.ts";

/** A tab whose sheet was seen before. */
export interface KnownTab {
  readonly tab: Tab;
  readonly sheetId: number;
  /** The title when it was last seen; people may have renamed it since. */
  readonly title: string;
}

/** A tab to look for: by its sheetId, or by its title where it was never seen. */
export interface WantedTab {
  readonly tab: Tab;
  readonly sheetId: number | null;
  readonly title: string;
}

/** What a quick read shows of one tab. */
export interface QuickLook {
  /** Of all that the answer says of the tab: the same digest, the same snapshot. */
  readonly digest: string;
  snapshot(): TabSnapshot;
  /** Tells that nobody is going to ask for the snapshot. */
  release(): void;
}

/**
 * Reads the values of the tabs in one request; keyed by sheetId. A title that is no longer right is
 * refused by the server, or shows another sheet's rows: either way the full read finds the sheet.
 *
 * @param known Digests of earlier looks; the rows of such a tab are decoded only if they are asked for.
 */
export async function lookQuick(
  client: SheetsClient,
  tabs: readonly KnownTab[],
  known: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, QuickLook>> {
  if (tabs.length === 0) return new Map();
  const ranges = tabs.map(({ tab, title }) => columnsOf(title, tab.columns.length));
  const answer = await client.look(ranges, known, signal);
  return new Map(
    tabs.map(({ tab, sheetId, title }, position) => {
      const { digest, rows, release } = must(answer[position], "a range of the answer");
      const snapshot = () => parseQuick(tab, sheetId, title, rows());
      return [sheetId, { digest, snapshot, release }];
    }),
  );
}

/** The same, with every tab decoded. */
export async function readQuick(
  client: SheetsClient,
  tabs: readonly KnownTab[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, TabSnapshot>> {
  const looks = await lookQuick(client, tabs, new Set(), signal);
  return new Map([...looks].map(([sheetId, look]) => [sheetId, look.snapshot()]));
}

/**
 * Reads everything about the tabs: one request where the titles are right, otherwise a small one
 * first. A tab that does not stand in the spreadsheet is not among `tabs` of the answer; `sheets`
 * lists at least the tabs that were found, and all of them where one had to be looked for.
 */
export async function readFull(
  client: SheetsClient,
  tabs: readonly WantedTab[],
  signal?: AbortSignal,
): Promise<SpreadsheetSnapshot> {
  const snapshot = await readByTitle(client, tabs, signal);
  if (snapshot !== null) return snapshot;
  const answer = await client.get({ ranges: [], fields: TABS_FIELDS }, signal);
  const standing = parseSpreadsheet(answer, () => undefined);
  const found = tabs.flatMap((wanted): KnownTab[] => {
    const sheet = findSheet(wanted, standing.sheets);
    return sheet === undefined
      ? []
      : [{ tab: wanted.tab, sheetId: sheet.sheetId, title: sheet.title }];
  });
  if (found.length === 0) return standing;
  const full = await request(client, found, signal);
  return { ...full, sheets: merge(standing.sheets, full.sheets) };
}

/** The sheet a tab is on: the one it was on before whatever its title, else the one with its title. */
export function findSheet<S extends Pick<SheetProperties, "sheetId" | "title">>(
  wanted: Pick<WantedTab, "sheetId" | "title">,
  sheets: readonly S[],
): S | undefined {
  if (wanted.sheetId !== null) return sheets.find((sheet) => sheet.sheetId === wanted.sheetId);
  return sheets.find((sheet) => sheet.title === wanted.title);
}

/** The snapshot, or null where a title is no longer that of the tab. */
async function readByTitle(
  client: SheetsClient,
  tabs: readonly WantedTab[],
  signal: AbortSignal | undefined,
): Promise<SpreadsheetSnapshot | null> {
  if (tabs.length === 0) return null;
  try {
    const snapshot = await request(client, tabs, signal);
    const isRight = tabs.every((wanted) =>
      findSheet(wanted, snapshot.sheets)?.title === wanted.title
    );
    return isRight ? snapshot : null;
  } catch (error) {
    if (isUnknownRange(error)) return null;
    throw error;
  }
}

async function request(
  client: SheetsClient,
  tabs: readonly WantedTab[],
  signal: AbortSignal | undefined,
): Promise<SpreadsheetSnapshot> {
  const ranges = tabs.map(({ title }) => wholeTab(title));
  const answer = await client.get({ ranges, fields: FULL_FIELDS }, signal);
  return parseSpreadsheet(answer, tabByTitle(tabs));
}

/** Finds the contract's tab for a sheet by the title it was asked for. */
export function tabByTitle(
  tabs: readonly WantedTab[],
): (sheet: SheetProperties) => Tab | undefined {
  return (sheet) => tabs.find((wanted) => wanted.title === sheet.title)?.tab;
}

function merge(
  standing: readonly SheetProperties[],
  read: readonly SheetProperties[],
): readonly SheetProperties[] {
  const newer = new Map(read.map((sheet) => [sheet.sheetId, sheet]));
  return standing.map((sheet) => newer.get(sheet.sheetId) ?? sheet);
}
