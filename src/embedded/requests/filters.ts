/** Requests about the basic filter and filter views. @module */

import { must } from "../../base/assert.ts";
import type { Sheet } from "../book.ts";
import { type Edit, freshId } from "../edit.ts";
import { invalid, unsupported } from "../errors.ts";
import { merge, parseUpdateMask } from "../field_mask.ts";
import type { Message } from "../messages.ts";
import { checkedRange, gridById } from "../ranges.ts";

export function setBasicFilter(
  edit: Edit,
  request: Message<"SetBasicFilterRequest">,
): Message<"Response"> {
  const filter = request.filter ?? {};
  const { sheet, range } = checkedRange(edit.book, filter.range);
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
  const { sheet, range } = checkedRange(edit.book, given.range);
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
  const target = checkedRange(edit.book, merged.range);
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
