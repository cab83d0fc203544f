/** Guards: the signs that something is wrong with a whole tab rather than with a cell. @module */

import { columnLetter } from "../contract/column.ts";
import type { Tab } from "../contract/schema.ts";
import type { SpreadsheetSnapshot, TabSnapshot } from "../sheets/snapshot.ts";
import type { BaseRow, Identity } from "../store/records.ts";
import type { GuardName, GuardTrip } from "./findings.ts";
import type { TabInput } from "./input.ts";
import type { Match } from "./match.ts";
import type { RowPlan } from "./plan.ts";

/** The figures of the guards: a count that must be passed and a share of the whole. */
const MANY_DECISIONS = 20;
const BULK_EDIT_ROWS = 20;
const ROWS_MISSING = 10;
const DATABASE_ROWS_MISSING = 5;
const ROWS_SCRAMBLED = 3;

function trip(guard: GuardName, message: string, hint?: string): GuardTrip {
  return {
    guard,
    message,
    hint: hint ??
      `Look at the plan with --plan. If it is right, let it through once with --accept ${guard}.`,
  };
}

/** The guards of one tab that trip on a full snapshot and the plan made from it. */
export function checkGuards(input: TabInput, match: Match, rows: readonly RowPlan[]): GuardTrip[] {
  const trips = [
    checkContract(input),
    checkFirstMeeting(input, match),
    checkMissing(input, match),
    checkDatabaseMissing(input, rows),
    checkScrambled(match),
    checkBulkEdit(input, match, rows),
    checkDecisions(input, rows),
  ];
  return trips.filter((found) => found !== null);
}

function checkContract({ contractChanged, base }: TabInput): GuardTrip | null {
  if (!contractChanged || base.size === 0) return null;
  return trip("contract-changed", "the contract is not the one this tab was last written under");
}

function checkFirstMeeting(
  { base, rows, sheet, hasMet }: TabInput,
  match: Match,
): GuardTrip | null {
  // Rows nobody knows make a meeting only once: later they are findings, not a reason to stop.
  const filled = match.standing.size + (hasMet ? 0 : match.unknown.length);
  if (base.size > 0 || rows.size === 0 || filled === 0) return null;
  return trip(
    "adopt",
    `database and sheet meet for the first time and both have rows: ${rows.size} in the database, ` +
      `${sheet.rows.length} in the sheet, ${match.standing.size} of them with an ID the database knows`,
  );
}

function checkMissing({ base, rows }: TabInput, { standing, absent }: Match): GuardTrip | null {
  // A row that is due to leave may be gone already: removed by a write whose answer was lost.
  const isDue = ({ id, state }: BaseRow) =>
    state === "confirmed" && rows.get(id)?.scope === "shown";
  let missing = absent.filter(isDue).length;
  for (const { base, trust } of standing.values()) {
    if (trust === "emptied" && base !== null && isDue(base)) missing++;
  }
  if (missing === 0) return null;
  let confirmed = 0;
  for (const row of base.values()) if (isDue(row)) confirmed++;
  if (missing === confirmed) {
    return trip("tab-empty", `none of the ${confirmed} rows is left in the sheet`);
  }
  if (missing <= ROWS_MISSING || missing * 2 <= confirmed) return null;
  return trip("rows-missing", `${missing} of ${confirmed} rows are gone from the sheet`);
}

function checkDatabaseMissing({ base }: TabInput, rows: readonly RowPlan[]): GuardTrip | null {
  const isGone = ({ action }: RowPlan) =>
    (action.kind === "remove" || action.kind === "forget") && action.why === "gone";
  const gone = rows.filter((row) => base.has(row.id) && isGone(row)).length;
  if (gone <= DATABASE_ROWS_MISSING || gone * 2 <= base.size) return null;
  return trip(
    "database-rows-missing",
    `${gone} of ${base.size} rows that are shown are gone from the database`,
  );
}

function checkScrambled(match: Match): GuardTrip | null {
  let scrambled = 0;
  for (const { trust } of match.standing.values()) if (trust === "scrambled") scrambled++;
  if (scrambled <= ROWS_SCRAMBLED) return null;
  return trip(
    "rows-scrambled",
    `${scrambled} rows carry the ID of one row and the anchor of another`,
  );
}

function checkBulkEdit(
  { tab, base }: TabInput,
  match: Match,
  rows: readonly RowPlan[],
): GuardTrip | null {
  const edited =
    rows.filter(({ id, cells }) =>
      base.has(id) && match.standing.get(id)?.trust !== "emptied" &&
      cells.some(({ verdict, column }) =>
        verdict === "restored" && tab.columns[column]?.edit === null
      )
    ).length;
  if (edited <= BULK_EDIT_ROWS || edited * 2 <= match.standing.size) return null;
  return trip(
    "bulk-edit",
    `cells of the database were edited in ${edited} of ${match.standing.size} rows`,
  );
}

function checkDecisions(
  { tab, rows: stored }: TabInput,
  rows: readonly RowPlan[],
): GuardTrip | null {
  for (const column of tab.columns) {
    if (column.edit?.rule !== "transition" || !column.edit.binds) continue;
    const { field, edit } = column;
    const open = new Set(edit.moves.map(({ from }) => from));
    const pending = [...stored.values()].filter(({ values }) =>
      open.has(values[field] ?? "")
    ).length;
    const decided = rows.flatMap(({ action, cells }) =>
      cells.filter((cell) => cell.field === field && cell.verdict === "accepted")
        .map((cell) => ({
          word: cell.store?.to,
          index: action.kind === "standing" ? action.index : -1,
        }))
    );
    const words = new Set(decided.map(({ word }) => word));
    const places = decided.map(({ index }) => index);
    const isBlock = Math.max(...places) - Math.min(...places) + 1 === places.length;
    if (
      decided.length > MANY_DECISIONS && decided.length * 2 > pending && words.size === 1 && isBlock
    ) {
      const [word] = words;
      return trip(
        "many-decisions",
        `${decided.length} of ${pending} open requests were set to "${word}" in one block, as a fill-down does`,
      );
    }
  }
  return null;
}

/** The header of a tab against the contract; null: it is as it should be. */
export function checkHeader(tab: Tab, snapshot: TabSnapshot): GuardTrip | null {
  const wrong = tab.columns.flatMap(({ header }, index) => {
    const found = snapshot.header[index] ?? "";
    if (found === header) return [];
    return [
      `column ${columnLetter(index)} should be "${header}" and is ${
        found === "" ? "blank" : `"${found}"`
      }`,
    ];
  });
  if (wrong.length === 0) return null;
  return trip(
    "structure",
    `the header of "${snapshot.title}" is not the contract's: ${wrong.join("; ")}`,
    "Put the columns back by hand, or run --setup --repair, which writes the headers and leaves the data alone.",
  );
}

/** A tab that cannot be found by its sheetId, nor, at the first meeting, by its title. */
export function missingTab(tab: Tab): GuardTrip {
  return trip(
    "structure",
    `the spreadsheet has no tab "${tab.title}"`,
    "Run --setup to create it, or take it back from the version history (File, Version history).",
  );
}

/** The marks on the spreadsheet against this database; null: they are ours, or there is none. */
export function checkMarks(
  marks: SpreadsheetSnapshot["marks"],
  identity: Identity,
): GuardTrip | null {
  const foreign = marks.find(({ uuid }) => uuid !== identity.uuid);
  if (foreign !== undefined) {
    return trip(
      "other-database",
      `the spreadsheet belongs to another database (${foreign.uuid}); this one is ${identity.uuid}`,
      'Check the keys "database" and "spreadsheetId": a copy must not fight with the original. ' +
        "To take the spreadsheet over, use --accept other-database.",
    );
  }
  const later = marks.find(({ epoch }) => epoch > identity.epoch);
  if (later === undefined) return null;
  return trip(
    "older-database",
    `the spreadsheet was written ${
      later.epoch - identity.epoch
    } cycles later than this database knows of`,
    "This looks like a restored backup. Look at --plan; to go on from this state use --accept older-database.",
  );
}
