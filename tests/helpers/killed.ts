/**
 * A process that dies: from one moment on nothing reaches the database or the network any more. What
 * was under way is lost the way a killed process loses it.
 *
 * @module
 */

import type { SheetsClient } from "../../src/sheets/client.ts";
import type { Database } from "../../src/store/database.ts";

/** Thrown at the moment of death and by everything that comes after. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** Counts the moments at which a process can die, and dies at one of them. */
export class Fate {
  readonly #at: number;
  #moment = 0;
  #dead = false;

  /** `at` counts from 0; a number that is never reached lets the process live. */
  constructor(at: number) {
    this.#at = at;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** A moment at which the process may die. */
  moment(): void {
    this.alive();
    if (this.#moment++ === this.#at) {
      this.#dead = true;
      throw new Killed(`killed at moment ${this.#at}`);
    }
  }

  /** Throws where the process is dead. */
  alive(): void {
    if (this.#dead) throw new Killed("the process is dead");
  }
}

/** The database of a process with this fate. It may die before and in every write. */
export function mortalDatabase(db: Database, fate: Fate): Database {
  let inTransaction = false;
  const transaction = <T>(work: () => T): T => {
    fate.moment();
    inTransaction = true;
    try {
      return db.transaction(() => {
        const result = work();
        fate.moment();
        return result;
      });
    } finally {
      inTransaction = false;
      fate.alive();
    }
  };
  return new Proxy(db, {
    get(target, property) {
      if (property === "transaction") return transaction;
      if (property === "run" && !inTransaction) fate.moment();
      fate.alive();
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The client of a process with this fate. It may die before and behind every request. */
export function mortalClient(client: SheetsClient, fate: Fate): SheetsClient {
  async function around<T>(work: () => Promise<T>): Promise<T> {
    fate.moment();
    const answer = await work();
    fate.moment();
    return answer;
  }
  return {
    ...client,
    get: (...call) => around(() => client.get(...call)),
    values: (...call) => around(() => client.values(...call)),
    look: (...call) => around(() => client.look(...call)),
    updateByAnchor: (...call) => around(() => client.updateByAnchor(...call)),
    batch: (...call) => around(() => client.batch(...call)),
  };
}
