/**
 * The status page: what an operator wants to know, the urgent first.
 *
 * @module
 */

import type { Workflow } from "../contract/workflow.ts";
import { figureWords } from "../mirror/plan_words.ts";
import { spanText } from "../service/durations.ts";
import type { Waiting } from "../service/alert_facts.ts";
import type { CycleFigures, TabFigures } from "../store/cycle_figures.ts";
import type { Mask } from "../text/mask_while.ts";
import { Charts } from "./charts.tsx";
import { Durations, Figures } from "./figures.tsx";
import { counted, LongText, Moment, Page, Pill, RowLink, Section, type Tone } from "./parts.tsx";
import type { Status, TabStatus } from "./status.ts";

/** Rows that are named of those that wait in a tab. */
const WAITING_SHOWN = 5;

interface Props {
  readonly status: Status;
  readonly mask: Mask;
}

/** The page. Every text that an agent or a human may have written goes through `mask`. */
export function StatusPage({ status, mask }: Props) {
  return (
    <Page path="/" title={`${HEALTH[status.liveness.status].word}: status`}>
      <h1 class="hidden">Status</h1>
      <Health status={status} mask={mask} />
      <Alerts status={status} mask={mask} />
      <Section id="tabs" title="Tabs">
        <div class="cards">
          {status.tabs.map((tab) => <TabCard tab={tab} now={status.now} mask={mask} />)}
        </div>
      </Section>
      <Figures status={status} />
      <Charts status={status} />
      <div class="columns">
        <Cycles status={status} mask={mask} />
        <Refusals status={status} mask={mask} />
      </div>
      <Durations status={status} mask={mask} />
    </Page>
  );
}

const HEALTH: Readonly<
  Record<Status["liveness"]["status"], { readonly word: string; readonly tone: Tone }>
> = {
  ok: { word: "All is well", tone: "good" },
  degraded: { word: "Needs a look", tone: "warn" },
  failing: { word: "Failing", tone: "bad" },
};

function Health({ status: { liveness, now }, mask }: Props) {
  const { word, tone } = HEALTH[liveness.status];
  const { heartbeat, lastCycle, reasons } = liveness;
  return (
    <section id="health" data-live="" class={`health ${tone}`} aria-labelledby="health-title">
      <h2 id="health-title">{word}</h2>
      {reasons.length === 0
        ? <p>The daemon is alive, and its last cycle went well.</p>
        : <ul>{reasons.map((reason) => <li>{mask(reason)}</li>)}</ul>}
      <dl class="facts">
        <div>
          <dt>Sign of life</dt>
          <dd>
            {heartbeat === null ? "never" : <Moment at={Date.parse(heartbeat)} now={now} />}
          </dd>
        </div>
        <div>
          <dt>Last cycle</dt>
          <dd>
            {lastCycle === null
              ? "none yet"
              : <Moment at={Date.parse(lastCycle.finishedAt)} now={now} />}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Alerts({ status: { alerts, now }, mask }: Props) {
  return (
    <Section id="alerts" title="Active alerts">
      {alerts.length === 0 ? <p class="nothing">None.</p> : (
        <ul class="list">
          {alerts.map(({ severity, title, message, todo, firedAt }) => (
            <li>
              <p class="line">
                <Pill tone={severity === "critical" ? "bad" : "warn"}>{severity}</Pill>
                <strong>{title}</strong>
                <span class="faint">
                  since <Moment at={firedAt} now={now} />
                </span>
              </p>
              <p class="text">{mask(message)}</p>
              {todo === "" ? null : <p class="todo">{todo}.</p>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const STATES: Readonly<Record<TabStatus["state"], { readonly word: string; readonly tone: Tone }>> =
  {
    ok: { word: "in sync", tone: "good" },
    new: { word: "not synced yet", tone: "quiet" },
    failing: { word: "failing", tone: "bad" },
    guarded: { word: "stopped by a guard", tone: "bad" },
    paused: { word: "paused", tone: "warn" },
  };

function TabCard(
  { tab, now, mask }: { readonly tab: TabStatus; readonly now: number; readonly mask: Mask },
) {
  const { state, lastSync, nextSync, nextUrgent, rows, pause } = tab;
  const { word, tone } = STATES[state];
  return (
    <article class="card">
      <div class="heading">
        <h3>{tab.tab.title}</h3>
        <Pill tone={tone}>{word}</Pill>
      </div>
      <dl class="facts">
        <div>
          <dt>Last sync</dt>
          <dd>{lastSync === null ? "never" : <Moment at={lastSync} now={now} />}</dd>
        </div>
        <div>
          <dt>Next sync</dt>
          <dd>
            {pause !== null
              ? "when resumed"
              : nextSync === null
              ? "no daemon yet"
              : <Moment at={Math.max(nextSync, now)} now={now} />}
          </dd>
        </div>
        {nextUrgent === null || pause !== null ? null : (
          <div>
            <dt>Urgent rows</dt>
            <dd>
              <Moment at={Math.max(nextUrgent, now)} now={now} />
            </dd>
          </div>
        )}
        <div>
          <dt>Rows in the sheet</dt>
          <dd>{rows.toLocaleString("en")}</dd>
        </div>
      </dl>
      <Trouble tab={tab} mask={mask} />
      {tab.waiting.map(({ workflow, rows }) => (
        <Queue
          workflow={workflow}
          rows={rows}
          mask={mask}
        />
      ))}
    </article>
  );
}

function Trouble({ tab: { pause, guards, failing, state }, mask }: {
  readonly tab: TabStatus;
  readonly mask: Mask;
}) {
  return (
    <>
      {pause === null ? null : (
        <p class="trouble">
          Paused since{" "}
          <time datetime={pause.since}>{pause.since.slice(0, 16).replace("T", " ")}</time>
          {pause.reason === "" ? "" : `: ${mask(pause.reason)}`}
        </p>
      )}
      {guards.map(({ guard, message, hint }) => (
        <p class="trouble">
          <strong>{guard}</strong>: {mask(message)} <span class="todo">{mask(hint)}</span>
        </p>
      ))}
      {failing === null || state !== "failing" ? null : (
        <p class="trouble">
          {counted(failing.failures, "failure")} in a row
          {failing.reason === null ? "" : `: ${mask(failing.reason)}`}
        </p>
      )}
    </>
  );
}

/** The rows that wait for a human, those that wait longest first. */
function Queue({ workflow, rows, mask }: {
  readonly workflow: Workflow;
  readonly rows: readonly Waiting[];
  readonly mask: Mask;
}) {
  const what = workflow.kind === "decision" ? "decision" : "open error";
  if (rows.length === 0) {
    return <p class="nothing">No {what} is waiting.</p>;
  }
  const sorted = rows.toSorted((a, b) => (b.waitedMs ?? -1) - (a.waitedMs ?? -1));
  return (
    <div class="queue">
      <h4>
        {workflow.kind === "decision"
          ? `${counted(rows.length, "decision")} waiting`
          : counted(rows.length, "open error")}
      </h4>
      <ul>
        {sorted.slice(0, WAITING_SHOWN).map(({ id, waitedMs, urgent }) => (
          <li>
            <RowLink id={id} shown={mask(id)} /> {urgent ? <Pill tone="bad">urgent</Pill> : null}
            <span class="age">
              {waitedMs === null ? "unknown age" : `for ${spanText(Math.max(0, waitedMs))}`}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > WAITING_SHOWN
        ? <p class="faint">and {rows.length - WAITING_SHOWN} more, waiting less long</p>
        : null}
    </div>
  );
}

const CYCLE_TONES: Readonly<Record<string, Tone>> = {
  ok: "good",
  partial: "warn",
  failed: "bad",
  guarded: "bad",
};

function Cycles({ status: { cycles, now }, mask }: Props) {
  return (
    <Section id="cycles" title="Last cycles">
      {cycles.length === 0 ? <p class="nothing">None yet.</p> : (
        <ol class="list">
          {cycles.map((cycle) => (
            <li>
              <p class="line">
                <Pill tone={CYCLE_TONES[cycle.status ?? ""] ?? "quiet"}>
                  {cycle.status ?? "under way"}
                </Pill>
                <span>
                  <Moment at={Date.parse(cycle.startedAt)} now={now} />
                </span>
                <span class="faint">{costOf(cycle)}</span>
              </p>
              <Deeds cycle={cycle} mask={mask} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

/** The tabs in which something was done or went wrong. */
function Deeds({ cycle, mask }: { readonly cycle: CycleFigures; readonly mask: Mask }) {
  const busy = cycle.tabs.filter((tab) => deedsOf(tab) !== "");
  if (busy.length === 0) return <p class="faint">nothing to do</p>;
  return (
    <>
      {busy.map((tab) => (
        <p class="text">
          <span class="name">{tab.tab}</span> {deedsOf(tab)}
          {tab.error === null ? null : <span class="bad">: {mask(tab.error)}</span>}
        </p>
      ))}
    </>
  );
}

function costOf({ id, durationMs, read, write }: CycleFigures): string {
  if (durationMs === null || read === null || write === null) return `no. ${id}`;
  return `no. ${id}, ${(durationMs / 1_000).toFixed(1)} s, ${counted(read, "read")}, ${
    counted(write, "write")
  }`;
}

/** What was done to a tab, as `2 imported, 1 refused`; empty where it was nothing. */
function deedsOf(tab: TabFigures): string {
  const ending = tab.status === "ok" ? [] : [tab.status === "guarded" ? "stopped" : tab.status];
  return [...ending, ...figureWords(tab)].join(", ");
}

function Refusals({ status: { refusals, contract, now }, mask }: Props) {
  const headers = new Map(
    contract.tabs.flatMap((tab) =>
      tab.columns.map((column) => [`${tab.title}\n${column.field}`, column.header])
    ),
  );
  return (
    <Section id="refusals" title="Last refusals">
      {refusals.length === 0 ? <p class="nothing">None.</p> : (
        <ol class="list">
          {refusals.map(({ at, tab, rowId, column, verdict, reason, newValue }) => (
            <li>
              <p class="line">
                <Pill tone={verdict === "refused" ? "bad" : "warn"}>{verdict}</Pill>
                <RowLink id={rowId} shown={mask(rowId)} />
                <span>{column === null ? tab : headers.get(`${tab}\n${column}`) ?? column}</span>
                <span class="faint">
                  <Moment at={Date.parse(at)} now={now} />
                </span>
              </p>
              <p class="text">{mask(reason)}</p>
              {newValue === null || newValue === "" ? null : (
                <p class="faint">
                  was written: <LongText text={mask(newValue)} limit={80} />
                </p>
              )}
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
