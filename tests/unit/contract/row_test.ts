import assert from "node:assert/strict";
import { atlasInput } from "../../../src/contract/atlas.ts";
import type { Approval, ErrorRow, RowOf, Run } from "../../../src/contract/row.ts";

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;
type Plain<T> = { [K in keyof T]: T[K] };

function compiles<_ extends true>(): void {}

Deno.test("RowOf infers the rows of the Atlas contract", () => {
  compiles<
    Same<Plain<Approval>, {
      readonly id: string;
      readonly type: "task" | "project" | "config" | "deployment";
      readonly action: "create" | "update" | "delete" | "execute";
      readonly item: string;
      readonly status: "pending" | "approved" | "rejected";
      readonly requested_at: string;
      readonly notes: string | null;
      readonly payload: string | null;
      readonly decided_at: string | null;
      readonly deleted_at: string | null;
      readonly archived_at: string | null;
    }>
  >();
  compiles<
    Same<Plain<Run>, {
      readonly id: string;
      readonly task: string;
      readonly command: string;
      readonly status: "running" | "success" | "failed" | "cancelled";
      readonly started_at: string;
      readonly completed_at: string | null;
      readonly output: string | null;
      readonly notes: string | null;
      readonly deleted_at: string | null;
      readonly archived_at: string | null;
    }>
  >();
  compiles<
    Same<Plain<ErrorRow>, {
      readonly id: string;
      readonly task: string;
      readonly error: string;
      readonly occurred_at: string;
      readonly severity: "low" | "medium" | "high" | "critical";
      readonly resolved: "false" | "true";
      readonly resolution: string | null;
      readonly notes: string | null;
      readonly resolved_at: string | null;
      readonly deleted_at: string | null;
      readonly archived_at: string | null;
    }>
  >();
  compiles<Same<RowOf<(typeof atlasInput.tabs)[0]>, Approval>>();
  // @ts-expect-error: an approval has no severity.
  const wrong: keyof Approval = "severity";
  assert.ok(!atlasInput.tabs[0].columns.some((column) => column.field === wrong));
});
