/** Writing a whole file, so that nobody ever reads half of one. @module */

import { dirname } from "node:path";
import { accessReason } from "./host.ts";

/**
 * Puts a text into a file, in the place of an earlier one. The folder is made where it is missing.
 *
 * @returns why it could not be written, the end of a sentence; null: it was.
 */
export function writeWhole(path: string, text: string): string | null {
  const draft = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(draft, text);
    Deno.renameSync(draft, path);
    return null;
  } catch (error) {
    try {
      Deno.removeSync(draft);
    } catch {
      // It was never made.
    }
    return accessReason(error);
  }
}
