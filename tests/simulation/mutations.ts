/** The protections of the mirror, and how each of them is switched off in the sources. @module */

/** One place in the sources. `find` stands there exactly once. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A protection that is switched off. */
export interface Mutation {
  readonly name: string;
  /** What the mirror does without it, for the table in the README. */
  readonly off: string;
  readonly edits: readonly Edit[];
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "row anchors",
    off: "rows are told by their ID cell alone",
    edits: [{
      file: "src/mirror/plan_tab.ts",
      find: "? matchRows(sheet, base, isKnown)",
      replace: "? matchByKey(sheet, base, isKnown)",
    }],
  },
  {
    name: "verification",
    off: "what was written counts as arrived, on whatever row",
    edits: [
      {
        file: "src/mirror/publish.ts",
        find: "else if (cells[0] !== due.plan.id) misses",
        replace: "else if (false) misses",
      },
      {
        file: "src/mirror/confirm.ts",
        find: 'sameCell(show.value, shown[column] ?? "") &&',
        replace: "",
      },
    ],
  },
  {
    name: "base advanced last",
    off: "the base takes the new values before the sheet has them",
    edits: [{
      file: "src/mirror/commit.ts",
      find: "  const own = anchorOf(action) ??",
      replace: "  for (const { column, show } of plan.cells) {\n" +
        '    if (show.kind === "value") cells[column] = show.value;\n  }\n' +
        "  const own = anchorOf(action) ??",
    }],
  },
  {
    name: "idempotency look-up",
    off: "a write that may have been applied is sent again",
    edits: [{
      file: "src/sheets/sender.ts",
      find: 'attempts: kind === "read" ? attempts : 1,',
      replace: "attempts,",
    }],
  },
  {
    name: "merge of notes",
    off: "the sheet's notes take the place of the database's",
    edits: [{
      file: "src/mirror/rules.ts",
      find: 'const to = grow(from ?? "", lastLine, growth);',
      replace: "const to = cleanIncoming(cellText(cell.sheet));",
    }],
  },
  {
    name: "lease",
    off: "two processes run cycles at the same time",
    edits: [
      {
        file: "src/store/lease.ts",
        find: "WHERE expires_at <= ? OR expires_at > ?",
        replace: "WHERE expires_at <= ? OR expires_at > ? OR 1",
      },
      {
        file: "src/store/lease.ts",
        find: "if (row !== undefined) return;",
        replace: "return;",
      },
    ],
  },
  {
    name: "fence",
    off: "a process that slept goes on although another has taken over",
    edits: [{
      file: "src/store/lease.ts",
      find: "if (row !== undefined) return;",
      replace: "return;",
    }],
  },
  {
    name: "compare-and-set",
    off: "the database is written without looking whether the agent was there first",
    edits: [{
      file: "src/store/source.ts",
      find: "` AND CAST(${quote(field)} AS TEXT) IS ?`",
      replace: "` AND (CAST(${quote(field)} AS TEXT) IS ? OR 1)`",
    }],
  },
  {
    name: "intents of imports",
    off: "what was imported and not yet shown is judged again",
    edits: [{
      file: "src/mirror/commit.ts",
      find: "openIntents(db, title, done.flatMap(intentsOf));",
      replace: "",
    }],
  },
  {
    name: "intents of exports",
    off: "the mirror's own unconfirmed write is taken for a person's",
    edits: [{
      file: "src/mirror/commit.ts",
      find: "if (before === null) return [];",
      replace: "if (before === null || found === null) return [];",
    }],
  },
  {
    name: "fresh reads",
    off: "an answer from before the last write is planned from",
    edits: [{
      file: "src/mirror/fresh.ts",
      find: "if (!isStale(db, snapshot, clock.now())) {",
      replace: "if (snapshot !== null) {",
    }],
  },
  {
    name: "decisions bind",
    off: "a decision counts for whatever the request says by now",
    edits: [{
      file: "src/mirror/judge.ts",
      find: 'const stale = changed && edit?.rule === "transition"',
      replace: 'const stale = false && edit?.rule === "transition"',
    }],
  },
  {
    name: "decisions meanwhile",
    off: "a decision taken while the row was written counts for what it shows now",
    edits: [{
      file: "src/mirror/confirm.ts",
      find: "const isDecided = wasDecided(input, due, shown);",
      replace: "const isDecided = false;",
    }],
  },
  {
    name: "texts of leaving rows",
    off: "a row takes along what people wrote into the database's columns",
    edits: [{
      file: "src/mirror/standing_case.ts",
      find: 'const isOurs = column.edit === null && typeof cell !== "object" &&',
      replace: "const isOurs = column.edit === null ||",
    }],
  },
  {
    name: "texts beside leaving rows",
    off: "they are written down only after the row is gone",
    edits: [{
      file: "src/mirror/commit.ts",
      find: "const beside = done.flatMap((row) => besideAudit(title, row));",
      replace: "const beside: AuditEntry[] = [];",
    }],
  },
  {
    name: "told once",
    off: "a refusal is explained at every look",
    edits: [{
      file: "src/mirror/standing.ts",
      find: "explanation === null || isTold(plan) ?",
      replace: "explanation === null ?",
    }],
  },
  {
    name: "header guard",
    off: "a renamed or moved column does not stop its tab",
    edits: [{
      file: "src/mirror/guards.ts",
      find: "if (wrong.length === 0) return null;",
      replace: "return null;",
    }],
  },
  {
    name: "one time zone",
    off: "a changed time zone is noticed only by the tabs that differ",
    edits: [{
      file: "src/mirror/fresh.ts",
      find: "putFullLook(db, isMoved ? 0 : clock.now());",
      replace: "putFullLook(db, clock.now());",
    }],
  },
  {
    name: "removals checked",
    off: "a row that vanished by mistake is not put back",
    edits: [{
      file: "src/mirror/remove.ts",
      find: "if (vanished.length > 0)",
      replace: "if (vanished.length > 0 && vanished.length < 0)",
    }],
  },
];
