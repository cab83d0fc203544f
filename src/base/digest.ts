/** Digests: short names for long texts. @module */

import { createHash } from "node:crypto";

/** The hex digits of a whole SHA-256. */
const WHOLE = 64;

/** A SHA-256 over a text that comes in parts. */
export interface RunningDigest {
  update(text: string): void;
  /** All of its hex digits; nothing can be added afterwards. */
  hex(): string;
}

/** Begins a SHA-256 of UTF-8 text. */
export function startSha256(): RunningDigest {
  const hash = createHash("sha256");
  return {
    update: (text) => void hash.update(text, "utf8"),
    hex: () => hash.digest("hex"),
  };
}

/**
 * The first `length` hex digits of the text's SHA-256. The text is hashed as UTF-8, in which a lone
 * surrogate is U+FFFD, so two texts that differ only in broken surrogates have the same digest.
 *
 * ```ts
 * import { sha256Hex } from "./digest.ts";
 *
 * if (sha256Hex("abc", 8) !== "ba7816bf") throw new Error("not the digest of FIPS 180-2, appendix B");
 * ```
 */
export function sha256Hex(text: string, length: number = WHOLE): string {
  return createHash("sha256").update(text, "utf8").digest("hex").slice(0, length);
}
