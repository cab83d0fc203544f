/**
 * The user's tables. Any other process may write them while we run, so every change of ours is a
 * compare-and-set.
 *
 * @module
 */

import { assert } from "../base/assert.ts";
import { AtlasError } from "../base/errors.ts";
import { type RowId, rowId } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import type { Database, SqlValue } from "./database.ts";
import { sourceFields, writableFields } from "./fields.ts";
import type { Scope, SourceRow } from "./records.ts";
import { isSet, type Query, shownKeys } from "./scope.ts";
import { quote } from "./sql.ts";

/** Values by field. A Map-like object with text keys only, as the contract's identifiers are. */
type Values = Readonly<Record<string, string | null>>;

/**
 * The rows that belong into the tab at `now` (in milliseconds), and those of `known` that stand in the
 * table although they do not belong there any more. One statement, so one consistent state.
 *
 * Every value is text or null: numbers that a loosely typed table holds come as SQLite writes them. A
 * blob comes as null, for a cell cannot show it, and {@linkcode updateSource} never overwrites one.
 */
export function readSource(
  db: Database,
  tab: Tab,
  { known, now }: { readonly known: ReadonlySet<RowId>; readonly now: number },
): Map<RowId, SourceRow> {
  const fields = sourceFields(tab);
  const query = sourceQuery(tab, fields, known, now);
  const rows = new Map<RowId, SourceRow>();
  for (const row of db.all(query.sql, ...query.params)) {
    const key = plainText(row["key"]);
    // A blob is no name that a cell could show. Nor is NULL, which SQLite allows in a TEXT PRIMARY KEY;
    // the join has left those rows out.
    if (key === null) continue;
    const id = rowId(key);
    const values = Object.fromEntries(
      fields.map((field, index) => [field, plainText(row[`f${index}`])]),
    );
    rows.set(id, { id, values, scope: scopeOf(row["scope"]) });
  }
  return rows;
}

function sourceQuery(
  tab: Tab,
  fields: readonly string[],
  known: ReadonlySet<RowId>,
  now: number,
): Query {
  const shown = shownKeys(tab, now);
  const key = quote(tab.key);
  const columns = fields.map((field, index) => `${asText(field)} AS f${index}`).join(", ");
  // Names of our own begin with "mirror_", which no table of the user may: one called "wanted" would
  // otherwise be hidden.
  return {
    sql: `WITH mirror_shown_keys(mirror_key) AS MATERIALIZED (${shown.sql}),
      mirror_wanted_keys(mirror_key) AS (
        SELECT mirror_key FROM mirror_shown_keys UNION SELECT value FROM json_each(?))
      SELECT ${asText(tab.key)} AS key, ${columns}, CASE
        WHEN ${isSet(tab.softDelete)} THEN 'deleted'
        WHEN ${isSet(tab.archive)} THEN 'archived'
        WHEN ${key} IN (SELECT mirror_key FROM mirror_shown_keys) THEN 'shown'
        ELSE 'expired' END AS scope
      FROM mirror_wanted_keys CROSS JOIN ${quote(tab.table)} ON ${key} = mirror_key`,
    params: [...shown.params, JSON.stringify([...known])],
  };
}

/**
 * A field as text. The driver cuts text at a NUL, so text that holds one comes as its bytes, which
 * {@linkcode plainText} decodes.
 */
function asText(field: string): string {
  const name = quote(field);
  return `CASE typeof(${name}) WHEN 'blob' THEN NULL WHEN 'text' THEN ` +
    `CASE WHEN instr(${name}, char(0)) > 0 THEN CAST(${name} AS BLOB) ELSE ${name} END ` +
    `ELSE CAST(${name} AS TEXT) END`;
}

// A byte order mark is part of the text, as it is where the driver reads it.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function plainText(value: SqlValue | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return utf8.decode(value);
  return String(value);
}

function scopeOf(value: SqlValue | undefined): Scope {
  assert(
    value === "shown" || value === "expired" || value === "archived" || value === "deleted",
    "the query names the scope of every row",
  );
  return value;
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
  const fields = sourceFields(tab);
  const row = db.get(
    `SELECT ${fields.map((field, index) => `${asText(field)} AS f${index}`).join(", ")} ` +
      `FROM ${quote(tab.table)} WHERE ${quote(tab.key)} = ?`,
    id,
  );
  if (row === undefined) return null;
  return Object.fromEntries(fields.map((field, index) => [field, plainText(row[`f${index}`])]));
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
