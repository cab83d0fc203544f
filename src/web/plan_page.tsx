/**
 * What a cycle would do now, row by row.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import type { Tab } from "../contract/schema.ts";
import {
  type CellPlan,
  type CellVerdict,
  isQuiet,
  type RowPlan,
  type SealedPlan,
  type SealedShow,
} from "../mirror/plan.ts";
import {
  cellChange,
  LEAVING_WORDS,
  planSentence,
  ROW_KINDS,
  rowKind,
  rowSummary,
} from "../mirror/plan_words.ts";
import type { TabReport } from "../mirror/report.ts";
import type { Mask } from "../text/mask_while.ts";
import { LongText, Moment, Page, Pill, RowLink, type Tone } from "./parts.tsx";
import type { Planned } from "./planner.ts";

/** Rows that are shown of each kind and tab. */
const ROWS_SHOWN = 20;
const TEXT_MAX = 160;

interface Props {
  readonly planned: Planned;
  /** In milliseconds. */
  readonly now: number;
  readonly mask: Mask;
}

/** The page. */
export function PlanPage({ planned, now, mask }: Props) {
  return (
    <Page path="/plan" title="Plan">
      <h1>The plan that would run now</h1>
      <Outcome planned={planned} now={now} mask={mask} />
      <p class="faint">
        A plan costs requests of the mirror's quota, so it is made at most once a minute. Looking at
        it here accepts nothing: what <code>--accept</code> lets through is the plan that{" "}
        <code>atlas-mirror --plan</code> showed in a terminal.
      </p>
    </Page>
  );
}

function Outcome({ planned, now, mask }: Props) {
  switch (planned.kind) {
    case "busy":
      return <p class="nothing">A cycle is under way. Ask again in a moment.</p>;
    case "paused":
      return <p class="nothing">Every tab is paused: no cycle would do anything.</p>;
    case "failed":
      return (
        <section class="health bad" aria-labelledby="failed-title">
          <h2 id="failed-title">No plan could be made</h2>
          <p class="text">{mask(planned.message)}</p>
          {planned.hint === "" ? null : <p class="todo">{mask(planned.hint)}</p>}
          <p class="faint">
            Tried <Moment at={planned.at} now={now} />.
          </p>
        </section>
      );
    case "made": {
      const { report: { tabs }, at, paused } = planned;
      const plans = tabs.flatMap(({ plan }) => plan === null ? [] : [plan]);
      const quiet = tabs.every(({ error, guards }) => error === null && guards.length === 0) &&
        plans.every(isQuiet);
      return (
        <>
          <section class={`health ${quiet ? "good" : "quiet"}`} aria-labelledby="sum-title">
            <h2 id="sum-title">
              {quiet ? "No changes" : capitalised(planSentence(plans))}
            </h2>
            <p>
              {quiet ? "The sheet and the database agree. " : ""}Made <Moment at={at} now={now} />.
              {paused.length === 0 ? "" : ` Paused and left out: ${paused.join(", ")}.`}
            </p>
          </section>
          {tabs.map((tab) => <TabSection tab={tab} mask={mask} />)}
        </>
      );
    }
    default:
      return unreachable(planned);
  }
}

function TabSection({ tab, mask }: { readonly tab: TabReport; readonly mask: Mask }) {
  const { tab: title, plan, guards, error } = tab;
  const isEmpty = plan === null || plan.rows.length + plan.strays.length + plan.held.length === 0;
  if (isEmpty && guards.length === 0 && error === null) return null;
  return (
    <section aria-label={title}>
      <div class="heading">
        <h2>{title}</h2>
        {plan === null ? null : <p class="faint">{planSentence([plan])}</p>}
      </div>
      {error === null ? null : (
        <p class="trouble">
          {mask(error.message)} <span class="todo">{error.hint}</span>
        </p>
      )}
      {guards.map(({ guard, message, hint }) => (
        <p class="trouble">
          stopped by the guard <strong>{guard}</strong>: {mask(message)}{" "}
          <span class="todo">{mask(hint)}</span>
        </p>
      ))}
      {plan === null || isEmpty ? null : <Rows plan={plan} mask={mask} />}
    </section>
  );
}

function Rows({ plan, mask }: { readonly plan: SealedPlan; readonly mask: Mask }) {
  const asides = [
    ...plan.held.map(({ id, reason }) => `${id} stays back: ${reason}`),
    ...plan.strays.map(({ row, reason }) =>
      `${row === "" ? "a row" : row} is left alone: ${reason}`
    ),
  ];
  return (
    <ul class="list">
      {ROW_KINDS.flatMap((kind) => {
        const rows = plan.rows.filter((row) => rowKind(row) === kind);
        const shown = rows.slice(0, ROWS_SHOWN).map((row) => (
          <RowItem tab={plan.tab} row={row} mask={mask} />
        ));
        return [...shown, <More count={rows.length - ROWS_SHOWN} />];
      })}
      {asides.slice(0, ROWS_SHOWN).map((aside) => <li class="text">{mask(aside)}</li>)}
      <More count={asides.length - ROWS_SHOWN} />
    </ul>
  );
}

function More({ count }: { readonly count: number }) {
  return count > 0
    ? <li class="faint">and {count} more; atlas-mirror --plan --json shows all</li>
    : null;
}

const KINDS: Readonly<
  Record<typeof ROW_KINDS[number], { readonly word: string; readonly tone: Tone }>
> = {
  "change": { word: "change", tone: "change" },
  "add": { word: "add", tone: "good" },
  "put-back": { word: "put back", tone: "warn" },
  "remove": { word: "remove", tone: "bad" },
  "forget": { word: "forget", tone: "quiet" },
};

function RowItem({ tab, row, mask }: {
  readonly tab: Tab;
  readonly row: RowPlan<SealedShow>;
  readonly mask: Mask;
}) {
  const { word, tone } = KINDS[rowKind(row)];
  return (
    <li>
      <p class="line">
        <Pill tone={tone}>{word}</Pill>
        <RowLink id={row.id} shown={mask(row.id)} />
        <About tab={tab} row={row} mask={mask} />
      </p>
      {row.cells.map((cell) => <Cell tab={tab} cell={cell} mask={mask} />)}
      {row.findings.map(({ code, reason }) => (
        <p class="text">
          {mask(reason)} <span class="faint">[{code}]</span>
        </p>
      ))}
      {row.explanations.map((line) => <p class="faint">said in the sheet: {mask(line)}</p>)}
    </li>
  );
}

function About({ tab, row: { action, copies }, mask }: {
  readonly tab: Tab;
  readonly row: RowPlan<SealedShow>;
  readonly mask: Mask;
}) {
  const further = copies.length === 0 ? "" : `; ${copies.length} more with this ID leave`;
  switch (action.kind) {
    case "standing":
      return <span class="faint">row {action.index + 1}{further}</span>;
    case "add":
      return <LongText text={mask(rowSummary(tab, action.cells))} limit={TEXT_MAX} />;
    case "remove":
      return <span class="faint">row {action.row.index + 1}: {LEAVING_WORDS[action.why]}</span>;
    case "forget":
      return <span class="faint">{LEAVING_WORDS[action.why]}</span>;
    default:
      return unreachable(action);
  }
}

const VERDICTS: Readonly<Record<CellVerdict, Tone>> = {
  "exported": "change",
  "accepted": "good",
  "merged": "good",
  "refused": "bad",
  "restored": "warn",
  "conflict": "warn",
  "agreed": "quiet",
  "normalised": "change",
  "caught-up": "change",
};

function Cell({ tab, cell, mask }: {
  readonly tab: Tab;
  readonly cell: CellPlan<SealedShow>;
  readonly mask: Mask;
}) {
  const change = cellChange(tab, cell);
  return (
    <div class="cell">
      <p class="line">
        <span class="name">{cell.header}</span>
        <Pill tone={VERDICTS[cell.verdict]}>{cell.verdict}</Pill>
        {cell.reason === "" ? null : <span>{mask(cell.reason)}</span>}
      </p>
      {change.kind === "grown"
        ? (
          <p>
            + <LongText text={mask(change.added)} limit={TEXT_MAX} />
          </p>
        )
        : change.from === change.to
        ? <LongText text={mask(change.to)} limit={TEXT_MAX} />
        : (
          <dl class="change">
            <div>
              <dt>from</dt>
              <dd>
                <LongText text={mask(change.from)} limit={TEXT_MAX} />
              </dd>
            </div>
            <div>
              <dt>to</dt>
              <dd>
                <LongText text={mask(change.to)} limit={TEXT_MAX} />
              </dd>
            </div>
          </dl>
        )}
    </div>
  );
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
