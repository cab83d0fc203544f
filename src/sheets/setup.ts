/**
 * `--setup`: makes the spreadsheet fit the contract. What is right stays as it is, so a second run
 * sends nothing; tabs that stand keep their data, their humans' formats and their further columns.
 *
 * @module
 */

import type { Contract } from "../contract/schema.ts";
import type { SheetsClient } from "./client.ts";
import { readLayout } from "./inspect.ts";
import { planHeaders, planSetup, type SetupOptions } from "./setup_plan.ts";

/** What `--setup` did, and where the tabs are. */
export interface SetupResult {
  /** One sentence a thing that was done; empty: everything was in place. */
  readonly done: readonly string[];
  /** `tab` is the title in the contract, `title` the one it has in the spreadsheet. */
  readonly tabs: readonly {
    readonly tab: string;
    readonly sheetId: number;
    readonly title: string;
  }[];
  /** IANA name of the spreadsheet's time zone. */
  readonly timeZone: string;
}

/**
 * Brings the spreadsheet into the contract's shape.
 *
 * @throws {AtlasError} `guard` where a header was changed, or another database's mark is there, and
 * `repair` was not asked for. Nothing was changed then.
 */
export async function setup(
  client: SheetsClient,
  contract: Contract,
  options: SetupOptions & {
    /** The sheets of tabs that were seen before, by the tab's title in the contract. */
    readonly known: ReadonlyMap<string, number>;
  },
  signal?: AbortSignal,
): Promise<SetupResult> {
  const done: string[] = [];
  let layout = await readLayout(client, contract, options.known, signal);
  // Columns move first, in a batch of their own: what follows is planned from where they then are.
  for (const plan of [planHeaders, planSetup]) {
    const { requests, done: sentences } = plan(contract, layout, options);
    if (requests.length === 0) continue;
    await client.batch(requests, null, signal);
    done.push(...sentences);
    layout = await readLayout(client, contract, options.known, signal);
  }
  return {
    done,
    tabs: [...layout.tabs].map(([tab, { sheetId, title }]) => ({ tab, sheetId, title })),
    timeZone: layout.timeZone,
  };
}
