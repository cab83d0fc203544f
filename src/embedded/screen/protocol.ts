/**
 * What the server tells the page: messages of one feed, which is about one tab as one identity sees
 * it. The first message holds everything; each later one what a change made different.
 *
 * @module
 */

import type { Identity } from "../protection.ts";

/** How a cell looks and what may be chosen in it. A field that is missing is as usual. */
export interface Look {
  /** Text goes on in the next line instead of being cut off. */
  readonly wrap?: true;
  readonly bold?: true;
  readonly italic?: true;
  readonly align?: "left" | "center" | "right";
  /** Colours as `#rrggbb`. */
  readonly ground?: string;
  readonly ink?: string;
  /** The words of the cell's dropdown. */
  readonly options?: readonly string[];
  /** What the dropdown says about itself. */
  readonly hint?: string;
}

/** One cell. `null` stands for a cell without anything. */
export interface CellView {
  /** What a person sees. */
  readonly text: string;
  /** Index into the looks sent so far; missing: an ordinary cell. */
  readonly look?: number;
  readonly note?: string;
  /** What was entered, where that is a formula. */
  readonly formula?: string;
}

/** One row that carries something. */
export interface RowView {
  /** Names the row; it stays when the row moves. */
  readonly key: number;
  readonly cells: readonly (CellView | null)[];
  readonly hidden?: true;
}

/** Cells, counted from 0, ends excluded; null: to the end of the grid. */
export interface Span {
  readonly top: number;
  readonly bottom: number | null;
  readonly left: number;
  readonly right: number | null;
}

/** Cells that the identity of this feed may not change. */
export interface Protection extends Span {
  readonly exceptions: readonly Span[];
}

/** A filter of a tab: which words it hides, and in which order it shows the rest. */
export interface FilterRule extends Span {
  readonly title: string;
  readonly hidden: readonly { readonly column: number; readonly words: readonly string[] }[];
  readonly sort: readonly { readonly column: number; readonly ascending: boolean }[];
}

/** Cells that hold a text, a number or something else are coloured. */
export interface ColourRule {
  readonly spans: readonly Span[];
  /** One of Google's words, as `TEXT_EQ`. */
  readonly condition: string;
  readonly values: readonly string[];
  readonly look: Pick<Look, "ground" | "ink" | "bold" | "italic">;
}

/** The name tag of a tab. */
export interface TabName {
  readonly sheetId: number;
  readonly title: string;
}

/** Everything of a tab but its cells. */
export interface Frame {
  readonly spreadsheetId: string;
  readonly title: string;
  readonly tabs: readonly TabName[];
  readonly sheetId: number;
  readonly frozenRows: number;
  /** The width of every column in pixels. */
  readonly widths: readonly number[];
  readonly protections: readonly Protection[];
  readonly filter: FilterRule | null;
  readonly views: readonly FilterRule[];
  readonly colours: readonly ColourRule[];
}

/** One message of the feed. */
export interface FeedMessage {
  /** Counts every change of the spreadsheet, in other tabs as well. */
  readonly revision: number;
  /** Who made the change; null: nobody, this is how things stand. */
  readonly by: Identity | null;
  /** How many pages look at the spreadsheet. */
  readonly present: number;
  /** Missing: it is as it was. */
  readonly frame?: Frame;
  /** The key of every row of the grid, 0 for a row without anything. Missing: as it was. */
  readonly order?: readonly number[];
  /** Rows that are new or different. */
  readonly rows: readonly RowView[];
  /** Looks that join those sent before. */
  readonly looks: readonly Look[];
}
