/** The tabs a command line names, checked against the contract. @module */

import { AtlasError } from "../base/errors.ts";
import type { Contract } from "../contract/schema.ts";
import { didYouMean } from "./suggest.ts";

/**
 * Makes sure that every title is a tab of the contract; null means all of them.
 *
 * @throws AtlasError of kind "usage"
 */
export function checkTabs(contract: Contract, titles: readonly string[] | null): void {
  const known = contract.tabs.map(({ title }) => title);
  for (const title of titles ?? []) {
    if (known.includes(title)) continue;
    throw new AtlasError(
      "usage",
      `Cannot use --tab "${title}": the contract has no such tab${didYouMean(title, known)}`,
      { hint: `Use one of ${known.join(", ")}.` },
    );
  }
}
