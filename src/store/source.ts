/**
 * The user's tables. Any other process may write them while we run, so every change of ours is a
 * compare-and-set.
 *
 * @module
 */

import { assert } from "../base/assert.ts";
import { freeBytes } from "../base/bytes.ts";
import type { RunningDigest } from "../base/digest.ts";
import { AtlasError } from "../base/errors.ts";
import { type RowId, rowId } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import type { Database } from "./database.ts";
import { sourceFields, writableFields } from "./fields.ts";
import type { Scope, SourceRow } from "./records.ts";
import { isSet, type ShownPart, shownParts } from "./scope.ts";
import { quote } from "./sql.ts";

/** Values by field. A Map-like object with text keys only, as the contract's identifiers are. */
type Values = Readonly<Record<string, string | null>>;

/**
 * The rows that belong into the tab at `now` (in milliseconds), and those of `known` that stand in the
 * table although they do not belong there any more, all from one consistent state.
 *
 * Every value is text or null: numbers that a loosely typed table holds come as SQLite writes them. A
 * blob comes as null, for a cell cannot show it, and {@linkcode updateSource} never overwrites one.
 *
 * @param digest Takes in all that is read of the rows that belong into the tab, as
 * {@linkcode digestShown} does.
 */
export function readSource(
  db: Database,
  tab: Tab,
  { known, now, digest }: {
    readonly known: ReadonlySet<RowId>;
    readonly now: number;
    readonly digest?: RunningDigest;
  },
): Map<RowId, SourceRow> {
  const fields = sourceFields(tab);
  const name = namer(fields);
  const key = fields.indexOf(tab.key);
  const rows = new Map<RowId, SourceRow>();
  const take = (page: string, scopeOf: (last: string | null | undefined) => Scope) => {
    const stored: readonly (readonly (string | null)[])[] = JSON.parse(`[${page}]`);
    for (const values of stored) {
      const id = rowId(values[key] ?? "");
      if (rows.has(id)) continue;
      rows.set(id, { id, values: name(values), scope: scopeOf(values[fields.length]) });
    }
  };
  return db.snapshot(() => {
    const decoder = textDecoder(db);
    for (const page of shownPages(db, tab, now)) {
      digest?.update(page);
      take(decoder.decode(page), () => "shown");
    }
    const others = [...known].filter((id) => !rows.has(id));
    if (others.length > 0) take(knownRows(db, tab, others), scopeOfWord);
    return rows;
  });
}

/**
 * Takes in the rows that belong into the tab at `now` (in milliseconds), without decoding them: the
 * same digest, the same rows.
 */
export function digestShown(db: Database, tab: Tab, now: number, digest: RunningDigest): void {
  db.snapshot(() => {
    for (const page of shownPages(db, tab, now)) digest.update(page);
  });
}

/** Rows of a page: large enough to be quick, small enough for rows with long texts. */
const PAGE_ROWS = 1_000;

/**
 * The rows that belong into the tab as JSON lists of their fields, with commas between them. They come
 * as bytes, for {@linkcode textDecoder}: most are never decoded. A page is good until the next one is
 * asked for.
 */
function* shownPages(db: Database, tab: Tab, now: number): Generator<Uint8Array> {
  for (const part of shownParts(tab, now)) {
    const pages = part.rows.kind === "by-key"
      ? pagesByKey(db, tab, part)
      : [wholePart(db, tab, part)];
    for (const page of pages) {
      yield page;
      freeBytes(page);
    }
  }
}

/** Decodes the bytes of a text: they are in the encoding of the database, by a name from its list. */
function textDecoder(db: Database): TextDecoder {
  return new TextDecoder(String(db.get("PRAGMA encoding")?.["encoding"]));
}

/**
 * Neither a blob nor NULL, which SQLite allows in a TEXT PRIMARY KEY, is a name that a cell could show.
 * Every number and text comes before every blob: https://sqlite.org/datatype3.html#sort_order
 */
const IS_NAME = "< x''";

const ROWS_AS_BYTES = "CAST(group_concat(mirror_row, ',') AS BLOB)";

function* pagesByKey(
  db: Database,
  tab: Tab,
  { where, params }: ShownPart,
): Generator<Uint8Array> {
  // As bytes, whatever the column's own collation: no two keys may be the same.
  const key = `${quote(tab.key)} COLLATE BINARY`;
  let after: string | null = null;
  for (;;) {
    const page = db.get(
      `SELECT count(*) AS n, json_array(max(mirror_key)) AS last, ${ROWS_AS_BYTES} AS page
        FROM (SELECT ${key} AS mirror_key, ${rowAsJson(tab)} AS mirror_row
          FROM ${quote(tab.table)}
          WHERE ${where} AND ${key} ${IS_NAME} ${after === null ? "" : `AND ${key} > (? ->> 0)`}
          ORDER BY ${key} LIMIT ${PAGE_ROWS})`,
      ...params,
      ...(after === null ? [] : [after]),
    );
    if (!(page?.["page"] instanceof Uint8Array)) return;
    yield page["page"];
    if (page["n"] !== PAGE_ROWS) return;
    after = String(page["last"]);
  }
}

function wholePart(
  db: Database,
  tab: Tab,
  { where, params, rows }: ShownPart,
): Uint8Array {
  const first = rows.kind === "first" ? `ORDER BY ${rows.order} LIMIT ${rows.count}` : "";
  const found = db.get(
    `SELECT ${ROWS_AS_BYTES} AS page
      FROM (SELECT ${quote(tab.key)} AS mirror_key, ${rowAsJson(tab)} AS mirror_row
        FROM ${quote(tab.table)} WHERE ${where} ${first})
      WHERE mirror_key ${IS_NAME}`,
    ...params,
  );
  return found?.["page"] instanceof Uint8Array ? found["page"] : new Uint8Array();
}

/** The rows with these keys, each with the reason why it does not belong into the tab behind its fields. */
function knownRows(db: Database, tab: Tab, ids: readonly RowId[]): string {
  const scope = `CASE WHEN ${isSet(tab.softDelete)} THEN 'deleted' WHEN ${
    isSet(tab.archive)
  } THEN 'archived' ELSE 'expired' END`;
  // Names of our own begin with "mirror_", which no table of the user may: one called "known" would
  // otherwise be hidden.
  const found = db.get(
    `WITH mirror_known(mirror_key) AS (SELECT value FROM json_each(?))
      SELECT group_concat(${rowAsJson(tab, scope)}, ',') AS page
      FROM mirror_known CROSS JOIN ${quote(tab.table)} ON ${quote(tab.key)} = mirror_key`,
    JSON.stringify(ids),
  );
  return String(found?.["page"] ?? "");
}

/** A JSON list of the row's fields, each text or null, and of what else is wanted behind them. */
function rowAsJson(tab: Tab, ...more: readonly string[]): string {
  const fields = sourceFields(tab).map((field) => {
    const name = quote(field);
    return `CASE WHEN ${name} ${IS_NAME} THEN CAST(${name} AS TEXT) END`;
  });
  return `json_array(${[...fields, ...more].join(", ")})`;
}

function scopeOfWord(word: string | null | undefined): Scope {
  assert(
    word === "expired" || word === "archived" || word === "deleted",
    "the query names the scope of every row",
  );
  return word;
}

/**
 * Sets fields of a row that humans may change, if the row still holds what was expected.
 *
 * @returns false where it does not, or where there is no such row: another process was quicker.
 */
export function updateSource(
  db: Database,
  tab: Tab,
  id: RowId,
  { set, expect }: { readonly set: Values; readonly expect: Values },
): boolean {
  const writable = writableFields(tab);
  for (const field of Object.keys(set)) {
    assert(writable.has(field), `the contract lets humans change ${tab.table}.${field}`);
  }
  return compareAndSet(db, tab, id, set, expect);
}

/** Marks a row that retention took out of the tab. `at` is ISO 8601 UTC; false where it was marked before. */
export function markArchived(db: Database, tab: Tab, id: RowId, at: string): boolean {
  const table = quote(tab.table);
  const archive = quote(tab.archive);
  return db.run(
    `UPDATE ${table} SET ${archive} = ? WHERE ${quote(tab.key)} = ? AND NOT (${
      isSet(tab.archive)
    })`,
    at,
    id,
  ) > 0;
}

function compareAndSet(db: Database, tab: Tab, id: RowId, set: Values, expect: Values): boolean {
  const assignments = Object.keys(set).map((field) => `${quote(field)} = ?`);
  // The comparison is with the text that readSource gave. A blob it gave as null, which no blob is.
  const expectations = Object.keys(expect).map((field) =>
    ` AND CAST(${quote(field)} AS TEXT) IS ?`
  );
  const changed = db.run(
    `UPDATE ${quote(tab.table)} SET ${assignments.join(", ")} ` +
      `WHERE ${quote(tab.key)} = ?${expectations.join("")}`,
    ...Object.values(set),
    id,
    ...Object.values(expect),
  );
  if (changed > 1) {
    throw new AtlasError(
      "database",
      `Cannot change row "${id}" of table "${tab.table}": ${changed} rows have this key`,
      { hint: `Make the field "${tab.key}" unique.` },
    );
  }
  return changed === 1;
}

/**
 * Adds a row with the fields given.
 *
 * @returns false where a row with this key stands already; it is left as it is.
 */
export function insertSource(db: Database, tab: Tab, values: Values): boolean {
  const fields = Object.keys(values);
  const known = new Set(sourceFields(tab));
  for (const field of fields) assert(known.has(field), `the contract names ${tab.table}.${field}`);
  const table = quote(tab.table);
  // Not ON CONFLICT, which needs a unique index that a user's own table may lack.
  return db.run(
    `INSERT INTO ${table} (${fields.map(quote).join(", ")}) SELECT ${
      fields.map(() => "?").join(", ")
    } WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE ${quote(tab.key)} = ?)`,
    ...Object.values(values),
    values[tab.key] ?? null,
  ) === 1;
}

/** What one row holds in the fields the contract names; null: there is no such row. */
export function readSourceRow(db: Database, tab: Tab, id: RowId): Values | null {
  const found = db.get(
    `SELECT ${rowAsJson(tab)} AS row FROM ${quote(tab.table)} WHERE ${quote(tab.key)} = ?`,
    id,
  );
  if (found === undefined) return null;
  const values: readonly (string | null)[] = JSON.parse(String(found["row"]));
  return namer(sourceFields(tab))(values);
}

/** Gives values the names of their fields. */
function namer(fields: readonly string[]): (values: readonly (string | null)[]) => Values {
  // Assigned, this one would be taken for the object's prototype.
  if (fields.includes("__proto__")) {
    return (values) =>
      Object.fromEntries(fields.map((field, index) => [field, values[index] ?? null]));
  }
  return (values) => {
    const named: Record<string, string | null> = {};
    for (let index = 0; index < fields.length; index++) {
      named[fields[index] ?? ""] = values[index] ?? null;
    }
    return named;
  };
}

/**
 * Sets fields of a row that the mirror itself has added, where they still hold what was expected.
 *
 * @returns false where they do not: another process was quicker.
 */
export function amendSource(
  db: Database,
  tab: Tab,
  id: RowId,
  { set, expect }: { readonly set: Values; readonly expect: Values },
): boolean {
  return compareAndSet(db, tab, id, set, expect);
}
