/** Texts that the mirror shows otherwise than they stand in the database, and how. @module */

/** How a text of the database is to be shown: word for word, or fitting a pattern. */
export type Shown = string | RegExp;

interface OddText {
  readonly raw: (id: string) => string;
  readonly shown: (id: string) => Shown;
}

const TOKEN = "ghp_" + "a1B2c3D4e5F6".repeat(3);

/** Texts that the rules of export change. */
export const ODD_TEXTS: readonly OddText[] = [
  { raw: (id) => `=SUM(A1:A9) of ${id}`, shown: (id) => `'=SUM(A1:A9) of ${id}` },
  { raw: (id) => `+49 30 of ${id}`, shown: (id) => `'+49 30 of ${id}` },
  {
    raw: (id) => `token ${TOKEN} of ${id}`,
    shown: (id) => new RegExp(`^token «redacted: .*» of ${id}$`),
  },
  { raw: (id) => `bell \u0007of ${id}`, shown: (id) => new RegExp(`^bell .?of ${id}$`) },
  {
    raw: (id) => `long of ${id} ${"x".repeat(1_500)}`,
    shown: (id) =>
      new RegExp(`^long of ${id} x+… \\[\\+[\\d,]+ characters, sha256 [0-9a-f]{8}\\]$`),
  },
  { raw: (id) => `line one of ${id}\r\nline two`, shown: (id) => `line one of ${id}\nline two` },
];

/** How a text of the row is to be shown. */
export function shownOf(raw: string, id: string): Shown {
  const odd = ODD_TEXTS.find((odd) => odd.raw(id) === raw);
  if (odd !== undefined) return odd.shown(id);
  // People may type what looks like a formula; behind an apostrophe it stays text.
  return raw.startsWith("=") ? `'${raw}` : raw;
}

export function fits(shown: Shown, text: string): boolean {
  return typeof shown === "string" ? shown === text : shown.test(text);
}
