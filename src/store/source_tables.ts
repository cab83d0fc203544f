/**
 * The shape of the user's tables: what the contract needs, what stands there, what is missing.
 *
 * @module
 */

import { AtlasError } from "../base/errors.ts";
import type { Contract, Tab } from "../contract/schema.ts";
import type { Database } from "./database.ts";
import { sourceFields } from "./fields.ts";
import { type Index, sourceIndexes } from "./scope.ts";
import { literal, quote } from "./sql.ts";

/** What stands in the database where a tab wants its table. */
export type TableState =
  /** Nothing has this name yet. */
  | { readonly kind: "absent" }
  /** A view or the like, which cannot be written. */
  | { readonly kind: "other"; readonly type: string }
  /** The user's table, with the fields that it still lacks. */
  | { readonly kind: "standing"; readonly missing: readonly string[] };

/** Looks at the table of a tab. Names are compared as SQLite does, without regard to ASCII case. */
export function tableState(db: Database, tab: Tab): TableState {
  const object = db.get(
    "SELECT type FROM sqlite_schema WHERE name = ? COLLATE NOCASE AND type IN ('table', 'view')",
    tab.table,
  );
  if (object === undefined) return { kind: "absent" };
  if (object["type"] !== "table") return { kind: "other", type: String(object["type"]) };
  const columns = new Set(
    db.all("SELECT name FROM pragma_table_xinfo(?)", tab.table)
      .map((column) => String(column["name"]).toLowerCase()),
  );
  return {
    kind: "standing",
    missing: sourceFields(tab).filter((field) => !columns.has(field.toLowerCase())),
  };
}

/**
 * Makes sure that every tab of the contract finds its table with every field.
 *
 * @throws {AtlasError} `configuration`, naming each table and the fields it lacks.
 */
export function checkSourceTables(db: Database, contract: Contract): void {
  refuseGaps(db, contract, (state) => state.kind === "standing" && state.missing.length === 0);
}

/** Refuses what `--init` may not mend without `--migrate`, and what it never may. */
export function checkBeforeInit(
  db: Database,
  contract: Contract,
  { migrate }: { readonly migrate: boolean },
): void {
  for (const tab of contract.tabs) {
    if (!/^(mirror|sqlite)_/i.test(tab.table)) continue;
    throw new AtlasError(
      "configuration",
      `Cannot mirror table "${tab.table}": names that begin with "mirror_" or "sqlite_" are taken`,
      { hint: "Rename the table, and name it so in the contract." },
    );
  }
  refuseGaps(db, contract, (state, tab) => {
    if (state.kind !== "standing") return state.kind === "absent";
    // Standing rows would all have the same key: none.
    return state.missing.length === 0 || (migrate && !state.missing.includes(tab.key));
  });
}

function refuseGaps(
  db: Database,
  contract: Contract,
  accepted: (state: TableState, tab: Tab) => boolean,
): void {
  const gaps: string[] = [];
  for (const tab of contract.tabs) {
    const state = tableState(db, tab);
    if (accepted(state, tab)) continue;
    if (state.kind === "absent") gaps.push(`table "${tab.table}" is missing`);
    else if (state.kind === "other") gaps.push(`"${tab.table}" is a ${state.type}, not a table`);
    else gaps.push(`table "${tab.table}" lacks ${state.missing.join(", ")}`);
  }
  if (gaps.length === 0) return;
  throw new AtlasError(
    "configuration",
    `Cannot use database "${db.path}" with contract "${contract.name}": ${gaps.join("; ")}`,
    {
      hint:
        "Run --init --migrate to add what is missing, or name the right fields in the contract.",
    },
  );
}

/**
 * Creates the table of a tab, or with `migrate` adds the fields and indexes that a standing one lacks.
 * The caller has checked that this is possible.
 *
 * @returns a sentence for each thing done.
 */
export function completeTable(
  db: Database,
  tab: Tab,
  { migrate }: { readonly migrate: boolean },
): string[] {
  const state = tableState(db, tab);
  if (state.kind === "absent") {
    const fields = sourceFields(tab).map((field) => `${quote(field)} ${declaration(tab, field)}`);
    db.run(`CREATE TABLE ${quote(tab.table)} (${fields.join(", ")})`);
    return [`Created table "${tab.table}".`, ...createIndexes(db, tab)];
  }
  if (state.kind === "other") return [];
  if (!migrate) return adviseIndexes(db, tab);
  const added = state.missing.map((field) => {
    const column = `${quote(field)} ${declaration(tab, field)}`;
    db.run(`ALTER TABLE ${quote(tab.table)} ADD COLUMN ${column}`);
    return `Added column "${field}" to table "${tab.table}".`;
  });
  return [...added, ...createIndexes(db, tab)];
}

/** The key's type is what makes it unique; free text starts empty, anything else as NULL. */
function declaration(tab: Tab, field: string): string {
  if (field === tab.key) return "TEXT PRIMARY KEY";
  const column = tab.columns.find((column) => column.field === field);
  return column?.type === "text" && !column.required ? `TEXT DEFAULT ${literal("")}` : "TEXT";
}

/** An index of an earlier contract is no use any more: its name stays, its expression is replaced. */
function createIndexes(db: Database, tab: Tab): string[] {
  return wantedIndexes(db, tab).map(({ name, sql }) => {
    db.run(`DROP INDEX IF EXISTS ${quote(name)}`);
    db.run(sql);
    return `Created index "${name}".`;
  });
}

/** Says what a table of the user's lacks to be read quickly; it works all the same. */
function adviseIndexes(db: Database, tab: Tab): string[] {
  const names = wantedIndexes(db, tab).map(({ name }) => `"${name}"`);
  if (names.length === 0) return [];
  return [
    `Left table "${tab.table}" without ${names.join(", ")}: every sync reads the whole table. ` +
    "Run --init --migrate to index it.",
  ];
}

/** The indexes that do not stand, or stand as an earlier contract wanted them. */
function wantedIndexes(db: Database, tab: Tab): readonly Index[] {
  const { key, others } = sourceIndexes(tab);
  const wanted = isKeyIndexed(db, tab, key) ? others : [key, ...others];
  return wanted.filter(({ name, sql }) => {
    const standing = db.get(
      "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ? COLLATE NOCASE",
      name,
    );
    return standing?.["sql"] !== sql;
  });
}

/** Whether rows are found by their key: by any index of the whole table, ours aside, or the row ID. */
function isKeyIndexed(db: Database, tab: Tab, own: Index): boolean {
  const found = db.get(
    `SELECT 1 FROM pragma_index_list(?1) AS list, pragma_index_info(list.name) AS info
      WHERE info.seqno = 0 AND info.name = ?2 COLLATE NOCASE AND NOT list.partial
        AND list.name <> ?3 COLLATE NOCASE
      UNION ALL SELECT 1 FROM pragma_table_info(?1)
        WHERE name = ?2 COLLATE NOCASE AND pk = 1 AND type = 'INTEGER' COLLATE NOCASE`,
    tab.table,
    tab.key,
    own.name,
  );
  return found !== undefined;
}
