/** What people and agents do in the demo, and what must be true when the mirror has seen it. @module */

import { isoTime } from "../../base/clock.ts";
import { must } from "../../base/assert.ts";
import { Refusal } from "../../embedded/people.ts";
import { addressOf, type Place, type Stage } from "./stage.ts";

/** What both sides hold at a place. */
export interface Sides {
  readonly sheet: string | null;
  readonly database: string | null;
}

/** Something that somebody does between two cycles. */
export interface Deed {
  readonly who: "Erik" | "Olga" | "An agent";
  /** The rest of the sentence. */
  readonly does: string;
  /** The cell it is about; null: it is about none that the mirror knows. */
  readonly place: Place | null;
  /** Does it; the text that comes back is what the one who did it was told. */
  readonly act: (stage: Stage) => Promise<string | null>;
  /** What must be true after the next cycle, in words. */
  readonly then: string;
  readonly holds: (after: Sides, before: Sides, stage: Stage) => boolean | Promise<boolean>;
}

const APPROVALS = "Pending_Approvals";
const RUNS = "Runs";
const ERRORS = "Errors_Hotlist";

/** Kept by the mirror exactly as it was before the deed, on both sides. */
const isUntouched = (after: Sides, before: Sides) =>
  after.sheet === before.sheet && after.database === before.database;

/** Arrived in the database, and still shown. */
const isBoth = (text: string) => ({ sheet, database }: Sides) =>
  sheet === text && database === text;

/** Added to what stood there before, on both sides. */
const isAppended = (text: string) => ({ sheet, database }: Sides) =>
  (sheet ?? "").includes(text) && (database ?? "").includes(text);

/** Rows of the sample data that are there to be hard to show, not to be read. */
const ODD_ROW = /-x\d+$/;

/** The deeds of the demo, on rows that stand in the sheet now. */
export async function chooseDeeds(stage: Stage): Promise<readonly Deed[]> {
  const pending = await rowsWith(stage, APPROVALS, "Status", "pending");
  const open = await rowsWith(stage, ERRORS, "Resolved", "false");
  const running = await rowsWith(stage, RUNS, "Status", "running");
  const next = (ids: string[]) => must(ids.shift(), "a row of its own for every deed");
  return [
    ...decisions(next(pending), next(pending)),
    ...mistakes(next(pending), next(pending)),
    ...notes(next(pending), next(open), next(running)),
    ...systemCells(next(pending), next(pending)),
    ...rows(next(pending), next(pending)),
    ...agents(next(running)),
  ];
}

function decisions(approved: string, rejected: string): Deed[] {
  return [
    types("Erik", { title: APPROVALS, id: approved, header: "Status" }, "approved", {
      then: "the decision is in the database",
      holds: isBoth("approved"),
    }),
    types("Erik", { title: APPROVALS, id: rejected, header: "Status" }, "Rejected ", {
      then: "the decision is in the database, in its canonical spelling on both sides",
      holds: isBoth("rejected"),
    }),
    types("Erik", { title: APPROVALS, id: rejected, header: "Notes" }, "Not before the release", {
      then: "the reason is in the database",
      holds: isAppended("Not before the release"),
    }),
  ];
}

function mistakes(mistyped: string, overtaken: string): Deed[] {
  const item = { title: APPROVALS, id: overtaken, header: "Item" };
  return [
    types("Erik", { title: APPROVALS, id: mistyped, header: "Status" }, "aproved", {
      then: "the request is still pending on both sides",
      holds: isBoth("pending"),
    }),
    types("Erik", { title: APPROVALS, id: overtaken, header: "Status" }, "approved", {
      then: "the decision is not taken, for the request is not the one he saw",
      holds: isBoth("pending"),
    }),
    {
      who: "An agent",
      does: `changes the request ${overtaken} at the same moment`,
      place: item,
      act({ db }) {
        db.run("UPDATE approvals SET item = item || ? WHERE id = ?", " – in production", overtaken);
        return Promise.resolve(null);
      },
      then: "the sheet shows the request as it is now",
      holds: ({ sheet, database }, before) =>
        sheet === `${before.sheet} – in production` && sheet === database,
    },
    {
      who: "Erik",
      does: `tries to change the Item of ${mistyped}`,
      place: { ...item, id: mistyped },
      act: (stage) => tryTyping(stage, { ...item, id: mistyped }, "Something else"),
      then: "the protection did not let him",
      holds: isUntouched,
    },
  ];
}

function notes(annotated: string, error: string, run: string): Deed[] {
  const note = "Asked the team, see the wiki";
  return [
    types("Erik", { title: APPROVALS, id: annotated, header: "Notes" }, note, {
      then: "the note is in the database",
      holds: isAppended(note),
    }),
    types("Erik", { title: ERRORS, id: error, header: "Resolved" }, "TRUE", {
      then: "the error is resolved on both sides",
      holds: isBoth("true"),
    }),
    types("Erik", { title: ERRORS, id: error, header: "Resolution" }, "Renewed the certificate", {
      then: "the resolution is in the database",
      holds: isBoth("Renewed the certificate"),
    }),
    types("Erik", { title: RUNS, id: run, header: "Notes" }, "=1+1", {
      then: "it is a note like any other, marked so that no program takes it for a formula",
      holds: ({ sheet, database }) => database === "=1+1" && sheet === "'=1+1",
    }),
  ];
}

function systemCells(item: string, id: string): Deed[] {
  const invented = "approval-invented";
  return [
    types("Olga", { title: APPROVALS, id: item, header: "Item" }, "Delete everything", {
      then: "the database's text is back in the sheet",
      holds: isUntouched,
    }),
    types("Olga", { title: APPROVALS, id, header: "ID" }, invented, {
      then: "the row has its own ID again",
      holds: isUntouched,
    }),
  ];
}

function rows(deleted: string, sorted: string): Deed[] {
  const place = { title: APPROVALS, id: deleted, header: "ID" };
  const scratch = "call Anna about the budget";
  return [
    {
      who: "Olga",
      does: `deletes the row of ${deleted}`,
      place,
      async act({ olga }) {
        await olga.deleteRow(APPROVALS, must(await olga.findRow(APPROVALS, deleted), deleted));
        return null;
      },
      then: "the row is back, for only the database deletes",
      holds: isUntouched,
    },
    {
      who: "Olga",
      does: `sorts ${APPROVALS} by Item`,
      place: { title: APPROVALS, id: sorted, header: "Item" },
      async act({ olga }) {
        await olga.sort(APPROVALS, "D");
        return null;
      },
      then: `${sorted}, for one, has kept its own Item`,
      holds: isUntouched,
    },
    {
      who: "Olga",
      does: `writes "${scratch}" below the last row`,
      place: null,
      async act({ olga }) {
        await olga.type(APPROVALS, `D${(await olga.read(APPROVALS)).length + 2}`, scratch);
        return null;
      },
      then: "her text is left alone",
      holds: async (_after, _before, { olga }) =>
        (await olga.read(APPROVALS)).some((row) => row.includes(scratch)),
    },
  ];
}

function agents(finished: string): Deed[] {
  return [{
    who: "An agent",
    does: `finishes the run ${finished}`,
    place: { title: RUNS, id: finished, header: "Status" },
    act({ db, clock }) {
      const sql = "UPDATE runs SET status = 'success', completed_at = ? WHERE id = ?";
      db.run(sql, isoTime(clock.now()), finished);
      return Promise.resolve(null);
    },
    then: "the sheet shows it",
    holds: isBoth("success"),
  }];
}

function types(
  who: "Erik" | "Olga",
  place: Place,
  text: string,
  outcome: Pick<Deed, "then" | "holds">,
): Deed {
  return {
    who,
    does: `types "${text}" into ${place.header} of ${place.id}`,
    place,
    async act(stage) {
      const person = who === "Erik" ? stage.erik : stage.olga;
      await person.type(place.title, await addressOf(stage, place), text);
      return null;
    },
    ...outcome,
  };
}

async function tryTyping(stage: Stage, place: Place, text: string): Promise<string | null> {
  try {
    await stage.erik.type(place.title, await addressOf(stage, place), text);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** The IDs of rows that show `word` under `header`, in the order of the sheet. */
async function rowsWith(
  { olga }: Stage,
  title: string,
  header: string,
  word: string,
): Promise<string[]> {
  const [headers = [], ...rows] = await olga.read(title);
  const column = headers.indexOf(header);
  return rows.filter((row) => row[column] === word).flatMap(([id = ""]) =>
    ODD_ROW.test(id) ? [] : [id]
  );
}
