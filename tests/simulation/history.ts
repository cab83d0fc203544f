/**
 * A history: everything that happens to one mirror, its database and its spreadsheet, as plain data. It
 * is drawn from one seed, and what is taken out of it leaves the rest as it was, so that a history that
 * fails can be made shorter.
 *
 * @module
 */

import fc from "fast-check";

/** What a person does in the spreadsheet. */
export const DEEDS = [
  "types a note",
  "puts a note in front",
  "mends a note",
  "empties the notes",
  "decides",
  "writes a word that is no decision",
  "resolves an error",
  "writes a resolution",
  "writes a formula",
  "edits a cell of the database",
  "edits an ID",
  "edits a time",
  "fills a decision down",
  "sorts the tab",
  "filters the tab",
  "inserts a row",
  "deletes a row",
  "drags a row",
  "cuts a row and pastes it below",
  "cuts a row and pastes it over another",
  "copies a row below",
  "undoes the last typing",
  "writes beside the table",
  "writes below the table",
  "adds a row of their own",
  "renames a header",
  "renames the tab",
  "changes the time zone",
] as const;

/** What the agent does in the database. */
export const WRITES = [
  "adds a row",
  "rewrites a row",
  "moves a run on",
  "appends a note",
  "deletes a row softly",
  "takes a deletion back",
  "deletes a row for good",
  "decides outside the sheet",
  "resolves an error outside the sheet",
  "writes a row that breaks the contract",
  "mends a broken row",
  "writes odd text",
] as const;

/** What becomes of one request of the mirror. */
export const FAULTS = [
  "429",
  "429 with Retry-After",
  "500 before it is applied",
  "500 after it was applied",
  "503 before it is applied",
  "503 after it was applied",
  "timeout before it is applied",
  "timeout after it was applied",
  "no connection",
  "reset in the middle of the answer",
  "truncated answer",
  "malformed answer",
  "expired token",
  "quota of the minute",
  "stale read",
] as const;

/** What the database answers to one statement of the mirror. */
export const DISK_FAULTS = ["busy", "full", "broken"] as const;

export type Deed = typeof DEEDS[number];
export type Write = typeof WRITES[number];
export type Fault = typeof FAULTS[number];
export type DiskFault = typeof DISK_FAULTS[number];

/** One action of somebody who is not the mirror. `a` and `b` choose the row, the word and so on. */
export type Act =
  /** A person in the spreadsheet. */
  | {
    readonly who: "owner" | "editor";
    readonly what: Deed;
    readonly a: number;
    readonly b: number;
  }
  /** The agent in the database. */
  | { readonly who: "agent"; readonly what: Write; readonly a: number; readonly b: number };

/** Before or after the spreadsheet applies a request of the mirror; counted from 0. */
export interface RequestMoment {
  readonly number: number;
  readonly side: "before" | "after";
}

/** A moment of a cycle. */
export type Moment =
  | RequestMoment & { readonly at: "request" }
  /** Before a statement of the mirror, counted from 0; `COMMIT` counts as one. */
  | { readonly at: "statement"; readonly number: number };

/** One turn: what happens while the mirror rests, and then one cycle with what happens to it. */
export interface Turn {
  /** Minutes that pass first. */
  readonly wait: number;
  readonly acts: readonly Act[];
  readonly mode: "both" | "import" | "export" | "urgent" | "plan";
  readonly meanwhile: readonly { readonly moment: Moment; readonly act: Act }[];
  readonly faults: readonly { readonly request: number; readonly fault: Fault }[];
  readonly disk: { readonly statement: number; readonly fault: DiskFault } | null;
  /** When the process is killed. */
  readonly death: Moment | null;
  /** Another process wants to run a cycle at this request; with `stall` this one sleeps meanwhile. */
  readonly rival: RequestMoment & { readonly stall: boolean } | null;
  /** Whether the operator answers what a guard stopped. */
  readonly isAttended: boolean;
}

/** Everything that happens, from the first row to the last cycle. null: a turn that was taken out. */
export interface History {
  readonly opening: { readonly approvals: number; readonly runs: number; readonly errors: number };
  readonly turns: readonly (Turn | null)[];
}

/** No history is shorter, whatever was taken out of its turns. */
const TURNS_MIN = 30;
const TURNS_MAX = 32;

const pick = fc.nat({ max: 9_999 });

function weighted<T extends string>(words: readonly T[], rare: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words.filter((word) => !rare.includes(word))) },
    { weight: 1, arbitrary: fc.constantFrom(...rare) },
  );
}

/** Draws four words of five from the favourites of a narrow history. */
function favouring<T extends string>(usual: fc.Arbitrary<T>, words: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 1, arbitrary: usual },
    { weight: 4, arbitrary: fc.constantFrom(...words) },
  );
}

const deed = weighted<Deed>(DEEDS, [
  "renames a header",
  "renames the tab",
  "changes the time zone",
  "fills a decision down",
]);
const write = weighted<Write>(WRITES, [
  "writes a row that breaks the contract",
  "mends a broken row",
]);
const narrowDeed = favouring(deed, [
  "decides",
  "types a note",
  "writes beside the table",
  "sorts the tab",
  "inserts a row",
  "deletes a row",
]);
const narrowWrite = favouring(write, [
  "rewrites a row",
  "deletes a row softly",
  "takes a deletion back",
]);

// A stale read needs a read right behind a write, so most of those that are drawn come to nothing.
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...FAULTS) },
  { weight: 1, arbitrary: fc.constant("stale read" as const) },
);

function actOf(deed: fc.Arbitrary<Deed>, write: fc.Arbitrary<Write>): fc.Arbitrary<Act> {
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        who: fc.constantFrom("owner" as const, "editor" as const),
        what: deed,
        a: pick,
        b: pick,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ who: fc.constant("agent" as const), what: write, a: pick, b: pick }),
    },
  );
}

const requestMoment: fc.Arbitrary<Moment> = fc.record({
  at: fc.constant("request" as const),
  number: fc.nat({ max: 6 }),
  side: fc.constantFrom("before" as const, "after" as const),
});
const statementMoment: fc.Arbitrary<Moment> = fc.record({
  at: fc.constant("statement" as const),
  number: fc.nat({ max: 90 }),
});
const moment = fc.oneof(requestMoment, statementMoment);

/** Something that happens in one turn of so many; made shorter, it does not happen. */
function sometimes<T>(arbitrary: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | null> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: oneIn - 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary },
  );
}

const turnOf = (act: fc.Arbitrary<Act>): fc.Arbitrary<Turn> =>
  fc.record({
    wait: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(0, 2, 15, 60) },
      { weight: 1, arbitrary: fc.constantFrom(1_440, 20 * 1_440) },
    ),
    acts: fc.array(act, { maxLength: 3 }),
    mode: fc.oneof(
      { weight: 12, arbitrary: fc.constant("both" as const) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          "import" as const,
          "export" as const,
          "urgent" as const,
          "plan" as const,
        ),
      },
    ),
    meanwhile: fc.array(fc.record({ moment, act }), { maxLength: 3 }),
    faults: fc.oneof(
      { withCrossShrink: true },
      { weight: 3, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(
          fc.record({ request: fc.nat({ max: 7 }), fault }),
          { minLength: 1, maxLength: 3 },
        ),
      },
    ),
    disk: sometimes(
      fc.record({ statement: fc.nat({ max: 130 }), fault: fc.constantFrom(...DISK_FAULTS) }),
      12,
    ),
    death: sometimes(moment, 4),
    rival: sometimes(
      fc.record({
        number: fc.nat({ max: 5 }),
        side: fc.constantFrom("before" as const, "after" as const),
        stall: fc.boolean(),
      }),
      8,
    ),
    isAttended: fc.boolean(),
  });

function historiesOf(
  opening: fc.Arbitrary<History["opening"]>,
  act: fc.Arbitrary<Act>,
): fc.Arbitrary<History> {
  return fc.noBias(fc.record({
    opening,
    // A turn is taken out by null, which a shrinking option tries first, so that the others stay.
    turns: fc.array(fc.option(turnOf(act), { freq: 1_000 }), {
      minLength: TURNS_MIN,
      maxLength: TURNS_MAX,
      size: "max",
    }),
  }));
}

const wide = historiesOf(
  fc.record({
    approvals: fc.integer({ min: 0, max: 7 }),
    runs: fc.integer({ min: 0, max: 7 }),
    errors: fc.integer({ min: 0, max: 6 }),
  }),
  actOf(deed, write),
);

/** Few rows, so that all meet on the same ones, and what goes wrong when they do. */
const narrow = historiesOf(
  fc.record({
    approvals: fc.integer({ min: 1, max: 2 }),
    runs: fc.constant(0),
    errors: fc.integer({ min: 4, max: 6 }),
  }),
  actOf(narrowDeed, narrowWrite),
);

/** What the history of a seed is drawn from: every fourth one is narrow. */
export function historiesFor(seed: number): fc.Arbitrary<History> {
  return seed % 4 === 3 ? narrow : wide;
}

/** The history of a seed. */
export function historyOf(seed: number): History {
  const [history] = fc.sample(historiesFor(seed), { seed, numRuns: 1 });
  if (history === undefined) throw new Error("fast-check drew nothing");
  return history;
}
