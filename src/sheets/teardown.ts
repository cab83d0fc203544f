/**
 * Takes everything of the mirror's out of a spreadsheet again and leaves the data: what humans see
 * afterwards is their tabs as they are, with headers, formats, notes and views of their own.
 *
 * @module
 */

import type { sheets_v4 } from "@googleapis/sheets";
import { AtlasError } from "../base/errors.ts";
import type { Contract, Tab } from "../contract/schema.ts";
import { deleteMark } from "./anchors.ts";
import type { SheetsClient } from "./client.ts";
import { type LaidColouring, type LaidSheet, type Layout, readLayout } from "./inspect.ts";
import { colouringsOf, columnRange, dropdownOf, VIEW_PREFIX } from "./layout.ts";
import { OUR_PREFIX, withOurs } from "./notes.ts";
import { readFull } from "./read.ts";
import { isColouring } from "./setup_plan.ts";
import type { TabSnapshot } from "./snapshot.ts";
import { requestsFor, type RowChange, splitBySize } from "./write.ts";

/** Which spreadsheet is meant. */
export interface TeardownOptions {
  /** The UUID of the database whose mark the spreadsheet carries. */
  readonly uuid: string;
  /** The sheets of tabs that were seen before, by the tab's title in the contract. */
  readonly known: ReadonlyMap<string, number>;
}

/**
 * Takes it all out. It may be repeated: the mark goes last, so that a run which was interrupted finds
 * its spreadsheet again.
 *
 * @returns a sentence for each thing done.
 * @throws {AtlasError} `guard`, with nothing changed, where another database's mark is there.
 */
export async function teardown(
  client: SheetsClient,
  contract: Contract,
  { uuid, known }: TeardownOptions,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const layout = await readLayout(client, contract, known, signal);
  refuseForeign(layout, uuid);
  const laid = contract.tabs.flatMap((tab) => {
    const sheet = layout.tabs.get(tab.title);
    return sheet === undefined ? [] : [{ tab, sheet }];
  });
  const done: string[] = [];
  const dressing = laid.flatMap(({ tab, sheet }) => undress(tab, sheet));
  if (dressing.length > 0) {
    await client.batch(dressing, null, signal);
    done.push("Took protection, dropdowns, colours, filter views and notes on headers away");
  }
  const wanted = laid.map(({ tab, sheet: { sheetId, title } }) => ({ tab, sheetId, title }));
  const full = wanted.length === 0 ? null : await readFull(client, wanted, signal);
  const traces = [...full?.tabs.values() ?? []].flatMap(tracesIn);
  for (const batch of splitBySize(traces)) {
    await client.batch(requestsFor(batch, new Map()), null, signal);
  }
  const anchors = traces.filter(({ kind }) => kind === "drop-anchor").length;
  if (traces.length > 0) {
    done.push(`Took ${anchors} anchors and ${traces.length - anchors} notes off the rows`);
  }
  if (layout.marks.some((mark) => mark.uuid === uuid)) {
    await client.batch([deleteMark(uuid)], null, signal);
    done.push("Took the mark off the spreadsheet");
  }
  return done;
}

function refuseForeign({ marks }: Layout, uuid: string): void {
  const foreign = marks.find((mark) => mark.uuid !== uuid);
  if (foreign === undefined) return;
  throw new AtlasError(
    "guard",
    `Cannot take the mirror out of the spreadsheet: it belongs to another database (${foreign.uuid})`,
    { hint: 'Check the keys "database" and "spreadsheetId".' },
  );
}

/** Everything `--setup` has put on a tab, apart from its headers and formats. */
function undress(tab: Tab, sheet: LaidSheet): readonly sheets_v4.Schema$Request[] {
  const { sheetId } = sheet;
  return [
    ...sheet.protections.filter(({ description }) => description.startsWith(OUR_PREFIX))
      .map(({ protectedRangeId }) => ({ deleteProtectedRange: { protectedRangeId } })),
    ...sheet.views.filter(({ title }) => title.startsWith(VIEW_PREFIX))
      .map(({ filterViewId }) => ({ deleteFilterView: { filterId: filterViewId } })),
    ...coloursOf(tab, sheet),
    ...tab.columns.flatMap((column, index) =>
      dropdownOf(column) === null || sheet.rowCount < 2 ? [] : [{
        setDataValidation: { range: { ...columnRange(sheetId, index), startRowIndex: 1 } },
      }]
    ),
    ...tab.columns.flatMap((_, index) => {
      const note = sheet.header[index]?.note ?? "";
      const theirs = withOurs(note, null);
      if (theirs === note) return [];
      const change = { kind: "note", sheetId, index: 0, column: index, text: theirs } as const;
      return requestsFor([change], new Map());
    }),
  ];
}

/** Rules are deleted by their place, so the last one goes first. */
function coloursOf(tab: Tab, sheet: LaidSheet): sheets_v4.Schema$Request[] {
  const ours = colouringsOf(tab);
  const isOurs = (laid: LaidColouring) => ours.some((colouring) => isColouring(laid, colouring));
  return sheet.colourings.flatMap((laid, index) => isOurs(laid) ? [index] : []).reverse()
    .map((index) => ({ deleteConditionalFormatRule: { sheetId: sheet.sheetId, index } }));
}

/** What the mirror has left on the rows: anchors, and its lines in notes. */
function tracesIn({ sheetId, rows }: TabSnapshot): RowChange[] {
  return rows.flatMap(({ index, anchors, notes }) => [
    ...anchors.map((anchor): RowChange => ({ kind: "drop-anchor", anchor })),
    ...[...notes].flatMap(([column, note]): RowChange[] => {
      const text = withOurs(note, null);
      return text === note ? [] : [{ kind: "note", sheetId, index, column, text }];
    }),
  ]);
}
