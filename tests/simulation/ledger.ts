/**
 * What people and the agent did, and what both sides ever held. The oracle judges by this alone: it
 * shares no code with the mirror.
 *
 * @module
 */

import type { Database } from "../../src/store/database.ts";
import { type BookRow, type BookTab, entryText, marksIn, type Tables } from "./look.ts";

/** Where a text stands in the spreadsheet. */
export interface Place {
  readonly title: string;
  readonly id: string;
  /** The field of the column; null: outside the columns of the contract. */
  readonly field: string | null;
  /** Whether the mirror holds the row for one of its own. */
  readonly isAnchored: boolean;
}

/** What became of one text that a person or the agent wrote. */
export interface TextFate {
  readonly mark: string;
  /** Where it stands now; null: nowhere. */
  place: Place | null;
  /** The keys of the rows it stands in. */
  keys: ReadonlySet<number>;
  /** The IDs of all rows it ever stood in. */
  readonly ids: Set<string>;
  /** A person took it away again. */
  isErased: boolean;
  /** An answer that reached the mirror showed it. */
  isSeen: boolean;
  /** How often it stood in one cell at most when a person had last worked on it. */
  most: number;
  /** A person changed the line it stands in: the mirror keeps both lines, so it may stand twice. */
  isReworked: boolean;
}

/** A word that a person put into a cell that decides, and what the row showed them. */
export interface Decision {
  readonly id: string;
  readonly field: string;
  readonly word: string;
  /** What the columns of the database showed, field by field. */
  readonly shown: Readonly<Record<string, string>>;
}

/** One text in the spreadsheet: where, how often in one cell at most, and in which rows. */
interface Standing {
  readonly place: Place;
  readonly most: number;
  /** All IDs that these rows ever had. */
  readonly names: Set<string>;
  readonly keys: Set<number>;
}

/** What there was to be seen at one moment. */
export interface Sight {
  readonly book: readonly BookTab[];
  /** How many decisions had been made. */
  readonly decisions: number;
}

const MARK_COLUMNS_MAX = 8;

/** The memory of one history. */
export class Ledger {
  readonly texts = new Map<string, TextFate>();
  readonly decisions: Decision[] = [];
  /** Texts that ever stood in the database, by `id.field`. */
  readonly inDatabase = new Map<string, Set<string>>();
  /** Texts that ever stood in the spreadsheet, by `id.field`. */
  readonly inSheet = new Map<string, Set<string>>();
  /** The same, by every ID that the row ever had: rows are pasted over one another. */
  readonly inRow = new Map<string, Set<string>>();
  /** Lines of the mirror that people have copied, from wherever, into a row's notes. */
  readonly quoted = new Set<string>();
  /** Every mark that the audit holds. */
  readonly audited = new Set<string>();
  book: readonly BookTab[] = [];
  tables: Tables = new Map();
  /** The IDs a row ever showed, by the key of the row. */
  readonly #names = new Map<number, Set<string>>();
  /** The last ID of the database that a row showed: an edited ID does not make it another row. */
  readonly #owners = new Map<number, string>();
  readonly #lastCells = new Map<number, BookRow["cells"]>();
  #lastAudit = 0;

  /** Takes note of what stands in the spreadsheet. `by`: who changed it since. */
  noteBook(book: readonly BookTab[], by: "person" | "mirror"): void {
    if (by === "person") this.#noteDecisions(book);
    this.book = book;
    const standing = new Map<string, Standing>();
    for (const { facts, title, rows } of book) {
      for (const row of rows) {
        const { key, id, isAnchored } = row;
        const names = this.#names.get(key) ?? new Set<string>();
        this.#names.set(key, names.add(id));
        if (this.tables.has(id)) this.#owners.set(key, id);
        this.#noteCells(facts.fields, row);
        for (const { mark, column, most } of marksOf(row.cells)) {
          const known = standing.get(mark);
          standing.set(mark, {
            place: { title, id, isAnchored, field: facts.fields[column] ?? null },
            most: Math.max(most, known?.most ?? 0),
            names: known === undefined ? names : known.names.union(names),
            keys: new Set(known?.keys).add(key),
          });
        }
      }
    }
    this.#follow(standing, by);
  }

  /** Whether the row with this key ever showed anything. */
  hasShown(key: number): boolean {
    return this.#names.has(key);
  }

  /** What there is to be seen now. */
  sight(): Sight {
    return { book: this.book, decisions: this.decisions.length };
  }

  /** The row of the database that a row of the sheet is: what it shows, or showed before its ID was edited. */
  ownerOf({ key, id }: Pick<BookRow, "key" | "id">): string {
    return this.#owners.get(key) ?? id;
  }

  #noteCells(fields: readonly string[], { key, id, cells }: BookRow): void {
    // A row that was not touched is the same object.
    if (this.#lastCells.get(key) === cells) return;
    this.#lastCells.set(key, cells);
    const owner = this.ownerOf({ key, id });
    fields.forEach((field, column) => {
      const shown = entryText(cells[column]);
      remember(this.inSheet, `${id}.${field}`, shown);
      if (owner !== id) remember(this.inSheet, `${owner}.${field}`, shown);
      for (const name of this.#names.get(key) ?? []) {
        remember(this.inRow, `${name}.${field}`, shown);
      }
    });
  }

  #follow(standing: ReadonlyMap<string, Standing>, by: "person" | "mirror"): void {
    for (const [mark, { place, most, names, keys }] of standing) {
      const fate = this.#fateOf(mark);
      const isMoved = fate.keys.isDisjointFrom(keys);
      fate.place = place;
      fate.keys = keys;
      fate.isErased = false;
      if (by === "mirror") continue;
      // Pasted into another row it is an edit of that row, which nobody has seen yet.
      if (isMoved) fate.isSeen = false;
      for (const name of names) fate.ids.add(name);
      fate.most = Math.max(fate.most, most);
    }
    for (const fate of this.texts.values()) {
      if (fate.place === null || standing.has(fate.mark)) continue;
      fate.place = null;
      if (by === "mirror") continue;
      fate.isErased = true;
      // Where they put it back, it has to be seen anew.
      fate.isSeen = false;
    }
  }

  #fateOf(mark: string): TextFate {
    const known = this.texts.get(mark);
    if (known !== undefined) return known;
    const fate: TextFate = {
      mark,
      place: null,
      keys: new Set(),
      ids: new Set(),
      isErased: false,
      isSeen: false,
      most: 1,
      isReworked: false,
    };
    this.texts.set(mark, fate);
    return fate;
  }

  /** Compares row by row, by ID, what a person has changed. */
  #noteDecisions(book: readonly BookTab[]): void {
    book.forEach(({ facts, rows }, index) => {
      const rowsBefore = this.book[index]?.rows ?? [];
      const byKey = new Map(rowsBefore.map((row) => [row.key, row]));
      const before = Map.groupBy(rowsBefore, (row) => this.ownerOf(row));
      for (const { key, id: shownId, cells } of rows) {
        const id = this.tables.has(shownId) ? shownId : this.ownerOf({ key, id: shownId });
        // A row may stand there twice, cut and pasted; it is compared with itself where it can be.
        const same = byKey.get(key);
        const isSame = same !== undefined && this.ownerOf(same) === id;
        const old = isSame ? [same] : before.get(id) ?? [];
        // What is pasted over a row stands in that row, whatever ID it brings along or gets.
        const others = [...this.#names.get(key) ?? []].filter((name) => name !== id);
        facts.fields.forEach((field, column) => {
          if (!facts.human.some((human) => human === field)) return;
          const word = entryText(cells[column]);
          const isNewIn = (rows: readonly BookRow[]) =>
            !rows.some((row) => entryText(row.cells[column]) === word);
          const ids = [
            ...(isNewIn(old) ? [id] : []),
            ...(same !== undefined && isNewIn([same]) ? others : []),
          ];
          if (ids.length === 0) return;
          const shown = Object.fromEntries(
            facts.fields.slice(0, MARK_COLUMNS_MAX).map((name, at) => [name, entryText(cells[at])]),
          );
          for (const id of ids) {
            this.decisions.push({ id, field, word: word.trim().toLowerCase(), shown });
          }
          for (const row of old) this.#noteRework(entryText(row.cells[column]), word);
          const before = old.flatMap((row) => entryText(row.cells[column]).split("\n"));
          for (const line of word.split("\n")) {
            if (line.startsWith("[mirror") && !before.includes(line)) this.quoted.add(line);
          }
        });
      }
    });
  }

  #noteRework(before: string, now: string): void {
    const lines = new Set(now.split("\n"));
    for (const line of before.split("\n")) {
      if (lines.has(line)) continue;
      for (const mark of marksIn(line)) this.#fateOf(mark).isReworked = true;
    }
  }

  /** Takes note of what stands in the database. */
  noteTables(tables: Tables): void {
    const before = this.tables;
    this.tables = tables;
    for (const [id, { values }] of tables) {
      const old = before.get(id)?.values;
      for (const field in values) {
        if (old?.[field] === values[field] && old !== undefined) continue;
        remember(this.inDatabase, `${id}.${field}`, text(values[field]));
      }
    }
  }

  /** Takes note of what was added to the audit, and returns the rows it is about. */
  noteAudit(db: Database): ReadonlySet<string> {
    const added = db.all("SELECT * FROM mirror_audit WHERE id > ?", BigInt(this.#lastAudit));
    for (const entry of added) {
      this.#lastAudit = Math.max(this.#lastAudit, Number(entry["id"]));
      for (const field of ["old_value", "new_value", "reason"]) {
        for (const mark of marksIn(text(entry[field]))) this.audited.add(mark);
      }
    }
    return new Set(added.map((entry) => text(entry["row_id"])));
  }

  /** An answer reached the mirror. */
  noteDelivery(answer: string): void {
    for (const mark of marksIn(answer)) {
      const fate = this.texts.get(mark);
      if (fate !== undefined && fate.place !== null) fate.isSeen = true;
    }
  }

  /** What people wrote; texts of the agent are the agent's own affair. */
  peoplesTexts(): readonly TextFate[] {
    return [...this.texts.values()].filter(({ mark }) => mark.startsWith("h"));
  }

  /** Whether the database or the audit has the text. */
  isKept(mark: string): boolean {
    if (this.audited.has(mark)) return true;
    for (const { values } of this.tables.values()) {
      for (const field in values) if (text(values[field]).includes(mark)) return true;
    }
    return false;
  }
}

/** One mark in one cell, and how often it stands there. */
interface MarkedCell {
  readonly mark: string;
  readonly column: number;
  readonly most: number;
}

// The cells of a row that was not touched are the same array.
const marked = new WeakMap<BookRow["cells"], readonly MarkedCell[]>();

function marksOf(cells: BookRow["cells"]): readonly MarkedCell[] {
  const known = marked.get(cells);
  if (known !== undefined) return known;
  const found = cells.flatMap((cell, column) => {
    const marks = marksIn(entryText(cell));
    return [...new Set(marks)].map((mark): MarkedCell => ({
      mark,
      column,
      most: marks.filter((other) => other === mark).length,
    }));
  });
  marked.set(cells, found);
  return found;
}

function remember(memory: Map<string, Set<string>>, key: string, value: string): void {
  const known = memory.get(key);
  if (known === undefined) memory.set(key, new Set([value]));
  else known.add(value);
}

/** A value of the database as text; NULL is "". */
export function text(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
