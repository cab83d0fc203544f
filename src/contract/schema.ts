/**
 * The contract as data: which tabs and columns there are, who may write what, when it syncs, how long
 * a row stays. Nothing in the heart of the mirror knows more about a tab than what stands in here.
 *
 * @module
 */

import { z } from "zod";

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
    count: z.int().positive(),
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

/** The whole contract. */
export const contractSchema = z.strictObject({
  name: z.string().min(1),
  tabs: z.array(tabSchema).min(1),
}).superRefine((contract, context) => {
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

export type Contract = z.infer<typeof contractSchema>;
export type ContractInput = z.input<typeof contractSchema>;
export type Tab = z.infer<typeof tabSchema>;
export type Column = z.infer<typeof columnSchema>;
export type EditRule = z.infer<typeof editRuleSchema>;
export type Condition = z.infer<typeof conditionSchema>;
export type Retention = z.infer<typeof retentionSchema>;
