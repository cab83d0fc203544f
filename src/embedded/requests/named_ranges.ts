/** Requests about named ranges. @module */

import { parseBox } from "../a1.ts";
import { type Edit, freshId } from "../edit.ts";
import { invalid } from "../errors.ts";
import { merge, parseUpdateMask } from "../field_mask.ts";
import type { Message } from "../messages.ts";
import { checkedRange } from "../ranges.ts";

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
    range: checkedRange(edit.book, given.range).range,
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
  const range = checkedRange(edit.book, next.range).range;
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
