/**
 * The contract as data: which tabs and columns there are, who may write what, when it syncs, how long
 * a row stays. Nothing in the heart of the mirror knows more about a tab than what stands in here.
 *
 * @module
 */

import * as z from "zod";
import { ROWS_MAX } from "./limits.ts";

/** The name of a table or field. It goes into SQL as an identifier, so only plain ones are allowed. */
const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a plain SQL name");

/** True for rows whose `field` holds one of the words. */
export const conditionSchema = z.strictObject({
  field: identifier,
  in: z.array(z.string()).min(1),
});

/** One way a human may change an enum cell, and what the mirror sets beside it. */
export const moveSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  /** Fields of the same row: `now` stamps the time of import, `clear` sets NULL. */
  set: z.record(identifier, z.enum(["now", "clear"])).default({}),
});

/** What a human may do to a cell of the column. A column without a rule is the database's alone. */
export const editRuleSchema = z.discriminatedUnion("rule", [
  /** Text that only grows: lines are added, none is taken away. `limit` is in characters an edit. */
  z.strictObject({ rule: z.literal("append"), limit: z.int().positive() }),
  /** Free text that may be replaced; the audit keeps the old one. `limit` is in characters. */
  z.strictObject({ rule: z.literal("replace"), limit: z.int().positive() }),
  /** One enum word for another, along the moves. `binds`: only on a row that is as the human saw it. */
  z.strictObject({
    rule: z.literal("transition"),
    moves: z.array(moveSchema).min(1),
    binds: z.boolean().default(false),
  }),
]);

const common = {
  /** The text in row 1. */
  header: z.string().min(1),
  /** The field of the table. */
  field: identifier,
  /** A row with this field empty is not exported. */
  required: z.boolean().default(false),
  /** `null`: the database alone writes the column. */
  edit: editRuleSchema.nullable().default(null),
};

/** One column of a tab. */
export const columnSchema = z.discriminatedUnion("type", [
  z.strictObject({ ...common, type: z.literal("text") }),
  z.strictObject({ ...common, type: z.literal("enum"), values: z.array(z.string()).min(2) }),
  z.strictObject({ ...common, type: z.literal("datetime") }),
  z.strictObject({ ...common, type: z.literal("json") }),
]);

/** When a row leaves the tab although it still stands in the table. */
export const retentionSchema = z.discriminatedUnion("kind", [
  /** Only the newest `count` rows by `by` stay; rows that meet `always` stay whatever their age. */
  z.strictObject({
    kind: z.literal("newest"),
    count: z.int().positive().max(
      ROWS_MAX,
      `must be ${ROWS_MAX} at most: a tab holds no more; let older rows leave it`,
    ),
    by: identifier,
    always: conditionSchema.nullable().default(null),
  }),
  /** Rows that meet `when` leave `days` days after the time in `since`. */
  z.strictObject({
    kind: z.literal("after"),
    days: z.int().positive(),
    since: identifier,
    when: conditionSchema,
  }),
]);

/** One tab of the spreadsheet and the table it shows. */
export const tabSchema = z.strictObject({
  title: z.string().min(1).max(100),
  table: identifier,
  /** The field that names a row. It must be the first column. */
  key: identifier,
  /** Where new rows go in. Standing rows are never moved. */
  newest: z.enum(["top", "bottom"]),
  /** The time field by which new rows are put in order. */
  order: identifier,
  /** Minutes between two syncs; rows that meet `urgent.when` are synced more often. */
  cadence: z.strictObject({
    minutes: z.int().positive(),
    urgent: z.strictObject({ minutes: z.int().positive(), when: conditionSchema }).nullable()
      .default(null),
  }),
  retention: retentionSchema.nullable(),
  /** The field that is set where a row is deleted softly. */
  softDelete: identifier,
  /** The field the mirror sets where retention takes a row out of the tab. */
  archive: identifier,
  /** The field of the append column that takes the mirror's explanations; null: none is written. */
  explain: identifier.nullable().default(null),
  columns: z.array(columnSchema).min(1),
}).superRefine((tab, context) => {
  const complain = (message: string, ...path: (string | number)[]) =>
    context.addIssue({ code: "custom", message, path });
  for (const name of ["header", "field"] as const) {
    const seen = new Set<string>();
    tab.columns.forEach((column, index) => {
      if (seen.has(column[name])) {
        complain(`stands twice: "${column[name]}"`, "columns", index, name);
      }
      seen.add(column[name]);
    });
  }
  // SQLite takes names that differ in case for one field, so each must be written in one way.
  const spelled = new Map<string, string>();
  for (const [field, ...path] of fieldsOf(tab)) {
    const known = spelled.get(field.toLowerCase()) ?? field;
    if (known !== field) complain(`"${field}" is written "${known}" elsewhere`, ...path);
    spelled.set(field.toLowerCase(), known);
  }
  const [first] = tab.columns;
  if (first?.field !== tab.key || first.type !== "text" || first.edit !== null) {
    complain(`must be the key "${tab.key}", a text that humans do not edit`, "columns", 0);
  }
  tab.columns.forEach((column, index) => {
    if (column.edit === null) return;
    const isTransition = column.edit.rule === "transition";
    if (isTransition !== (column.type === "enum")) {
      complain("transitions are for enums, append and replace for texts", "columns", index, "edit");
    }
    if (column.type !== "enum" || column.edit.rule !== "transition") return;
    for (const move of column.edit.moves) {
      for (const word of [move.from, move.to]) {
        if (!column.values.includes(word)) {
          complain(`"${word}" is not among the values`, "columns", index, "edit", "moves");
        }
      }
    }
  });
  const explain = tab.columns.find((column) => column.field === tab.explain);
  if (tab.explain !== null && explain?.edit?.rule !== "append") {
    complain("must name a column with the rule append", "explain");
  }
});

/** Every field that the contract names for the tab's table, with its place. */
function* fieldsOf(
  { columns, softDelete, archive, order, retention, cadence }: Omit<
    z.infer<typeof tabSchema>,
    "title" | "table"
  >,
): Generator<readonly [field: string, ...path: (string | number)[]]> {
  for (const [index, { field, edit }] of columns.entries()) {
    yield [field, "columns", index, "field"];
    if (edit?.rule !== "transition") continue;
    for (const [move, { set }] of edit.moves.entries()) {
      for (const stamped of Object.keys(set)) {
        yield [stamped, "columns", index, "edit", "moves", move, "set", stamped];
      }
    }
  }
  yield [softDelete, "softDelete"];
  yield [archive, "archive"];
  yield [order, "order"];
  const urgent = cadence.urgent?.when.field;
  if (urgent !== undefined) yield [urgent, "cadence", "urgent", "when", "field"];
  if (retention?.kind === "newest") {
    yield [retention.by, "retention", "by"];
    const always = retention.always?.field;
    if (always !== undefined) yield [always, "retention", "always", "field"];
  }
  if (retention?.kind === "after") {
    yield [retention.since, "retention", "since"];
    yield [retention.when.field, "retention", "when", "field"];
  }
}

/**
 * Where the mirror reports what humans wrote and it could not take: rows of its own in the table of a
 * tab, which humans see and tick off like any other.
 */
export const reportsSchema = z.strictObject({
  /** The title of the tab. */
  tab: z.string(),
  /** In front of the IDs of these rows; no row of anybody else's begins like this. */
  prefix: z.string().min(1),
  /** The field that says what was found. */
  text: identifier,
  /** The field that says when. */
  at: identifier,
  /** The enum that says whether it is over. What its moves set beside it is set here too. */
  state: z.strictObject({ field: identifier, open: z.string(), cured: z.string() }),
  /** The field that says why it is over; null: none. It is filled only where humans wrote nothing. */
  remark: identifier.nullable().default(null),
  /** The other fields of a new report. */
  set: z.record(identifier, z.string()).default({}),
});

/** The whole contract. */
export const contractSchema = z.strictObject({
  name: z.string().min(1),
  tabs: z.array(tabSchema).min(1),
  /** null: nothing is reported in a tab. */
  reports: reportsSchema.nullable().default(null),
}).superRefine((contract, context) => {
  checkReports(
    contract,
    (message, ...path) => context.addIssue({ code: "custom", message, path: ["reports", ...path] }),
  );
  for (const name of ["title", "table"] as const) {
    const seen = new Set<string>();
    contract.tabs.forEach((tab, index) => {
      const word = tab[name].toLowerCase();
      if (seen.has(word)) {
        context.addIssue({
          code: "custom",
          message: `stands twice: "${tab[name]}"`,
          path: ["tabs", index, name],
        });
      }
      seen.add(word);
    });
  }
});

/** Reports are rows like any other: complete, and with a state that humans can change as well. */
function checkReports(
  { tabs, reports }: { tabs: z.infer<typeof tabSchema>[]; reports: Reports | null },
  complain: (message: string, ...path: string[]) => void,
): void {
  if (reports === null) return;
  const tab = tabs.find(({ title }) => title === reports.tab);
  if (tab === undefined) return complain("must be the title of a tab", "tab");
  const filled = new Set([tab.key, reports.text, reports.at, ...Object.keys(reports.set)]);
  filled.add(reports.state.field);
  for (const { field, required } of tab.columns) {
    if (required && !filled.has(field)) complain(`must fill the required field "${field}"`, "set");
  }
  for (const field of [...filled, ...(reports.remark === null ? [] : [reports.remark])]) {
    if (!tab.columns.some((column) => column.field === field)) {
      complain(`"${field}" is not a field of a column of "${tab.title}"`);
    }
  }
  const state = tab.columns.find(({ field }) => field === reports.state.field);
  for (const word of [reports.state.open, reports.state.cured]) {
    if (state?.type !== "enum" || !state.values.includes(word)) {
      complain(`"${word}" is not among the values`, "state");
    }
  }
}

export type Contract = z.infer<typeof contractSchema>;
export type ContractInput = z.input<typeof contractSchema>;
export type Reports = z.infer<typeof reportsSchema>;
export type Tab = z.infer<typeof tabSchema>;
export type Column = z.infer<typeof columnSchema>;
export type Move = z.infer<typeof moveSchema>;
export type EditRule = z.infer<typeof editRuleSchema>;
export type Condition = z.infer<typeof conditionSchema>;
export type Retention = z.infer<typeof retentionSchema>;
