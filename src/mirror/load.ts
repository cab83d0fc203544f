/** Reads what a plan is made from out of the database, and encodes it for the sheet. @module */

import { type RunningDigest, sha256Hex } from "../base/digest.ts";
import { isoTime } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";
import { type CellValue, type RowId, rowId } from "../contract/cell.ts";
import { tabFingerprint } from "../contract/fingerprint.ts";
import { ROWS_MAX } from "../contract/limits.ts";
import type { Tab } from "../contract/schema.ts";
import { parseTimestamp, serialFromTime, timeFromSerial } from "../contract/timestamp.ts";
import type { TabSnapshot } from "../sheets/snapshot.ts";
import { loadBase } from "../store/base.ts";
import type { Database } from "../store/database.ts";
import { loadFindings } from "../store/findings.ts";
import { loadIntents } from "../store/intents.ts";
import type { BaseRow, Intent, SourceRow, TabState } from "../store/records.ts";
import { readProbe } from "../store/probe.ts";
import { readSource } from "../store/source.ts";
import { lastTabSuccesses } from "../store/tabs.ts";
import { loadUndated } from "../store/undated.ts";
import { encodeRows } from "../text/encode.ts";
import type { Masker } from "../text/secrets.ts";
import { type DatabaseRow, findingKey, type TabInput } from "./input.ts";
import { keyText } from "./match.ts";
import { expireUndated } from "./undated.ts";

/** Raised whenever the same value would be written differently, so that no digest hides it. */
const ENCODING = 2;

/**
 * 128 bits of the digest: an agent who can look for two requests of the same digest must not find any,
 * for a human would see the one and approve the other.
 */
const DIGEST_DIGITS = 32;

/** What loading needs besides the tab. */
export interface LoadContext {
  readonly db: Database;
  readonly masker: Masker;
  /** The spreadsheet's time zone now. */
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Takes in all that is read of the source. */
  readonly digest?: RunningDigest;
}

/** The database's side of a tab. `state` is null at the first meeting. */
export async function loadTab(
  context: LoadContext,
  tab: Tab,
  sheet: TabSnapshot,
  state: TabState | null,
): Promise<TabInput> {
  const { db, zone, now, digest } = context;
  const base = loadBase(db, tab.title);
  const known = knownIds(sheet, base);
  const undated = expireUndated(
    tab,
    readSource(db, tab, { known, now, ...(digest === undefined ? {} : { digest }) }),
    loadUndated(db, tab.title),
    now,
  );
  const source = undated.rows;
  checkSize(tab, source);
  const baseZone = state?.zone ?? zone;
  const { open, told } = loadFindings(db, tab.title);
  return {
    tab,
    sheet,
    base,
    rows: await encodeSource(context, tab, source, base),
    contractChanged: state !== null && state.fingerprint !== tabFingerprint(tab),
    rezone: baseZone === zone
      ? (serial) => serial
      : (serial) => serialFromTime(timeFromSerial(serial, baseZone), zone),
    intents: groupIntents(loadIntents(db, tab.title)),
    reported: open,
    told: new Set(told.map(findingKey)),
    hasMet: lastTabSuccesses(db).has(tab.title),
    undated: undated.news,
    anchorsHold: readProbe(db)?.anchorsHold ?? true,
    now: isoTime(now),
  };
}

/**
 * The rows that are of interest even where they are not to be shown: those of the base, and those that
 * stand with an anchor all the same. A write of a process that slept while another one took over may
 * bring a row back that was forgotten meanwhile.
 */
function knownIds(sheet: TabSnapshot, base: ReadonlyMap<RowId, BaseRow>): ReadonlySet<RowId> {
  const known = new Set(base.keys());
  for (const row of sheet.rows) if (row.anchors.length > 0) known.add(rowId(keyText(row)));
  return known;
}

/** Row anchors share a budget of 30,000 characters a sheet, so a tab cannot hold any number of rows. */
function checkSize({ title, table }: Tab, source: ReadonlyMap<RowId, SourceRow>): void {
  let shown = 0;
  for (const { scope } of source.values()) if (scope === "shown") shown++;
  if (shown <= ROWS_MAX) return;
  const figure = (count: number) => count.toLocaleString("en-US");
  throw new AtlasError(
    "configuration",
    `Cannot sync tab "${title}": table "${table}" has ${figure(shown)} rows to show, ` +
      `a tab holds ${figure(ROWS_MAX)} at most`,
    {
      hint:
        "Give the tab a retention in the contract, or a shorter one, so that old rows leave it.",
    },
  );
}

/**
 * Encodes the rows that changed since the base was written. For the others the base itself says how
 * they look, so that a quiet cycle masks and cuts nothing.
 */
async function encodeSource(
  { masker, zone }: LoadContext,
  tab: Tab,
  source: ReadonlyMap<RowId, SourceRow>,
  base: ReadonlyMap<RowId, BaseRow>,
): Promise<Map<RowId, DatabaseRow>> {
  const prefix = `${ENCODING} ${zone} ${tabFingerprint(tab)} `;
  const rows = new Map<RowId, DatabaseRow>();
  const changed: SourceRow[] = [];
  const digests = new Map<RowId, string>();
  for (const row of source.values()) {
    const digest = sha256Hex(prefix + JSON.stringify(row.values), DIGEST_DIGITS);
    const known = base.get(row.id);
    if (known?.source === digest) {
      rows.set(row.id, new LoadedRow(row, tab, { cells: known.cells, problem: null }, digest));
    } else {
      digests.set(row.id, digest);
      changed.push(row);
    }
  }
  for (const encoded of await encodeRows(tab, changed, { zone, masker })) {
    const row = source.get(encoded.id);
    if (row === undefined) continue;
    rows.set(row.id, new LoadedRow(row, tab, encoded, digests.get(row.id) ?? ""));
  }
  return rows;
}

/** Most rows are never put in order, so the time in them is read only where it is asked for. */
class LoadedRow implements DatabaseRow {
  readonly id: RowId;
  readonly values: SourceRow["values"];
  readonly scope: SourceRow["scope"];
  readonly cells: readonly CellValue[];
  readonly problem: string | null;
  readonly source: string;
  readonly #tab: Tab;
  #order: number | null = null;

  constructor(
    { id, values, scope }: SourceRow,
    tab: Tab,
    { cells, problem }: Pick<DatabaseRow, "cells" | "problem">,
    source: string,
  ) {
    this.id = id;
    this.values = values;
    this.scope = scope;
    this.cells = cells;
    this.problem = problem;
    this.source = source;
    this.#tab = tab;
  }

  get order(): number {
    return this.#order ??= parseTimestamp(this.values[this.#tab.order] ?? "") ?? 0;
  }
}

function groupIntents(intents: readonly Intent[]): Map<RowId, Map<string, Intent>> {
  const grouped = new Map<RowId, Map<string, Intent>>();
  for (const intent of intents) {
    const row = grouped.get(intent.id) ?? new Map<string, Intent>();
    grouped.set(intent.id, row.set(intent.field, intent));
  }
  return grouped;
}
