/**
 * The figures of the contract beside their targets, and how long people take.
 *
 * @module
 */

import type { Child } from "hono/jsx";
import { DAY_MS, HOUR_MS, spanText } from "../service/durations.ts";
import { HEALTH_THRESHOLDS } from "../service/health_checks.ts";
import type { Rate, Spread } from "../service/metrics.ts";
import type { Mask } from "../text/mask_while.ts";
import { Section } from "./parts.tsx";
import type { Status } from "./status.ts";

/** Google's limit for each of reads and writes, for one user within a minute. */
export const QUOTA_PER_MINUTE = 60;

/** The figures of the last day and week. */
export function Figures({ status: { day, week, dayBusiest } }: { readonly status: Status }) {
  const critical = week.resolution.get("critical") ?? null;
  const { read, write } = dayBusiest;
  const { completionPercent, validationPercent, leastInvalid, responseHours, resolutionHours } =
    HEALTH_THRESHOLDS;
  return (
    <Section
      id="figures"
      title="Figures"
      aside={<p class="faint">last 24 hours; what people do: last 7 days</p>}
    >
      <dl class="tiles">
        <RateTile name="Syncs completed" rate={day.completion} percent={completionPercent} />
        <RateTile
          name="Values valid"
          rate={day.validation}
          percent={validationPercent}
          least={leastInvalid}
        />
        <SpreadTile name="Human response" spread={week.response} hours={responseHours} />
        <SpreadTile name="Critical errors" spread={critical} hours={resolutionHours} />
        <Tile
          name="Cycle takes"
          value={day.latency === null ? null : durationText(day.latency.p50)}
          note={day.latency === null
            ? "no cycle"
            : `95 % within ${durationText(day.latency.p95)}; ${day.latency.count} cycles`}
        />
        <Tile
          name="Requests of a cycle, at most"
          value={read === null || write === null ? null : `${Math.max(read, write)}`}
          note={read === null || write === null
            ? "no cycle"
            : `${read} reads, ${write} writes; the quota is ${QUOTA_PER_MINUTE} of each a minute`}
          missed={Math.max(read ?? 0, write ?? 0) > QUOTA_PER_MINUTE}
        />
      </dl>
    </Section>
  );
}

function Tile({ name, value, note, missed = false }: {
  readonly name: string;
  /** null: there is nothing to tell. */
  readonly value: string | null;
  readonly note: Child;
  readonly missed?: boolean;
}) {
  return (
    <div class={missed ? "tile missed" : "tile"}>
      <dt>{name}</dt>
      <dd>
        <span class="value">{value ?? "–"}</span>
        <span class="note">{missed ? <strong>missed:</strong> : null}{note}</span>
      </dd>
    </div>
  );
}

function RateTile({ name, rate: { good, total, rate }, percent, least = 1 }: {
  readonly name: string;
  readonly rate: Rate;
  readonly percent: number;
  /** Fewer failures than this are no miss. */
  readonly least?: number;
}) {
  return (
    <Tile
      name={name}
      value={rate === null ? null : percentText(rate)}
      note={`${good} of ${total}; target ${percent}\u00a0%`}
      missed={rate !== null && rate < percent / 100 && total - good >= least}
    />
  );
}

function SpreadTile(
  { name, spread, hours }: {
    readonly name: string;
    readonly spread: Spread | null;
    /** The target of the mean. */
    readonly hours: number;
  },
) {
  const goal = `target ${hours} h on average`;
  return (
    <Tile
      name={name}
      value={spread === null ? null : durationText(spread.mean)}
      note={spread === null
        ? `none; ${goal}`
        : `half within ${durationText(spread.p50)}, 95 % within ${
          durationText(spread.p95)
        }; ${goal}`}
      missed={spread !== null && spread.mean > hours * 3_600}
    />
  );
}

/** How long people took, by tab and by severity. */
export function Durations(
  { status: { week }, mask }: { readonly status: Status; readonly mask: Mask },
) {
  const rows = [
    ...[...week.responseByTab].map(([tab, spread]) => ({ what: `Response: ${tab}`, spread })),
    ...[...week.resolution].map(([severity, spread]) => ({
      what: `Resolution: ${severity === "" ? "errors" : severity}`,
      spread,
    })),
  ];
  return (
    <Section
      id="durations"
      title="How long people take"
      aside={<p class="faint">last 7 days</p>}
    >
      {rows.length === 0
        ? <p class="nothing">Nobody decided or resolved anything.</p>
        : (
          <div class="scroll" tabindex={0} role="group" aria-labelledby="durations-title">
            <table>
              <thead>
                <tr>
                  <th scope="col">From request to answer</th>
                  <th scope="col">Count</th>
                  <th scope="col">Mean</th>
                  <th scope="col">Half within</th>
                  <th scope="col">95 % within</th>
                  <th scope="col">Longest</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ what, spread: { count, mean, p50, p95, most } }) => (
                  <tr>
                    <th scope="row">{mask(what)}</th>
                    <td>{count}</td>
                    {[mean, p50, p95, most].map((value) => <td>{durationText(value)}</td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
    </Section>
  );
}

/** Cut off, not rounded: 99.99 % shall not look like all. */
export function percentText(rate: number): string {
  return `${(Math.floor(rate * 1_000) / 10).toFixed(1)} %`;
}

/** Seconds as people say them. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const ms = seconds * 1_000;
  return ms >= 2 * HOUR_MS && ms < 2 * DAY_MS ? `${(ms / HOUR_MS).toFixed(1)} h` : spanText(ms);
}
