/** A text of the user's that is about to be read, and what is done to it before anything else. @module */

/** A text that was read from a file. */
export interface SourceText {
  /** What it is, for the message: "configuration", "contract". */
  readonly what: string;
  /** The path as the reader knows it. */
  readonly path: string;
  readonly text: string;
  /** Values that replace those of the text, by key of the outermost object; checked already. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** The text without the mark that editors put at the beginning of a file. */
export function withoutMark({ text }: SourceText): string {
  return text.replace(/^\ufeff/, "");
}

/** What the text says, with the values that replace some of it. */
export function overridden({ overrides }: SourceText, value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? { ...value, ...overrides } : value;
}
