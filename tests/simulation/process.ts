/** The database as a process of the mirror has it: every statement is a moment at which it may die. @module */

import type { Database } from "../../src/store/database.ts";
import type { Timeline } from "./timeline.ts";

/** Statements that change something the oracle judges by; the others need no look. */
const JUDGED =
  /^\s*(INSERT|UPDATE|DELETE)\b[\s\S]*\b(approvals|runs|errors|mirror_base|mirror_audit)\b/i;

/** `onCommit` is called whenever something of interest was committed. */
export function mortal(db: Database, timeline: Timeline, onCommit: () => void): Database {
  let inTransaction = false;
  let isOfInterest = false;
  const statement = () =>
    timeline.statement(
      inTransaction ? "statement inside a transaction" : "statement outside a transaction",
    );
  const transaction = <T>(work: () => T): T => {
    statement();
    isOfInterest = false;
    const result = db.transaction(() => {
      inTransaction = true;
      try {
        const done = work();
        timeline.statement("before a commit");
        return done;
      } finally {
        inTransaction = false;
      }
    });
    if (isOfInterest) onCommit();
    return result;
  };
  return new Proxy(db, {
    get(target, property) {
      if (property === "transaction") return transaction;
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function") return value;
      return (...parameters: unknown[]) => {
        statement();
        const result: unknown = Reflect.apply(value, target, parameters);
        const [sql] = parameters;
        if (typeof sql === "string" && JUDGED.test(sql)) {
          if (inTransaction) isOfInterest = true;
          else onCommit();
        }
        return result;
      };
    },
  });
}
