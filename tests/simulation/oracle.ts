/**
 * The oracle: it looks at the spreadsheet and the database after every step of the mirror and tells
 * which invariant a step has broken. It knows what people and the agent did, and nothing of how the
 * mirror works.
 *
 * @module
 */

import { z } from "zod";
import type { Database } from "../../src/store/database.ts";
import { type Ledger, type Sight, text } from "./ledger.ts";
import {
  type BookRow,
  type BookTab,
  entryText,
  isReport,
  marksIn,
  type Tables,
  TABS,
} from "./look.ts";
import type { Tally } from "./tally.ts";
import { fits, shownOf } from "./texts.ts";

/** What the oracle works with. */
export interface OracleDesk {
  readonly ledger: Ledger;
  readonly tally: Tally;
  /** A connection of its own. */
  readonly db: Database;
  readonly look: () => readonly BookTab[];
  readonly lookAtTables: () => Tables;
  /** Called with what was broken. */
  readonly accuse: (invariant: number, what: string) => void;
}

const cellsSchema = z.array(z.union([z.string(), z.number(), z.boolean()]));

/** The times that the mirror sets itself, and the column whose change allows it. */
const STAMPS: Readonly<Record<string, string | null>> = {
  decided_at: "status",
  resolved_at: "resolved",
  archived_at: null,
};

/** Judges the steps of the mirror. */
export class Oracle {
  readonly #desk: OracleDesk;
  readonly #bases = new Map<string, string>();
  /** Writes that landed on another row and are to be taken back. */
  #misses: { key: number; column: number; now: string; title: string; id: string }[] = [];
  /** What the last full answer to each process showed, and what stood there when it was given. */
  readonly #read = new Map<number, { readonly sight: Sight; readonly stood: Sight["book"] }>();
  /** What each process wrote last, by the row's key and the column. */
  readonly #written = new Map<number, Map<string, string>>();
  /** By `id.field`: how many decisions there were when one was taken over. */
  readonly #taken = new Map<string, number>();
  /** Texts that stood there until the last batch. */
  #vanished: ReadonlySet<string> = new Set();
  #version: unknown = null;
  /** Processes that another one has taken over from, and how many writes of theirs were under way. */
  readonly #overtaken = new Map<number, number>();

  constructor(desk: OracleDesk) {
    this.#desk = desk;
  }

  /** A full answer has reached the mirror. `sight`: what it shows; `stood`: what stood there by then. */
  afterRead(process: number, sight: Sight, stood: Sight["book"]): void {
    this.#read.set(process, { sight, stood });
  }

  /** A second process ran a whole cycle while the first was in one. `slept`: the first was not at work. */
  afterTakeover(process: number, { slept, underWay }: { slept: boolean; underWay: number }): void {
    this.#overtaken.set(process, underWay);
    if (!slept) this.#desk.accuse(7, `two processes ran a cycle at the same time`);
  }

  /** The mirror has written to the spreadsheet. `byAnchor`: the server itself found the rows. */
  afterWrite(process: number, byAnchor: boolean): void {
    const { ledger, tally, look, accuse } = this.#desk;
    const before = ledger.book;
    const after = look();
    tally.hit("oracle", "writes looked at");
    const underWay = this.#overtaken.get(process);
    if (underWay !== undefined) {
      this.#overtaken.set(process, underWay - 1);
      if (underWay === 0) accuse(7, `process ${process} wrote after another had taken over`);
    }
    const read = this.#read.get(process)?.sight.book ?? [];
    const written = this.#written.get(process) ?? new Map<string, string>();
    this.#written.set(process, written);
    after.forEach((tab, index) => {
      this.#checkHeader(tab, before[index], read, written);
      if (byAnchor) this.#checkRows(tab, before[index]);
      else this.#checkAdded(tab, before[index], this.#read.get(process)?.stood[index]);
    });
    if (!byAnchor) {
      this.#vanished = new Set(
        [...ledger.texts.values()].flatMap(({ mark, place }) => place === null ? [] : [mark]),
      );
    }
    // Nothing can hold back the one request that a process fell asleep in, nor tell it from a person's edit.
    ledger.noteBook(after, underWay === undefined ? "mirror" : "person");
  }

  /**
   * Invariant 8: a tab whose header was not the contract's when it was read is not written, unless all that
   * changes is what this process wrote there by mistake.
   */
  #checkHeader(
    { facts, rows }: BookTab,
    before: BookTab | undefined,
    seen: readonly BookTab[],
    written: Map<string, string>,
  ): void {
    const old = new Map(before?.rows.map((row) => [row.key, row.cells]));
    const standing = new Map(rows.map((row) => [row.key, row.cells]));
    let isTakenBack = true;
    // A row without any text is in neither of the two.
    for (const key of new Set([...old.keys(), ...standing.keys()])) {
      const [was, now] = [old.get(key), standing.get(key)];
      if (was !== undefined && now !== undefined && isSameContent(was, now)) continue;
      for (let column = 0; column < Math.max(was?.length ?? 0, now?.length ?? 0); column++) {
        const [earlier, text] = [entryText(was?.[column]), entryText(now?.[column])];
        if (earlier === text) continue;
        if (written.get(`${key} ${column}`) !== earlier) isTakenBack = false;
        written.set(`${key} ${column}`, text);
      }
    }
    if (isTakenBack) return;
    const read = seen.find((tab) => tab.facts === facts)?.header.slice(
      0,
      facts.headers.length,
    );
    if (read === undefined || String(read) === String(facts.headers)) return;
    this.#desk.accuse(8, `${facts.title} was written although its header was ${read.join(", ")}`);
  }

  /** Invariant 7: a row that stands is not added once more, unless a person gave it its ID meanwhile. */
  #checkAdded(
    { facts, rows }: BookTab,
    before: BookTab | undefined,
    stood: BookTab | undefined,
  ): void {
    for (const { key, id, isAnchored } of rows) {
      if (!isAnchored || this.#desk.ledger.hasShown(key)) continue;
      const standing = before?.rows.find((row) => row.isAnchored && row.id === id);
      if (standing === undefined) continue;
      const then = stood?.rows.find((row) => row.key === standing.key);
      if (then !== undefined && then.id !== id) continue;
      this.#desk.accuse(
        7,
        `${id} was added to ${facts.title}, where it stands in row ${standing.row}`,
      );
    }
  }

  /**
   * Invariant 5: what the mirror wrote into a row is something that this row once held. A row that
   * people paste over another in the same second takes the write with it; that is to be taken back
   * before the cycle ends.
   */
  #checkRows({ facts, rows }: BookTab, before: BookTab | undefined): void {
    const { ledger } = this.#desk;
    const old = new Map(before?.rows.map((row) => [row.key, row]));
    for (const row of rows) {
      const was = old.get(row.key);
      if (was === undefined) continue;
      const names = [row.id, ledger.ownerOf(row)];
      facts.fields.forEach((field, column) => {
        const now = entryText(row.cells[column]);
        if (now === entryText(was.cells[column]) || typeof row.cells[column] === "number") return;
        if (now === "" || names.some((id) => this.#everHeld(id, field, now))) return;
        if (field === "id" && ledger.tables.has(now)) return;
        this.#misses.push({ key: row.key, column, now, title: facts.title, id: row.id });
      });
    }
  }

  #everHeld(id: string, field: string, shown: string): boolean {
    const { ledger } = this.#desk;
    const key = `${id}.${field}`;
    if (ledger.inSheet.get(key)?.has(shown) === true) return true;
    for (const raw of ledger.inDatabase.get(key) ?? []) {
      if (fits(shownOf(raw, id), shown)) return true;
    }
    return false;
  }

  /** A process of the mirror has committed something. */
  afterCommit(process: number): void {
    const { ledger, tally, db, lookAtTables } = this.#desk;
    // A statement that changed nothing needs no look: https://sqlite.org/pragma.html#pragma_data_version
    const version = db.get("PRAGMA data_version")?.["data_version"];
    if (version === this.#version) return;
    this.#version = version;
    if (this.#overtaken.has(process)) {
      this.#desk.accuse(7, `process ${process} committed after another had taken over`);
    }
    const before = ledger.tables;
    const after = lookAtTables();
    tally.hit("oracle", "transactions looked at");
    const audited = ledger.noteAudit(db);
    ledger.noteTables(after);
    for (const [id, { facts, values }] of after) {
      const was = before.get(id);
      if (isReport(id)) continue;
      if (was === undefined) {
        this.#desk.accuse(2, `the mirror has made the row ${id}`);
        continue;
      }
      const changed = Object.keys(values).filter((field) => values[field] !== was.values[field]);
      if (changed.length === 0) continue;
      if (!audited.has(id)) {
        this.#desk.accuse(3, `${id}: ${changed.join(", ")} changed without a line in the audit`);
      }
      for (const field of changed) {
        if (facts.human.some((human) => human === field)) {
          this.#checkImport(id, field, text(was.values[field]), text(values[field]), was.values);
          if (field !== "notes") this.#checkOnce(process, id, field, text(values[field]));
        } else this.#checkStamp(id, field, changed);
      }
    }
    for (const id of before.keys()) {
      if (!after.has(id) && !isReport(id)) this.#desk.accuse(2, `the mirror has deleted ${id}`);
    }
    this.#checkBase();
  }

  /** Invariant 2: columns that are not for humans change by nobody but the agent. */
  #checkStamp(id: string, field: string, changed: readonly string[]): void {
    const cause = STAMPS[field];
    if (cause === null || (cause !== undefined && changed.includes(cause))) return;
    this.#desk.accuse(2, `${id}: the mirror has changed ${field}`);
  }

  /** Invariants 1, 2 and 7 for one cell of a human column that the mirror has written. */
  #checkImport(
    id: string,
    field: string,
    before: string,
    now: string,
    row: Readonly<Record<string, unknown>>,
  ): void {
    const { accuse, ledger } = this.#desk;
    if (field === "status" || field === "resolved") {
      if (field === "status") this.#checkDecision(id, before, now, row);
      return;
    }
    for (const mark of marksIn(now)) {
      if (marksIn(before).includes(mark)) continue;
      const fate = ledger.texts.get(mark);
      if (fate !== undefined && !fate.ids.has(id)) {
        accuse(5, `${id}: ${field} got ${mark}, which stood in ${[...fate.ids].join(", ")}`);
      }
    }
    if (field === "notes") this.#checkNotes(id, before, now);
  }

  /** Invariants 2 and 7: what is taken over was written by somebody, and since it was last taken over. */
  #checkOnce(process: number, id: string, field: string, now: string): void {
    const { ledger, accuse } = this.#desk;
    const word = now.trim().toLowerCase();
    const place = `${id}.${field}`;
    const taken = this.#taken.get(place) ?? 0;
    const made = ledger.decisions.flatMap((decision, index) =>
      decision.id === id && decision.field === field && decision.word === word ? [index] : []
    );
    if (made.length === 0) accuse(2, `${id}: ${field} became "${now}", which nobody wrote`);
    else if (made.every((index) => index < taken)) {
      accuse(7, `${id}: ${field} became "${now}" once more, which nobody wrote again`);
    }
    this.#taken.set(place, Math.max(taken, this.#read.get(process)?.sight.decisions ?? 0));
  }

  /** A decision binds to what the person saw. */
  #checkDecision(
    id: string,
    before: string,
    now: string,
    row: Readonly<Record<string, unknown>>,
  ): void {
    const { accuse, ledger, tally } = this.#desk;
    tally.hit("oracle", "imports of a decision looked at");
    if (before !== "pending") accuse(2, `${id}: status went from "${before}" to "${now}"`);
    const made = ledger.decisions.filter((decision) =>
      decision.id === id && decision.field === "status" && decision.word === now
    );
    const isTrue = made.some(({ shown }) =>
      ["type", "action", "item", "payload"].every((field) =>
        fits(shownOf(text(row[field]), id), shown[field] ?? "")
      )
    );
    if (made.length > 0 && !isTrue) {
      accuse(
        2,
        `${id}: "${now}" was decided on "${made.at(-1)?.shown["item"]}" and ` +
          `taken over for "${text(row["item"])}"`,
      );
    }
  }

  /** Notes only grow, and nothing is merged or explained twice. */
  #checkNotes(id: string, before: string, now: string): void {
    const { accuse, ledger } = this.#desk;
    for (const mark of marksIn(before)) {
      if (!marksIn(now).includes(mark)) accuse(1, `${id}: ${mark} is gone from the notes`);
    }
    const counts = Map.groupBy(
      now.split("\n").filter((line) => !line.startsWith("[mirror")).flatMap(marksIn),
      (mark) => mark,
    );
    for (const [mark, found] of counts) {
      const fate = ledger.texts.get(mark);
      if (fate?.isReworked === true || found.length <= Math.max(1, fate?.most ?? 1)) continue;
      accuse(7, `${id}: ${mark} stands ${found.length} times in the notes`);
    }
    // Only of these does the line give the very value away: of a decision it gives the word it means.
    const told = now.split("\n")
      .filter((line) => /^\[mirror .*\b(h\d+z|aproved)\b/.test(line) && !ledger.quoted.has(line))
      .map((line) => line.replace(/^\[mirror [^\]]*\] /, ""));
    const twice = told.find((line, index) => told.indexOf(line) < index);
    if (twice !== undefined) accuse(7, `${id} is told twice: ${twice}`);
  }

  /** Invariant 4: the base holds what both sides once held. */
  #checkBase(): void {
    const { db, accuse, ledger } = this.#desk;
    for (
      const { tab, id, cells } of db.all(
        "SELECT tab, id, cells FROM mirror_base WHERE state = 'confirmed'",
      )
    ) {
      const key = `${tab} ${id}`;
      const stored = text(cells);
      if (this.#bases.get(key) === stored) continue;
      this.#bases.set(key, stored);
      const facts = TABS.find(({ title }) => title === tab);
      cellsSchema.parse(JSON.parse(stored)).forEach((cell, column) => {
        const field = facts?.fields[column];
        if (field === undefined || typeof cell !== "string") return;
        if (ledger.inRow.get(`${id}.${field}`)?.has(cell) !== true) {
          accuse(4, `the base of ${id} has ${field} "${cell}", which the sheet never held`);
        }
        const raws = [...ledger.inDatabase.get(`${id}.${field}`) ?? []];
        if (isReport(text(id)) || facts?.dates.some((date) => date === field) === true) return;
        if (!raws.some((raw) => fits(shownOf(raw, text(id)), cell))) {
          accuse(4, `the base of ${id} has ${field} "${cell}", which the database never held`);
        }
      });
    }
  }

  /**
   * A process has ended: invariant 1 for every text that it has taken off the sheet. `isWhole`: nothing
   * went wrong on the way, so that it had its chance to take back what it wrote by mistake.
   */
  afterProcess({ isWhole, isDead }: { isWhole: boolean; isDead: boolean }): void {
    const { ledger, accuse, tally } = this.#desk;
    for (const { key, column, now, title, id } of this.#misses.splice(0)) {
      const row = ledger.book.flatMap(({ rows }) => rows).find((other) => other.key === key);
      if (!isWhole || row?.id !== id || entryText(row.cells[column]) !== now) continue;
      accuse(5, `${title}: ${id} got "${now}", which was never its own`);
    }
    for (const fate of ledger.peoplesTexts()) {
      if (fate.place !== null || fate.isErased || ledger.isKept(fate.mark)) continue;
      // A row was removed in another's place, and the process did not live to put it back.
      const isCutShort = isDead && this.#vanished.has(fate.mark);
      if (fate.isSeen && !isCutShort) {
        accuse(1, `${fate.mark} of ${[...fate.ids].join(", ")} was read and is nowhere any more`);
      } else tally.hit("oracle", "texts lost in the known window");
      fate.isErased = true;
    }
  }
}

/** Cells that were not touched are the same array, unless a formula among them was worked out anew. */
function isSameContent(before: BookRow["cells"], now: BookRow["cells"]): boolean {
  return before === now || JSON.stringify(before) === JSON.stringify(now);
}
