/**
 * What the sheet shows for a row of the table: every value cleaned, masked, guarded, cut and dated, and
 * the reason why a row must not be shown at all.
 *
 * @module
 */

import { must } from "../base/assert.ts";
import type { CellValue, RowId } from "../contract/cell.ts";
import type { Column, Tab } from "../contract/schema.ts";
import { parseTimestamp, serialFromTime } from "../contract/timestamp.ts";
import { characterCount } from "./characters.ts";
import { cleanText, cutText, guardFormula } from "./outgoing.ts";
import type { Masker } from "./secrets.ts";

/** Columns of the database are for reading in passing. */
const DATABASE_LIMIT = 1_000;
/** Humans see all they wrote; a cell of the sheet ends at 50,000. */
const HUMAN_LIMIT = 45_000;
const KEY_LIMIT = 500;
/** A value is named in a problem with about so many characters. */
const QUOTE_LIMIT = 120;

/** The slice of a source row that its cells depend on. */
export interface EncodableRow {
  readonly id: RowId;
  /** The row's fields as text or NULL. */
  readonly values: Readonly<Record<string, string | null>>;
}

/** A row as the sheet should show it. */
export interface EncodedRow {
  readonly id: RowId;
  /** One value a column; `""` where the row has a problem with it. */
  readonly cells: readonly CellValue[];
  /** Why the row must not go out, one sentence or more without a full stop at the end; null: it may. */
  readonly problem: string | null;
}

/** What encoding needs beside the rows. */
export interface EncodeContext {
  /** The spreadsheet's time zone, as an IANA name. */
  readonly zone: string;
  readonly masker: Masker;
}

/** A cell on its way: what is known before secrets are looked for. */
type Draft =
  /** Nothing in it can be a secret. */
  | { readonly kind: "value"; readonly value: CellValue }
  /** A clean text that is shown after masking. */
  | {
    readonly kind: "text";
    readonly text: string;
    readonly prefix: string;
    readonly limit: number;
  }
  /** The name of the row, shown as it is or not at all. */
  | { readonly kind: "key"; readonly text: string }
  /** The row stays back; `text` is quoted after masking. */
  | { readonly kind: "problem"; readonly text: string; readonly reason: string };

/**
 * The rows as the tab shows them, in the same order. All their texts are masked in one go.
 *
 * Rejects with an AtlasError of kind configuration where the zone is unknown.
 */
export async function encodeRows(
  tab: Tab,
  rows: readonly EncodableRow[],
  context: EncodeContext,
): Promise<EncodedRow[]> {
  const drafts = rows.map((row) =>
    tab.columns.map((column) => draftCell(tab, column, row, context.zone))
  );
  const masked = await context.masker.mask(
    drafts.flat().filter((draft) => draft.kind !== "value").map((draft) => draft.text),
  );
  let next = 0;
  const takeMasked = () => must(masked[next++], "masked text");
  return rows.map(({ id }, row) => {
    const problems: string[] = [];
    const cells = tab.columns.map(({ header }, index): CellValue => {
      const draft = must(drafts[row]?.[index], "draft");
      switch (draft.kind) {
        case "value":
          return draft.value;
        case "text":
          return cutText(guardFormula(draft.prefix + takeMasked()), draft.limit);
        case "key": {
          const shown = takeMasked();
          if (shown === draft.text) return shown;
          problems.push(`${header}${quote(shown)} holds a secret`);
          return "";
        }
        case "problem":
          problems.push(`${header}${quote(takeMasked())} ${draft.reason}`);
          return "";
      }
    });
    return { id, cells, problem: problems.length === 0 ? null : problems.join("; ") };
  });
}

/** What a human text column shows for these texts of the database, in the same order. */
export async function encodeHuman(
  texts: readonly string[],
  context: Pick<EncodeContext, "masker">,
): Promise<string[]> {
  const masked = await context.masker.mask(texts.map(cleanText));
  return masked.map((text) => cutText(guardFormula(text), HUMAN_LIMIT));
}

function draftCell(tab: Tab, column: Column, row: EncodableRow, zone: string): Draft {
  if (column.field === tab.key) return draftKey(row.id);
  // A field may bear the name of something that every object inherits.
  const text = Object.hasOwn(row.values, column.field) ? row.values[column.field] ?? "" : "";
  if (column.required && cleanText(text).trim() === "") {
    return problem("", "is required and has no value");
  }
  if (text === "") return { kind: "value", value: "" };
  switch (column.type) {
    case "text":
      return draftText(text, column.edit === null ? DATABASE_LIMIT : HUMAN_LIMIT);
    case "json":
      return isJson(text)
        ? draftText(text, DATABASE_LIMIT)
        : draftText(text, DATABASE_LIMIT, "[invalid JSON] ");
    case "enum":
      return column.values.includes(text)
        ? { kind: "value", value: text }
        : problem(text, `is not one of ${column.values.join(", ")}`);
    case "datetime": {
      const ms = parseTimestamp(text);
      return ms === null
        ? problem(text, "is not a time in the form 2026-01-15T14:30:00Z")
        : { kind: "value", value: serialFromTime(ms, zone) };
    }
  }
}

/** A key is shown as it is or not at all: humans and the mirror find the row by it. */
function draftKey(id: RowId): Draft {
  if (id.trim() === "") return problem("", "is required and has no value");
  if (characterCount(id) > KEY_LIMIT) return problem(id, `has more than ${KEY_LIMIT} characters`);
  if (id.trim() !== id) return problem(id, "has blanks at its beginning or end");
  if (cleanText(id) !== id || /[\n\t]/.test(id)) {
    return problem(id, "has characters that cannot be seen in a cell");
  }
  return { kind: "key", text: id };
}

function draftText(text: string, limit: number, prefix = ""): Draft {
  return { kind: "text", text: cleanText(text), prefix, limit };
}

function problem(text: string, reason: string): Draft {
  return { kind: "problem", text: cleanText(text), reason };
}

function quote(text: string): string {
  return text === "" ? "" : " " + JSON.stringify(cutText(text, QUOTE_LIMIT));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
