/**
 * What the contract says about the work of humans: which rows wait for somebody, since when, and what
 * ends the waiting. It is read off the columns with the rule `transition`, so that a contract of other
 * tabs is measured the same way.
 *
 * @module
 */

import type { Condition, Contract, Tab } from "./schema.ts";

/** A column whose transition puts an end to a row's waiting. */
export interface Workflow {
  readonly tab: Tab;
  /**
   * `decision`: the transition binds to what the human saw (an approval). `resolution`: it does not
   * (an error that is dealt with).
   */
  readonly kind: "decision" | "resolution";
  /** The field of the column. */
  readonly field: string;
  /** The words of a row that waits. */
  readonly open: readonly string[];
  /** The words of a row that does not wait any more. */
  readonly closed: readonly string[];
  /** The field with the time at which the waiting began: that by which the tab is ordered. */
  readonly since: string;
  /** The field with the time at which it ended: that which the moves stamp. */
  readonly until: string;
  /**
   * The enum field by which times are told apart, such as a severity: the one that the tab's urgent
   * cadence looks at. null: the tab has no urgent rows.
   */
  readonly group: string | null;
  /** Which rows are critical: those of the urgent cadence. null: none. */
  readonly urgent: Condition | null;
  /** How the keys of rows begin that the mirror itself adds, which wait for nobody; null: it adds none. */
  readonly reportPrefix: string | null;
}

/**
 * The workflows of a contract: a transition column with moves that stamp a field with the time of import.
 * Those moves close, from the words they start at to the words they lead to.
 *
 * ```ts
 * import { atlas } from "./atlas.ts";
 * import { workflowsOf } from "./workflow.ts";
 *
 * const [approvals] = workflowsOf(atlas);
 * if (approvals?.until !== "decided_at") throw new Error("a decision is stamped with its time");
 * ```
 */
export function workflowsOf({ tabs, reports }: Contract): readonly Workflow[] {
  return tabs.flatMap((tab) =>
    workflowsOfTab(tab, reports?.tab === tab.title ? reports.prefix : null)
  );
}

function workflowsOfTab(tab: Tab, reportPrefix: string | null): Workflow[] {
  const urgent = tab.cadence.urgent?.when ?? null;
  return tab.columns.flatMap((column): Workflow[] => {
    if (column.edit?.rule !== "transition") return [];
    const closing = column.edit.moves.flatMap(({ from, to, set }) => {
      const stamp = Object.keys(set).find((field) => set[field] === "now");
      return stamp === undefined ? [] : [{ from, to, stamp }];
    });
    const [first] = closing;
    if (first === undefined) return [];
    return [{
      tab,
      kind: column.edit.binds ? "decision" : "resolution",
      field: column.field,
      open: [...new Set(closing.map(({ from }) => from))],
      closed: [...new Set(closing.map(({ to }) => to))],
      since: tab.order,
      until: first.stamp,
      group: urgent?.field ?? null,
      urgent,
      reportPrefix,
    }];
  });
}
