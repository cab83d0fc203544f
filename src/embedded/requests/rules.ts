/** Requests about what lies over the cells: protection, conditional formats, filters, merges, names. @module */

import type { Sheet } from "../book.ts";
import { type Edit, freshId } from "../edit.ts";
import { invalid, unsupported } from "../errors.ts";
import { merge, parseUpdateMask } from "../field_mask.ts";
import type { Message } from "../messages.ts";
import {
  gridById,
  type GridRange,
  rangeArea,
  rangeMeets,
  toGridRange,
  withoutZeroSheet,
} from "../ranges.ts";
import { parseBox } from "../a1.ts";
import { must } from "../../base/assert.ts";

/** The range as it is kept: on a sheet that exists, inside its grid, sides left open stay open. */
function checkedRange(
  edit: Edit,
  range: GridRange | undefined,
): { sheet: Sheet; range: GridRange } {
  if (range === undefined) throw invalid("Must specify a range.");
  const { sheet } = rangeArea(edit.book, range);
  return { sheet, range: withoutZeroSheet({ ...range }) };
}

// --- protected ranges

type ProtectedRange = Message<"ProtectedRange">;

function findProtectedRange(
  edit: Edit,
  id: number | undefined,
): { sheet: Sheet; range: ProtectedRange } {
  for (const sheet of edit.book.sheets) {
    const range = sheet.rules.protectedRanges.find((other) => other.protectedRangeId === id);
    if (range !== undefined) return { sheet, range };
  }
  throw invalid(`No protected range with id: ${id ?? 0}`);
}

/** A protected range as it is kept. Whoever protects something may always edit it. */
function keptProtection(edit: Edit, given: ProtectedRange): { sheet: Sheet; kept: ProtectedRange } {
  const named = edit.book.namedRanges.find((other) => other.namedRangeId === given.namedRangeId);
  if (given.namedRangeId !== undefined && named === undefined) {
    throw invalid(`No named range with id: ${given.namedRangeId}`);
  }
  const { sheet, range } = checkedRange(edit, named?.range ?? given.range);
  const { requestingUserCanEdit: _computed, editors, unprotectedRanges, ...rest } = given;
  const users = editors?.users ?? [];
  const email = edit.guard.email;
  const everyone = users.includes(email) ? users : [...users, email];
  const kept: ProtectedRange = {
    ...rest,
    range,
    ...(unprotectedRanges === undefined
      ? {}
      : { unprotectedRanges: unprotectedRanges.map((hole) => checkedRange(edit, hole).range) }),
    ...(given.warningOnly === true ? {} : { editors: { ...editors, users: everyone } }),
  };
  return { sheet, kept };
}

export function addProtectedRange(
  edit: Edit,
  request: Message<"AddProtectedRangeRequest">,
): Message<"Response"> {
  const { sheet, kept } = keptProtection(edit, request.protectedRange ?? {});
  const isTaken = (id: number) =>
    edit.book.sheets.some((other) =>
      other.rules.protectedRanges.some((range) => range.protectedRangeId === id)
    );
  const wanted = kept.protectedRangeId;
  if (wanted !== undefined && isTaken(wanted)) {
    throw invalid(`A protected range with id ${wanted} already exists.`);
  }
  const protectedRange = { ...kept, protectedRangeId: wanted ?? freshId(edit.random, isTaken) };
  const protectedRanges = [...sheet.rules.protectedRanges, protectedRange];
  sheet.rules = { ...sheet.rules, protectedRanges };
  return {
    addProtectedRange: { protectedRange: { ...protectedRange, requestingUserCanEdit: true } },
  };
}

export function updateProtectedRange(
  edit: Edit,
  request: Message<"UpdateProtectedRangeRequest">,
): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "ProtectedRange");
  const given = request.protectedRange ?? {};
  const { sheet, range } = findProtectedRange(edit, given.protectedRangeId);
  edit.guard.protection(range);
  const protectedRangeId = must(range.protectedRangeId, "the id of a protected range");
  const next = keptProtection(edit, { ...merge(range, given, mask), protectedRangeId });
  const without = sheet.rules.protectedRanges.filter((other) => other !== range);
  sheet.rules = { ...sheet.rules, protectedRanges: without };
  const protectedRanges = [...next.sheet.rules.protectedRanges, next.kept];
  next.sheet.rules = { ...next.sheet.rules, protectedRanges };
  return {};
}

export function deleteProtectedRange(
  edit: Edit,
  request: Message<"DeleteProtectedRangeRequest">,
): Message<"Response"> {
  const { sheet, range } = findProtectedRange(edit, request.protectedRangeId);
  edit.guard.protection(range);
  const protectedRanges = sheet.rules.protectedRanges.filter((other) => other !== range);
  sheet.rules = { ...sheet.rules, protectedRanges };
  return {};
}

// --- conditional formats

function keptRule(
  edit: Edit,
  rule: Message<"ConditionalFormatRule"> | undefined,
): { sheet: Sheet; kept: Message<"ConditionalFormatRule"> } {
  if (rule?.booleanRule === undefined) throw invalid("Must specify a boolean rule.");
  const checked = (rule.ranges ?? []).map((range) => checkedRange(edit, range));
  const [first] = checked;
  if (first === undefined) throw invalid("Must specify at least one range.");
  if (checked.some(({ sheet }) => sheet !== first.sheet)) {
    throw invalid("All ranges of a conditional format must be on the same sheet.");
  }
  return { sheet: first.sheet, kept: { ...rule, ranges: checked.map(({ range }) => range) } };
}

function ruleAt(
  sheet: Sheet,
  index: number | undefined,
): { index: number; rule: Message<"ConditionalFormatRule"> } {
  const rule = sheet.rules.conditionalFormats[index ?? 0];
  if (rule !== undefined) return { index: index ?? 0, rule };
  throw invalid(`No conditional format on sheet: ${sheet.sheetId} at index: ${index ?? 0}`);
}

export function addConditionalFormatRule(
  edit: Edit,
  request: Message<"AddConditionalFormatRuleRequest">,
): Message<"Response"> {
  const { sheet, kept } = keptRule(edit, request.rule);
  const conditionalFormats = [...sheet.rules.conditionalFormats];
  const index = request.index ?? 0;
  if (index < 0 || index > conditionalFormats.length) {
    throw invalid(`Conditional format index must be valid: ${index}`);
  }
  conditionalFormats.splice(index, 0, kept);
  sheet.rules = { ...sheet.rules, conditionalFormats };
  return {};
}

export function updateConditionalFormatRule(
  edit: Edit,
  request: Message<"UpdateConditionalFormatRuleRequest">,
): Message<"Response"> {
  const moves = request.newIndex !== undefined;
  if (moves === (request.rule !== undefined)) {
    throw invalid("Must specify either a rule or a new index.");
  }
  const replacement = request.rule === undefined ? null : keptRule(edit, request.rule);
  const sheet = replacement?.sheet ?? gridById(edit.book, request.sheetId);
  const { index, rule } = ruleAt(sheet, request.index);
  const conditionalFormats = [...sheet.rules.conditionalFormats];
  conditionalFormats.splice(index, 1);
  const newRule = replacement?.kept ?? rule;
  const newIndex = request.newIndex ?? index;
  conditionalFormats.splice(newIndex, 0, newRule);
  sheet.rules = { ...sheet.rules, conditionalFormats };
  return {
    updateConditionalFormatRule: {
      newRule,
      newIndex,
      ...(moves ? { oldIndex: index } : { oldRule: rule }),
    },
  };
}

export function deleteConditionalFormatRule(
  edit: Edit,
  request: Message<"DeleteConditionalFormatRuleRequest">,
): Message<"Response"> {
  const sheet = gridById(edit.book, request.sheetId);
  const { index, rule } = ruleAt(sheet, request.index);
  const conditionalFormats = sheet.rules.conditionalFormats.toSpliced(index, 1);
  sheet.rules = { ...sheet.rules, conditionalFormats };
  return { deleteConditionalFormatRule: { rule } };
}

// --- filters

export function setBasicFilter(
  edit: Edit,
  request: Message<"SetBasicFilterRequest">,
): Message<"Response"> {
  const filter = request.filter ?? {};
  const { sheet, range } = checkedRange(edit, filter.range);
  if ((filter.sortSpecs ?? []).length > 0) throw unsupported("sortSpecs of a basic filter");
  const criteria = [
    ...Object.values(filter.criteria ?? {}),
    ...(filter.filterSpecs ?? []).map((spec) => spec.filterCriteria ?? {}),
  ];
  if (criteria.some((criterion) => criterion.condition !== undefined)) {
    throw unsupported("conditions of a basic filter");
  }
  sheet.rules = { ...sheet.rules, basicFilter: { ...filter, range } };
  return {};
}

export function clearBasicFilter(
  edit: Edit,
  request: Message<"ClearBasicFilterRequest">,
): Message<"Response"> {
  const sheet = gridById(edit.book, request.sheetId);
  sheet.rules = { ...sheet.rules, basicFilter: null };
  return {};
}

function findFilterView(
  edit: Edit,
  id: number | undefined,
): { sheet: Sheet; view: Message<"FilterView"> } {
  for (const sheet of edit.book.sheets) {
    const view = sheet.rules.filterViews.find((other) => other.filterViewId === id);
    if (view !== undefined) return { sheet, view };
  }
  throw invalid(`No filter view with id: ${id ?? 0}`);
}

export function addFilterView(
  edit: Edit,
  request: Message<"AddFilterViewRequest">,
): Message<"Response"> {
  const given = request.filter ?? {};
  const { sheet, range } = checkedRange(edit, given.range);
  const isTaken = (id: number) =>
    edit.book.sheets.some((other) =>
      other.rules.filterViews.some((view) => view.filterViewId === id)
    );
  if (given.filterViewId !== undefined && isTaken(given.filterViewId)) {
    throw invalid(`A filter view with id ${given.filterViewId} already exists.`);
  }
  const filterViewId = given.filterViewId ?? freshId(edit.random, isTaken);
  const title = given.title ?? `Filter ${sheet.rules.filterViews.length + 1}`;
  if (sheet.rules.filterViews.some((view) => view.title === title)) {
    throw invalid(`A filter view with the name "${title}" already exists.`);
  }
  const filter = { ...given, title, range, filterViewId };
  sheet.rules = { ...sheet.rules, filterViews: [...sheet.rules.filterViews, filter] };
  return { addFilterView: { filter } };
}

export function updateFilterView(
  edit: Edit,
  request: Message<"UpdateFilterViewRequest">,
): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "FilterView");
  const given = request.filter ?? {};
  const { sheet, view } = findFilterView(edit, given.filterViewId);
  const filterViewId = must(view.filterViewId, "the id of a filter view");
  const merged = merge(view, given, mask);
  const target = checkedRange(edit, merged.range);
  if (target.sheet !== sheet) throw invalid("A filter view cannot be moved to another sheet.");
  const next = { ...merged, range: target.range, filterViewId };
  const filterViews = sheet.rules.filterViews.map((other) => other === view ? next : other);
  sheet.rules = { ...sheet.rules, filterViews };
  return {};
}

export function deleteFilterView(
  edit: Edit,
  request: Message<"DeleteFilterViewRequest">,
): Message<"Response"> {
  const { sheet, view } = findFilterView(edit, request.filterId);
  const filterViews = sheet.rules.filterViews.filter((other) => other !== view);
  sheet.rules = { ...sheet.rules, filterViews };
  return {};
}

// --- merges

export function mergeCells(edit: Edit, request: Message<"MergeCellsRequest">): Message<"Response"> {
  const area = rangeArea(edit.book, request.range);
  const { sheet, top, bottom, left, right } = area;
  edit.guard.cells(area);
  const whole = toGridRange(area);
  const merges: GridRange[] = [];
  switch (request.mergeType) {
    case "MERGE_ROWS":
      for (let row = top; row < bottom; row++) {
        merges.push({ ...whole, startRowIndex: row, endRowIndex: row + 1 });
      }
      break;
    case "MERGE_COLUMNS":
      for (let column = left; column < right; column++) {
        merges.push({ ...whole, startColumnIndex: column, endColumnIndex: column + 1 });
      }
      break;
    default:
      merges.push(whole);
  }
  const kept = sheet.rules.merges.filter((old) => {
    if (!rangeMeets(old, area)) return true;
    const isInside = (old.startRowIndex ?? 0) >= top && (old.endRowIndex ?? 0) <= bottom &&
      (old.startColumnIndex ?? 0) >= left && (old.endColumnIndex ?? 0) <= right;
    if (isInside) return false;
    throw invalid("You must select all cells in a merged range to merge or unmerge them.");
  });
  sheet.rules = { ...sheet.rules, merges: [...kept, ...merges] };
  // A merged cell shows the first one; what stood in the others is gone.
  for (const merged of merges) {
    for (let row = merged.startRowIndex ?? 0; row < (merged.endRowIndex ?? 0); row++) {
      for (
        let column = merged.startColumnIndex ?? 0;
        column < (merged.endColumnIndex ?? 0);
        column++
      ) {
        const isFirst = row === merged.startRowIndex && column === merged.startColumnIndex;
        const cell = sheet.cell(row, column);
        if (isFirst || cell?.entry === undefined) continue;
        const { entry: _lost, ...rest } = cell;
        edit.book.setCell(sheet, row, column, rest);
      }
    }
  }
  return {};
}

export function unmergeCells(
  edit: Edit,
  request: Message<"UnmergeCellsRequest">,
): Message<"Response"> {
  const area = rangeArea(edit.book, request.range);
  edit.guard.cells(area);
  const merges = area.sheet.rules.merges.filter((merged) => !rangeMeets(merged, area));
  area.sheet.rules = { ...area.sheet.rules, merges };
  return {};
}

// --- named ranges

type NamedRange = Message<"NamedRange">;

function checkName(edit: Edit, name: string | undefined, except: NamedRange | null): void {
  const isName = name !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) &&
    parseBox(name) === null && !/^(true|false)$/i.test(name);
  if (!isName) {
    throw invalid(`The name ${name === undefined ? "" : `"${name}" `}is not valid for a range.`);
  }
  const isTaken = edit.book.namedRanges.some((other) =>
    other !== except && other.name?.toLowerCase() === name.toLowerCase()
  );
  if (isTaken) throw invalid(`A named range with the name "${name}" already exists.`);
}

function findNamedRange(edit: Edit, id: string | undefined): NamedRange {
  const named = edit.book.namedRanges.find((other) => other.namedRangeId === id);
  if (named === undefined) throw invalid(`No named range with id: ${id ?? ""}`);
  return named;
}

export function addNamedRange(
  edit: Edit,
  request: Message<"AddNamedRangeRequest">,
): Message<"Response"> {
  const given = request.namedRange ?? {};
  checkName(edit, given.name, null);
  const isTaken = (id: string) => edit.book.namedRanges.some((other) => other.namedRangeId === id);
  if (given.namedRangeId !== undefined && isTaken(given.namedRangeId)) {
    throw invalid(`A named range with id ${given.namedRangeId} already exists.`);
  }
  const namedRange: NamedRange = {
    ...given,
    namedRangeId: given.namedRangeId ??
      String(freshId(edit.random, (id) => isTaken(String(id)))),
    range: checkedRange(edit, given.range).range,
  };
  edit.book.namedRanges = [...edit.book.namedRanges, namedRange];
  return { addNamedRange: { namedRange } };
}

export function updateNamedRange(
  edit: Edit,
  request: Message<"UpdateNamedRangeRequest">,
): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "NamedRange");
  const given = request.namedRange ?? {};
  const named = findNamedRange(edit, given.namedRangeId);
  const next = merge(named, given, mask);
  checkName(edit, next.name, named);
  const range = checkedRange(edit, next.range).range;
  edit.book.namedRanges = edit.book.namedRanges.map((other) =>
    other === named ? { ...next, range } : other
  );
  return {};
}

export function deleteNamedRange(
  edit: Edit,
  request: Message<"DeleteNamedRangeRequest">,
): Message<"Response"> {
  const named = findNamedRange(edit, request.namedRangeId);
  edit.book.namedRanges = edit.book.namedRanges.filter((other) => other !== named);
  return {};
}
