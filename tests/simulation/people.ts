/** People: they do in the spreadsheet what people do, over HTTP like any other client. @module */

import { columnLetters } from "../../src/embedded/a1.ts";
import { type Person, Refusal } from "../../src/embedded/people.ts";
import type { Act } from "./history.ts";
import { type BookRow, type BookTab, entryText } from "./look.ts";

/** What a person works with. */
export interface PersonDesk {
  readonly hands: Person;
  /** What stands in the tabs right now. */
  readonly look: () => readonly BookTab[];
  /** A mark that was never used before, as `h12z`. */
  readonly mark: () => string;
  /** The last typing, to be undone, and the row that anybody worked on last. */
  readonly memory: { last: { sheet: number; a1: string; text: string } | null; hot: string | null };
}

type PersonAct = Exclude<Act, { who: "agent" }>;

/** What came of an act. */
export type Done =
  /** It was done; the text tells what, for the story. */
  | { readonly kind: "done"; readonly text: string }
  /** Google did not let the person do it. */
  | { readonly kind: "refused" }
  /** There was nothing to do it to. */
  | { readonly kind: "idle" };

const ZONES = ["Etc/GMT", "Europe/Berlin", "America/New_York", "Asia/Kolkata"];
const DECISIONS = ["approved", "rejected", " Approved", "REJECTED "];

/** Does what the act says. */
export async function actAsPerson(desk: PersonDesk, act: PersonAct): Promise<Done> {
  try {
    const text = await perform(desk, act);
    return text === null ? { kind: "idle" } : { kind: "done", text };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { kind: "refused" };
    throw thrown;
  }
}

async function perform(desk: PersonDesk, { what, a, b }: PersonAct): Promise<string | null> {
  const tabs = desk.look();
  const wanted = what === "decides" || what === "fills a decision down" ||
      what === "writes a word that is no decision"
    ? 0
    : what === "resolves an error" || what === "writes a resolution"
    ? 2
    : a % tabs.length;
  const tab = tabs[wanted];
  if (tab === undefined) return null;
  const { hands } = desk;
  const { facts, title, rows } = tab;
  const known = rows.filter(({ id }) => id !== "");
  const last = rows.reduce((most, { row }) => Math.max(most, row), 1);
  const hot = b % 3 === 0 ? known.find(({ id }) => id === desk.memory.hot) : undefined;
  const row = hot ?? known[b % Math.max(1, known.length)];
  const other = known[(b + 1) % Math.max(1, known.length)];
  const column = (field: string) => facts.fields.findIndex((name) => name === field);
  const letter = (field: string) => columnLetters(column(field));

  async function type(at: BookRow, letters: string, text: string): Promise<string> {
    const a1 = `${letters}${at.row}`;
    const index = letters.charCodeAt(0) - 65;
    desk.memory.hot = at.id;
    desk.memory.last = { sheet: wanted, a1, text: entryText(at.cells[index]) };
    await hands.type(title, a1, text);
    return `${at.id}: ${facts.headers[index] ?? letters} := ${JSON.stringify(text)}`;
  }

  switch (what) {
    case "sorts the tab": {
      const by = columnLetters(b % 8);
      await hands.sort(title, by, a % 2 === 0);
      return `sorts ${title} by ${by}`;
    }
    case "filters the tab":
      await hands.filter(title, columnLetters(b % 8), "pending");
      return `filters ${title}`;
    case "inserts a row":
      await hands.insertRow(title, 2 + b % last);
      return `inserts a row above row ${2 + b % last} of ${title}`;
    case "writes below the table":
      await hands.type(title, `D${last + 2 + b % 2}`, `${desk.mark()} below`);
      return `writes below ${title}`;
    case "adds a row of their own":
      await hands.type(title, `A${last + 1}`, `my-${desk.mark()}`);
      return `adds a row of their own to ${title}`;
    case "renames a header": {
      const index = b % facts.headers.length;
      const header = facts.headers[index] ?? "";
      const isRight = tab.header[index] === header;
      await hands.type(title, `${columnLetters(index)}1`, isRight ? `${header}?` : header);
      return `${isRight ? "renames" : "puts back"} the header ${header} of ${title}`;
    }
    case "renames the tab": {
      const renamed = title === facts.title ? `${title} (ours)` : facts.title;
      await hands.renameTab(title, renamed);
      return `renames ${title} to ${renamed}`;
    }
    case "changes the time zone": {
      const zone = ZONES[b % ZONES.length] ?? "Etc/GMT";
      await hands.setTimeZone(zone);
      return `sets the time zone to ${zone}`;
    }
    case "undoes the last typing": {
      const memory = desk.memory.last;
      const sheet = memory === null ? undefined : tabs[memory.sheet];
      if (memory === null || sheet === undefined) return null;
      desk.memory.last = null;
      await hands.type(sheet.title, memory.a1, memory.text);
      return `undoes the typing in ${memory.a1} of ${sheet.title}`;
    }
    default:
  }
  if (row === undefined || other === undefined) return null;
  const notes = entryText(row.cells[column("notes")]);
  switch (what) {
    case "types a note": {
      const text = `${desk.mark()} seen`;
      return await type(row, letter("notes"), notes === "" ? text : `${notes}\n${text}`);
    }
    case "puts a note in front": {
      const text = `${desk.mark()} first`;
      return await type(row, letter("notes"), notes === "" ? text : `${text}\n${notes}`);
    }
    case "mends a note": {
      const lines = notes.split("\n");
      const at = a % lines.length;
      if (notes === "" || lines[at]?.startsWith("[mirror") === true) return null;
      lines[at] = `${lines[at]} (mended ${desk.mark()})`;
      return await type(row, letter("notes"), lines.join("\n"));
    }
    case "empties the notes":
      return notes === "" ? null : await type(row, letter("notes"), "");
    case "decides":
      return await type(row, letter("status"), DECISIONS[a % DECISIONS.length] ?? "approved");
    case "writes a word that is no decision": {
      const word = a % 3 === 0 ? "aproved" : `perhaps ${desk.mark()}`;
      return await type(row, letter("status"), word);
    }
    case "resolves an error":
      return await type(row, letter("resolved"), a % 3 === 0 ? "false" : "true");
    case "writes a resolution":
      return await type(row, letter("resolution"), `${desk.mark()} rebooted`);
    case "writes a formula":
      return await type(row, letter("notes"), `="${desk.mark()} sum"`);
    case "edits a cell of the database":
      return await type(row, letter(facts.text), `${desk.mark()} overwritten`);
    case "edits an ID":
      return await type(row, "A", `x-${desk.mark()}`);
    case "edits a time":
      return await type(row, letter(facts.time), "2020-02-02 10:00");
    case "fills a decision down": {
      const bottom = Math.min(last, row.row + 1 + a % 4);
      const word = a % 2 === 0 ? "approved" : "rejected";
      await hands.type(title, `E${row.row}:E${bottom}`, word);
      return `fills "${word}" down from row ${row.row} to ${bottom}`;
    }
    case "deletes a row":
      await hands.deleteRow(title, row.row);
      return `deletes the row of ${row.id}`;
    case "drags a row":
      await hands.moveRow(title, row.row, 2 + a % last);
      return `drags the row of ${row.id} to row ${2 + a % last}`;
    case "cuts a row and pastes it below":
      await hands.cutRow(title, row.row, last + 1);
      return `cuts ${row.id} and pastes it into row ${last + 1}`;
    case "cuts a row and pastes it over another":
      if (row === other) return null;
      await hands.cutRow(title, row.row, other.row);
      return `cuts ${row.id} and pastes it over ${other.id}`;
    case "copies a row below":
      await hands.copyRow(title, row.row, last + 1);
      return `copies ${row.id} into row ${last + 1}`;
    case "writes beside the table":
      await hands.type(title, `J${row.row}`, `${desk.mark()} beside`);
      return `writes beside ${row.id}`;
  }
  return null;
}
