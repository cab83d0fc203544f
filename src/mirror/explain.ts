/** What the mirror says to people in the column that is there for it. @module */

/**
 * A line of explanation: who speaks, when (UTC, to the minute), what.
 *
 * ```ts
 * import { explain } from "./explain.ts";
 *
 * const line = explain("2026-01-15T14:30:12.000Z", '"aproved" refused');
 * if (line !== '[mirror 2026-01-15 14:30Z] "aproved" refused') throw new Error(line);
 * ```
 */
export function explain(now: string, text: string): string {
  return `[mirror ${now.slice(0, 10)} ${now.slice(11, 16)}Z] ${text}`;
}
