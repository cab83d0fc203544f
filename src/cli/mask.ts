/** A value for programs, without its secrets. @module */

import { maskWhile } from "../text/mask_while.ts";
import type { Masker } from "../text/secrets.ts";

/** A value as JSON text for programs, every text in it masked. */
export function maskedJson(masker: Masker, value: unknown): Promise<string> {
  return maskWhile(
    masker,
    (mask) =>
      JSON.stringify(
        value,
        (_key, member) => typeof member === "string" ? mask(member) : member,
        2,
      ) +
      "\n",
  );
}
