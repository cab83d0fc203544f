/** Reads the tables of rules: aligned text, one case a line, below the tab they are about. @module */

import { must } from "../../src/base/assert.ts";
import { atlas } from "../../src/contract/atlas.ts";
import type { Column, Tab } from "../../src/contract/schema.ts";
import { parseTimestamp, serialFromTime } from "../../src/contract/timestamp.ts";
import type { Typed } from "../helpers/hands.ts";

/** One line of a table: its words by the heads of the columns. */
export interface Line {
  readonly tab: Tab;
  readonly column: Column;
  /** Position of the column in the tab. */
  readonly index: number;
  /** The number of the line in the table, for messages. */
  readonly number: number;
  readonly words: Readonly<Record<string, string>>;
}

/** The lines of a table. The first line names its columns. */
export function parseTable(table: string): Line[] {
  let heads: string[] = [];
  let tab: Tab | null = null;
  return table.split("\n").flatMap((text, number): Line[] => {
    if (text.trim() === "") return [];
    if (text.startsWith("#")) {
      heads = text.slice(1).split(" | ").map((word) => word.trim());
      return [];
    }
    if (text.startsWith("==")) {
      const title = text.slice(2).split(":")[0]?.trim() ?? "";
      tab = must(atlas.tabs.find((known) => known.title === title), title);
      return [];
    }
    const cells = text.split(" | ").map((word) => word.trim());
    if (cells.length !== heads.length || tab === null) throw new Error(`line ${number}: ${text}`);
    const words = Object.fromEntries(heads.map((head, at) => [head, cells[at] ?? ""]));
    const index = tab.columns.findIndex(({ header }) => header === words["column"]);
    const column = must(tab.columns[index], `column of line ${number}: ${text}`);
    return [{ tab, column, index, number, words }];
  });
}

/** A word of a line. */
export function word(line: Line, head: string): string {
  return must(line.words[head], `${head} of line ${line.number}`);
}

/** The text a word stands for. */
export function textOf(written: string): string {
  if (written === "∅") return "";
  const repeated = /^(.)×(\d+)$/u.exec(written);
  if (repeated !== null) return (repeated[1] ?? "").repeat(Number(repeated[2]));
  return written.replaceAll("⏎", "\n").replaceAll("␣", " ");
}

/** What a word puts into a cell. */
export function typedOf(written: string): Typed {
  const scalar = /^\{(true|false|-?\d+(?:\.\d+)?)\}$/.exec(written)?.[1];
  if (scalar !== undefined) {
    return scalar === "true" || scalar === "false" ? scalar === "true" : Number(scalar);
  }
  if (written.startsWith("ƒ")) return { formula: written.slice(1) };
  if (written.startsWith("@")) {
    return serialFromTime(must(parseTimestamp(written.slice(1)), written), "Etc/GMT");
  }
  return textOf(written);
}

/** A text with the times of the mirror's explanations left out. */
export function withoutTimes(text: string): string {
  return text.replace(/\[mirror \d{4}-\d\d-\d\d \d\d:\d\dZ\]/g, "[mirror]");
}
