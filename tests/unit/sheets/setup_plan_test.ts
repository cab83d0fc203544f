import assert from "node:assert/strict";
import { must } from "../../../src/base/assert.ts";
import { AtlasError } from "../../../src/base/errors.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import type { LaidProtection, LaidSheet, Layout } from "../../../src/sheets/inspect.ts";
import { planHeaders, planSetup } from "../../../src/sheets/setup_plan.ts";

const OPTIONS = {
  mark: { uuid: "u-1", epoch: 0 },
  serviceEmail: "mirror@atlas.iam.gserviceaccount.com",
  repair: false,
};

const EMPTY: Layout = { timeZone: "UTC", marks: [], sheets: [], tabs: new Map() };

function cell(formattedValue: string) {
  return { formattedValue, note: "", userEnteredFormat: {} };
}

/** A tab that stands with the given header and one row. */
function standing(header: readonly string[], more: Partial<LaidSheet> = {}): Layout {
  const sheet: LaidSheet = {
    sheetId: 7,
    title: "Runs",
    rowCount: 1_000,
    columnCount: 26,
    frozenRows: 0,
    protections: [],
    views: [],
    colourings: [],
    header: header.map(cell),
    sample: [cell("run-1")],
    ...more,
  };
  return { ...EMPTY, sheets: [sheet], tabs: new Map([["Runs", sheet]]) };
}

const HEADERS = must(atlas.tabs[1], "Runs").columns.map((column) => column.header);

function isGuard(pattern: RegExp) {
  return (error: unknown) =>
    error instanceof AtlasError && error.kind === "guard" && pattern.test(error.message) &&
    error.hint !== undefined;
}

Deno.test("planSetup() makes every tab of the contract in a spreadsheet that has none", () => {
  const { requests, done } = planSetup(atlas, EMPTY, OPTIONS);
  const sheets = requests.flatMap(({ addSheet }) => addSheet?.properties ?? []);
  assert.deepEqual(sheets.map((sheet) => sheet.title), atlas.tabs.map((tab) => tab.title));
  assert.equal(new Set(sheets.map((sheet) => sheet.sheetId)).size, 3);
  for (const sheet of sheets) {
    assert.deepEqual(sheet.gridProperties, { rowCount: 200, columnCount: 12, frozenRowCount: 1 });
  }
  const headers = requests.flatMap(({ updateCells }) =>
    updateCells?.fields?.startsWith("userEnteredValue") ? [updateCells.rows?.[0]?.values] : []
  );
  assert.deepEqual(
    headers.map((cells) => cells?.map((one) => one.userEnteredValue?.stringValue)),
    atlas.tabs.map((tab) => tab.columns.map((column) => column.header)),
  );
  assert.ok(done.includes('Created tab "Runs"'));
});

Deno.test("planSetup() gives no new tab the id of a sheet that stands", () => {
  const first = planSetup(atlas, EMPTY, OPTIONS).requests.flatMap(({ addSheet }) =>
    addSheet?.properties?.sheetId ?? []
  );
  const taken = must(first[0], "an id");
  const layout = standing([]);
  const sheet = { ...must(layout.sheets[0], "sheet"), sheetId: taken, title: "Mine" };
  const plan = planSetup(atlas, { ...EMPTY, sheets: [sheet] }, OPTIONS);
  const ids = plan.requests.flatMap(({ addSheet }) => addSheet?.properties?.sheetId ?? []);
  assert.ok(!ids.includes(taken));
});

Deno.test("planSetup() protects for the service account alone, and not by a mere warning", () => {
  const protections = planSetup(atlas, EMPTY, OPTIONS).requests.flatMap(({ addProtectedRange }) =>
    addProtectedRange?.protectedRange ?? []
  );
  assert.ok(protections.length > 6);
  for (const { warningOnly, editors } of protections) {
    assert.equal(warningOnly, false);
    assert.deepEqual(editors, { users: [OPTIONS.serviceEmail] });
  }
  const anonymous = planSetup(atlas, EMPTY, { ...OPTIONS, serviceEmail: null });
  for (const { addProtectedRange } of anonymous.requests) {
    assert.equal(addProtectedRange?.protectedRange?.editors, undefined);
  }
});

Deno.test("planSetup() leaves the looks and the cells of a standing tab to its humans", () => {
  const runsOnly = { ...atlas, tabs: [must(atlas.tabs[1], "Runs")] };
  const { requests } = planSetup(runsOnly, standing([...HEADERS, "Mine"]), OPTIONS);
  const onRuns = JSON.stringify(requests);
  assert.ok(!/pixelSize|wrapStrategy|bold|stringValue/.test(onRuns));
  assert.match(onRuns, /addProtectedRange/);
  assert.match(onRuns, /setDataValidation/);
  assert.match(onRuns, /frozenRowCount/);
});

Deno.test("planSetup() writes the header of a tab that stands and is empty", () => {
  const layout = standing([], { sample: [] });
  assert.deepEqual(planHeaders(atlas, layout, OPTIONS).requests, []);
  const { done } = planSetup(atlas, layout, OPTIONS);
  assert.ok(done.includes('Wrote the header of the empty tab "Runs"'));
});

Deno.test("planSetup() grows a tab that is too narrow", () => {
  const layout = standing([], { sample: [], columnCount: 5 });
  const grown = planSetup(atlas, layout, OPTIONS).requests.flatMap(({ appendDimension }) =>
    appendDimension ?? []
  );
  assert.deepEqual(grown, [{ sheetId: 7, dimension: "COLUMNS", length: 3 }]);
});

Deno.test("planSetup() replaces what it made itself and keeps what humans made", () => {
  const protection = (protectedRangeId: number, description: string) => ({
    protectedRangeId,
    description,
    range: { startRowIndex: 0, startColumnIndex: 2, endColumnIndex: 3 },
    warningOnly: false,
    editors: { users: [] },
  });
  const layout = standing(HEADERS, {
    protections: [protection(1, "atlas-mirror: columns C:C"), protection(2, "ours, hands off")],
    views: [{ filterViewId: 3, title: "Mirror: old" }, { filterViewId: 4, title: "Mine" }],
  });
  const { requests } = planSetup(atlas, layout, OPTIONS);
  assert.deepEqual(requests.flatMap(({ deleteProtectedRange }) => deleteProtectedRange ?? []), [
    { protectedRangeId: 1 },
  ]);
  assert.deepEqual(requests.flatMap(({ deleteFilterView }) => deleteFilterView ?? []), [
    { filterId: 3 },
  ]);
});

Deno.test("planSetup() makes a protection anew that misses the newest rows or only warns", () => {
  const right = {
    protectedRangeId: 1,
    description: "atlas-mirror: columns A:G",
    range: { startRowIndex: 0, startColumnIndex: 0, endColumnIndex: 7 },
    warningOnly: false,
    editors: { users: [OPTIONS.serviceEmail] },
  };
  const table: readonly (readonly [LaidProtection, number])[] = [
    [right, 0],
    [{ ...right, range: { ...right.range, startRowIndex: 1 } }, 1],
    [{ ...right, range: { ...right.range, endRowIndex: 1_000 } }, 1],
    [{ ...right, warningOnly: true }, 1],
    [{ ...right, editors: { users: ["old@atlas.iam.gserviceaccount.com"] } }, 1],
  ];
  for (const [protection, expected] of table) {
    const layout = standing(HEADERS, { protections: [protection] });
    const { requests } = planSetup(atlas, layout, OPTIONS);
    const made = requests.filter(({ addProtectedRange }) => {
      const { range, description } = addProtectedRange?.protectedRange ?? {};
      return range?.sheetId === 7 && description === right.description;
    });
    assert.equal(made.length, expected);
    const deleted = requests.filter(({ deleteProtectedRange }) => deleteProtectedRange);
    assert.equal(deleted.length, expected);
  }
});

Deno.test("planHeaders() stops at a changed header and says which", () => {
  const layout = standing(["ID", "Task", "Cmd", ...HEADERS.slice(3)]);
  assert.throws(
    () => planHeaders(atlas, layout, OPTIONS),
    isGuard(/tab "Runs": column 3 is headed "Cmd" where "Command" belongs/),
  );
});

Deno.test("planHeaders() mends the header with repair, moved columns with their data", () => {
  const layout = standing(["ID", "Mine", ...HEADERS.slice(1)]);
  const { requests, done } = planHeaders(atlas, layout, { repair: true });
  assert.deepEqual(requests[0]?.moveDimension, {
    source: { sheetId: 7, dimension: "COLUMNS", startIndex: 2, endIndex: 3 },
    destinationIndex: 1,
  });
  assert.match(done[0] ?? "", /Moved column "Task" of "Runs"/);
});

Deno.test("planSetup() does not take over the spreadsheet of another database unasked", () => {
  const layout = { ...EMPTY, marks: [{ uuid: "u-2", epoch: 9 }] };
  assert.throws(() => planSetup(atlas, layout, OPTIONS), isGuard(/another database \(u-2\)/));
  const { requests } = planSetup(atlas, layout, { ...OPTIONS, repair: true });
  assert.ok(requests.some(({ deleteDeveloperMetadata }) => deleteDeveloperMetadata));
  assert.ok(requests.some(({ createDeveloperMetadata }) => createDeveloperMetadata));
});

Deno.test("planSetup() leaves a mark alone that is this database's", () => {
  const { requests } = planSetup(atlas, { ...EMPTY, marks: [{ uuid: "u-1", epoch: 5 }] }, OPTIONS);
  assert.ok(!requests.some(({ createDeveloperMetadata }) => createDeveloperMetadata));
});
