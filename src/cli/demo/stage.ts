/** Where the demo plays: a database and a spreadsheet, both in memory, and the people at them. @module */

import { type Clock, isoTime } from "../../base/clock.ts";
import { must } from "../../base/assert.ts";
import { atlas } from "../../contract/atlas.ts";
import { rowId } from "../../contract/cell.ts";
import type { Tab } from "../../contract/schema.ts";
import { type Person, person } from "../../embedded/people.ts";
import { startEmbedded } from "../../embedded/server.ts";
import { seedWorld } from "../../embedded/world.ts";
import { runCycle } from "../../mirror/cycle.ts";
import type { CycleReport } from "../../mirror/report.ts";
import { createSheetsClient } from "../../sheets/client.ts";
import { type Database, openDatabase } from "../../store/database.ts";
import { initialise } from "../../store/migrations.ts";
import { readSource } from "../../store/source.ts";
import { createMasker } from "../../text/secrets.ts";
import { setUp } from "../commands/setup.ts";
import type { CliContext } from "../context.ts";

/** When the demo plays, in milliseconds: the sample data, and so the story, are the same each time. */
const OPENING_MS = Date.UTC(2026, 0, 15, 14, 30);
const WORLD = { seed: 7, runs: 400, approvals: 400, errors: 80, days: 30 } as const;

/** Everything the story is told about. */
export interface Stage extends AsyncDisposable {
  /** Where the spreadsheet answers. */
  readonly url: string;
  readonly db: Database;
  readonly clock: Clock;
  /** May edit what the contract gives to people. */
  readonly erik: Person;
  /** Owns the spreadsheet, so that nothing stops her. */
  readonly olga: Person;
  /** What was done to lay out the database and the spreadsheet, a sentence each. */
  readonly preparations: { readonly tables: readonly string[]; readonly tabs: readonly string[] };
  /** Lets the mirror work once. */
  cycle(): Promise<CycleReport>;
}

/** Opens the stage: everything laid out, the database full, the spreadsheet empty. */
export async function openStage(context: CliContext): Promise<Stage> {
  const { random, signal } = context;
  const clock = clockFrom(OPENING_MS, context.clock);
  await using stack = new AsyncDisposableStack();
  const db = stack.use(openDatabase(":memory:", { mode: "write" }));
  const sheets = stack.use(await startEmbedded({ storage: ":memory:", clock, random }));
  const { url, spreadsheetId } = sheets;
  const tables = initialise(db, atlas, { migrate: false, random, now: isoTime(clock.now()) });
  const client = createSheetsClient({
    endpoint: url,
    spreadsheetId,
    credentials: null,
    clock,
    random,
  });
  const deps = { db, client, contract: atlas, clock, random, masker: createMasker() };
  const tabs = await setUp(deps, { tabs: null, repair: false }, signal);
  seedWorld(db, { ...WORLD, now: clock.now() });
  const opened = stack.move();
  return {
    url,
    db,
    clock,
    erik: person(url, spreadsheetId, "editor"),
    olga: person(url, spreadsheetId, "owner"),
    preparations: { tables, tabs },
    cycle: () =>
      runCycle({ ...deps, signal, fence() {} }, {
        direction: "both",
        tabs: null,
        accept: [],
        apply: true,
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** A clock that shows `startMs` now and goes as fast as the other. */
function clockFrom(startMs: number, clock: Clock): Clock {
  const behind = clock.now() - startMs;
  return {
    now: () => clock.now() - behind,
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}

/** A cell, by what people call it. */
export interface Place {
  readonly title: string;
  readonly id: string;
  readonly header: string;
}

/** The tab of the contract with this title. */
export function tabOf(title: string): Tab {
  return must(atlas.tabs.find((tab) => tab.title === title), `the tab ${title}`);
}

/** The field of the column with this header. */
export function fieldOf({ title, header }: Place): string {
  return must(tabOf(title).columns.find((column) => column.header === header), header).field;
}

/** Where the cell is on the screen now, as `E7`. */
export async function addressOf({ olga }: Stage, { title, id, header }: Place): Promise<string> {
  const column = tabOf(title).columns.findIndex((candidate) => candidate.header === header);
  const row = must(await olga.findRow(title, id), `the row ${id}`);
  return `${String.fromCharCode("A".charCodeAt(0) + column)}${row}`;
}

/** What the cell shows in the sheet; null: the row is not there. */
export async function shownAt(
  { olga }: Stage,
  { title, id, header }: Place,
): Promise<string | null> {
  const [headers = [], ...rows] = await olga.read(title);
  const row = rows.find(([first]) => first === id);
  return row === undefined ? null : row[headers.indexOf(header)] ?? "";
}

/** What the database holds there; null: nothing. */
export function storedAt({ db, clock }: Stage, place: Place): string | null {
  const known = new Set([rowId(place.id)]);
  const rows = readSource(db, tabOf(place.title), { known, now: clock.now() });
  return rows.get(rowId(place.id))?.values[fieldOf(place)] ?? null;
}
