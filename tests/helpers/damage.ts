/** Damage to a database file, page by page, as a failing disk does it. @module */

import { DatabaseSync } from "node:sqlite";

const PAGE_BYTES = 4_096;

/** The pages of a database file that nobody has open, by what begins on them. Page 1 is the header's. */
export function rootPages(path: string): ReadonlyMap<string, number> {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = db.prepare("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0").all();
    return new Map(rows.map(({ name, rootpage }) => [String(name), Number(rootpage)]));
  } finally {
    db.close();
  }
}

/** Flips every bit of the page's first bytes; a second time takes that back. Pages count from 1. */
export function flipPage(path: string, page: number, count = 100): void {
  using file = Deno.openSync(path, { read: true, write: true });
  const bytes = new Uint8Array(count);
  const offset = (page - 1) * PAGE_BYTES;
  file.seekSync(offset, Deno.SeekMode.Start);
  file.readSync(bytes);
  file.seekSync(offset, Deno.SeekMode.Start);
  file.writeSync(bytes.map((byte) => byte ^ 0xff));
}
