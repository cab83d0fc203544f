/**
 * The two ways in which a name or a word may become part of an SQL text. Everything else is bound.
 *
 * @module
 */

/**
 * An identifier, quoted. A name that holds a double quote comes out with it doubled.
 *
 * ```ts
 * import { quote } from "./sql.ts";
 *
 * if (quote('a"b') !== '"a""b"') throw new Error("not quoted");
 * ```
 */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/**
 * A word of the contract as a text literal. Only for expressions that an index must hold word for
 * word, for there SQLite takes no parameters.
 */
export function literal(word: string): string {
  return `'${word.replaceAll("'", "''")}'`;
}
