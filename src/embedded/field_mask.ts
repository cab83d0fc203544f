/**
 * Field masks: `a.b`, `a/b`, `a(b,c)`, `*`, in answers (which fields are sent) and in updates (which
 * fields are set).
 *
 * @module
 */

import { ApiError, invalid } from "./errors.ts";
import { isKeyOf } from "./payload.ts";
import { type MessageName, MESSAGES } from "./messages.ts";

/** What a mask keeps: everything below, or only some fields. */
export type Mask = "all" | ReadonlyMap<string, Mask>;

type MutableMask = Map<string, "all" | MutableMask>;

function insert(mask: MutableMask, path: readonly string[]): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  const current = mask.get(first);
  if (current === "all") return;
  if (rest.length === 0) {
    mask.set(first, "all");
    return;
  }
  const below: MutableMask = current ?? new Map();
  mask.set(first, below);
  insert(below, rest);
}

/** All paths of the text, groups multiplied out; null where brackets do not close. */
function readPaths(text: string): string[][] | null {
  let at = 0;
  function list(): string[][] | null {
    const paths: string[][] = [];
    for (;;) {
      const item = path();
      if (item === null) return null;
      paths.push(...item);
      if (text[at] !== ",") return paths;
      at++;
    }
  }
  function path(): string[][] | null {
    const match = /^\s*(\*|[A-Za-z_][A-Za-z0-9_]*)\s*/.exec(text.slice(at));
    const name = match?.[1];
    if (match === null || name === undefined) return null;
    at += match[0].length;
    if (text[at] === "." || text[at] === "/") {
      at++;
      return path()?.map((rest) => [name, ...rest]) ?? null;
    }
    if (text[at] !== "(") return [[name]];
    at++;
    const group = list();
    if (group === null || text[at] !== ")") return null;
    at++;
    return group.map((rest) => [name, ...rest]);
  }
  const paths = list();
  return at === text.length ? paths : null;
}

/** The first path that does not exist in the message; null: all exist. */
function unknownPath(paths: readonly string[][], root: MessageName): string[] | null {
  for (const path of paths) {
    let name: string = root;
    for (const [depth, step] of path.entries()) {
      if (step === "*") break;
      const fields: Readonly<Record<string, string>> = isKeyOf(MESSAGES, name)
        ? MESSAGES[name]
        : {};
      const type = Object.hasOwn(fields, step) ? fields[step] : undefined;
      if (type === undefined) return path;
      const below = /^@(\w+)/.exec(type)?.[1];
      if (below === undefined && depth < path.length - 1) {
        // A map's keys are free; below any other plain field there is nothing.
        if (type.startsWith("{")) break;
        return path;
      }
      name = below ?? "";
    }
  }
  return null;
}

function toMask(paths: readonly string[][]): Mask {
  const mask: MutableMask = new Map();
  for (const path of paths) {
    const star = path.indexOf("*");
    if (star === 0) return "all";
    insert(mask, star < 0 ? path : path.slice(0, star));
  }
  return mask;
}

/**
 * The mask of an answer, from the `fields` of the query.
 *
 * @throws {ApiError} 400 that names the path which does not exist.
 */
export function parseResponseMask(text: string, root: MessageName): Mask {
  if (text === "") return new Map();
  const paths = readPaths(text);
  const wrong = paths === null ? text : unknownPath(paths, root)?.join(".");
  if (paths !== null && wrong === undefined) return toMask(paths);
  throw new ApiError("INVALID_ARGUMENT", "Request contains an invalid argument.", [{
    "@type": "type.googleapis.com/google.rpc.BadRequest",
    fieldViolations: [{
      field: "fields",
      description: paths === null
        ? `Error parsing 'fields' parameter. Invalid field selection ${wrong}`
        : `Error expanding 'fields' parameter. Cannot find matching fields for path '${wrong}'.`,
    }],
  }]);
}

/** The mask of an update, from its own `fields`. */
export function parseUpdateMask(text: string | undefined, root: MessageName): Mask {
  if (text === undefined || text.trim() === "") {
    throw invalid(
      "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
    );
  }
  const paths = readPaths(text);
  if (paths === null) throw invalid(`Invalid field mask: ${text}`);
  const wrong = unknownPath(paths, root);
  if (wrong !== null) throw invalid(`Invalid field: ${wrong.join(".")}`);
  return toMask(paths);
}

/** What the mask keeps below a field; null: nothing. */
export function below(mask: Mask, field: string): Mask | null {
  return mask === "all" ? "all" : mask.get(field) ?? null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value with nothing but what the mask keeps. */
export function project(value: unknown, mask: Mask): unknown {
  if (mask === "all") return value;
  if (Array.isArray(value)) return value.map((item) => project(item, mask));
  return isObject(value) ? projectFields(value, mask) : value;
}

/** The object with nothing but the fields that the mask keeps. */
export function projectFields(value: object, mask: Mask): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...value };
  if (mask === "all") return fields;
  const kept: Record<string, unknown> = {};
  for (const [field, rest] of mask) {
    if (fields[field] !== undefined) kept[field] = project(fields[field], rest);
  }
  return kept;
}

/** `target` with the masked fields taken from `source`; one that is missing there is taken away. */
export function merge<Value extends object>(target: Value, source: Value, mask: Mask): Value {
  if (mask === "all") return source;
  return mergeFields(target, source, mask) as Value;
}

function mergeFields(
  target: object,
  source: object,
  mask: ReadonlyMap<string, Mask>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...target };
  const given: Readonly<Record<string, unknown>> = { ...source };
  for (const [field, rest] of mask) {
    const from = given[field];
    const into = result[field];
    if (rest === "all" || !(isObject(from) || isObject(into))) {
      if (from === undefined) delete result[field];
      else result[field] = from;
      continue;
    }
    const merged = mergeFields(isObject(into) ? into : {}, isObject(from) ? from : {}, rest);
    if (Object.keys(merged).length === 0) delete result[field];
    else result[field] = merged;
  }
  return result;
}
