/** `spreadsheets.batchUpdate`: many requests, in order, all or none. @module */

import type { Edit } from "../edit.ts";
import { ApiError, invalid } from "../errors.ts";
import type { Message } from "../messages.ts";
import { isKeyOf } from "../payload.ts";
import { appendCells, repeatCell, setDataValidation, updateCells } from "./cells.ts";
import {
  addDimensionGroup,
  appendDimension,
  autoResizeDimensions,
  deleteDimension,
  deleteDimensionGroup,
  insertDimension,
  moveDimension,
  updateDimensionProperties,
} from "./dimensions.ts";
import {
  createDeveloperMetadata,
  deleteDeveloperMetadata,
  forgetTally,
  updateDeveloperMetadata,
} from "./metadata.ts";
import { copyPaste, cutPaste, deleteRange, insertRange, sortRange } from "./moves.ts";
import {
  addConditionalFormatRule,
  deleteConditionalFormatRule,
  updateConditionalFormatRule,
} from "./conditional_formats.ts";
import {
  addFilterView,
  clearBasicFilter,
  deleteFilterView,
  setBasicFilter,
  updateFilterView,
} from "./filters.ts";
import { mergeCells, unmergeCells } from "./merges.ts";
import { addNamedRange, deleteNamedRange, updateNamedRange } from "./named_ranges.ts";
import {
  addProtectedRange,
  deleteProtectedRange,
  updateProtectedRange,
} from "./protected_ranges.ts";
import {
  addSheet,
  deleteSheet,
  duplicateSheet,
  updateSheetProperties,
  updateSpreadsheetProperties,
} from "./sheets.ts";

type Request = Message<"Request">;

/** The kinds that the embedded spreadsheet carries out; the others never get past the payload. */
type Kind = {
  [K in keyof Request]-?: [NonNullable<Request[K]>] extends [never] ? never : K;
}[keyof Request];

const HANDLERS: {
  readonly [K in Kind]: (edit: Edit, request: NonNullable<Request[K]>) => Message<"Response">;
} = {
  addConditionalFormatRule,
  addDimensionGroup,
  addFilterView,
  addNamedRange,
  addProtectedRange,
  addSheet,
  appendCells,
  appendDimension,
  autoResizeDimensions,
  clearBasicFilter,
  copyPaste,
  createDeveloperMetadata,
  cutPaste,
  deleteConditionalFormatRule,
  deleteDeveloperMetadata,
  deleteDimension,
  deleteDimensionGroup,
  deleteFilterView,
  deleteNamedRange,
  deleteProtectedRange,
  deleteRange,
  deleteSheet,
  duplicateSheet,
  insertDimension,
  insertRange,
  mergeCells,
  moveDimension,
  repeatCell,
  setBasicFilter,
  setDataValidation,
  sortRange,
  unmergeCells,
  updateCells,
  updateConditionalFormatRule,
  updateDeveloperMetadata,
  updateDimensionProperties,
  updateFilterView,
  updateNamedRange,
  updateProtectedRange,
  updateSheetProperties,
  updateSpreadsheetProperties,
};

/** Kinds that may take metadata away together with the row or sheet it stands on. */
const REMOVING: ReadonlySet<Kind> = new Set<Kind>([
  "deleteDimension",
  "deleteSheet",
  "updateSheetProperties",
]);

function carryOut<K extends Kind>(edit: Edit, kind: K, request: Request): Message<"Response"> {
  const body = request[kind];
  if (body === undefined || body === null) throw invalid("No request set.");
  const reply = HANDLERS[kind](edit, body);
  if (REMOVING.has(kind)) forgetTally(edit);
  return reply;
}

/**
 * Carries the requests out on the edit's book, one after the other, and returns a reply for each.
 *
 * @throws {ApiError} 400 that names the request which cannot be carried out. The book is then spoilt
 *   and must be dropped: that is what makes the batch all or nothing.
 */
export function carryOutBatch(edit: Edit, requests: readonly Request[]): Message<"Response">[] {
  if (requests.length === 0) throw invalid("Must specify at least one request.");
  return requests.map((request, index) => {
    const [kind] = Object.keys(request);
    if (kind === undefined || !isKeyOf(HANDLERS, kind)) {
      throw invalid("No request set.").within(`requests[${index}]`);
    }
    try {
      return carryOut(edit, kind, request);
    } catch (thrown) {
      if (thrown instanceof ApiError) throw thrown.within(`requests[${index}].${kind}`);
      throw thrown;
    }
  });
}
