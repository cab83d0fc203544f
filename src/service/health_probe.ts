/**
 * The part of the health check that needs the network: one cheap read, which shows whether Google
 * answers, and a look whether recent rows are the same on both sides. Nothing is changed.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";
import { type CellValue, sameCell } from "../contract/cell.ts";
import { tabFingerprint } from "../contract/fingerprint.ts";
import type { Contract, Tab } from "../contract/schema.ts";
import { loadTab } from "../mirror/load.ts";
import type { SheetsClient } from "../sheets/client.ts";
import { type KnownTab, readQuick } from "../sheets/read.ts";
import { plainValue, type TabSnapshot } from "../sheets/snapshot.ts";
import { TABS_FIELDS } from "../sheets/fields.ts";
import type { Database } from "../store/database.ts";
import type { TabState } from "../store/records.ts";
import { loadTabStates } from "../store/tabs.ts";
import type { Masker } from "../text/secrets.ts";
import { PROBE_LIMIT_MS } from "./health_checks.ts";

/** The newest rows of a tab that are compared. */
const SAMPLE_ROWS = 20;

/** Whether Google answers. */
export type Connectivity =
  | { readonly kind: "answered"; readonly ms: number }
  /** It does not, or it refuses. */
  | { readonly kind: "failed"; readonly reason: string }
  /** It could not be asked from here. */
  | { readonly kind: "unknown"; readonly reason: string };

/** A row that is not the same on both sides although nothing is on its way. */
export interface Difference {
  readonly tab: string;
  readonly row: string;
  /** The header of the first column that differs, or what else is wrong. */
  readonly what: string;
}

/** What came of looking. */
export interface Probe {
  readonly connectivity: Connectivity;
  /** null: there was no answer to compare. */
  readonly sample: {
    readonly compared: number;
    readonly different: readonly Difference[];
  } | null;
}

/** What looking needs. */
export interface ProbeDeps {
  readonly db: Database;
  readonly client: SheetsClient;
  readonly contract: Contract;
  readonly clock: Clock;
  readonly masker: Masker;
  /** How many of a tab's newest rows are compared; 20 unless told otherwise. */
  readonly rows?: number;
  /** How long it may take, in milliseconds; {@linkcode PROBE_LIMIT_MS} unless told otherwise. */
  readonly limitMs?: number;
}

/** Looks whether Google answers and whether both sides show the same. */
export async function probe(deps: ProbeDeps, signal: AbortSignal): Promise<Probe> {
  const { clock, limitMs = PROBE_LIMIT_MS } = deps;
  const limit = new AbortController();
  const over = new AbortController();
  const timing = clock.sleep(limitMs, over.signal).then(() => limit.abort(), () => {});
  const began = clock.now();
  try {
    const stop = AbortSignal.any([signal, limit.signal]);
    const first = await look(deps, stop);
    const ms = clock.now() - began;
    // A daemon may have written between our reading of the sheet and of the database. What it caused
    // looks different the second time.
    const sample = first.different.length === 0 ? first : await lookAgain(deps, first, stop);
    return { connectivity: { kind: "answered", ms }, sample };
  } catch (thrown) {
    if (!(thrown instanceof AtlasError)) throw thrown;
    const reason = limit.signal.aborted
      ? `Google did not answer within ${limitMs / 1_000} s`
      : thrown.hint === undefined
      ? thrown.message
      : `${thrown.message}; ${thrown.hint}`;
    return { connectivity: { kind: "failed", reason }, sample: null };
  } finally {
    over.abort();
    await timing;
  }
}

type Sample = NonNullable<Probe["sample"]>;

async function lookAgain(deps: ProbeDeps, first: Sample, signal: AbortSignal): Promise<Sample> {
  const second = await look(deps, signal);
  const seen = new Set(first.different.map(({ tab, row }) => JSON.stringify([tab, row])));
  return {
    compared: second.compared,
    different: second.different.filter(({ tab, row }) => seen.has(JSON.stringify([tab, row]))),
  };
}

async function look(deps: ProbeDeps, signal: AbortSignal): Promise<Sample> {
  const { db, client, contract } = deps;
  const states = loadTabStates(db);
  const known = contract.tabs.flatMap((tab): KnownTab[] => {
    const state = states.get(tab.title);
    return state === undefined || state.fingerprint !== tabFingerprint(tab)
      ? []
      : [{ tab, sheetId: state.sheetId, title: state.title }];
  });
  if (known.length === 0) {
    await client.get({ ranges: [], fields: TABS_FIELDS }, signal);
    return { compared: 0, different: [] };
  }
  const sheets = await readQuick(client, known, signal);
  let compared = 0;
  const different: Difference[] = [];
  for (const { tab, sheetId } of known) {
    const [state, sheet] = [states.get(tab.title), sheets.get(sheetId)];
    if (state === undefined || sheet === undefined) continue;
    const found = await compare(deps, tab, state, sheet);
    compared += found.compared;
    different.push(...found.different);
  }
  return { compared, different };
}

async function compare(
  { db, masker, clock, rows: limit = SAMPLE_ROWS }: ProbeDeps,
  tab: Tab,
  state: TabState,
  sheet: TabSnapshot,
): Promise<Sample> {
  const { base, rows } = await loadTab(
    { db, masker, zone: state.zone, now: clock.now() },
    tab,
    sheet,
    state,
  );
  const shown = new Map(sheet.rows.map(({ cells }) => {
    const values = cells.map(plainValue);
    return [String(values[0] ?? ""), values];
  }));
  const recent = [...base.values()]
    .flatMap(({ id, cells, state }) => {
      const row = rows.get(id);
      return state === "confirmed" && row?.scope === "shown" ? [{ id, cells, row }] : [];
    })
    .sort((a, b) => b.row.order - a.row.order)
    .slice(0, limit);
  return {
    compared: recent.length,
    different: recent.flatMap(({ id, cells, row }) => {
      const what = difference(tab, shown.get(id), cells, row.cells);
      return what === null ? [] : [{ tab: tab.title, row: id, what }];
    }),
  };
}

/**
 * What of the row is wrong; null: nothing is. Only the columns of the database count, for people may
 * write into the others at any time; and what the database changed since the last cycle is on its way.
 */
function difference(
  tab: Tab,
  shown: readonly CellValue[] | undefined,
  base: readonly CellValue[],
  database: readonly CellValue[],
): string | null {
  if (shown === undefined) return "not in the sheet";
  for (const [index, { edit, header }] of tab.columns.entries()) {
    const cell = shown[index] ?? "";
    if (edit !== null || sameCell(cell, base[index] ?? "")) continue;
    if (!sameCell(cell, database[index] ?? "")) return header;
  }
  return null;
}
