/** Requests about developer metadata. @module */

import type { Metadata } from "../book.ts";
import { METADATA_CHARACTER_LIMIT } from "../defaults.ts";
import { type Edit, freshId } from "../edit.ts";
import { invalid } from "../errors.ts";
import { merge, parseUpdateMask } from "../field_mask.ts";
import type { Message } from "../messages.ts";
import {
  allMetadata,
  type FoundMetadata,
  MetadataIndex,
  type Place,
  readPlace,
  toDeveloperMetadata,
} from "../metadata.ts";

function charactersOf({ key, value }: Metadata): number {
  return key.length + (value?.length ?? 0);
}

/**
 * How much metadata there is, kept while a batch creates much of it: counting it all again for every
 * request would make a thousand anchors a thousand walks over the sheet.
 */
interface Tally {
  readonly ids: Set<number>;
  /** Characters by sheetId; the spreadsheet's own under `null`. */
  readonly characters: Map<number | null, number>;
}

function ownerOf(place: Place): number | null {
  return place.kind === "spreadsheet" ? null : place.sheet.sheetId;
}

function takeTally(edit: Edit): Tally {
  const tally: Tally = { ids: new Set(), characters: new Map() };
  for (const { metadata, place } of allMetadata(edit.book)) {
    tally.ids.add(metadata.id);
    const owner = ownerOf(place);
    tally.characters.set(owner, (tally.characters.get(owner) ?? 0) + charactersOf(metadata));
  }
  return tally;
}

const tallies = new WeakMap<Edit, Tally>();

function tallyOf(edit: Edit): Tally {
  const known = tallies.get(edit);
  if (known !== undefined) return known;
  const tally = takeTally(edit);
  tallies.set(edit, tally);
  return tally;
}

/** To be called when a request may have taken metadata away in passing. */
export function forgetTally(edit: Edit): void {
  tallies.delete(edit);
}

/** The metadata that stands at a place now. */
function metadataAt(edit: Edit, place: Place): readonly Metadata[] {
  switch (place.kind) {
    case "spreadsheet":
      return edit.book.metadata;
    case "sheet":
      return place.sheet.rules.metadata;
    default:
      return edit.book.band(place.sheet, place.kind, place.index).metadata ?? [];
  }
}

function setMetadataAt(edit: Edit, place: Place, metadata: readonly Metadata[]): void {
  switch (place.kind) {
    case "spreadsheet":
      edit.book.metadata = metadata;
      return;
    case "sheet":
      place.sheet.rules = { ...place.sheet.rules, metadata };
      return;
    default: {
      const band = edit.book.band(place.sheet, place.kind, place.index);
      edit.book.setBand(place.sheet, place.kind, place.index, { ...band, metadata });
    }
  }
}

function add(edit: Edit, { metadata, place }: FoundMetadata): void {
  const tally = tallyOf(edit);
  const owner = ownerOf(place);
  const characters = (tally.characters.get(owner) ?? 0) + charactersOf(metadata);
  if (characters > METADATA_CHARACTER_LIMIT) {
    const where = owner === null ? "the spreadsheet" : "the sheet";
    throw invalid(
      `Cannot add developer metadata: ${where} would exceed the limit of ` +
        `${METADATA_CHARACTER_LIMIT} characters.`,
    );
  }
  tally.ids.add(metadata.id);
  tally.characters.set(owner, characters);
  setMetadataAt(edit, place, [...metadataAt(edit, place), metadata]);
}

function remove(edit: Edit, { metadata, place }: FoundMetadata): void {
  const tally = tallyOf(edit);
  const owner = ownerOf(place);
  tally.ids.delete(metadata.id);
  tally.characters.set(owner, (tally.characters.get(owner) ?? 0) - charactersOf(metadata));
  const kept = metadataAt(edit, place).filter((other) => other.id !== metadata.id);
  setMetadataAt(edit, place, kept);
}

function checkedVisibility(given: Message<"DeveloperMetadata">): Metadata["visibility"] {
  if (given.visibility === "DOCUMENT" || given.visibility === "PROJECT") return given.visibility;
  throw invalid("Developer metadata must always have a visibility specified.");
}

export function createDeveloperMetadata(
  edit: Edit,
  request: Message<"CreateDeveloperMetadataRequest">,
): Message<"Response"> {
  const given = request.developerMetadata ?? {};
  const key = given.metadataKey ?? "";
  if (key === "") throw invalid("Developer metadata must always have a key specified.");
  const { ids } = tallyOf(edit);
  const wanted = given.metadataId;
  if (wanted !== undefined && wanted <= 0) {
    throw invalid(`Developer metadata ID must be positive: ${wanted}`);
  }
  if (wanted !== undefined && ids.has(wanted)) {
    throw invalid(
      `Cannot add developer metadata with ID [${wanted}] because developer metadata with that ID ` +
        "already exists.",
    );
  }
  const metadata: Metadata = {
    id: wanted ?? freshId(edit.random, (id) => ids.has(id)),
    key,
    value: given.metadataValue ?? null,
    visibility: checkedVisibility(given),
  };
  const found = { metadata, place: readPlace(edit.book, given.location) };
  add(edit, found);
  return { createDeveloperMetadata: { developerMetadata: toDeveloperMetadata(found) } };
}

function select(
  edit: Edit,
  filters: readonly Message<"DataFilter">[] | undefined,
): FoundMetadata[] {
  if (filters === undefined || filters.length === 0) throw invalid("No data filter specified.");
  const index = new MetadataIndex(edit.book);
  const selected = new Map<number, FoundMetadata>();
  for (const filter of filters) {
    for (const found of index.select(filter)) selected.set(found.metadata.id, found);
  }
  return [...selected.values()];
}

export function updateDeveloperMetadata(
  edit: Edit,
  request: Message<"UpdateDeveloperMetadataRequest">,
): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "DeveloperMetadata");
  const updated = select(edit, request.dataFilters).map((found) => {
    const next = merge(toDeveloperMetadata(found), request.developerMetadata ?? {}, mask);
    const key = next.metadataKey ?? "";
    if (key === "") throw invalid("Developer metadata must always have a key specified.");
    const metadata: Metadata = {
      id: found.metadata.id,
      key,
      value: next.metadataValue ?? null,
      visibility: checkedVisibility(next),
    };
    const moved = { metadata, place: readPlace(edit.book, next.location) };
    remove(edit, found);
    add(edit, moved);
    return toDeveloperMetadata(moved);
  });
  return { updateDeveloperMetadata: { developerMetadata: updated } };
}

export function deleteDeveloperMetadata(
  edit: Edit,
  request: Message<"DeleteDeveloperMetadataRequest">,
): Message<"Response"> {
  const filter = request.dataFilter;
  const deleted = select(edit, filter === undefined ? [] : [filter]);
  for (const found of deleted) remove(edit, found);
  return {
    deleteDeveloperMetadata: deleted.length === 0
      ? {}
      : { deletedDeveloperMetadata: deleted.map(toDeveloperMetadata) },
  };
}
