/**
 * What becomes of one cell: the three-way comparison of base, database and sheet, and the rule of the
 * column for what a human changed. Pure; the table in the README is this file.
 *
 * @module
 */

import { type CellValue, sameCell } from "../contract/cell.ts";
import type { Column, EditRule } from "../contract/schema.ts";
import { plainValue, type SheetCell } from "../sheets/snapshot.ts";
import type { Intent } from "../store/records.ts";
import { cleanIncoming, judgeEnum } from "../text/incoming.ts";
import type { FindingCode } from "./findings.ts";
import { cellText } from "./match.ts";
import { grow, type Growth, growthLength, growthOf } from "./merge.ts";
import type { CellPlan, Show } from "./plan.ts";

/** One cell of a standing row, from all sides. */
export interface CellCase {
  readonly column: Column;
  /** Position among the contract's columns, from 0. */
  readonly index: number;
  readonly sheet: SheetCell;
  /** The database's value. */
  readonly stored: string | null;
  /** The database's value in sheet space. */
  readonly shown: CellValue;
  /** What both sides last agreed on; null: they meet for the first time. */
  readonly base: {
    /** As it stands in the sheet when nobody touched it. */
    readonly seen: CellValue;
    /** As the mirror would write it today. */
    readonly known: CellValue;
  } | null;
  readonly intent: Intent | null;
  /** Why no decision may be taken from this row now; null: it is as the human saw it. */
  readonly undecidable: { readonly code: FindingCode; readonly reason: string } | null;
}

/** What becomes of the cell, and what else that brings about in its row. */
export interface CellOutcome {
  readonly plan: CellPlan;
  /** Further fields to set with the import. */
  readonly stamps: Readonly<Record<string, "now" | "clear">>;
  /** Why the edit was refused, for the explaining column; null: nothing to explain. */
  readonly explanation: string | null;
}

/** The outcome for one cell; null: it is quiet. */
export function judgeCell(cell: CellCase): CellOutcome | null {
  const { sheet, shown, base, intent } = cell;
  const formula = typeof sheet === "object" ? sheet.formula : null;
  const value = plainValue(sheet);
  if (formula === null && sameCell(value, shown)) {
    const settled = base !== null && intent === null && sameCell(value, base.seen);
    return settled ? null : outcome(cell, "agreed", "both sides show the same");
  }
  const isUnseen = isExport(cell);
  if (intent !== null && !isUnseen && sameCell(formula ?? value, intent.consumed)) {
    return outcome(cell, "caught-up", "the sheet still has to show it", { show: valueOf(shown) });
  }
  const known = isUnseen ? [intent?.target, base?.seen] : [intent?.target ?? base?.seen];
  if (formula === null && known.some((seen) => seen !== undefined && sameCell(value, seen))) {
    return outcome(cell, "exported", exportReason(cell), { show: valueOf(shown) });
  }
  const { edit } = cell.column;
  if (edit === null) return restoreSystemCell(cell);
  if (formula !== null) return refuse(cell, "MIRROR-FORMULA", "a formula is not taken as text");
  if (base === null) return meet(cell, edit);
  switch (edit.rule) {
    case "append":
      return judgeGrowth(cell, edit.limit);
    case "replace":
      return judgeReplacement(cell, edit.limit);
    case "transition":
      return judgeTransition(cell, edit);
  }
}

const valueOf = (value: CellValue): Show => ({ kind: "value", value });

/** The human's text as it went into the cell: the formula where there is one. */
export function foundText(sheet: SheetCell): string {
  return typeof sheet === "object" && sheet.formula !== null ? sheet.formula : cellText(sheet);
}

function outcome(
  cell: CellCase,
  verdict: CellPlan["verdict"],
  reason: string,
  more: Partial<Pick<CellPlan, "code" | "found" | "show" | "store">> & {
    stamps?: CellOutcome["stamps"];
    explanation?: string;
  } = {},
): CellOutcome {
  return {
    plan: {
      field: cell.column.field,
      header: cell.column.header,
      column: cell.index,
      verdict,
      reason,
      code: more.code ?? null,
      found: more.found ?? null,
      before: plainValue(cell.sheet),
      show: more.show ?? { kind: "keep" },
      store: more.store ?? null,
    },
    stamps: more.stamps ?? {},
    explanation: more.explanation ?? null,
  };
}

/**
 * Whether the open intent consumed nothing of a human: it only shows what the database has, and until it
 * was seen the sheet may hold what it held before as well.
 */
function isExport({ intent, base }: CellCase): boolean {
  return intent !== null && base !== null && sameCell(intent.consumed, base.seen);
}

/**
 * Whether the database moved on since both sides agreed. A word is compared as it is stored: in a row that
 * is held back, what is shown stays where it was while the database moves on.
 */
function databaseChanged(cell: CellCase): boolean {
  const known = isExport(cell) ? cell.base?.known : cell.intent?.target ?? cell.base?.known;
  const now = cell.column.type === "enum" ? cell.stored ?? "" : cell.shown;
  return known === undefined || !sameCell(known, now);
}

/** The audit's reason for a decision that no human took in the sheet; the daily report looks for it. */
export const DECIDED_OUTSIDE = "decided-outside-sheet";

function exportReason({ column, base }: CellCase): string {
  const { edit } = column;
  const decidedHere = edit?.rule === "transition" &&
    edit.moves.some((move) => move.from === base?.known && edit.binds);
  return decidedHere ? DECIDED_OUTSIDE : "the database changed";
}

function restoreSystemCell(cell: CellCase): CellOutcome {
  const found = foundText(cell.sheet);
  const show = valueOf(cell.shown);
  if (found === "") {
    const reason = cell.base === null ? "the database has it" : "it was emptied in the sheet";
    return outcome(cell, cell.base === null ? "exported" : "restored", reason, {
      show,
      ...(cell.base === null ? {} : { code: systemCode(cell), found }),
    });
  }
  const reason = `${cell.column.header} belongs to the database`;
  return outcome(cell, "restored", reason, { show, found, code: systemCode(cell) });
}

function systemCode({ column, index }: CellCase): FindingCode {
  if (index === 0) return "MIRROR-ID-EDITED";
  return column.type === "datetime" ? "MIRROR-TIMESTAMP" : "MIRROR-SYSTEM-CELL";
}

function refuse(cell: CellCase, code: FindingCode, reason: string): CellOutcome {
  const found = foundText(cell.sheet);
  const kept = cell.column.type === "enum" ? `; kept "${cell.stored ?? ""}"` : "";
  const what = cell.column.type === "enum"
    ? `"${attempt(cell, found)}" refused`
    : `${cell.column.header} refused`;
  return outcome(cell, "refused", reason, {
    code,
    found,
    show: valueOf(cell.shown),
    explanation: `${what}: ${reason}${kept}`,
  });
}

/** `approved → rejected` where the word is known, else just what was typed. */
function attempt({ column, sheet, stored }: CellCase, found: string): string {
  const isFormula = typeof sheet === "object" && sheet.formula !== null;
  if (!isFormula && column.type === "enum") {
    const judged = judgeEnum(plainValue(sheet), column.values);
    if (judged.kind === "known") return `${stored ?? ""} → ${judged.word}`;
  }
  return [...found.trim()].slice(0, 40).join("");
}

/** Sheet and database meet for the first time: texts are united, everywhere else the database wins. */
function meet(cell: CellCase, edit: EditRule): CellOutcome {
  const found = foundText(cell.sheet);
  if (found === "") {
    return outcome(cell, "exported", "the database has it", { show: valueOf(cell.shown) });
  }
  if (edit.rule === "append") {
    const growth = growthOf(cellText(cell.shown), cleanIncoming(cellText(cell.sheet)));
    return takeGrowth(cell, growth, "", "both sides had text when they met");
  }
  return outcome(
    cell,
    "conflict",
    "sheet and database meet for the first time; the database wins",
    {
      code: "MIRROR-CONFLICT",
      found,
      show: valueOf(cell.shown),
    },
  );
}

function judgeGrowth(cell: CellCase, limit: number): CellOutcome {
  const now = cleanIncoming(cellText(cell.sheet));
  const agreed = [
    cell.intent?.target,
    cell.intent?.consumed,
    cell.intent ? undefined : cell.base?.seen,
  ]
    .filter((base) => base !== undefined).map((base) => cellText(base));
  // An edit that came while an intent was open started either from what was consumed or from what the
  // mirror wrote meanwhile; and any edit may have started from what a cycle wrote that did not live to
  // see it arrive. Whichever explains more of it is where it started.
  const [best] = [...agreed, cellText(cell.shown)]
    .map((before) => ({ before, growth: growthOf(before, now) }))
    .sort((a, b) => growthLength(a.growth) - growthLength(b.growth));
  const { before, growth } = best ?? { before: "", growth: growthOf("", now) };
  if (growthLength(growth) > limit) {
    return refuse(
      cell,
      "MIRROR-TOO-LONG",
      `${count(growthLength(growth))} characters in one edit; at most ${count(limit)} are taken`,
    );
  }
  if (growth.kind === "none" && !agreed.includes(before)) {
    return outcome(cell, "exported", "the database has more text", { show: valueOf(cell.shown) });
  }
  if (growth.kind === "none") {
    const blanksOnly = sameLines(before, now);
    return outcome(
      cell,
      blanksOnly ? "normalised" : "restored",
      blanksOnly ? "only blanks differ" : `${cell.column.header} only grows; nothing is taken away`,
      {
        show: valueOf(cell.shown),
        ...(blanksOnly ? {} : { code: "MIRROR-APPEND-ONLY", found: foundText(cell.sheet) }),
      },
    );
  }
  const reason = databaseChanged(cell) ? "both sides added text" : "text was added";
  return takeGrowth(cell, growth, before.split("\n").at(-1) ?? "", reason);
}

function takeGrowth(cell: CellCase, growth: Growth, lastLine: string, reason: string): CellOutcome {
  const from = cell.stored;
  const to = grow(from ?? "", lastLine, growth);
  if (growth.kind === "none") {
    return outcome(cell, "exported", "the database has more text", { show: valueOf(cell.shown) });
  }
  const asTyped = to === cleanIncoming(cellText(cell.sheet)).trimEnd();
  return outcome(cell, asTyped ? "accepted" : "merged", reason, {
    found: foundText(cell.sheet),
    show: { kind: "text", text: to },
    store: { from, to },
  });
}

function judgeReplacement(cell: CellCase, limit: number): CellOutcome {
  const text = cleanIncoming(cellText(cell.sheet)).trimEnd();
  if (databaseChanged(cell)) return conflict(cell);
  if (text === (cell.stored ?? "").trimEnd()) {
    return outcome(cell, "normalised", "only blanks differ", { show: valueOf(cell.shown) });
  }
  if (text.length > limit) {
    const reason = `${count(text.length)} characters; at most ${count(limit)} are taken`;
    return refuse(cell, "MIRROR-TOO-LONG", reason);
  }
  return outcome(cell, "accepted", "the text was replaced", {
    found: foundText(cell.sheet),
    show: { kind: "text", text },
    store: { from: cell.stored, to: text },
  });
}

function conflict(cell: CellCase): CellOutcome {
  return outcome(cell, "conflict", "both sides changed it; the database wins", {
    code: "MIRROR-CONFLICT",
    found: foundText(cell.sheet),
    show: valueOf(cell.shown),
  });
}

function judgeTransition(
  cell: CellCase,
  edit: Extract<EditRule, { rule: "transition" }>,
): CellOutcome {
  const values = cell.column.type === "enum" ? cell.column.values : [];
  const judged = judgeEnum(plainValue(cell.sheet), values);
  if (judged.kind === "near") {
    return refuse(
      cell,
      "MIRROR-NEAR-MISS",
      `not one of ${values.join(", ")}; did you mean "${judged.word}"?`,
    );
  }
  if (judged.kind === "unknown") {
    const empty = foundText(cell.sheet).trim() === "";
    const reason = empty ? "it must not be empty" : `not one of ${values.join(", ")}`;
    return refuse(cell, "MIRROR-TRANSITION", reason);
  }
  if (judged.word === cell.stored) {
    return outcome(cell, "normalised", "the same word, written differently", {
      show: valueOf(cell.shown),
    });
  }
  if (databaseChanged(cell)) return conflict(cell);
  const move = edit.moves.find(({ from, to }) => from === cell.stored && to === judged.word);
  if (move === undefined) {
    const isFinal = !edit.moves.some(({ from }) => from === cell.stored);
    return refuse(
      cell,
      "MIRROR-TRANSITION",
      isFinal ? "already decided" : "this change is not allowed",
    );
  }
  if (cell.undecidable !== null) {
    return refuse(cell, cell.undecidable.code, cell.undecidable.reason);
  }
  return outcome(cell, "accepted", `${move.from} → ${move.to}`, {
    found: foundText(cell.sheet),
    show: valueOf(judged.word),
    store: { from: cell.stored, to: judged.word },
    stamps: move.set,
  });
}

const count = (figure: number) => figure.toLocaleString("en-US");

/** Whether two texts have the same lines, trailing blanks and empty ends aside. */
function sameLines(a: string, b: string): boolean {
  const lines = (text: string) => text.split("\n").map((line) => line.trimEnd()).join("\n").trim();
  return lines(a) === lines(b);
}
