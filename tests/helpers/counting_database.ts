/** A database that counts what it is asked for. @module */

import type { Database, SqlInput, SqlRow } from "../../src/store/database.ts";

/** What went through since it was made. */
export interface DatabaseCounts {
  /** Statements run, those that begin and end a transaction included. */
  readonly statements: number;
  /** Characters or bytes of the values given back: many rows may come as one text. */
  readonly characters: number;
}

/** `db` with a count beside it. */
export function countingDatabase(
  db: Database,
): { readonly db: Database; readonly counts: () => DatabaseCounts } {
  let statements = 0;
  let characters = 0;
  const count = (row: SqlRow | undefined) => {
    for (const value of Object.values(row ?? {})) {
      characters += value instanceof Uint8Array ? value.length : String(value).length;
    }
  };
  const counting: Database = {
    path: db.path,
    all(sql: string, ...params: SqlInput[]) {
      statements++;
      const answer = db.all(sql, ...params);
      answer.forEach(count);
      return answer;
    },
    get(sql: string, ...params: SqlInput[]) {
      statements++;
      const answer = db.get(sql, ...params);
      count(answer);
      return answer;
    },
    run(sql: string, ...params: SqlInput[]) {
      statements++;
      return db.run(sql, ...params);
    },
    transaction<T>(work: () => T): T {
      statements += 2;
      return db.transaction(work);
    },
    snapshot<T>(work: () => T): T {
      statements += 2;
      return db.snapshot(work);
    },
    close: () => db.close(),
    [Symbol.dispose]: () => db.close(),
  };
  return { db: counting, counts: () => ({ statements, characters }) };
}
