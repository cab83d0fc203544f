/** Which fields of a table the contract names, and what the mirror may do with them. @module */

import type { Tab } from "../contract/schema.ts";

/**
 * Every field that the contract names for the tab's table, the columns first and in their order, then
 * those that moves set, retention and order look at, and the marks of deleting and archiving.
 */
export function sourceFields(tab: Tab): readonly string[] {
  const fields = new Set(tab.columns.map((column) => column.field));
  for (const field of stampedFields(tab)) fields.add(field);
  fields.add(tab.order);
  if (tab.cadence.urgent !== null) fields.add(tab.cadence.urgent.when.field);
  if (tab.retention?.kind === "newest") {
    fields.add(tab.retention.by);
    if (tab.retention.always !== null) fields.add(tab.retention.always.field);
  }
  if (tab.retention?.kind === "after") {
    fields.add(tab.retention.when.field);
    fields.add(tab.retention.since);
  }
  fields.add(tab.softDelete);
  fields.add(tab.archive);
  return [...fields];
}

/** The fields that an import may change: those that humans edit, and those that their moves set. */
export function writableFields(tab: Tab): ReadonlySet<string> {
  const fields = new Set(stampedFields(tab));
  for (const column of tab.columns) if (column.edit !== null) fields.add(column.field);
  return fields;
}

function stampedFields(tab: Tab): string[] {
  return tab.columns.flatMap((column) =>
    column.edit?.rule === "transition"
      ? column.edit.moves.flatMap((move) => Object.keys(move.set))
      : []
  );
}
