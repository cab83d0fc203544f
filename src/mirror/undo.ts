/**
 * Takes back writes that landed on another row. It happens only where people cut a row and paste it
 * over an anchored one between our read and our write: the anchor stays behind, and the API has no
 * conditional write that would notice.
 *
 * @module
 */

import { type Anchor, type CellValue, sameCell } from "../contract/cell.ts";
import type { SheetsClient } from "../sheets/client.ts";
import { readFull } from "../sheets/read.ts";
import { plainValue, type SheetRow } from "../sheets/snapshot.ts";
import { changeRows } from "../sheets/write.ts";
import { keyText, rowsByKey } from "./match.ts";
import type { Miss, PublishedTab } from "./publish.ts";

/** Puts back the notes of rows that got another row's, for rows had moved meanwhile. */
export async function undoNotes(
  client: SheetsClient,
  tabs: readonly PublishedTab[],
  signal?: AbortSignal,
): Promise<void> {
  const changes = tabs.flatMap(({ noteMisses }) => noteMisses);
  if (changes.length > 0) await changeRows(client, changes, [], signal);
}

/** Restores what stood in the rows that were hit, from the read the plan was made from. */
export async function undoMisses(
  client: SheetsClient,
  tabs: readonly PublishedTab[],
  signal?: AbortSignal,
): Promise<void> {
  const hit = tabs.filter(({ misses }) => misses.length > 0);
  if (hit.length === 0) return;
  const fresh = await readFull(
    client,
    hit.map(({ due: { tab, snapshot } }) => ({
      tab,
      sheetId: snapshot.sheetId,
      title: snapshot.title,
    })),
    signal,
  );
  const data = hit.flatMap(({ due: { snapshot }, misses }) => {
    const earlier = rowsByKey(snapshot);
    const now = new Map<Anchor, SheetRow>();
    for (const row of fresh.tabs.get(snapshot.sheetId)?.rows ?? []) {
      for (const anchor of row.anchors) now.set(anchor, row);
    }
    return misses.flatMap((miss) => {
      const row = now.get(miss.anchor);
      return row === undefined ? [] : [{
        anchor: miss.anchor,
        values: takeBack(miss, row, earlier.get(keyText(row))),
      }];
    });
  });
  if (data.length > 0) await client.updateByAnchor(data, signal);
}

/**
 * The earlier value of every cell that still shows what was written by mistake. Nothing else is touched,
 * so that a header which was renamed or moved meanwhile is no reason to leave the mistake standing.
 */
function takeBack(
  { written }: Miss,
  now: SheetRow,
  earlier: SheetRow | undefined,
): (CellValue | null)[] {
  return written.map((value, index) => {
    const isOurs = value !== null && sameCell(value, plainValue(now.cells[index] ?? ""));
    return isOurs ? plainValue(earlier?.cells[index] ?? "") : null;
  });
}
