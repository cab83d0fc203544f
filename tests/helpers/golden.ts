/** Texts that tests hold their results against, in `tests/golden`. @module */

import assert from "node:assert/strict";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname ?? ".", "..", "golden");

/** Compares with the golden file of that name; `UPDATE_GOLDEN=1` in the environment writes it instead. */
export async function matchesGolden(name: string, text: string): Promise<void> {
  const path = join(FOLDER, name);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") await Deno.writeTextFile(path, text);
  assert.equal(text, await Deno.readTextFile(path), `${name}; UPDATE_GOLDEN=1 writes it anew`);
}
