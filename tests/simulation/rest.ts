/** The end of a history: both sides are at rest, and what each should hold by then. @module */

import type { BookRow } from "./look.ts";
import type { OracleDesk } from "./oracle.ts";

/** What a tab should show at rest, and what it shows. */
export interface ExpectedTab {
  readonly title: string;
  /** By ID, one check a column; each tells what is wrong, or null. */
  readonly expected: ReadonlyMap<
    string,
    readonly ((cell: BookRow["cells"][number]) => string | null)[]
  >;
  readonly standing: readonly BookRow[];
}

/** Everything is at rest: both sides agree, and nothing a person wrote is missing. */
export function judgeRest(
  { ledger, accuse, tally }: Pick<OracleDesk, "ledger" | "accuse" | "tally">,
  rows: readonly ExpectedTab[],
): void {
  for (const { title, expected, standing } of rows) {
    for (const [id, cells] of expected) {
      const found = standing.filter((row) => row.id === id);
      if (found.length !== 1) accuse(6, `${id} stands ${found.length} times in ${title}`);
      else compare(title, cells, found[0], accuse);
    }
    for (const { id, isAnchored } of standing) {
      // What people paste of a row that has left is theirs.
      const isOurs = isAnchored && ledger.tables.has(id);
      if (isOurs && !expected.has(id)) accuse(6, `${id} should have left ${title}`);
    }
  }
  for (const fate of ledger.peoplesTexts()) {
    if (fate.isErased) continue;
    tally.hit("oracle", "texts followed to the end");
    const isOurs = fate.place !== null && fate.place.field !== null &&
      fate.place.isAnchored && ledger.tables.has(fate.place.id);
    if (ledger.isKept(fate.mark) || (fate.place !== null && !isOurs)) continue;
    accuse(
      1,
      `${fate.mark} of ${[...fate.ids].join(", ")} is neither in the database nor in the audit`,
    );
  }
}

function compare(
  title: string,
  cells: readonly ((cell: BookRow["cells"][number]) => string | null)[],
  row: BookRow | undefined,
  accuse: OracleDesk["accuse"],
): void {
  cells.forEach((check, column) => {
    const wrong = check(row?.cells[column] ?? "");
    if (wrong !== null) accuse(6, `${title}, ${row?.id}, column ${column}: ${wrong}`);
  });
}
