/**
 * The shape of the user's tables: what the contract needs, what stands there, what is missing.
 *
 * @module
 */

import { AtlasError } from "../base/errors.ts";
import type { Contract, Tab } from "../contract/schema.ts";
import type { Database } from "./database.ts";
import { sourceFields } from "./fields.ts";
import { scopeIndexes } from "./scope.ts";
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
  if (state.kind === "other" || !migrate) return [];
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
  const made: string[] = [];
  for (const index of scopeIndexes(tab)) {
    const standing = db.get(
      "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ? COLLATE NOCASE",
      index.name,
    );
    if (standing?.["sql"] === index.sql) continue;
    if (standing !== undefined) db.run(`DROP INDEX ${quote(index.name)}`);
    db.run(index.sql);
    made.push(`Created index "${index.name}".`);
  }
  return made;
}
