/**
 * What the pages share: the frame around them, times, and links into the audit.
 *
 * @module
 */

import type { Child } from "hono/jsx";
import { isoTime } from "../base/clock.ts";
import { spanText } from "../service/durations.ts";

/** What a state or a verdict looks like. It is always said in words as well. */
export type Tone = "good" | "warn" | "bad" | "quiet" | "change";

const PAGES = [
  { path: "/", name: "Status" },
  { path: "/audit", name: "Audit" },
  { path: "/plan", name: "Plan" },
] as const;
export type PagePath = typeof PAGES[number]["path"];

/** A whole page as HTML. */
export function Page(
  { path, title, children }: {
    readonly path: PagePath;
    readonly title: string;
    readonly children: Child;
  },
) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · atlas-mirror</title>
        <link rel="icon" type="image/svg+xml" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/uplot.css" />
        <link rel="stylesheet" href="/assets/page.css" />
        <script type="module" src="/assets/page.js"></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <p class="brand">atlas-mirror</p>
          <nav aria-label="Pages">
            <ul>
              {PAGES.map(({ path: href, name }) => (
                <li>
                  <a href={href} aria-current={href === path ? "page" : undefined}>{name}</a>
                </li>
              ))}
            </ul>
          </nav>
          <p id="connection" class="connection" role="status"></p>
        </header>
        <main id="main" tabindex={-1}>{children}</main>
        <footer>
          <p>
            This page only reads. Times are UTC. The same figures for machines:{" "}
            <a href="/metrics">/metrics</a>, <a href="/healthz">/healthz</a>.
          </p>
        </footer>
      </body>
    </html>
  );
}

/** The page as a text with its document type. */
export function htmlOf(page: { toString(): string | Promise<string> }): string {
  return `<!doctype html>\n${page.toString()}`;
}

/** A part of a page that is replaced while somebody looks at it. */
export function Section(
  { id, title, aside, children }: {
    readonly id: string;
    readonly title: string;
    readonly aside?: Child;
    readonly children: Child;
  },
) {
  return (
    <section id={id} data-live="" aria-labelledby={`${id}-title`}>
      <div class="heading">
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export function Pill({ tone, children }: { readonly tone: Tone; readonly children: Child }) {
  return <span class={`pill ${tone}`}>{children}</span>;
}

/** A moment by its distance from now; the exact one is in its title. */
export function Moment({ at, now }: { readonly at: number; readonly now: number }) {
  const distance = Math.abs(at - now);
  const text = distance < 1_000
    ? "now"
    : at > now
    ? `in ${spanText(distance)}`
    : `${spanText(distance)} ago`;
  const exact = isoTime(at);
  return <time datetime={exact} title={`${exact.slice(0, 19).replace("T", " ")} UTC`}>{text}</time>;
}

/** A moment as date and time. */
export function Stamp({ at }: { readonly at: string }) {
  return <time datetime={at}>{at.slice(0, 19).replace("T", " ")}</time>;
}

/** A row's ID, leading to all that ever happened to it. `id` is as it stands, `shown` without secrets. */
export function RowLink({ id, shown }: { readonly id: string; readonly shown: string }) {
  // An address is kept in histories and logs: an ID with a secret in it is only shown.
  if (id !== shown) return <code>{shown}</code>;
  return (
    <a href={`/audit?row=${encodeURIComponent(id)}`}>
      <code>{shown}</code>
    </a>
  );
}

/** `1 row`, `2 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A text that may be long: its beginning, and the whole of it where that is asked for. */
export function LongText(
  { text, limit = 300 }: { readonly text: string; readonly limit?: number },
) {
  if (text === "") return <span class="empty">(empty)</span>;
  if (text.length <= limit) return <span class="text">{text}</span>;
  return (
    <details class="long">
      <summary>
        <span class="text">{text.slice(0, limit).toWellFormed()}…</span>
        <span class="more">all {text.length} characters</span>
      </summary>
      <span class="text">{text}</span>
    </details>
  );
}
