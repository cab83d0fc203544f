/**
 * Developer metadata: the anchors on rows and the mark on the spreadsheet. Both are visible to every
 * program that may read the document (DOCUMENT), so that a new Google Cloud project finds them again.
 *
 * @see https://developers.google.com/workspace/sheets/api/guides/metadata
 * @module
 */

import type { sheets_v4 } from "@googleapis/sheets";
import { type Anchor, ANCHOR_MAX } from "../contract/cell.ts";
import type { Mark } from "./snapshot.ts";

/** One character only: keys and values of a sheet share a budget of 30,000 characters. */
export const ANCHOR_KEY = "a";

/** The key of a database's mark on the spreadsheet. */
export const MARK_KEY = "atlas-mirror";

/** Puts an anchor on a row. Fails on the server when the id is in use anywhere in the spreadsheet. */
export function createAnchor(
  sheetId: number,
  rowIndex: number,
  anchor: Anchor,
): sheets_v4.Schema$Request {
  return {
    createDeveloperMetadata: {
      developerMetadata: {
        metadataId: anchor,
        metadataKey: ANCHOR_KEY,
        visibility: "DOCUMENT",
        location: {
          dimensionRange: {
            sheetId,
            dimension: "ROWS",
            startIndex: rowIndex,
            endIndex: rowIndex + 1,
          },
        },
      },
    },
  };
}

/** Takes an anchor off whatever row it is on. */
export function deleteAnchor(anchor: Anchor): sheets_v4.Schema$Request {
  return deleteMetadata({ metadataId: anchor, metadataKey: ANCHOR_KEY });
}

/** Leaves a database's mark on the spreadsheet for the first time. */
export function createMark(mark: Mark): sheets_v4.Schema$Request {
  return {
    createDeveloperMetadata: {
      developerMetadata: {
        metadataId: markId(mark.uuid),
        metadataKey: MARK_KEY,
        metadataValue: markText(mark),
        visibility: "DOCUMENT",
        location: { spreadsheet: true },
      },
    },
  };
}

/** Writes a later epoch into the mark that the database left before. */
export function updateMark(mark: Mark): sheets_v4.Schema$Request {
  return {
    updateDeveloperMetadata: {
      dataFilters: [{ developerMetadataLookup: { metadataId: markId(mark.uuid) } }],
      developerMetadata: { metadataValue: markText(mark) },
      fields: "metadataValue",
    },
  };
}

/** Takes a database's mark off the spreadsheet. */
export function deleteMark(uuid: string): sheets_v4.Schema$Request {
  return deleteMetadata({ metadataId: markId(uuid), metadataKey: MARK_KEY });
}

/**
 * The metadataId of a database's mark, the same in every run, so that an update meets this mark and
 * no other. A digest of the UUID by FNV-1a, 32 bits (Fowler, Noll, Vo), brought into the positive int32.
 */
export function markId(uuid: string): number {
  return stableId(`mark ${uuid}`);
}

/** A positive int32 that depends on the text alone. */
export function stableId(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return 1 + hash % ANCHOR_MAX;
}

function markText(mark: Mark): string {
  return JSON.stringify({ uuid: mark.uuid, epoch: mark.epoch });
}

function deleteMetadata(
  lookup: sheets_v4.Schema$DeveloperMetadataLookup,
): sheets_v4.Schema$Request {
  return { deleteDeveloperMetadata: { dataFilter: { developerMetadataLookup: lookup } } };
}
