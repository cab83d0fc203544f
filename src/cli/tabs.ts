/** The tabs a command works on: those its command line names, or all that nobody has paused. @module */

import { AtlasError } from "../base/errors.ts";
import type { Contract } from "../contract/schema.ts";
import { loadPauses } from "../store/pauses.ts";
import type { Session } from "./session.ts";
import type { Flag } from "./settings.ts";
import { didYouMean } from "./suggest.ts";

/**
 * Makes sure that every title is a tab of the contract; null means all of them. `flag` took them.
 *
 * @throws AtlasError of kind "usage"
 */
export function checkTabs(
  contract: Contract,
  titles: readonly string[] | null,
  flag: Flag = "tab",
): void {
  const known = contract.tabs.map(({ title }) => title);
  for (const title of titles ?? []) {
    if (known.includes(title)) continue;
    throw new AtlasError(
      "usage",
      `Cannot use --${flag} "${title}": the contract has no such tab${didYouMean(title, known)}`,
      { hint: `Use one of ${known.join(", ")}.` },
    );
  }
}

/**
 * The tabs of a cycle. Whoever names a tab gets it; otherwise paused ones are left out, and `tell` gets
 * a sentence about each. Null: all of them.
 */
export function leavePausedOut(
  { db, contract }: Pick<Session, "db" | "contract">,
  titles: readonly string[] | null,
  tell: (sentence: string) => void,
): readonly string[] | null {
  if (titles !== null) return titles;
  const known = contract.tabs.map(({ title }) => title);
  const pauses = loadPauses(db).filter(({ tab }) => known.includes(tab));
  if (pauses.length === 0) return null;
  for (const { tab, since } of pauses) {
    tell(`${tab} is paused since ${since} and left out; --resume ${tab} takes it in again.`);
  }
  return known.filter((title) => !pauses.some(({ tab }) => tab === title));
}
