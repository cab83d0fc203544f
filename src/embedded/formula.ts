/**
 * Formulas, a small honest part: numbers, texts, booleans, `+ - * / ^ &`, comparisons, references,
 * SUM, CONCATENATE and HYPERLINK. Any other function is `#NAME?`, so that nothing is made up.
 *
 * @module
 */

import { type CellBox, parseBox } from "./a1.ts";
import type { Scalar } from "./book.ts";

/** A value that is an error, as `#REF!`. */
export interface FormulaError {
  readonly type: "ERROR" | "DIVIDE_BY_ZERO" | "VALUE" | "REF" | "NAME" | "NUM" | "N_A";
  readonly message: string;
}

/** What a cell amounts to; null: nothing. */
export type Computed = Scalar | FormulaError | null;

/** What a person sees of an error. */
export const ERROR_TEXTS: Readonly<Record<FormulaError["type"], string>> = {
  ERROR: "#ERROR!",
  DIVIDE_BY_ZERO: "#DIV/0!",
  VALUE: "#VALUE!",
  REF: "#REF!",
  NAME: "#NAME?",
  NUM: "#NUM!",
  N_A: "#N/A",
};

/** One piece of a formula. Blanks are kept, so that the pieces together are the formula again. */
export interface FormulaToken {
  readonly kind: "number" | "text" | "reference" | "name" | "operator" | "blank" | "error";
  readonly text: string;
}

const TOKEN_PATTERNS: readonly [FormulaToken["kind"], RegExp][] = [
  ["blank", /\s+/y],
  ["text", /"(?:[^"]|"")*"/y],
  ["error", /#(?:REF!|N\/A|NAME\?|VALUE!|DIV\/0!|NUM!|ERROR!)/y],
  [
    "reference",
    /(?:(?:'(?:[^']|'')+'|[\p{L}_][\p{L}\p{N}_.]*)!)?(?:\$?[A-Za-z]{1,3}\$?[1-9]\d*(?::\$?[A-Za-z]{1,3}(?:\$?[1-9]\d*)?)?|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[1-9]\d*:\$?[1-9]\d*)(?![\p{L}\p{N}_(!])/yu,
  ],
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["name", /[\p{L}_][\p{L}\p{N}_.]*/yu],
  ["operator", /<>|<=|>=|[-+*/^&=<>(),;%:{}]/y],
];

/** The formula in pieces, without its `=`; null where there is a sign that belongs nowhere. */
export function tokenize(formula: string): FormulaToken[] | null {
  const tokens: FormulaToken[] = [];
  let at = 1;
  while (at < formula.length) {
    let found: FormulaToken | null = null;
    for (const [kind, pattern] of TOKEN_PATTERNS) {
      pattern.lastIndex = at;
      const text = pattern.exec(formula)?.[0];
      if (text === undefined) continue;
      found = { kind, text };
      break;
    }
    if (found === null) return null;
    tokens.push(found);
    at += found.text.length;
  }
  return tokens;
}

/** A reference inside a formula, taken apart. */
export interface FormulaReference {
  /** With its quotes and `!`; empty: the formula's own sheet. */
  readonly prefix: string;
  readonly title: string | null;
  readonly box: CellBox;
}

/** Takes a token of kind `reference` apart. */
export function parseFormulaReference(text: string): FormulaReference | null {
  const end = text.lastIndexOf("!");
  const box = parseBox(text.slice(end + 1));
  if (box === null) return null;
  const prefix = text.slice(0, end + 1);
  const title = prefix.slice(0, -1);
  if (prefix === "") return { prefix, title: null, box };
  const isQuoted = title.startsWith("'");
  return { prefix, box, title: isQuoted ? title.slice(1, -1).replaceAll("''", "'") : title };
}

/** Where a formula finds the cells it speaks of. */
export interface FormulaSheet {
  /** What stands in the cells, row by row; null: there is no such sheet or no such cell. */
  read(title: string | null, box: CellBox): Computed[][] | null;
}

/** What a formula amounts to. */
export interface FormulaResult {
  readonly value: Computed;
  /** Where a HYPERLINK leads; null: it is none. */
  readonly link: string | null;
}

function error(type: FormulaError["type"], message: string): FormulaError {
  return { type, message };
}

function isError(value: unknown): value is FormulaError {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Thrown inside the evaluation only: an error takes over everything around it. */
class Failure extends Error {
  readonly value: FormulaError;
  constructor(value: FormulaError) {
    super(value.message);
    this.value = value;
  }
}

type Operand = Computed | Computed[][];

function single(operand: Operand): Scalar | null {
  if (isError(operand)) throw new Failure(operand);
  if (!Array.isArray(operand)) return operand;
  const first = operand[0]?.[0] ?? null;
  if (operand.length > 1 || (operand[0]?.length ?? 0) > 1) {
    throw new Failure(error("VALUE", "An array value could not be found."));
  }
  return single(first);
}

function toNumber(operand: Operand): number {
  const value = single(operand);
  if (value === null) return 0;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  const number = value.trim() === "" ? NaN : Number(value);
  if (!Number.isNaN(number)) return number;
  const message =
    `Parameter expects number values. But '${value}' is a text and cannot be coerced ` +
    "to a number.";
  throw new Failure(error("VALUE", message));
}

function toText(operand: Operand): string {
  const value = single(operand);
  if (value === null) return "";
  return typeof value === "boolean" ? (value ? "TRUE" : "FALSE") : String(value);
}

function sum(operands: readonly Operand[]): number {
  let total = 0;
  for (const operand of operands) {
    if (!Array.isArray(operand)) {
      total += toNumber(operand);
      continue;
    }
    for (const value of operand.flat()) {
      if (isError(value)) throw new Failure(value);
      // Texts and booleans inside a range do not count; given by themselves they do.
      if (typeof value === "number") total += value;
    }
  }
  return total;
}

function compare(operator: string, left: Operand, right: Operand): boolean {
  const a = single(left) ?? (typeof single(right) === "number" ? 0 : "");
  const b = single(right) ?? (typeof a === "number" ? 0 : "");
  const rank = (value: Scalar) => ["number", "string", "boolean"].indexOf(typeof value);
  const key = (value: Scalar) => typeof value === "string" ? value.toLowerCase() : value;
  const order = rank(a) - rank(b) || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
  switch (operator) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

/** A recursive descent over the tokens that computes on the way. */
class Evaluation {
  link: string | null = null;
  #at = 0;
  readonly #tokens: readonly FormulaToken[];
  readonly #sheet: FormulaSheet;

  constructor(tokens: readonly FormulaToken[], sheet: FormulaSheet) {
    this.#tokens = tokens.filter((token) => token.kind !== "blank");
    this.#sheet = sheet;
  }

  run(): Computed {
    const value = this.#comparison();
    if (this.#at < this.#tokens.length) throw new Failure(error("ERROR", "Formula parse error."));
    return single(value) ?? 0;
  }

  #take(...operators: string[]): string | null {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "operator" || !operators.includes(token.text)) return null;
    this.#at++;
    return token.text;
  }

  #comparison(): Operand {
    let left = this.#concatenation();
    for (;;) {
      const operator = this.#take("=", "<>", "<", "<=", ">", ">=");
      if (operator === null) return left;
      left = compare(operator, left, this.#concatenation());
    }
  }

  #concatenation(): Operand {
    let left = this.#addition();
    while (this.#take("&") !== null) left = toText(left) + toText(this.#addition());
    return left;
  }

  #addition(): Operand {
    let left = this.#multiplication();
    for (;;) {
      const operator = this.#take("+", "-");
      if (operator === null) return left;
      const right = toNumber(this.#multiplication());
      left = operator === "+" ? toNumber(left) + right : toNumber(left) - right;
    }
  }

  #multiplication(): Operand {
    let left = this.#power();
    for (;;) {
      const operator = this.#take("*", "/");
      if (operator === null) return left;
      const right = toNumber(this.#power());
      if (operator === "/" && right === 0) {
        const message = "Function DIVIDE parameter 2 cannot be zero.";
        throw new Failure(error("DIVIDE_BY_ZERO", message));
      }
      left = operator === "*" ? toNumber(left) * right : toNumber(left) / right;
    }
  }

  #power(): Operand {
    const left = this.#sign();
    if (this.#take("^") === null) return left;
    return toNumber(left) ** toNumber(this.#power());
  }

  #sign(): Operand {
    const operator = this.#take("-", "+");
    if (operator === "-") return -toNumber(this.#sign());
    if (operator === "+") return this.#sign();
    let value = this.#primary();
    while (this.#take("%") !== null) value = toNumber(value) / 100;
    return value;
  }

  #primary(): Operand {
    if (this.#take("(") !== null) {
      const value = this.#comparison();
      if (this.#take(")") === null) throw new Failure(error("ERROR", "Formula parse error."));
      return value;
    }
    const token = this.#tokens[this.#at++];
    switch (token?.kind) {
      case "number":
        return Number(token.text);
      case "text":
        return token.text.slice(1, -1).replaceAll('""', '"');
      case "reference":
        return this.#reference(token.text);
      case "name":
        return this.#name(token.text);
      case "error":
        throw new Failure(error("REF", "Reference does not exist."));
      default:
        throw new Failure(error("ERROR", "Formula parse error."));
    }
  }

  #reference(text: string): Operand {
    const reference = parseFormulaReference(text);
    const cells = reference === null ? null : this.#sheet.read(reference.title, reference.box);
    if (cells === null) throw new Failure(error("REF", "Reference does not exist."));
    return cells;
  }

  #name(name: string): Operand {
    const upper = name.toUpperCase();
    if (this.#take("(") === null) {
      if (upper === "TRUE" || upper === "FALSE") return upper === "TRUE";
      throw new Failure(error("NAME", `Unknown range name: '${upper}'.`));
    }
    const operands = this.#arguments();
    switch (upper) {
      case "SUM":
        return sum(operands);
      case "CONCATENATE":
        return operands.map((operand) =>
          Array.isArray(operand) ? operand.flat().map(toText).join("") : toText(operand)
        ).join("");
      case "HYPERLINK": {
        const link = toText(operands[0] ?? "");
        this.link ??= link;
        const [, label] = operands;
        return label === undefined ? link : single(label);
      }
      case "TRUE":
      case "FALSE":
        return upper === "TRUE";
      default:
        throw new Failure(error("NAME", `Unknown function: '${upper}'.`));
    }
  }

  #arguments(): Operand[] {
    const operands: Operand[] = [];
    if (this.#take(")") !== null) return operands;
    for (;;) {
      operands.push(this.#comparison());
      if (this.#take(",", ";") !== null) continue;
      if (this.#take(")") !== null) return operands;
      throw new Failure(error("ERROR", "Formula parse error."));
    }
  }
}

/** What the formula amounts to. It never throws: a formula that makes no sense is an error value. */
export function evaluate(formula: string, sheet: FormulaSheet): FormulaResult {
  const tokens = tokenize(formula);
  if (tokens === null) return { value: error("ERROR", "Formula parse error."), link: null };
  const evaluation = new Evaluation(tokens, sheet);
  try {
    return { value: evaluation.run(), link: evaluation.link };
  } catch (thrown) {
    if (thrown instanceof Failure) return { value: thrown.value, link: null };
    throw thrown;
  }
}
