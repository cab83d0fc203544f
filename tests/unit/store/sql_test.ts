import assert from "node:assert/strict";
import { openDatabase } from "../../../src/store/database.ts";
import { literal, quote } from "../../../src/store/sql.ts";
import { NASTY_TEXTS } from "./_fixtures.ts";

Deno.test("quote() and literal() let no text out of its quotes", () => {
  using db = openDatabase(":memory:", { mode: "write" });
  for (const text of NASTY_TEXTS) {
    // SQLite's own text of a statement ends at a NUL; identifiers and contract words never hold one.
    if (text.includes("\0")) continue;
    const row = db.get(`SELECT ${literal(text)} AS ${quote(text === "" ? "empty" : text)}`);
    assert.deepEqual(Object.entries({ ...row }), [[text === "" ? "empty" : text, text]]);
  }
});
