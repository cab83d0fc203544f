/** The calls of the API: where each is found, what it takes, what it does. @module */

import { Calculator } from "./calculator.ts";
import type { Edit } from "./edit.ts";
import { ApiError, invalid, notFound, unsupported } from "./errors.ts";
import { below, type Mask } from "./field_mask.ts";
import type { Message, MessageName } from "./messages.ts";
import { MetadataIndex, toDeveloperMetadata } from "./metadata.ts";
import { readMessage } from "./payload.ts";
import type { Guard } from "./protection.ts";
import type { Query } from "./query.ts";
import { type Area, areaName, findArea, findReference } from "./ranges.ts";
import { carryOutBatch } from "./requests/batch.ts";
import { insertRowsAt } from "./requests/dimensions.ts";
import { readSpreadsheet } from "./response.ts";
import type { Workbook } from "./book.ts";
import {
  appendValues,
  clearValues,
  heightOf,
  lastTable,
  type ReadOptions,
  readValues,
  totals,
  toUpdateResponse,
  writeValues,
  type Written,
} from "./values.ts";

/** One call of one caller. */
export interface Call {
  /** The spreadsheet as it stands. */
  readonly book: Workbook;
  readonly guard: Guard;
  /** The parts of the path that differ from call to call, decoded. */
  readonly path: readonly string[];
  readonly query: Query;
  /** The mask of the answer; null: none was given. */
  readonly mask: Mask | null;
  readonly body: unknown;
  /** Carries a change out on a fork, keeps the fork when nothing was thrown, and gives the result. */
  change<Result>(work: (edit: Edit) => Result): Result;
}

/** How a call is found and what it does. */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT";
  /** Matches the encoded path behind the spreadsheet's id. */
  readonly path: RegExp;
  readonly kind: "read" | "write";
  readonly parameters: readonly string[];
  readonly answer: MessageName;
  run(call: Call): unknown;
}

function readOptions(query: Query, prefix = ""): ReadOptions {
  const name = (word: string) =>
    prefix === "" ? word : prefix + word[0]?.toUpperCase() + word.slice(1);
  const majorDimension = query.word("Dimension", "majorDimension");
  return {
    ...(majorDimension === undefined ? {} : { majorDimension }),
    values: query.word("ValueRenderOption", name("valueRenderOption")),
    dates: query.word("DateTimeRenderOption", name("dateTimeRenderOption")),
  };
}

/** How written values are sent back, if they were asked for. */
function echoOptions(query: Query): ReadOptions | null {
  return query.flag("includeValuesInResponse") ? readOptions(query, "response") : null;
}

type EchoingBody = Pick<
  Message<"BatchUpdateValuesRequest">,
  "includeValuesInResponse" | "responseValueRenderOption" | "responseDateTimeRenderOption"
>;

function bodyEchoOptions(body: EchoingBody): ReadOptions | null {
  if (body.includeValuesInResponse !== true) return null;
  return { values: body.responseValueRenderOption, dates: body.responseDateTimeRenderOption };
}

/** Runs the part of a batch with this index; its refusal says which part it was. */
function part<Result>(list: string, index: number, run: () => Result): Result {
  try {
    return run();
  } catch (thrown) {
    throw thrown instanceof ApiError ? thrown.within(`${list}[${index}]`) : thrown;
  }
}

function spreadsheetAnswer(call: Call, areas: readonly Area[] | null, includeGridData: boolean) {
  return readSpreadsheet(call.book, call.guard, {
    mask: call.mask ?? "all",
    areas,
    includeGridData: call.mask === "all" || includeGridData,
  });
}

function getSpreadsheet(call: Call): unknown {
  const ranges = call.query.list("ranges");
  const areas = ranges.length === 0 ? null : ranges.map((text) => findArea(call.book, text));
  return spreadsheetAnswer(call, areas, call.query.flag("includeGridData"));
}

function getByDataFilter(call: Call): unknown {
  const body = readMessage("GetSpreadsheetByDataFilterRequest", call.body);
  const index = new MetadataIndex(call.book);
  const areas = body.dataFilters?.flatMap((filter) => index.areas(filter)) ?? null;
  return spreadsheetAnswer(call, areas, body.includeGridData === true);
}

function batchUpdate(call: Call): unknown {
  const body = readMessage("BatchUpdateSpreadsheetRequest", call.body);
  return call.change((edit) => {
    const replies = carryOutBatch(edit, body.requests ?? []);
    const answer = { spreadsheetId: edit.book.spreadsheetId, replies };
    if (body.includeSpreadsheetInResponse !== true) return answer;
    const mask = call.mask === null ? null : below(call.mask, "updatedSpreadsheet");
    if (call.mask !== null && mask === null) return answer;
    const ranges = body.responseRanges ?? [];
    const areas = ranges.length === 0 ? null : ranges.map((text) => findArea(edit.book, text));
    const updatedSpreadsheet = readSpreadsheet(edit.book, call.guard, {
      mask: mask ?? "all",
      areas,
      // Google ignores the wish for cells where a mask says what is wanted.
      includeGridData: mask === null ? body.responseIncludeGridData === true : mask === "all",
    });
    return { ...answer, updatedSpreadsheet };
  });
}

function getValues(call: Call): unknown {
  const [range = ""] = call.path;
  const area = findArea(call.book, range);
  return readValues(new Calculator(call.book), area, readOptions(call.query));
}

function batchGetValues(call: Call): unknown {
  const calculator = new Calculator(call.book);
  const options = readOptions(call.query);
  const valueRanges = call.query.list("ranges").map((text) =>
    readValues(calculator, findArea(call.book, text), options)
  );
  return { spreadsheetId: call.book.spreadsheetId, valueRanges };
}

function batchGetValuesByDataFilter(call: Call): unknown {
  const body = readMessage("BatchGetValuesByDataFilterRequest", call.body);
  const calculator = new Calculator(call.book);
  const index = new MetadataIndex(call.book);
  const options: ReadOptions = {
    ...(body.majorDimension === undefined ? {} : { majorDimension: body.majorDimension }),
    values: body.valueRenderOption,
    dates: body.dateTimeRenderOption,
  };
  const found = new Map<string, { area: Area; dataFilters: Message<"DataFilter">[] }>();
  for (const filter of body.dataFilters ?? []) {
    for (const area of index.areas(filter)) {
      const name = areaName(area);
      const same = found.get(name);
      if (same === undefined) found.set(name, { area, dataFilters: [filter] });
      else same.dataFilters.push(filter);
    }
  }
  const valueRanges = [...found.values()].map(({ area, dataFilters }) => ({
    valueRange: readValues(calculator, area, options),
    dataFilters,
  }));
  return {
    spreadsheetId: call.book.spreadsheetId,
    ...(valueRanges.length === 0 ? {} : { valueRanges }),
  };
}

function updateValues(call: Call): unknown {
  const [range = ""] = call.path;
  const body = readMessage("ValueRange", call.body, "data");
  const input = call.query.word("ValueInputOption", "valueInputOption");
  const echo = echoOptions(call.query);
  return call.change((edit) => {
    const written = writeValues(edit, findReference(edit.book, range), range, body, input);
    return toUpdateResponse(edit, written, echo);
  });
}

function batchUpdateValues(call: Call): unknown {
  const body = readMessage("BatchUpdateValuesRequest", call.body);
  const echo = bodyEchoOptions(body);
  return call.change((edit) => {
    const writes = (body.data ?? []).map((data, index) =>
      part("data", index, () => {
        const name = data.range ?? "";
        return writeValues(edit, findReference(edit.book, name), name, data, body.valueInputOption);
      })
    );
    const responses = writes.map((written) => toUpdateResponse(edit, written, echo));
    return { spreadsheetId: edit.book.spreadsheetId, ...totals(writes), responses };
  });
}

function batchUpdateValuesByDataFilter(call: Call): unknown {
  const body = readMessage("BatchUpdateValuesByDataFilterRequest", call.body);
  const echo = bodyEchoOptions(body);
  return call.change((edit) => {
    // Writing values moves no metadata, so one index serves the whole batch.
    const index = new MetadataIndex(edit.book);
    const writes: { written: Written; dataFilter: Message<"DataFilter"> }[] = [];
    for (const [at, { dataFilter, ...data }] of (body.data ?? []).entries()) {
      part("data", at, () => {
        for (const area of index.areas(dataFilter)) {
          const named = { sheet: area.sheet, box: area };
          const name = areaName(area);
          const written = writeValues(edit, named, name, data, body.valueInputOption);
          writes.push({ written, dataFilter: dataFilter ?? {} });
        }
      });
    }
    const responses = writes.map(({ written, dataFilter }) => {
      const { spreadsheetId: _once, ...response } = toUpdateResponse(edit, written, echo);
      return { ...response, dataFilter };
    });
    return {
      spreadsheetId: edit.book.spreadsheetId,
      ...totals(writes.map(({ written }) => written)),
      ...(responses.length === 0 ? {} : { responses }),
    };
  });
}

function clearOne(call: Call): unknown {
  const [range = ""] = call.path;
  readMessage("ClearValuesRequest", call.body ?? {});
  return call.change((edit) => {
    const area = findArea(edit.book, range);
    clearValues(edit, area);
    return { spreadsheetId: edit.book.spreadsheetId, clearedRange: areaName(area) };
  });
}

function clearAreas(edit: Edit, areas: readonly Area[]): unknown {
  for (const area of areas) clearValues(edit, area);
  return {
    spreadsheetId: edit.book.spreadsheetId,
    ...(areas.length === 0 ? {} : { clearedRanges: areas.map(areaName) }),
  };
}

function batchClear(call: Call): unknown {
  const body = readMessage("BatchClearValuesRequest", call.body);
  return call.change((edit) =>
    clearAreas(
      edit,
      (body.ranges ?? []).map((text, index) =>
        part("range", index, () => findArea(edit.book, text))
      ),
    )
  );
}

function batchClearByDataFilter(call: Call): unknown {
  const body = readMessage("BatchClearValuesByDataFilterRequest", call.body);
  return call.change((edit) => {
    const index = new MetadataIndex(edit.book);
    return clearAreas(edit, (body.dataFilters ?? []).flatMap((filter) => index.areas(filter)));
  });
}

function append(call: Call): unknown {
  const [range = ""] = call.path;
  const body = readMessage("ValueRange", call.body, "data");
  const input = call.query.word("ValueInputOption", "valueInputOption");
  const option = call.query.list("insertDataOption")[0] ?? "OVERWRITE";
  if (option !== "OVERWRITE" && option !== "INSERT_ROWS") {
    throw invalid(
      "Invalid value at 'insert_data_option' " +
        `(type.googleapis.com/google.apps.sheets.v4.InsertDataOption), "${option}"`,
    );
  }
  const echo = echoOptions(call.query);
  return call.change((edit) => {
    const area = findArea(edit.book, range);
    const table = lastTable(area);
    if (option === "INSERT_ROWS" && table !== null) {
      insertRowsAt(edit, area.sheet, table.bottom, heightOf(body));
    }
    const written = appendValues(edit, area, table, body, input);
    return {
      spreadsheetId: edit.book.spreadsheetId,
      ...(table === null ? {} : { tableRange: areaName(table) }),
      updates: toUpdateResponse(edit, written, echo),
    };
  });
}

function getMetadata(call: Call): unknown {
  const found = new MetadataIndex(call.book).get(Number(call.path[0]));
  if (found === undefined) throw notFound();
  return toDeveloperMetadata(found);
}

function searchMetadata(call: Call): unknown {
  const body = readMessage("SearchDeveloperMetadataRequest", call.body);
  const index = new MetadataIndex(call.book);
  const matches = new Map<number, Message<"MatchedDeveloperMetadata">>();
  for (const filter of body.dataFilters ?? []) {
    for (const found of index.select(filter)) {
      const { id } = found.metadata;
      const before = matches.get(id)?.dataFilters ?? [];
      const dataFilters = [...before, filter];
      matches.set(id, { developerMetadata: toDeveloperMetadata(found), dataFilters });
    }
  }
  return matches.size === 0 ? {} : { matchedDeveloperMetadata: [...matches.values()] };
}

const READ_PARAMETERS = ["majorDimension", "valueRenderOption", "dateTimeRenderOption"];
const WRITE_PARAMETERS = [
  "valueInputOption",
  "includeValuesInResponse",
  "responseValueRenderOption",
  "responseDateTimeRenderOption",
];

type Line = [
  Operation["method"],
  RegExp,
  Operation["kind"],
  MessageName,
  Operation["run"],
  (readonly string[])?,
];

const LINES: readonly Line[] = [
  ["GET", /^$/, "read", "Spreadsheet", getSpreadsheet, ["ranges", "includeGridData"]],
  ["POST", /^:getByDataFilter$/, "read", "Spreadsheet", getByDataFilter],
  ["POST", /^:batchUpdate$/, "write", "BatchUpdateSpreadsheetResponse", batchUpdate],
  ["GET", /^\/values:batchGet$/, "read", "BatchGetValuesResponse", batchGetValues, [
    "ranges",
    ...READ_PARAMETERS,
  ]],
  [
    "POST",
    /^\/values:batchGetByDataFilter$/,
    "read",
    "BatchGetValuesByDataFilterResponse",
    batchGetValuesByDataFilter,
  ],
  ["POST", /^\/values:batchUpdate$/, "write", "BatchUpdateValuesResponse", batchUpdateValues],
  [
    "POST",
    /^\/values:batchUpdateByDataFilter$/,
    "write",
    "BatchUpdateValuesByDataFilterResponse",
    batchUpdateValuesByDataFilter,
  ],
  ["POST", /^\/values:batchClear$/, "write", "BatchClearValuesResponse", batchClear],
  [
    "POST",
    /^\/values:batchClearByDataFilter$/,
    "write",
    "BatchClearValuesByDataFilterResponse",
    batchClearByDataFilter,
  ],
  ["GET", /^\/values\/([^/]+)$/, "read", "ValueRange", getValues, READ_PARAMETERS],
  ["PUT", /^\/values\/([^/]+)$/, "write", "UpdateValuesResponse", updateValues, WRITE_PARAMETERS],
  ["POST", /^\/values\/([^/]+):append$/, "write", "AppendValuesResponse", append, [
    "insertDataOption",
    ...WRITE_PARAMETERS,
  ]],
  ["POST", /^\/values\/([^/]+):clear$/, "write", "ClearValuesResponse", clearOne],
  ["GET", /^\/developerMetadata\/(\d+)$/, "read", "DeveloperMetadata", getMetadata],
  [
    "POST",
    /^\/developerMetadata:search$/,
    "read",
    "SearchDeveloperMetadataResponse",
    searchMetadata,
  ],
  ["POST", /^\/sheets\/\d+:copyTo$/, "write", "SheetProperties", () => {
    throw unsupported("sheets.copyTo");
  }],
];

const OPERATIONS: readonly Operation[] = LINES.map((
  [method, path, kind, answer, run, parameters = []],
) => ({ method, path, kind, answer, run, parameters }));

/** The operation that a path names, with the parts of the path as they are; null: there is none. */
export function findOperation(
  method: string,
  path: string,
): { operation: Operation; parts: string[] } | null {
  for (const operation of OPERATIONS) {
    const match = operation.method === method ? operation.path.exec(path) : null;
    if (match !== null) return { operation, parts: match.slice(1) };
  }
  return null;
}
