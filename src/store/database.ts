/**
 * The narrow door to SQLite. Only this file knows the driver (`node:sqlite`), so that another one can
 * take its place here.
 *
 * @module
 */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { assert } from "../base/assert.ts";
import { AtlasError } from "../base/errors.ts";
import { databaseError } from "./database_errors.ts";

/** What may be bound. JavaScript numbers are not: the driver binds `5` as REAL, a TEXT column then holds "5.0". */
export type SqlInput = string | bigint | null | Uint8Array;

/** What a column may hold. Integers come as `number` where that is exact, otherwise as `bigint`. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** One row of an answer; it has no prototype, so that any column name is safe. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** An open database. Every failure of SQLite comes out as an {@linkcode AtlasError} that names the file. */
export interface Database extends Disposable {
  /** As it was opened; `:memory:` for one without a file. */
  readonly path: string;
  /** All rows of the answer. */
  all(sql: string, ...params: SqlInput[]): SqlRow[];
  /** The first row of the answer. */
  get(sql: string, ...params: SqlInput[]): SqlRow | undefined;
  /** Runs a statement without an answer and returns how many rows it changed. */
  run(sql: string, ...params: SqlInput[]): number;
  /**
   * Runs `work` in a transaction that holds the write lock from its start, and rolls back when it
   * throws. Transactions do not nest, and `work` must not be async.
   */
  transaction<T>(work: () => T): T;
  /**
   * Runs `work`, which only reads and must not be async, on one state of the database, whatever others
   * write meanwhile. Within a transaction it is a part of that.
   */
  snapshot<T>(work: () => T): T;
  close(): void;
}

export interface OpenOptions {
  /** `read` never writes, not even by mistake. */
  readonly mode: "read" | "write";
  /** Makes the file where it is missing. Default: a missing file is an error. */
  readonly create?: boolean;
  /** How long to wait for another writer, in milliseconds. Default 5,000. */
  readonly busyTimeoutMs?: number;
}

/** More distinct statements than the program has; the oldest goes when a contract makes more. */
const STATEMENT_CACHE_MAX = 256;

/**
 * Opens a database file, or `:memory:`.
 *
 * ```ts
 * import { openDatabase } from "./database.ts";
 *
 * using db = openDatabase(":memory:", { mode: "write" });
 * db.run("CREATE TABLE t (a TEXT)");
 * db.transaction(() => db.run("INSERT INTO t VALUES (?)", "5"));
 * if (db.get("SELECT a FROM t")?.["a"] !== "5") throw new Error("not stored as text");
 * ```
 *
 * @throws {AtlasError} `configuration` where there is no such database, `database` or `database-busy`
 * where it cannot be read.
 */
export function openDatabase(path: string, options: OpenOptions): Database {
  checkFile(path, options);
  let driver: DatabaseSync | undefined;
  try {
    driver = new DatabaseSync(path, {
      readOnly: options.mode === "read",
      timeout: options.busyTimeoutMs ?? 5_000,
    });
    // SQLite opens lazily: only the first read finds out whether the file is a database.
    driver.prepare("SELECT count(*) FROM sqlite_schema").get();
    return new SqliteDatabase(path, driver, options.mode);
  } catch (error) {
    driver?.close();
    throw databaseError(error, "open", path);
  }
}

/** The cases that SQLite lumps together as "unable to open database file". */
function checkFile(path: string, options: OpenOptions): void {
  if (path === ":memory:") return;
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      if (options.create === true && options.mode === "write") return;
      throw new AtlasError("configuration", `Cannot open database "${path}": no such file`, {
        hint: 'Create it with --init, or correct the key "database" of the configuration.',
        cause: error,
      });
    }
    throw databaseError(error, "open", path);
  }
  if (info.isDirectory) {
    throw new AtlasError("configuration", `Cannot open database "${path}": it is a directory`, {
      hint: 'Name the file itself in the key "database" of the configuration.',
    });
  }
}

class SqliteDatabase implements Database {
  readonly path: string;
  readonly #driver: DatabaseSync;
  readonly #mode: OpenOptions["mode"];
  // The driver has no cache of its own, and preparing costs ten times what a lookup by key does.
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, driver: DatabaseSync, mode: OpenOptions["mode"]) {
    this.path = path;
    this.#driver = driver;
    this.#mode = mode;
  }

  all(sql: string, ...params: SqlInput[]): SqlRow[] {
    // A statement that changes rows may return them.
    const action = /^\s*(?:INSERT|UPDATE|DELETE)\b/i.test(sql) ? "write" : "read";
    return this.#attempt(action, () => this.#prepare(sql).all(...params).map(withPlainIntegers));
  }

  get(sql: string, ...params: SqlInput[]): SqlRow | undefined {
    return this.#attempt("read", () => {
      const row = this.#prepare(sql).get(...params);
      return row === undefined ? undefined : withPlainIntegers(row);
    });
  }

  run(sql: string, ...params: SqlInput[]): number {
    return this.#attempt("write", () => Number(this.#prepare(sql).run(...params).changes));
  }

  transaction<T>(work: () => T): T {
    assert(!this.#driver.isTransaction, "transactions do not nest");
    // Prepared, for `exec` leaves the error code out. IMMEDIATE, for a transaction that first reads
    // and then wants to write fails at once, without waiting, when another writer came in between.
    this.run("BEGIN IMMEDIATE");
    try {
      const result = work();
      assert(!(result instanceof Promise), "the work of a transaction is synchronous");
      this.run("COMMIT");
      return result;
    } catch (error) {
      // After some failures (a full disk) SQLite has rolled back by itself.
      if (this.#driver.isTransaction) this.run("ROLLBACK");
      throw error;
    }
  }

  snapshot<T>(work: () => T): T {
    if (this.#driver.isTransaction) return work();
    this.get("BEGIN DEFERRED");
    try {
      const result = work();
      assert(!(result instanceof Promise), "the work of a snapshot is synchronous");
      return result;
    } finally {
      if (this.#driver.isTransaction) this.get("COMMIT");
    }
  }

  close(): void {
    this.#statements.clear();
    if (!this.#driver.isOpen) return;
    using _readable = this.#mode === "write" ? keepReadable(this.path, this.#driver) : null;
    this.#driver.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#driver.prepare(sql);
    // Without this an integer beyond 2^53 in the user's table throws.
    statement.setReadBigInts(true);
    if (this.#statements.size >= STATEMENT_CACHE_MAX) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest);
        break;
      }
    }
    this.#statements.set(sql, statement);
    return statement;
  }

  #attempt<T>(action: "read" | "write", work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw databaseError(error, action, this.path);
    }
  }
}

/**
 * Leaves the -wal and -shm files standing when the last writer closes. Without them somebody who may
 * read the file but not write into its folder, as a health check under another account, could not open
 * a database in WAL mode: https://sqlite.org/wal.html#read_only_databases. A reader that closes last
 * cannot take them away. The log is emptied before, so that the database is whole in its own file.
 */
function keepReadable(path: string, writer: DatabaseSync): Disposable | null {
  try {
    if (writer.prepare("PRAGMA journal_mode").get()?.["journal_mode"] !== "wal") return null;
    // Others may be at work; then they empty the log later.
    writer.exec("PRAGMA busy_timeout = 0");
    writer.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.prepare("SELECT count(*) FROM sqlite_schema").get();
    return { [Symbol.dispose]: () => reader.close() };
  } catch {
    // A damaged file, or a full disk: closing must succeed all the same.
    return null;
  }
}

/** Turns integers that a number holds exactly into numbers, in place: the row is ours alone. */
function withPlainIntegers(row: Record<string, SqlValue>): SqlRow {
  for (const name in row) {
    const value = row[name];
    if (
      typeof value === "bigint" && value <= Number.MAX_SAFE_INTEGER &&
      value >= Number.MIN_SAFE_INTEGER
    ) {
      row[name] = Number(value);
    }
  }
  return row;
}
