/**
 * JSON with comments, checked against a schema, every problem with its place: `file:line:column`.
 * Used for the configuration and for a contract of one's own.
 *
 * @module
 */

import * as z from "zod/mini";
import { overridden, type SourceText, withoutMark } from "./source_text.ts";

/**
 * Parses and checks a text; the whole of it is refused where any part is wrong.
 *
 * @throws AtlasError of kind "configuration" whose message names the first problem with its place;
 *   the others follow in the hint.
 *
 * ```ts
 * import { z } from "zod";
 * import { parseLocated } from "./located.ts";
 *
 * const source = { what: "configuration", path: "a.json", text: '{ "port": 1 } // the port' };
 * const { port } = await parseLocated(source, z.strictObject({ port: z.int() }));
 * if (port !== 1) throw new Error("misread");
 * ```
 */
export async function parseLocated<T extends z.core.$ZodType>(
  source: SourceText,
  schema: T,
): Promise<z.core.output<T>> {
  const value = parsePlain(withoutMark(source));
  if (value !== undefined) {
    // A parser that is used once is not worth compiling.
    const result = z.safeParse(schema, overridden(source, value), { jitless: true });
    if (result.success) return result.data;
  }
  // Comments, or a problem whose place has to be found. Every command waits for its configuration, and
  // most of them are without either.
  const { parsePlaced } = await import("./placed.ts");
  return parsePlaced(source, schema);
}

/** The value of a text that is JSON and names no key twice; undefined: it is something else. */
function parsePlain(text: string): unknown {
  let [named, kept] = [0, 0];
  try {
    const value: unknown = JSON.parse(text, function (this: unknown, _key, member: unknown) {
      if (!Array.isArray(this)) kept++;
      return member;
    });
    for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"\s*:?/g)) {
      if (token.endsWith(":")) named++;
    }
    // The parser counts the whole as well, as a member of an object that is not in the text.
    return kept === named + 1 ? value : undefined;
  } catch {
    return undefined;
  }
}
