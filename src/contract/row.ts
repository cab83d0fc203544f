/** Row types, inferred from the literal contract, so that a column is named in one place only. @module */

import type { atlasInput } from "./atlas.ts";

/** The slice of a column that decides about its type. */
interface ColumnShape {
  readonly field: string;
  readonly type: string;
  readonly values?: readonly string[];
  readonly required?: boolean;
  readonly edit?: { readonly rule: string } | null;
}

/** The slice of a tab that decides about its row's type. */
interface TabShape {
  readonly columns: readonly ColumnShape[];
  readonly softDelete: string;
  readonly archive: string;
}

/** What a field holds once it holds anything: a word of an enum, or a text. */
type Word<C extends ColumnShape> = C extends { readonly values: readonly (infer V)[] } ? V : string;

/** An optional field may be NULL in the table. */
type ValueOf<C extends ColumnShape> = C extends { readonly required: true } ? Word<C>
  : Word<C> | null;

/** The fields that a move sets beside the cell, such as `decided_at`. */
type FieldSetBy<C extends ColumnShape> = C extends
  { readonly edit: { readonly moves: readonly (infer M)[] } }
  ? M extends { readonly set: infer S } ? keyof S & string : never
  : never;

/** The fields of the table that are not shown in the tab, all of them times. */
type HiddenField<T extends TabShape> =
  | T["softDelete"]
  | T["archive"]
  | FieldSetBy<T["columns"][number]>;

/**
 * A row of the table that the literal tab `T` shows. Texts and times are strings, enums are unions of
 * their words, and what is not required may be null.
 */
export type RowOf<T extends TabShape> =
  & { readonly [C in T["columns"][number] as C["field"]]: ValueOf<C> }
  & { readonly [F in HiddenField<T>]: string | null };

type AtlasTab<Title extends string> = Extract<
  (typeof atlasInput.tabs)[number],
  { readonly title: Title }
>;

/** A row of `approvals`. */
export type Approval = RowOf<AtlasTab<"Pending_Approvals">>;
/** A row of `runs`. */
export type Run = RowOf<AtlasTab<"Runs">>;
/** A row of `errors`. */
export type ErrorRow = RowOf<AtlasTab<"Errors_Hotlist">>;
