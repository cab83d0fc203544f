/**
 * What `--setup` has to send: the difference between the layout a contract asks for and the one that
 * stands. Pure, so that `--plan` can show it and a test can read it.
 *
 * @module
 */

import type { sheets_v4 } from "@googleapis/sheets";
import { AtlasError } from "../base/errors.ts";
import type { Contract, Tab } from "../contract/schema.ts";
import { createMark, deleteMark, stableId } from "./anchors.ts";
import { describeStep, mendHeader, stepRequests } from "./headers.ts";
import type { LaidColouring, LaidSheet, Layout } from "./inspect.ts";
import {
  BODY_FORMAT,
  type Colouring,
  colouringRule,
  colouringsOf,
  columnRange,
  columnWidth,
  dropdownOf,
  HEADER_FORMAT,
  headerNote,
  NEW_TAB_ROWS,
  numberFormatOf,
  type Protection,
  protectionsOf,
  SPARE_COLUMNS,
  VIEW_PREFIX,
  viewRequest,
  viewsOf,
} from "./layout.ts";
import { OUR_PREFIX, withOurs } from "./notes.ts";
import type { Mark } from "./snapshot.ts";

/** How a setup is to go about it. */
export interface SetupOptions {
  readonly mark: Mark;
  /** Who may edit what is protected; null: whoever sends the requests. */
  readonly serviceEmail: string | null;
  /** Whether changed headers are put back and another database's mark is replaced. */
  readonly repair: boolean;
}

/** What has to be sent, and how it is told. */
export interface SetupPlan {
  readonly requests: readonly sheets_v4.Schema$Request[];
  readonly done: readonly string[];
}

/** Puts changed headers back, with `repair`; without, a changed header is a guard. */
export function planHeaders(
  contract: Contract,
  layout: Layout,
  options: Pick<SetupOptions, "repair">,
): SetupPlan {
  const plan = emptyPlan();
  for (const tab of contract.tabs) {
    const sheet = layout.tabs.get(tab.title);
    if (sheet === undefined || isBlank(tab, sheet)) continue;
    const want = tab.columns.map((column) => column.header);
    const have = sheet.header.map((cell) => cell.formattedValue);
    const steps = mendHeader(want, have);
    if (steps.length === 0) continue;
    if (!options.repair) throw changedHeader(tab, sheet, have);
    add(plan, growColumns(tab, sheet));
    for (const step of steps) {
      add(plan, {
        requests: stepRequests(sheet.sheetId, step),
        done: [describeStep(sheet.title, step)],
      });
    }
  }
  return plan;
}

/** Everything else that is missing: tabs, formats, dropdowns, protection, colours, views, the mark. */
export function planSetup(contract: Contract, layout: Layout, options: SetupOptions): SetupPlan {
  const plan = emptyPlan();
  add(plan, planMark(layout, options));
  const taken = new Set(layout.sheets.map((sheet) => sheet.sheetId));
  for (const tab of contract.tabs) {
    const standing = layout.tabs.get(tab.title);
    const sheet = standing ?? newSheet(tab, taken);
    taken.add(sheet.sheetId);
    if (standing === undefined) add(plan, planNewTab(tab, sheet));
    else add(plan, growColumns(tab, sheet));
    if (isBlank(tab, sheet)) add(plan, planAppearance(tab, sheet, standing !== undefined));
    for (const part of [planNotes, planFormats, planDropdowns, planColours, planViews]) {
      add(plan, part(tab, sheet, options.repair));
    }
    add(plan, planFrozenRow(sheet));
    add(plan, planProtection(tab, sheet, options));
  }
  return plan;
}

/** A part of a plan that is still being put together. */
interface DraftPlan {
  readonly requests: sheets_v4.Schema$Request[];
  readonly done: string[];
}

function emptyPlan(): DraftPlan {
  return { requests: [], done: [] };
}

function add(plan: DraftPlan, part: SetupPlan): void {
  if (part.requests.length === 0) return;
  plan.requests.push(...part.requests);
  plan.done.push(...part.done);
}

/** A plan with one sentence, or nothing where there is nothing to send. */
function sentence(done: string, requests: readonly sheets_v4.Schema$Request[]): SetupPlan {
  return requests.length === 0 ? emptyPlan() : { requests, done: [done] };
}

/** Whether nothing stands where the contract's header and first row belong: ours to write on. */
function isBlank(tab: Tab, sheet: LaidSheet): boolean {
  const cells = [sheet.header, sheet.sample].flatMap((row) => row.slice(0, tab.columns.length));
  return cells.every((cell) => cell.formattedValue === "");
}

function changedHeader(tab: Tab, sheet: LaidSheet, have: readonly string[]): AtlasError {
  const at = tab.columns.findIndex((column, index) => column.header !== have[index]);
  const want = tab.columns[at]?.header ?? "";
  return new AtlasError(
    "guard",
    `Cannot set up tab "${sheet.title}": column ${at + 1} is headed "${have[at] ?? ""}" ` +
      `where "${want}" belongs`,
    { hint: "Put the header back, or let --setup --repair do it; the data stays as it is." },
  );
}

function planMark(layout: Layout, { mark, repair }: SetupOptions): SetupPlan {
  const foreign = layout.marks.filter(({ uuid }) => uuid !== mark.uuid);
  if (foreign.length > 0 && !repair) {
    throw new AtlasError(
      "guard",
      `Cannot set up the spreadsheet: it belongs to another database (${foreign[0]?.uuid})`,
      {
        hint: "Check the settings; if that database is no longer in use, " +
          "take the spreadsheet over with --setup --repair.",
      },
    );
  }
  const isMarked = layout.marks.some(({ uuid }) => uuid === mark.uuid);
  return {
    requests: [
      ...foreign.map(({ uuid }) => deleteMark(uuid)),
      ...(isMarked ? [] : [createMark(mark)]),
    ],
    done: [
      ...foreign.map(({ uuid }) => `Took the mark of database ${uuid} off the spreadsheet`),
      ...(isMarked ? [] : ["Marked the spreadsheet as this database's"]),
    ],
  };
}

/** A sheet that is about to be made. Its id depends on the title, so that one batch can name it. */
function newSheet(tab: Tab, taken: ReadonlySet<number>): LaidSheet {
  let sheetId = stableId(`tab ${tab.title}`);
  while (taken.has(sheetId)) sheetId = stableId(`tab ${sheetId}`);
  return {
    sheetId,
    title: tab.title,
    rowCount: NEW_TAB_ROWS,
    columnCount: tab.columns.length + SPARE_COLUMNS,
    frozenRows: 1,
    protections: [],
    views: [],
    colourings: [],
    header: [],
    sample: [],
  };
}

function planNewTab(tab: Tab, sheet: LaidSheet): SetupPlan {
  const { sheetId, title, rowCount, columnCount, frozenRows } = sheet;
  return sentence(`Created tab "${tab.title}"`, [{
    addSheet: {
      properties: {
        sheetId,
        title,
        gridProperties: { rowCount, columnCount, frozenRowCount: frozenRows },
      },
    },
  }]);
}

function growColumns(tab: Tab, sheet: LaidSheet): SetupPlan {
  const missing = tab.columns.length - sheet.columnCount;
  return sentence(
    `Added ${missing} columns to "${sheet.title}"`,
    missing <= 0 ? [] : [{
      appendDimension: { sheetId: sheet.sheetId, dimension: "COLUMNS", length: missing },
    }],
  );
}

/** The header's texts and all that is a matter of looks; only where nothing stood before. */
function planAppearance(tab: Tab, { sheetId, title }: LaidSheet, isStanding: boolean): SetupPlan {
  const all = columnRange(sheetId, 0, tab.columns.length);
  const widths = tab.columns.map((column, index) => ({
    updateDimensionProperties: {
      range: { sheetId, dimension: "COLUMNS", startIndex: index, endIndex: index + 1 },
      properties: { pixelSize: columnWidth(column) },
      fields: "pixelSize",
    },
  }));
  const requests: sheets_v4.Schema$Request[] = [
    {
      updateCells: {
        start: { sheetId, rowIndex: 0, columnIndex: 0 },
        rows: [{
          values: tab.columns.map(({ header }) => ({
            userEnteredValue: { stringValue: header },
            userEnteredFormat: HEADER_FORMAT,
          })),
        }],
        fields: `userEnteredValue,userEnteredFormat(${Object.keys(HEADER_FORMAT).join(",")})`,
      },
    },
    {
      repeatCell: {
        range: { ...all, startRowIndex: 1 },
        cell: { userEnteredFormat: BODY_FORMAT },
        fields: `userEnteredFormat(${Object.keys(BODY_FORMAT).join(",")})`,
      },
    },
    ...widths,
  ];
  return { requests, done: isStanding ? [`Wrote the header of the empty tab "${title}"`] : [] };
}

function planFrozenRow({ sheetId, title, frozenRows }: LaidSheet): SetupPlan {
  return sentence(
    `Froze the header of "${title}"`,
    frozenRows >= 1 ? [] : [{
      updateSheetProperties: {
        properties: { sheetId, gridProperties: { frozenRowCount: 1 } },
        fields: "gridProperties.frozenRowCount",
      },
    }],
  );
}

function planNotes(tab: Tab, sheet: LaidSheet): SetupPlan {
  const notes = tab.columns.map((column, index) =>
    withOurs(sheet.header[index]?.note ?? "", headerNote(column))
  );
  const isRight = notes.every((note, index) => sheet.header[index]?.note === note);
  return sentence(
    `Explained the columns of "${sheet.title}" in notes on the header`,
    isRight ? [] : [{
      updateCells: {
        start: { sheetId: sheet.sheetId, rowIndex: 0, columnIndex: 0 },
        rows: [{ values: notes.map((note) => ({ note })) }],
        fields: "note",
      },
    }],
  );
}

function planFormats(tab: Tab, sheet: LaidSheet, repair: boolean): SetupPlan {
  const requests = tab.columns.flatMap((column, index): sheets_v4.Schema$Request[] => {
    const want = numberFormatOf(column);
    const have = sheet.sample[index]?.userEnteredFormat.numberFormat;
    if (!hasRows(sheet) || (have?.type === want.type && !repair)) return [];
    return [{
      repeatCell: {
        range: { ...columnRange(sheet.sheetId, index), startRowIndex: 1 },
        cell: { userEnteredFormat: { numberFormat: want } },
        fields: "userEnteredFormat.numberFormat",
      },
    }];
  });
  return sentence(`Formatted the columns of "${sheet.title}" as text and date-time`, requests);
}

function planDropdowns(tab: Tab, sheet: LaidSheet, repair: boolean): SetupPlan {
  const requests = tab.columns.flatMap((column, index): sheets_v4.Schema$Request[] => {
    const rule = dropdownOf(column);
    if (rule === null || column.type !== "enum" || !hasRows(sheet)) return [];
    const words = sheet.sample[index]?.dataValidation?.condition.values ?? [];
    const isRight = sameList(words.map((word) => word.userEnteredValue), column.values);
    if (isRight && !repair) return [];
    const range = { ...columnRange(sheet.sheetId, index), startRowIndex: 1 };
    return [{ setDataValidation: { range, rule } }];
  });
  return sentence(`Put dropdowns on the columns of "${sheet.title}" that hold one of few words`, [
    ...requests,
  ]);
}

function planColours(tab: Tab, sheet: LaidSheet): SetupPlan {
  const missing = colouringsOf(tab).filter((colouring) => !hasColouring(sheet, colouring));
  return sentence(
    `Coloured the states in "${sheet.title}"`,
    // Behind the rules that stand: those of humans go first.
    missing.map((colouring, position) => ({
      addConditionalFormatRule: {
        rule: colouringRule(sheet.sheetId, colouring),
        index: sheet.colourings.length + position,
      },
    })),
  );
}

function planViews(tab: Tab, sheet: LaidSheet): SetupPlan {
  const want = viewsOf(tab);
  const stale = sheet.views.filter(({ title }) =>
    title.startsWith(VIEW_PREFIX) && !want.some((view) => view.title === title)
  );
  const missing = want.filter((view) => !sheet.views.some(({ title }) => title === view.title));
  return sentence(`Made the filter views of "${sheet.title}"`, [
    ...stale.map(({ filterViewId }) => ({ deleteFilterView: { filterId: filterViewId } })),
    ...missing.map((view) => viewRequest(tab, sheet.sheetId, view)),
  ]);
}

function planProtection(tab: Tab, sheet: LaidSheet, options: SetupOptions): SetupPlan {
  const want = protectionsOf(tab, sheet.sheetId);
  const ours = sheet.protections.filter((one) => one.description.startsWith(OUR_PREFIX));
  const right = options.repair
    ? []
    : want.filter((one) => ours.some((laid) => isLaid(one, laid, options.serviceEmail)));
  const stale = ours.filter(({ description }) =>
    !right.some((one) => one.description === description)
  );
  return sentence(`Protected the header and the database's columns of "${sheet.title}"`, [
    ...stale.map(({ protectedRangeId }) => ({ deleteProtectedRange: { protectedRangeId } })),
    ...want.filter((one) => !right.includes(one)).map((one) => protect(one, options.serviceEmail)),
  ]);
}

function protect(one: Protection, serviceEmail: string | null): sheets_v4.Schema$Request {
  return {
    addProtectedRange: {
      protectedRange: {
        ...one,
        warningOnly: false,
        ...(serviceEmail === null ? {} : { editors: { users: [serviceEmail] } }),
      },
    },
  };
}

function isLaid(
  want: Protection,
  have: LaidSheet["protections"][number],
  serviceEmail: string | null,
): boolean {
  const { startRowIndex, endRowIndex, startColumnIndex, endColumnIndex } = have.range;
  return have.description === want.description && !have.warningOnly &&
    startColumnIndex === (want.range.startColumnIndex ?? 0) &&
    endColumnIndex === want.range.endColumnIndex &&
    startRowIndex === 0 && endRowIndex === (want.range.endRowIndex ?? undefined) &&
    (serviceEmail === null || have.editors.users.includes(serviceEmail));
}

function hasColouring(sheet: LaidSheet, colouring: Colouring): boolean {
  return sheet.colourings.some((laid) => isColouring(laid, colouring));
}

/** Whether a rule that stands is the one that the mirror makes. */
export function isColouring(
  { ranges, booleanRule }: LaidColouring,
  { column, word }: Colouring,
): boolean {
  return booleanRule?.condition.type === "TEXT_EQ" &&
    booleanRule.condition.values[0]?.userEnteredValue === word &&
    ranges.some((range) =>
      range.startColumnIndex === column && range.endColumnIndex === column + 1
    );
}

/** Whether there is a row below the header, which could hold a format. New rows bring their own. */
function hasRows(sheet: LaidSheet): boolean {
  return sheet.rowCount > 1;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}
