/**
 * What the mirror assumes of the Sheets API without having seen it on the real thing, each with a way
 * to find out. None of this is in Google's recorded traffic; some of it is in no document either.
 *
 * @module
 */

import { must } from "../base/assert.ts";
import { AtlasError } from "../base/errors.ts";
import { type CellValue, sameCell } from "../contract/cell.ts";
import { serialFromTime } from "../contract/timestamp.ts";
import { deleteAnchor } from "./anchors.ts";
import { placesOf, rowWith, type ScratchRow, type ScratchTab } from "./probe_sheet.ts";
import { plainValue, type SheetCell, type TabSnapshot } from "./snapshot.ts";

/** Who the mirror is, as far as a check needs it. */
export interface ProbeContext {
  readonly tab: ScratchTab;
  /** The address of the service account; null: nobody signs in. */
  readonly email: string | null;
}

/** One assumption. */
export interface Assumption {
  readonly name: string;
  /** What is assumed, as a sentence without its full stop. */
  readonly says: string;
  /** What follows where it does not hold. */
  readonly otherwise: string;
  /** Whether standing rows can be written safely only where it holds. */
  readonly anchors: boolean;
  /** Tries it; resolves to what was seen instead, null where it holds. */
  check(context: ProbeContext): Promise<string | null>;
}

const UNSAFE = "Do not run the mirror on this spreadsheet: ";
const NO_ANCHORS =
  "The mirror only adds new rows and reports what it would have to write in others.";

const THREE = [["one", ""], ["two", ""], ["three", ""]] as const;

/** What is wrong with where the anchors are; null: each is on the row with its ID. */
function strayed(rows: readonly ScratchRow[], state: TabSnapshot): string | null {
  for (const { id, anchor } of rows) {
    const found = rowWith(anchor, state);
    if (found === undefined) return `the anchor of ${id} is gone`;
    const [key = ""] = found.cells;
    if (key !== id) return `the anchor of ${id} is on the row of ${text(key)}`;
  }
  return null;
}

function text(cell: SheetCell | undefined): string {
  return JSON.stringify(cell === undefined ? "" : plainValue(cell));
}

/** Rows are laid out, something is done to them, and the anchors should be where the rows are. */
async function followed(
  { tab }: ProbeContext,
  requestsOf: (places: readonly number[]) => Parameters<ScratchTab["send"]>[0],
  survivors: (rows: readonly ScratchRow[]) => readonly ScratchRow[] = (rows) => rows,
): Promise<string | null> {
  const { rows, after } = await tab.lay(THREE);
  await tab.send(requestsOf(placesOf(rows, after)));
  const state = await tab.read();
  const gone = rows.filter((row) => !survivors(rows).includes(row));
  const left = gone.find(({ anchor }) => rowWith(anchor, state) !== undefined);
  if (left !== undefined) return `the anchor of ${left.id} is still there`;
  return strayed(survivors(rows), state);
}

const first = (places: readonly number[]) => must(places[0], "the first row");
const end = (places: readonly number[]) => must(places.at(-1), "the last row") + 1;

/** The cells of the rows that differ from what they should be; null: none does. */
function different(
  rows: readonly ScratchRow[],
  cellsOf: (id: string) => readonly (SheetCell | undefined)[],
): string | null {
  for (const { id, cells } of rows) {
    const found = cellsOf(id);
    for (const [column, want] of cells.entries()) {
      const have = found[column] ?? "";
      // A cell that is more than its value holds a number or a formula where a text was written.
      if (typeof have === "object") {
        return `${JSON.stringify(want)} came back as ${have.formula ?? text(have)}`;
      }
      if (!sameCell(want, have)) return `${JSON.stringify(want)} came back as ${text(have)}`;
    }
  }
  return null;
}

const inSnapshot = ({ rows }: TabSnapshot) => (id: string) =>
  rows.find(({ cells }) => cells[0] === id)?.cells ?? [];

const inValues = (values: readonly (readonly CellValue[])[]) => (id: string) =>
  values.find(([key]) => key === id) ?? [];

/** Writes the contents with new rows and, turned round, by anchor; each time they should stay. */
async function kept(
  { tab }: ProbeContext,
  contents: readonly (readonly [CellValue, CellValue])[],
): Promise<string | null> {
  const { rows } = await tab.lay(contents);
  const laid = different(rows, inSnapshot(await tab.read()));
  if (laid !== null) return `in a new row ${laid}`;
  const turned = rows.map((row, index): ScratchRow => ({
    ...row,
    cells: [row.id, ...must(rows.at(-1 - index), "a row").cells.slice(1)],
  }));
  await tab.update(turned.map(({ anchor, cells }) => ({
    anchor,
    values: cells.map((cell, column) => column === 0 ? null : cell),
  })));
  const updated = different(turned, inSnapshot(await tab.read())) ??
    different(turned, inValues(await tab.values()));
  return updated === null ? null : `by anchor ${updated}`;
}

/** Texts that a spreadsheet would rather take for something else. */
const TRICKY = [
  "=1+2",
  "+49 30 1234",
  "-",
  "@user",
  "007",
  "1-2",
  "3/4",
  "12:30",
  "1,5",
  "1e5",
  "10%",
  "€5",
  "TRUE",
  "#N/A",
  "2026-01-15",
  "'quoted'",
  " padded ",
  "two\nlines",
] as const;

/** Moments at which clocks are changed somewhere, and one with seconds. */
const MOMENTS = [
  "2026-01-15T14:30:00Z",
  "2026-03-29T01:30:00Z",
  "2026-10-25T00:30:00Z",
  "2026-11-01T06:30:00Z",
  "1999-12-31T23:59:59Z",
] as const;

/** `2026-01-15 14:30`: how the mirror's format shows a serial, whatever the zone. */
function shownAs(serial: number): string {
  const ms = Math.round((serial - 25_569) * 86_400) * 1_000;
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}

/** The assumptions, in the order in which they are tried. */
export const ASSUMPTIONS: readonly Assumption[] = [
  {
    name: "whole-tab-range",
    says: "A range from A to ZZZ is cut to the size of the tab",
    otherwise: `${UNSAFE}its tabs cannot be read in one consistent answer.`,
    anchors: false,
    async check({ tab }) {
      const { rowCount, header } = await tab.read();
      const isWhole = rowCount > 0 && header.join() === "ID,Text,Time";
      return isWhole ? null : `the header is ${JSON.stringify(header)}`;
    },
  },
  {
    name: "empty-metadata",
    says: "Row metadata without a value is kept",
    otherwise: NO_ANCHORS,
    anchors: true,
    async check({ tab }) {
      const { rows } = await tab.lay(THREE);
      return strayed(rows, await tab.read());
    },
  },
  {
    name: "answer-after-write",
    says: "The answer to a batch shows the tab as it is after the batch",
    otherwise: `${UNSAFE}nothing it writes could be verified.`,
    anchors: false,
    async check({ tab }) {
      const { after } = await tab.lay(THREE);
      const state = await tab.read();
      return JSON.stringify(after.rows) === JSON.stringify(state.rows)
        ? null
        : `the answer showed ${after.rows.length} rows, a read right after it ${state.rows.length}, ` +
          "or with other cells or anchors";
    },
  },
  {
    name: "follows-insert",
    says: "Anchors follow their rows when a row is inserted above",
    otherwise: NO_ANCHORS,
    anchors: true,
    check: (context) =>
      followed(context, (places) => [{
        insertDimension: { range: context.tab.rowAt(first(places)), inheritFromBefore: false },
      }]),
  },
  {
    name: "follows-delete",
    says: "A deleted row takes its anchor along, and those below follow their rows",
    otherwise: NO_ANCHORS,
    anchors: true,
    check: (context) =>
      followed(
        context,
        (places) => [{ deleteDimension: { range: context.tab.rowAt(first(places)) } }],
        (rows) => rows.slice(1),
      ),
  },
  {
    name: "follows-move",
    says: "Anchors follow their rows when a row is moved",
    otherwise: NO_ANCHORS,
    anchors: true,
    check: (context) =>
      followed(context, (places) => [{
        moveDimension: {
          source: context.tab.rowAt(first(places)),
          destinationIndex: end(places),
        },
      }]),
  },
  {
    name: "follows-sort",
    says: "Anchors follow their rows when the rows are sorted",
    otherwise: NO_ANCHORS,
    anchors: true,
    check: (context) =>
      followed(context, (places) => [{
        sortRange: {
          range: context.tab.cellsAt(first(places), end(places)),
          sortSpecs: [{ dimensionIndex: 0, sortOrder: "DESCENDING" }],
        },
      }]),
  },
  {
    name: "stays-on-cut",
    says: "An anchor stays behind when the cells of its row are cut and pasted elsewhere",
    otherwise: "Nothing is at risk: a row that keeps its anchor is recognised all the same.",
    anchors: false,
    async check({ tab }) {
      const { rows, after } = await tab.lay(THREE);
      const places = placesOf(rows, after);
      const [cut] = rows;
      const destination = { sheetId: tab.sheetId, rowIndex: end(places), columnIndex: 0 };
      const source = tab.cellsAt(first(places));
      await tab.send([{ cutPaste: { source, destination, pasteType: "PASTE_NORMAL" } }]);
      const found = rowWith(must(cut, "the row that was cut").anchor, await tab.read());
      if (found === undefined) return "the anchor is gone";
      return found.index === first(places) ? null : `the anchor is in row ${found.index + 1}`;
    },
  },
  {
    name: "update-by-anchor",
    says: "A write by anchor changes the cells it names in the row of the anchor and no others",
    otherwise: NO_ANCHORS,
    anchors: true,
    async check({ tab }) {
      const { rows } = await tab.lay(THREE);
      const target = must(rows[1], "the middle row");
      const answer = await tab.update([{ anchor: target.anchor, values: [null, "changed", null] }]);
      const want = rows.map((row) =>
        row === target ? { ...row, cells: [row.id, "changed", ""] } : row
      );
      const [id, told] = answer.get(target.anchor) ?? [];
      if (id !== target.id || told !== "changed") return `the answer told of ${text(id)}`;
      return different(want, inSnapshot(await tab.read()));
    },
  },
  {
    name: "missing-anchor",
    says: "A write by an anchor that is nowhere changes no row",
    otherwise: NO_ANCHORS,
    anchors: true,
    async check({ tab }) {
      const { rows } = await tab.lay(THREE);
      try {
        const answer = await tab.update([{
          anchor: tab.newAnchor(),
          values: [null, "lost", null],
        }]);
        if (answer.size > 0) return "the answer told of a row";
      } catch (error) {
        // Refused is as good as done to no row; whether it stops others is the next question.
        if (!(error instanceof AtlasError) || error.kind !== "refused-request") throw error;
      }
      return different(rows, inSnapshot(await tab.read()));
    },
  },
  {
    name: "missing-anchor-passes",
    says: "A write by an anchor that is nowhere does not stop the other writes of its call",
    otherwise: "A cycle fails where a row goes while it runs; the next one does its work.",
    anchors: false,
    async check({ tab }) {
      const { rows } = await tab.lay(THREE);
      const target = must(rows[2], "the last row");
      await tab.update([
        { anchor: tab.newAnchor(), values: [null, "lost", null] },
        { anchor: target.anchor, values: [null, "found", null] },
      ]);
      const want = rows.map((row) =>
        row === target ? { ...row, cells: [row.id, "found", ""] } : row
      );
      return different(want, inSnapshot(await tab.read()));
    },
  },
  {
    name: "delete-nothing",
    says: "Deleting an anchor that is nowhere does nothing and does not stop its batch",
    otherwise: "A cycle fails where an anchor goes while it runs; the next one does its work.",
    anchors: false,
    async check({ tab }) {
      const { rows } = await tab.lay(THREE);
      const gone = must(rows[0], "the first row").anchor;
      await tab.send([deleteAnchor(tab.newAnchor()), deleteAnchor(gone)]);
      return rowWith(gone, await tab.read()) === undefined
        ? null
        : "the rest of the batch was not done";
    },
  },
  {
    name: "raw-text",
    says: "Text that is written raw stays the text it is",
    otherwise: `${UNSAFE}its texts would not stay as they are.`,
    anchors: false,
    check: (context) => kept(context, TRICKY.map((word) => [word, ""])),
  },
  {
    name: "serial-dates",
    says: "Times come back as they were written, and are shown as yyyy-mm-dd hh:mm",
    otherwise: `${UNSAFE}its times would be taken for edits. Try the locale "United States" in ` +
      "File, Settings.",
    anchors: false,
    async check(context) {
      const { tab } = context;
      const serials = MOMENTS.map((moment) => serialFromTime(Date.parse(moment), tab.timeZone));
      const wrong = await kept(context, serials.map((serial) => ["", serial]));
      if (wrong !== null) return wrong;
      const { rows, after } = await tab.lay(serials.map((serial) => ["", serial]));
      const row = first(placesOf(rows, after));
      const want = shownAs(must(serials[0], "the first time"));
      const have = await tab.shown(row, "C");
      return have === want ? null : `${want} is shown as ${JSON.stringify(have)}`;
    },
  },
  {
    name: "protected-writes",
    says: "The service account writes, adds and removes rows in ranges it has protected",
    otherwise:
      "Take the mirror's protection off (Data, Protect sheets and ranges), and keep people " +
      "from editing the database's columns by agreement; the mirror restores what they edit.",
    anchors: false,
    async check({ tab, email }) {
      const { rows, after } = await tab.lay(THREE);
      const places = placesOf(rows, after);
      await tab.send([{
        addProtectedRange: {
          protectedRange: {
            range: { sheetId: tab.sheetId, startColumnIndex: 0, endColumnIndex: 2 },
            description: "atlas-mirror probe",
            warningOnly: false,
            ...(email === null ? {} : { editors: { users: [email] } }),
          },
        },
      }]);
      const [top, middle] = rows;
      const { anchor } = must(middle, "the middle row");
      const answer = await tab.update([{ anchor, values: [null, "written", null] }]);
      if (answer.get(anchor)?.[1] !== "written") return "the write did nothing";
      const added = { id: "row-added", anchor: tab.newAnchor(), cells: ["row-added", "", ""] };
      await tab.insert([added], first(places), after);
      const state = await tab.read();
      if (rowWith(added.anchor, state) === undefined) return "the added row is not there";
      await tab.send([{ deleteDimension: { range: tab.rowAt(first(placesOf([added], state))) } }]);
      return strayed([must(top, "the first row")], await tab.read());
    },
  },
];
