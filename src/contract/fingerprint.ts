/**
 * Fingerprints of a contract: under which agreement was the base written? Words that mean the same
 * have the same fingerprint, however they are ordered or left to their defaults.
 *
 * @module
 */

import { sha256Hex } from "../base/digest.ts";
import type { Column, EditRule, Tab } from "./schema.ts";

/** 64 bits: the fingerprint tells honest contracts apart, it does not withstand an attacker. */
const DIGITS = 16;

// Every look at a tab asks for it, and a contract never changes while the program runs.
const fingerprints = new WeakMap<Tab, string>();

/**
 * The fingerprint of all that decides what a cell of the base means: the table, the key, and of every
 * column its place, header, field, type, words and edit rule. Cadence, retention and the like change
 * when or which rows are shown, never what a cell says, so they may change without a guard.
 */
export function tabFingerprint(tab: Tab): string {
  const known = fingerprints.get(tab);
  if (known !== undefined) return known;
  const { table, key, columns } = tab;
  const fingerprint = digestOf({ table, key, columns: columns.map(meaningOfColumn) });
  fingerprints.set(tab, fingerprint);
  return fingerprint;
}

function meaningOfColumn(column: Column): unknown {
  const { header, field, type, edit } = column;
  const values = column.type === "enum" ? sorted(column.values) : null;
  return { header, field, type, values, edit: edit === null ? null : meaningOfEdit(edit) };
}

function meaningOfEdit(edit: EditRule): unknown {
  return edit.rule === "transition" ? { ...edit, moves: sorted(edit.moves) } : edit;
}

function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value), DIGITS);
}

function sorted(values: readonly unknown[]): unknown[] {
  return values.map((value) => ({ value, text: canonicalJson(value) }))
    .sort((a, b) => a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
    .map(({ value }) => value);
}

/** JSON in which the keys of every object are in order, whatever order they were written in. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
