/** Content of the mirror's own tables, which anybody who has the file may have changed. @module */

import { AtlasError } from "../base/errors.ts";

/** As much of a schema as is used here: those of `zod` and of `zod/mini` have it alike. */
interface Schema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | {
    readonly success: false;
  };
}

/**
 * A stored JSON text by its schema.
 *
 * @param where What holds it, for the message.
 * @throws {AtlasError} `database` where the mirror never wrote it like that.
 */
export function parseStored<T>(schema: Schema<T>, text: string, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw foreignContent(where);
  }
  return checkStored(schema, value, where);
}

/** The same for a value that is no JSON text. */
export function checkStored<T>(schema: Schema<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (!result.success) throw foreignContent(where);
  return result.data;
}

/** The error for content that the mirror cannot have written. */
export function foreignContent(where: string): AtlasError {
  return new AtlasError("database", `Cannot read ${where}: its content is not the mirror's`, {
    hint: "Find out what else writes to the mirror_* tables, and restore them from a backup.",
  });
}
