/**
 * The audit: everything that ever happened to a row, or the newest of everything.
 *
 * @module
 */

import type { Contract } from "../contract/schema.ts";
import { idsLike, type NumberedEntry, readAuditPage } from "../store/audit_search.ts";
import type { Database } from "../store/database.ts";
import type { AuditVerdict } from "../store/records.ts";
import type { Mask } from "../text/mask_while.ts";
import { LongText, Page, Pill, RowLink, Stamp, type Tone } from "./parts.tsx";

const ENTRIES_SHOWN = 50;
const IDS_SHOWN = 12;
/** No ID is longer; a longer question is cut off. */
const ID_MAX = 500;

/** What is asked for. */
export interface AuditQuestion {
  /** null: all rows. */
  readonly row: string | null;
  /** Entries older than the one with that number; null: the newest. */
  readonly before: number | null;
}

/** What the page tells. */
export interface AuditAnswer extends AuditQuestion {
  readonly contract: Contract;
  /** The newest first. */
  readonly entries: readonly NumberedEntry[];
  readonly hasMore: boolean;
  /** IDs that begin like the one asked for, where nothing is known of that one. */
  readonly similar: readonly string[];
}

/** Reads the question off the address. What cannot be understood is left out. */
export function auditQuestion(row: string | undefined, before: string | undefined): AuditQuestion {
  const id = (row ?? "").trim().slice(0, ID_MAX).toWellFormed();
  return {
    row: id === "" ? null : id,
    before: before !== undefined && /^\d{1,15}$/.test(before) ? Number(before) : null,
  };
}

/** Looks it up. */
export function readAudit(db: Database, contract: Contract, question: AuditQuestion): AuditAnswer {
  const { row, before } = question;
  const found = readAuditPage(db, { row, before, limit: ENTRIES_SHOWN + 1 });
  return {
    ...question,
    contract,
    entries: found.slice(0, ENTRIES_SHOWN),
    hasMore: found.length > ENTRIES_SHOWN,
    similar: row !== null && before === null && found.length === 0
      ? idsLike(db, row, IDS_SHOWN)
      : [],
  };
}

interface Props {
  readonly answer: AuditAnswer;
  readonly mask: Mask;
}

/** The page. */
export function AuditPage({ answer, mask }: Props) {
  const { row, before, entries, hasMore, similar } = answer;
  const last = entries.at(-1);
  return (
    <Page path="/audit" title={row === null ? "Audit" : `Audit of ${mask(row)}`}>
      <h1>Audit</h1>
      <form method="get" action="/audit" role="search" class="search">
        <label for="row">Row ID</label>
        <input
          id="row"
          name="row"
          type="search"
          maxlength={ID_MAX}
          value={row === null ? "" : mask(row)}
          autocomplete="off"
          spellcheck={false}
        />
        <button type="submit">Search</button>
        {row === null ? null : <a href="/audit">all rows</a>}
      </form>
      <section aria-labelledby="entries-title">
        <h2 id="entries-title">
          {row === null ? "Everything" : (
            <>
              History of <code>{mask(row)}</code>
            </>
          )}
          <span class="faint">{before === null ? ", newest first" : ", older entries"}</span>
        </h2>
        {entries.length === 0
          ? <Nothing row={row} similar={similar} mask={mask} />
          : <Entries answer={answer} mask={mask} />}
        {hasMore && last !== undefined
          ? (
            <p>
              <a rel="next" href={addressOf({ row, before: last.id })}>Older entries</a>
            </p>
          )
          : null}
      </section>
    </Page>
  );
}

function addressOf({ row, before }: AuditQuestion): string {
  const search = new URLSearchParams();
  if (row !== null) search.set("row", row);
  if (before !== null) search.set("before", String(before));
  return `/audit?${search}`;
}

function Nothing({ row, similar, mask }: {
  readonly row: string | null;
  readonly similar: readonly string[];
  readonly mask: Mask;
}) {
  if (row === null) return <p class="nothing">Nothing is recorded yet.</p>;
  return (
    <>
      <p class="nothing">
        Nothing is recorded of <code>{mask(row)}</code>.
      </p>
      {similar.length === 0 ? null : (
        <>
          <p>IDs that begin like it:</p>
          <ul class="ids">
            {similar.map((id) => (
              <li>
                <RowLink id={id} shown={mask(id)} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const TONES: Readonly<Record<AuditVerdict, Tone>> = {
  accepted: "good",
  merged: "good",
  refused: "bad",
  restored: "warn",
  conflict: "warn",
  exported: "change",
  added: "change",
  removed: "quiet",
  archived: "quiet",
};

const ACTORS = {
  human: "a person in the sheet",
  agent: "the database",
  mirror: "the mirror",
} as const;

function Entries({ answer: { entries, contract, row }, mask }: Props) {
  return (
    <ol class="list">
      {entries.map((entry) => (
        <li>
          <p class="line">
            <Pill tone={TONES[entry.verdict]}>{entry.verdict}</Pill>
            {row === null && entry.rowId !== ""
              ? <RowLink id={entry.rowId} shown={mask(entry.rowId)} />
              : null}
            <strong>{subjectOf(contract, entry)}</strong>
            <span class="faint">
              {entry.tab}, by {ACTORS[entry.actor]}, <Stamp at={entry.at} />, cycle {entry.cycle}
            </span>
          </p>
          {entry.reason === "" ? null : <p class="text">{mask(entry.reason)}</p>}
          <Change entry={entry} mask={mask} />
        </li>
      ))}
    </ol>
  );
}

/** What the two values of an entry are: what was not taken is no new value. */
function namesOf(verdict: AuditVerdict): readonly [oldValue: string, newValue: string] {
  if (verdict === "refused" || verdict === "conflict") return ["kept", "written"];
  return verdict === "restored" ? ["written", "kept"] : ["from", "to"];
}

function Change({ entry: { oldValue, newValue, verdict }, mask }: {
  readonly entry: NumberedEntry;
  readonly mask: Mask;
}) {
  if (oldValue === null && newValue === null) return null;
  const [oldName, newName] = namesOf(verdict);
  return (
    <dl class="change">
      {oldValue === null ? null : (
        <div>
          <dt>{oldName}</dt>
          <dd>
            <LongText text={mask(oldValue)} />
          </dd>
        </div>
      )}
      {newValue === null ? null : (
        <div>
          <dt>{newName}</dt>
          <dd>
            <LongText text={mask(newValue)} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function subjectOf(
  contract: Contract,
  { tab: title, column: field, rowId }: NumberedEntry,
): string {
  if (field === null) return rowId === "" ? "the tab" : "the row";
  const tab = contract.tabs.find((tab) => tab.title === title);
  return tab?.columns.find((column) => column.field === field)?.header ?? field;
}
