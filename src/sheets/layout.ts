/**
 * What a tab of the contract looks like: the number formats, dropdowns, colours, notes, protection
 * and filter views that follow from its columns. Pure; `setup.ts` compares it with what stands there.
 *
 * Column ranges have no end, and start at row 0 wherever the header may be covered: a range that
 * starts at row 1 moves down when a row is inserted there, and the newest row would be outside.
 *
 * @module
 */

import type { sheets_v4 } from "@googleapis/sheets";
import { columnLetter } from "../contract/column.ts";
import type { Column, Condition, Move, Tab } from "../contract/schema.ts";
import { OUR_PREFIX } from "./notes.ts";

/** In front of the title of every filter view of ours. */
export const VIEW_PREFIX = "Mirror: ";

/** A new tab has room for this many rows; cells are a budget of 10 million a spreadsheet. */
export const NEW_TAB_ROWS = 200;
/** Columns to the right of the contract's that a new tab leaves to humans. */
export const SPARE_COLUMNS = 4;

/** The format of a column's cells. Text is formatted as such, or `007` typed by a person becomes 7. */
export function numberFormatOf(column: Column): sheets_v4.Schema$NumberFormat {
  return column.type === "datetime"
    ? { type: "DATE_TIME", pattern: "yyyy-mm-dd hh:mm" }
    : { type: "TEXT", pattern: "@" };
}

/** The dropdown of an enum column, null for others. Not strict: odd words are refused and explained. */
export function dropdownOf(column: Column): sheets_v4.Schema$DataValidationRule | null {
  if (column.type !== "enum") return null;
  return {
    condition: {
      type: "ONE_OF_LIST",
      values: column.values.map((word) => ({ userEnteredValue: word })),
    },
    inputMessage: `One of: ${column.values.join(", ")}`,
    strict: false,
    showCustomUi: true,
  };
}

/** A whole column or several, header and later rows included. */
export function columnRange(
  sheetId: number,
  first: number,
  end = first + 1,
): sheets_v4.Schema$GridRange {
  return { sheetId, startColumnIndex: first, endColumnIndex: end };
}

/** What the mirror says on a column's header: who writes here, how, and how it is taken back. */
export function headerNote(column: Column): string {
  const { edit } = column;
  if (edit === null) return "Written by the database. Edits here are put back.";
  switch (edit.rule) {
    case "append":
      return "Yours to add to. New lines are kept for good; what stands here is not erased. " +
        `Up to ${edit.limit.toLocaleString("en-US")} characters an edit.`;
    case "replace":
      return "Yours to write. A new text replaces the old one. " +
        `Up to ${edit.limit.toLocaleString("en-US")} characters.`;
    case "transition":
      return `Yours to change: ${edit.moves.map(({ from, to }) => `${from} → ${to}`).join(", ")}. ${
        reversalOf(edit.moves)
      } Anything else is put back and explained.`;
  }
}

/** How somebody who has changed their mind gets back. */
function reversalOf(moves: readonly Move[]): string {
  const final = [...new Set(moves.map(({ to }) => to))]
    .filter((word) => !moves.some(({ from }) => from === word));
  if (final.length === 0) return "Change it back the same way.";
  return `${final.join(" and ")} cannot be taken back here: ask for a new request, ` +
    "and say so in Notes.";
}

/** Pixels that show a usual text of the column. */
export function columnWidth(column: Column): number {
  if (column.type === "datetime") return 140;
  if (column.type === "enum") return 110;
  if (column.edit !== null) return 320;
  return column.required ? 220 : 260;
}

/** A protected range, and the name by which a later run knows it. */
export interface Protection {
  readonly description: string;
  readonly range: sheets_v4.Schema$GridRange;
}

/** What only the service account may edit: the header, and each run of database columns. */
export function protectionsOf(tab: Tab, sheetId: number): readonly Protection[] {
  const header: Protection = {
    description: `${OUR_PREFIX}header`,
    range: { ...columnRange(sheetId, 0, tab.columns.length), startRowIndex: 0, endRowIndex: 1 },
  };
  return [
    header,
    ...databaseRuns(tab).map(({ first, end }) => ({
      description: `${OUR_PREFIX}columns ${columnLetter(first)}:${columnLetter(end - 1)}`,
      range: columnRange(sheetId, first, end),
    })),
  ];
}

/** A way of looking at a tab. Who may not sort a protected sheet can still use these. */
export interface View {
  readonly title: string;
  /** The words that are shown, by column; the other words of the column are hidden. */
  readonly only: readonly { readonly column: number; readonly words: readonly string[] }[];
}

/** The views a reader wants: everything newest first, what is open, and what is open and urgent. */
export function viewsOf(tab: Tab): readonly View[] {
  const open = openState(tab);
  const urgent = wordsOf(tab, tab.cadence.urgent?.when ?? null);
  const always = tab.retention?.kind === "newest" ? wordsOf(tab, tab.retention.always) : null;
  const views: View[] = [{ title: `${VIEW_PREFIX}newest first`, only: [] }];
  for (const only of [[open], [urgent, open], [always]]) {
    const set = only.filter((part) => part !== null);
    if (set.length !== only.length) continue;
    const named = set.map(({ column, words }) =>
      `${tab.columns[column]?.header ?? ""} ${words.join(", ")}`
    );
    views.push({ title: `${VIEW_PREFIX}${named.join(", ")}`, only: set });
  }
  return views;
}

/** A view as the request that makes it. */
export function viewRequest(tab: Tab, sheetId: number, view: View): sheets_v4.Schema$Request {
  const order = tab.columns.findIndex((column) => column.field === tab.order);
  return {
    addFilterView: {
      filter: {
        title: view.title,
        range: { ...columnRange(sheetId, 0, tab.columns.length), startRowIndex: 0 },
        ...(order < 0 ? {} : { sortSpecs: [{ dimensionIndex: order, sortOrder: "DESCENDING" }] }),
        filterSpecs: view.only.map(({ column, words }) => ({
          columnIndex: column,
          filterCriteria: { hiddenValues: hiddenBeside(tab.columns[column], words) },
        })),
      },
    },
  };
}

/** A cell of the column that holds the word is coloured. */
export interface Colouring {
  readonly column: number;
  readonly word: string;
  readonly format: sheets_v4.Schema$CellFormat;
}

/** Colours for the words whose meaning everybody knows, in every enum column that has one. */
export function colouringsOf(tab: Tab): readonly Colouring[] {
  return tab.columns.flatMap((column, index) => {
    if (column.type !== "enum") return [];
    return column.values.flatMap((word): Colouring[] => {
      const tone = TONE_OF_WORD[word.toLowerCase()];
      return tone === undefined ? [] : [{ column: index, word, format: TONES[tone] }];
    });
  });
}

/** A colouring as a rule on the whole column; the header never equals a word. */
export function colouringRule(
  sheetId: number,
  { column, word, format }: Colouring,
): sheets_v4.Schema$ConditionalFormatRule {
  return {
    ranges: [columnRange(sheetId, column)],
    booleanRule: {
      condition: { type: "TEXT_EQ", values: [{ userEnteredValue: word }] },
      format,
    },
  };
}

/** How the header looks. */
export const HEADER_FORMAT: sheets_v4.Schema$CellFormat = {
  textFormat: { bold: true },
  backgroundColorStyle: { rgbColor: rgb(0xe8eaed) },
  wrapStrategy: "WRAP",
  verticalAlignment: "MIDDLE",
};

/** How the cells below it look. */
export const BODY_FORMAT: sheets_v4.Schema$CellFormat = {
  wrapStrategy: "WRAP",
  verticalAlignment: "TOP",
};

type Tone =
  /** Somebody has to act. */
  | "waiting"
  /** Something is under way. */
  | "active"
  /** It went well. */
  | "good"
  /** It went badly, or is as bad as it gets. */
  | "bad"
  /** Worse than usual. */
  | "warm"
  /** Of no concern any more. */
  | "muted";

const TONE_OF_WORD: Readonly<Record<string, Tone>> = {
  pending: "waiting",
  medium: "waiting",
  running: "active",
  approved: "good",
  success: "good",
  true: "good",
  rejected: "bad",
  failed: "bad",
  critical: "bad",
  high: "warm",
  cancelled: "muted",
  low: "muted",
};

/** Dark text on light ground, all above a contrast of 4.5 : 1 (WCAG 2.2, 1.4.3). */
const TONES: Readonly<Record<Tone, sheets_v4.Schema$CellFormat>> = {
  waiting: tone(0xfef7e0, 0x7a4f01),
  active: tone(0xe8f0fe, 0x174ea6),
  good: tone(0xe6f4ea, 0x0d652d),
  bad: tone(0xfce8e6, 0xa50e0e),
  warm: tone(0xfeefe3, 0x8f3e00),
  muted: tone(0xf1f3f4, 0x5f6368),
};

function tone(ground: number, text: number): sheets_v4.Schema$CellFormat {
  return {
    backgroundColorStyle: { rgbColor: rgb(ground) },
    textFormat: { foregroundColorStyle: { rgbColor: rgb(text) } },
  };
}

function rgb(hex: number): sheets_v4.Schema$Color {
  return { red: (hex >> 16) / 255, green: ((hex >> 8) & 0xff) / 255, blue: (hex & 0xff) / 255 };
}

/** Neighbouring columns that humans do not write, as half-open runs. */
function databaseRuns(tab: Tab): readonly { readonly first: number; readonly end: number }[] {
  const runs: { first: number; end: number }[] = [];
  tab.columns.forEach((column, index) => {
    if (column.edit !== null) return;
    const last = runs.at(-1);
    if (last?.end === index) last.end = index + 1;
    else runs.push({ first: index, end: index + 1 });
  });
  return runs;
}

/** The state in which a row waits for a human: the first word that a transition starts from. */
function openState(tab: Tab): View["only"][number] | null {
  const column = tab.columns.findIndex((candidate) => candidate.edit?.rule === "transition");
  const edit = tab.columns[column]?.edit;
  const word = edit?.rule === "transition" ? edit.moves[0]?.from : undefined;
  return word === undefined ? null : { column, words: [word] };
}

function wordsOf(tab: Tab, condition: Condition | null): View["only"][number] | null {
  const column = tab.columns.findIndex((candidate) => candidate.field === condition?.field);
  return condition === null || column < 0 ? null : { column, words: condition.in };
}

function hiddenBeside(column: Column | undefined, shown: readonly string[]): string[] {
  if (column?.type !== "enum") return [];
  return column.values.filter((word) => !shown.includes(word));
}
