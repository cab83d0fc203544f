/** Digests: short names for long texts. @module */

import { createHash, type Hash } from "node:crypto";

/** The hex digits of a whole SHA-256. */
const WHOLE = 64;

/** A SHA-256 over text that comes in parts. */
export interface RunningDigest {
  /** Takes in a text, or the bytes of one. */
  update(part: string | Uint8Array): void;
  /** All of its hex digits; nothing can be added afterwards. */
  hex(): string;
}

/** Begins a SHA-256 of UTF-8 text. */
export function startSha256(): RunningDigest {
  const hash = createHash("sha256");
  return {
    update(part) {
      if (typeof part === "string") updateInPieces(hash, part);
      else hash.update(part);
    },
    hex: () => hash.digest("hex"),
  };
}

/** The SHA-256 of bytes, in hex digits. */
export function sha256OfBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
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
  const hash = createHash("sha256");
  updateInPieces(hash, text);
  return hash.digest("hex").slice(0, length);
}

/** Each piece is copied as bytes, and the whole of an answer may have megabytes. */
const PIECE = 65_536;

function updateInPieces(hash: Hash, text: string): void {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PIECE, text.length);
    // The two halves of a character must not be parted: each alone would be U+FFFD.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--;
    hash.update(start === 0 && end === text.length ? text : text.slice(start, end), "utf8");
    start = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
