/** JSON with comments, checked against a schema, every problem with its place. @module */

import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import * as z from "zod/mini";
import { AtlasError } from "../base/errors.ts";
import { overridden, type SourceText, withoutMark } from "./source_text.ts";
import { didYouMean } from "./suggest.ts";

interface Problem {
  /** Counted from 0, in UTF-16 units, as the parser counts. */
  readonly offset: number;
  readonly message: string;
  /** Something is not there: told last, for a mistyped key is often what should have been it. */
  readonly isAbsence?: boolean;
}

/** Does what `parseLocated` does for any text, and knows where in it everything stands. */
export function parsePlaced<T extends z.core.$ZodType>(
  source: SourceText,
  schema: T,
): z.core.output<T> {
  const text = withoutMark(source);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const [syntax] = errors;
  if (root === undefined || syntax !== undefined) {
    const offset = syntax?.offset ?? 0;
    const message = syntax === undefined ? "it is empty" : syntaxSentence(text, syntax);
    throw refusal(source, text, [{ offset, message }]);
  }
  const twice = duplicateKeys(root);
  if (twice.length > 0) throw refusal(source, text, twice);
  const result = z.safeParse(schema, overridden(source, getNodeValue(root)));
  if (result.success) return result.data;
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  throw refusal(source, text, result.error.issues.flatMap((issue) => problems(issue, root, shape)));
}

function refusal(source: SourceText, text: string, found: readonly Problem[]): AtlasError {
  const rank = ({ isAbsence, offset }: Problem) => isAbsence ? text.length + offset : offset;
  const lines = found.toSorted((a, b) => rank(a) - rank(b))
    .map(({ offset, message }) => `${source.path}:${lineAndColumn(text, offset)}: ${message}`);
  const [first = source.path, ...others] = lines;
  return new AtlasError("configuration", `Cannot use ${source.what} ${first}`, {
    hint: ["Correct the file at that place.", ...others.map((line) => `also: ${line}`)].join("\n"),
  });
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The parser's names of errors, as sentences; the rest keep the parser's word. */
const SYNTAX: Readonly<Record<string, string>> = {
  CommaExpected: "a comma is missing before this",
  ColonExpected: "a colon is missing before this",
  PropertyNameExpected: "a key in double quotes must stand here",
  ValueExpected: "a value must stand here",
  CloseBraceExpected: 'the closing "}" is missing',
  CloseBracketExpected: 'the closing "]" is missing',
  EndOfFileExpected: "the text goes on after its end",
  UnexpectedEndOfString: 'the closing " of a text is missing',
  UnexpectedEndOfComment: 'the closing "*/" of a comment is missing',
  InvalidEscapeCharacter: 'a "\\" must be written "\\\\"',
};

function syntaxSentence(text: string, error: ParseError): string {
  if (text.trim() === "") return "it is empty";
  const code = printParseErrorCode(error.error);
  return SYNTAX[code] ?? `this is not JSON (${code})`;
}

function duplicateKeys(root: Node): Problem[] {
  const found: Problem[] = [];
  const seen = new Set<unknown>();
  for (const child of root.children ?? []) {
    const key = root.type === "object" ? child.children?.[0] : undefined;
    if (key !== undefined) {
      if (seen.has(key.value)) {
        found.push({ offset: key.offset, message: `the key "${key.value}" stands twice` });
      }
      seen.add(key.value);
    }
    found.push(...duplicateKeys(child));
  }
  return found;
}

function problems(issue: z.core.$ZodIssue, root: Node, shape: unknown): Problem[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  const node = findNodeAtLocation(root, path);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(shape, path);
    return issue.keys.map((key) => ({
      offset: keyOffset(node ?? root, key),
      message: `unknown key "${key}"${didYouMean(key, known)}`,
    }));
  }
  const name = path.length === 0 ? "it" : `"${keyName(path)}"`;
  if (node === undefined) {
    const offset = nearestOffset(root, path);
    return [{ offset, message: `${name} is missing`, isAbsence: true }];
  }
  return [{ offset: node.offset, message: `${name} ${demand(issue, node)}` }];
}

function demand(issue: z.core.$ZodIssue, node: Node): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${article(issue.expected)}, not ${article(node.type)}`;
    case "invalid_value":
      return `must be ${alternatives(issue.values, node)}`;
    case "invalid_union":
      // The library gives the words of a discriminator, yet its types do not say so.
      return `must be ${
        alternatives("options" in issue && Array.isArray(issue.options) ? issue.options : [], node)
      }`;
    case "too_small":
      if (issue.minimum === 1 && issue.origin !== "number") return "must not be empty";
      return `must ${measure(issue.origin)} ${
        issue.inclusive ? "at least" : "more than"
      } ${issue.minimum}`;
    case "too_big":
      return `must ${measure(issue.origin)} ${
        issue.inclusive ? "at most" : "less than"
      } ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function alternatives(values: readonly unknown[], node: Node): string {
  const words = values.filter((value) => typeof value === "string");
  const suggestion = typeof node.value === "string" ? didYouMean(node.value, words) : "";
  return values.map((value) => JSON.stringify(value)).join(" or ") + suggestion;
}

function measure(origin: string): string {
  if (origin === "string") return "have a length of";
  return origin === "array" ? "have a count of" : "be";
}

function article(type: string): string {
  if (type === "null" || type === "undefined") return type;
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** `notify[0].url` */
function keyName(path: readonly (string | number)[]): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === "number") return `${name}[${step}]`;
    return name === "" ? step : `${name}.${step}`;
  }, "");
}

function keyOffset(object: Node, key: string): number {
  const property = object.children?.find((child) => child.children?.[0]?.value === key);
  return property?.offset ?? object.offset;
}

/** The innermost object that stands: a missing key has no place of its own. */
function nearestOffset(root: Node, path: readonly (string | number)[]): number {
  for (let length = path.length - 1; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return node.offset;
  }
  return root.offset;
}

/** The keys that a JSON Schema knows at a path; every alternative of a union counts. */
function knownKeys(shape: unknown, path: readonly (string | number)[]): string[] {
  if (!isFields(shape)) return [];
  const { properties, items, anyOf, oneOf } = shape;
  const alternatives = [anyOf, oneOf].flatMap((options) =>
    Array.isArray(options) ? options.flatMap((option) => knownKeys(option, path)) : []
  );
  const fields = isFields(properties) ? properties : {};
  const [step, ...rest] = path;
  if (step === undefined) return [...Object.keys(fields), ...alternatives];
  return [...knownKeys(typeof step === "number" ? items : fields[step], rest), ...alternatives];
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
