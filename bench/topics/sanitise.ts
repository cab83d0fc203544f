/**
 * Texts on their way into the sheet: cleaned, searched for secrets, guarded, cut. Beside it stands the
 * same work cell by cell, which is how the rules are called where nobody collects the texts first.
 *
 * @module
 */

import { must } from "../../src/base/assert.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { rowId } from "../../src/contract/cell.ts";
import { type EncodableRow, encodeRows } from "../../src/text/encode.ts";
import { createMasker } from "../../src/text/secrets.ts";
import type { Measurement } from "../figure.ts";
import { inTurns } from "../measure.ts";
import { errorId, ERRORS, errorValues } from "../rig.ts";
import type { Extent } from "../topic.ts";

/** Cell by cell, so many rows tell enough. */
const SINGLE_ROWS = 100;

const SECRETS = {
  "texts without a secret": () => "",
  "a password in every tenth row": (index: number) =>
    index % 10 === 0 ? ` postgres://app:hunter${index}secret@db/atlas` : "",
} as const;

/** Measures rows whose texts were never seen before: a masker remembers those it knows. */
export async function* sanitise(extent: Extent): AsyncIterable<Measurement> {
  const rows = extent.quick ? 100 : 10_000;
  const tab = must(atlas.tabs.find(({ title }) => title === ERRORS), ERRORS);
  for (const [name, secret] of Object.entries(SECRETS)) {
    const encode = async (count: number) => {
      await encodeRows(tab, rowsOf(count, secret), { zone: "Etc/GMT", masker: createMasker() });
    };
    const [own = [], single = []] = await inTurns(extent.rounds, [
      { work: () => encode(rows) },
      {
        async work() {
          const masker = createMasker();
          for (const row of rowsOf(SINGLE_ROWS, secret)) {
            for (const text of Object.values(row.values)) await masker.mask([text ?? ""]);
          }
        },
      },
    ]);
    const perSecond = (count: number, times: readonly number[]) =>
      times.map((ms) => count * tab.columns.length / ms * 1_000);
    yield {
      name: `sanitising, ${name}`,
      size: `${rows.toLocaleString("en-US")} rows`,
      unit: "cells/s",
      values: perSecond(rows, own),
      rival: { name: "the same rules, cell by cell", values: perSecond(SINGLE_ROWS, single) },
    };
  }
}

function rowsOf(count: number, secret: (index: number) => string): EncodableRow[] {
  return Array.from({ length: count }, (_, index) => {
    const [task = "", error, occurred_at = "", severity = "", resolved = "", resolution, notes] =
      errorValues(index);
    return {
      id: rowId(errorId(index)),
      values: {
        task: `${task} ${index}`,
        error: `${error} ${index}${secret(index)}`,
        occurred_at,
        severity,
        resolved,
        resolution: resolution ?? "",
        notes: notes ?? "",
      },
    };
  });
}
