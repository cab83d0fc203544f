/** A database that refuses one statement, as SQLite does on a full disk or under another's lock. @module */

import { must } from "../../src/base/assert.ts";
import { AtlasError } from "../../src/base/errors.ts";
import type { Database, SqlInput } from "../../src/store/database.ts";
import { databaseError } from "../../src/store/database_errors.ts";

/** What SQLite throws, by its result code: https://sqlite.org/rescode.html */
export const SQLITE = { busy: 5, readOnly: 8, ioError: 10, damaged: 11, full: 13 } as const;

/** The error of a statement that SQLite refuses with the code. */
export function refusedBySqlite(code: number, path: string): AtlasError {
  const thrown = Object.assign(new Error(`result code ${code}`), {
    code: "ERR_SQLITE_ERROR",
    errcode: code,
  });
  const error = databaseError(thrown, "write", path);
  return must(error instanceof AtlasError ? error : null, `a meaning for result code ${code}`);
}

/** Which writing statements are refused, and how. */
export interface Refusal {
  /** The result code of SQLite. */
  readonly code: number;
  /** The number of the statement, counted from 0. */
  readonly at: number;
  /** All that come after it as well. */
  readonly forGood: boolean;
}

const WRITES = /^\s*(?:INSERT|UPDATE|DELETE|BEGIN|COMMIT|REPLACE)\b/i;

/** A database in which statements are refused; `written` are all that were tried, in their order. */
export function faultyDatabase(
  db: Database,
  { code, at, forGood }: Refusal,
): { readonly db: Database; readonly written: readonly string[] } {
  const written: string[] = [];
  const check = (sql: string) => {
    if (!WRITES.test(sql)) return;
    const number = written.push(sql) - 1;
    if (number === at || (forGood && number > at)) throw refusedBySqlite(code, db.path);
  };
  const faulty: Database = {
    path: db.path,
    get(sql: string, ...params: SqlInput[]) {
      check(sql);
      return db.get(sql, ...params);
    },
    all(sql: string, ...params: SqlInput[]) {
      check(sql);
      return db.all(sql, ...params);
    },
    run(sql: string, ...params: SqlInput[]) {
      check(sql);
      return db.run(sql, ...params);
    },
    transaction<T>(work: () => T): T {
      check("BEGIN IMMEDIATE");
      return db.transaction(() => {
        const result = work();
        check("COMMIT");
        return result;
      });
    },
    snapshot: (work) => db.snapshot(work),
    close: () => db.close(),
    [Symbol.dispose]: () => db.close(),
  };
  return { db: faulty, written };
}
