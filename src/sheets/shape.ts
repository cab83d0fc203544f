/**
 * Checks by hand, for the parts of an answer that come by the hundred thousand. A schema looks at a
 * cell in a microsecond or two, which is most of what reading a large tab would cost.
 *
 * @module
 */

/** Something in an answer is not as documented. The message says what was expected. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  /** Where it stands, as `sheets.0.data.0.rowData`. */
  readonly path: string;
  /** What should stand there, as `a text`. */
  readonly expected: string;

  constructor(path: string, expected: string) {
    super(`expected ${expected}`);
    this.path = path;
    this.expected = expected;
  }
}

/** An object of an answer, its fields still unchecked. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether the value is an object with fields, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list; one that is missing is empty, for that is how answers spell it. */
export function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new ShapeError(path, "a list");
  return value;
}

/** An object that may be missing. */
export function fieldsOf(value: unknown, path: string): Fields | undefined {
  if (value === undefined || isFields(value)) return value;
  throw new ShapeError(path, "an object");
}

/** A text that may be missing. */
export function textOf(value: unknown, path: string): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new ShapeError(path, "a text");
}

/** A number that may be missing. JSON knows no NaN, but `1e999` is read as infinite. */
export function numberOf(value: unknown, path: string): number | undefined {
  if (value === undefined || (typeof value === "number" && Number.isFinite(value))) return value;
  throw new ShapeError(path, "a number");
}

/** A whole number; where it is missing it is 0, which answers leave out. */
export function wholeOf(value: unknown, path: string): number {
  if (value === undefined) return 0;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new ShapeError(path, "a whole number");
}
