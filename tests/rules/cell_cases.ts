/**
 * Plays the tables of cell rules: every line on a row of its own, all lines of a table in one world,
 * so that one cycle judges them all and the next one must find nothing left to do.
 *
 * @module
 */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { parseTimestamp, serialFromTime } from "../../src/contract/timestamp.ts";
import type { Tab } from "../../src/contract/schema.ts";
import type { CellPlan } from "../../src/mirror/plan.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import {
  type CellEdit,
  noWrites,
  plannedCell,
  putCells,
  screenOf,
  settle,
  type Typed,
  Wire,
} from "../helpers/hands.ts";
import { approval, error, type Row, run, World } from "../helpers/world.ts";
import { type Line, parseTable, textOf, typedOf, withoutTimes, word } from "./parse_table.ts";

/** A line and the row it is played on. */
interface Case {
  readonly line: Line;
  readonly id: string;
}

const SAMPLES: Readonly<Record<string, (id: string, more: Row) => Row>> = {
  "approvals": approval,
  "runs": run,
  "errors": error,
};

/** A row like any other of its tab. */
export function sampleRow(tab: Tab, id: string, more: Row = {}): Row {
  return must(SAMPLES[tab.table], tab.table)(id, more);
}

function casesOf(table: string): Case[] {
  return parseTable(table).map((line, index) => ({ line, id: `case-${index}` }));
}

/** What of the row the line itself is about. */
function given(line: Line, head: string): Row {
  const written = word(line, head);
  return written === "*" || written === "-" ? {} : { [line.column.field]: textOf(written) };
}

function insert(world: World, { line, id }: Case, values: Row): void {
  world.insert(line.tab.table, sampleRow(line.tab, id, values));
}

/** Writes what a line says the agent wrote. */
function writeAsAgent(world: World, { line, id }: Case, head: string): void {
  const row = { ...given(line, head), ...alsoBy(line, "database") };
  if (Object.keys(row).length > 0) world.change(line.tab.table, id, row);
}

/** The word `and` names a change beside the one in question: `database Item=Other`. */
function alsoBy(line: Line, side: "database" | "sheet"): Record<string, string> {
  const [, who, header, text = ""] =
    /^(database|sheet) (\w+)=(.*)$/.exec(line.words["and"] ?? "") ??
      [];
  if (who !== side) return {};
  const { field } = must(line.tab.columns.find((column) => column.header === header), "the column");
  return { [field]: text };
}

/** Writes what the lines say the human wrote. */
async function writeAsHuman(world: World, cases: readonly Case[], head: string): Promise<void> {
  for (const [tab, group] of Map.groupBy(cases, ({ line }) => line.tab)) {
    const screen = await screenOf(world, tab.title);
    const edits = group.flatMap(({ line, id }): CellEdit[] => {
      const also = Object.entries(alsoBy(line, "sheet"));
      const written = word(line, head);
      if (written === "-" && also.length === 0) return [];
      const { row } = must(screen.get(id), `${id} on the screen`);
      if (written === "(row emptied)") {
        return tab.columns.map((_, column) => ({ row, column, value: "" }));
      }
      return [
        ...(written === "-" ? [] : [{ row, column: line.index, value: typedOf(written) }]),
        ...also.map(([field, value]) => ({
          row,
          column: tab.columns.findIndex((column) => column.field === field),
          value,
        })),
      ];
    });
    await putCells(world, tab.title, edits);
  }
}

/** Everything that can be said about the rows of the cases at one moment. */
async function look(world: World, cases: readonly Case[]) {
  const screens = new Map<Tab, Awaited<ReturnType<typeof screenOf>>>();
  for (const { line: { tab } } of cases) {
    if (!screens.has(tab)) screens.set(tab, await screenOf(world, tab.title));
  }
  return new Map(cases.map(({ line, id }) => [id, {
    stored: world.row(line.tab.table, id),
    shown: screens.get(line.tab)?.get(id)?.cells ?? [],
    audits: world.history(id).length,
  }]));
}

type Look = Awaited<ReturnType<typeof look>>;

/** Compares what became of every line with what the table says; all that is wrong is told at once. */
async function check(world: World, cases: readonly Case[], before: Look, report: CycleReport) {
  const after = await look(world, cases);
  const wrong = cases.flatMap((subject) => {
    const was = must(before.get(subject.id), subject.id);
    const is = must(after.get(subject.id), subject.id);
    const found = describe(world, subject, was, is, report);
    return Object.entries(expect(subject, was)).flatMap(([what, wanted]) =>
      found[what] === wanted
        ? []
        : [`${place(subject)}: ${what} is ${show(found[what])} instead of ${show(wanted)}`]
    );
  });
  assert.deepEqual(wrong, []);
}

const show = (value: unknown) => JSON.stringify(value)?.slice(0, 200);

function place({ line }: Case): string {
  return `line ${line.number} ${
    Object.values(line.words).map((text) => text.slice(0, 30)).join(" | ")
  }`;
}

type Seen = Look extends ReadonlyMap<string, infer T> ? T : never;

function expect({ line }: Case, was: Seen): Record<string, unknown> {
  const { column, index, words } = line;
  const stored = word(line, "database after");
  const shown = word(line, "sheet after");
  const explained = words["explained in Notes"] ?? "-";
  const notes = { ...alsoBy(line, "sheet"), ...alsoBy(line, "database") }["notes"] ??
    was.stored["notes"];
  return {
    verdict: word(line, "verdict"),
    database: stored === "-" ? was.stored[column.field] : textOf(stored),
    sheet: shown === "-" ? was.shown[index] ?? "" : textOf(shown),
    ...(words["audit"] === undefined ? {} : { audit: words["audit"] }),
    ...(column.field === "notes"
      ? {}
      : { notes: explained === "-" ? notes : `[mirror] ${explained}` }),
    "other fields": "as they were",
    "the audit's values": "as they should be",
  };
}

/** Fields that a decision stamps. */
const STAMPS: readonly string[] = ["decided_at", "resolved_at"];

function describe(
  world: World,
  { line: { tab, column, index, words }, id }: Case,
  was: Seen,
  is: Seen,
  report: CycleReport,
): Record<string, unknown> {
  const cell = plannedCell(report, tab.title, id, column.field);
  const audit = world.history(id).slice(was.audits)
    .filter((entry) => entry.column === column.field && entry.actor !== "mirror");
  const others = Object.keys(is.stored).filter((field) =>
    field !== column.field && field !== "notes" && !STAMPS.includes(field) &&
    is.stored[field] !== was.stored[field]
  );
  const wrongValues = audit.filter((entry) => !isTrue(entry, cell, is, column.field));
  return {
    verdict: cell === undefined ? "quiet" : spelled(cell, words["verdict"] ?? ""),
    database: withoutTimes(String(is.stored[column.field] ?? "")),
    sheet: withoutTimes(is.shown[index] ?? ""),
    audit: audit.map(({ actor, verdict }) => `${actor} ${verdict}`).join(", ") || "-",
    notes: withoutTimes(String(is.stored["notes"] ?? "")),
    "other fields": others.length === 0 ? "as they were" : others,
    "the audit's values": wrongValues.length === 0 ? "as they should be" : wrongValues,
  };
}

/** The verdict, with its code where the table names one. */
function spelled({ verdict, code }: CellPlan<unknown>, wanted: string): string {
  return wanted.includes(" ") ? `${verdict} ${code?.replace("MIRROR-", "") ?? ""}` : verdict;
}

/** Whether a line of the audit tells the values that it should. */
function isTrue(
  entry: { verdict: string; oldValue: string | null; newValue: string | null },
  cell: CellPlan<unknown> | undefined,
  is: Seen,
  field: string,
): boolean {
  switch (entry.verdict) {
    case "refused":
    case "conflict":
      return entry.newValue === cell?.found;
    case "restored":
      return entry.oldValue === cell?.found;
    case "accepted":
    case "merged":
      return entry.newValue === is.stored[field];
    default:
      return true;
  }
}

/** After the cycle that decides, nothing may be left to do for any of the rows. */
async function checkQuiet(world: World, cases: readonly Case[]): Promise<void> {
  const ours = new Set(cases.map(({ id }) => id));
  assert.deepEqual((await settle(world)).filter((id) => ours.has(id)), [], "quiet afterwards");
}

/** Both sides agree; the agent and the human write; one cycle decides; the next is quiet. */
export async function playCellRules(table: string): Promise<void> {
  await using world = await World.start();
  const cases = casesOf(table);
  for (const subject of cases) insert(world, subject, given(subject.line, "base"));
  assert.equal((await world.cycle()).status, "ok");
  const shown = await look(world, cases);
  for (const subject of cases) writeAsAgent(world, subject, "database");
  const before = withScreen(await look(world, cases), shown);
  await writeAsHuman(world, cases, "sheet");
  const report = await world.cycle();
  assert.equal(report.status, "ok", JSON.stringify(report.tabs.map(({ guards }) => guards)));
  await check(world, cases, before, report);
  await checkQuiet(world, cases);
}

/** The database as it is now, the sheet as it was then. */
function withScreen(now: Look, then: Look): Look {
  return new Map([...now].map(([id, seen]) => [id, {
    ...seen,
    shown: then.get(id)?.shown ?? [],
  }]));
}

/** A cycle commits and cannot write to the sheet; then the agent and the human write once more. */
export async function playInterruptedRules(table: string): Promise<void> {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  const cases = casesOf(table);
  for (const subject of cases) insert(world, subject, given(subject.line, "base"));
  assert.equal((await world.cycle()).status, "ok");
  const shown = await look(world, cases);
  await writeAsHuman(world, cases, "first");
  const stopped = await wire.during(noWrites, () => world.cycle());
  assert.equal(stopped.status, "failed");
  for (const subject of cases) {
    // The agent writes a fresh text, or adds to what the human wrote: the table has the whole text.
    writeAsAgent(world, subject, "then database");
  }
  const before = withScreen(await look(world, cases), shown);
  await writeAgain(world, cases);
  const report = await world.cycle();
  assert.equal(report.status, "ok");
  await check(world, cases, withoutExplanations(before), report);
  await checkQuiet(world, cases);
}

/** Rows whose ID was edited are not to be found by it, so they are found by their place. */
async function writeAgain(world: World, cases: readonly Case[]): Promise<void> {
  await writeAsHuman(
    world,
    cases.filter(({ line }) => word(line, "then sheet") !== "-"),
    "then sheet",
  );
}

/** The refusal was explained by the first cycle already. */
function withoutExplanations(before: Look): Look {
  return new Map([...before].map(([id, seen]) => [id, {
    ...seen,
    stored: { ...seen.stored, notes: withoutTimes(String(seen.stored["notes"] ?? "")) },
  }]));
}

/** Sheet and database have the same rows and never met. */
export async function playFirstMeeting(table: string): Promise<void> {
  await using world = await World.start();
  const cases = casesOf(table);
  for (const subject of cases) insert(world, subject, given(subject.line, "database"));
  for (const [tab, group] of Map.groupBy(cases, ({ line }) => line.tab)) {
    await putCells(world, tab.title, group.flatMap((subject, at) => meetingRow(subject, at + 2)));
  }
  const before = await look(world, cases);
  const guarded = await world.cycle();
  assert.deepEqual(
    guarded.tabs.map(({ guards }) => guards.map(({ guard }) => guard)),
    guarded.tabs.map(() => ["adopt"]),
  );
  const report = await world.cycle({ accept: ["adopt"] });
  assert.equal(report.status, "ok");
  await check(world, cases, withEncoded(cases, before), report);
  await checkQuiet(world, cases);
}

/** The row as the mirror would show it, but for the one cell the line is about. */
function meetingRow({ line, id }: Case, row: number): CellEdit[] {
  const values = sampleRow(line.tab, id, given(line, "database"));
  const written = word(line, "sheet");
  return line.tab.columns.map((column, index): CellEdit => {
    const value: Typed = index === line.index && written !== "*"
      ? typedOf(written)
      : encodedPlainly(column.type, values[column.field] ?? "");
    return { row, column: index, value };
  });
}

function encodedPlainly(type: string, text: string): Typed {
  return type === "datetime" ? serialFromTime(must(parseTimestamp(text), text), "Etc/GMT") : text;
}

/** What `-` means for the sheet where it was never written before: the database's value. */
function withEncoded(cases: readonly Case[], before: Look): Look {
  return new Map(cases.map(({ line, id }) => {
    const seen = must(before.get(id), id);
    const shown = line.tab.columns.map(({ field, type }) => {
      const text = String(seen.stored[field] ?? "");
      return type === "datetime" ? text.slice(0, 16).replace("T", " ") : text;
    });
    return [id, { ...seen, shown }];
  }));
}
