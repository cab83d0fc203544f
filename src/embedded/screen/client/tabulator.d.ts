/** The slice of Tabulator that the page uses. It is checked with the page, where there is a DOM. @module */

import type { GridRow } from "./types.d.ts";

/** A column as Tabulator is told of it. */
export interface TabulatorColumn {
  field: string;
  title: string;
  width: number;
  frozen?: boolean;
  resizable?: boolean;
  headerSort: boolean;
  cssClass?: string;
  titleFormatter?: () => HTMLElement;
  formatter: (cell: TabulatorCell) => string | Node;
}

export interface TabulatorCell {
  getElement(): HTMLElement;
  getRow(): TabulatorRow;
}

export interface TabulatorRow {
  getData(): GridRow;
  getElement(): HTMLElement;
  reformat(): void;
}

export interface TabulatorTable {
  on(event: string, listener: () => void): void;
  setColumns(columns: TabulatorColumn[]): void;
  replaceData(rows: readonly GridRow[]): Promise<void>;
  getRow(id: number): TabulatorRow | false;
  scrollToRow(id: number, position: "nearest" | "center", ifVisible: boolean): Promise<void>;
}

export type TabulatorConstructor = new (
  element: HTMLElement,
  options: Record<string, unknown>,
) => TabulatorTable;

declare global {
  var Tabulator: TabulatorConstructor;
}
