/** Requests about protected ranges. @module */

import { must } from "../../base/assert.ts";
import type { Sheet } from "../book.ts";
import { type Edit, freshId } from "../edit.ts";
import { invalid } from "../errors.ts";
import { merge, parseUpdateMask } from "../field_mask.ts";
import type { Message } from "../messages.ts";
import { isWholeSheet } from "../protection.ts";
import { checkedRange } from "../ranges.ts";

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
  const { sheet, range } = checkedRange(edit.book, named?.range ?? given.range);
  const { requestingUserCanEdit: _computed, editors, unprotectedRanges, ...rest } = given;
  if ((unprotectedRanges ?? []).length > 0 && !isWholeSheet(range)) {
    throw invalid("Unprotected ranges are only supported on protected sheets.");
  }
  const users = editors?.users ?? [];
  const email = edit.guard.email;
  const everyone = users.includes(email) ? users : [...users, email];
  const kept: ProtectedRange = {
    ...rest,
    range,
    ...(unprotectedRanges === undefined ? {} : {
      unprotectedRanges: unprotectedRanges.map((hole) => checkedRange(edit.book, hole).range),
    }),
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
