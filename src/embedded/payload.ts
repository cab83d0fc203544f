/**
 * Reading a request body as protobuf JSON: every field is known, every value has its type, `null` is
 * the same as leaving the field out. What does not fit is refused in Google's words.
 *
 * @module
 */

import { type ApiError, badRequest, type FieldViolation, unsupported } from "./errors.ts";
import { type EnumName, ENUMS, type Message, type MessageName, MESSAGES } from "./messages.ts";

/** Where a value stands in the body; the text is made only when there is something to complain about. */
interface Place {
  readonly parent: Place | null;
  /** The name of a field, or `[…]`: an index or a key. */
  readonly step: string;
}

/** `updateCells` → `update_cells`: complaints name fields as they stand in the protobuf files. */
function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function pathOf(place: Place | null): string {
  if (place === null) return "";
  const before = pathOf(place.parent);
  if (place.step.startsWith("[")) return before + place.step;
  const step = snakeCase(place.step);
  return before === "" ? step : `${before}.${step}`;
}

const WIRE_TYPES: Readonly<Record<string, string>> = {
  string: "TYPE_STRING",
  fields: "type.googleapis.com/google.protobuf.FieldMask",
  boolean: "TYPE_BOOL",
  integer: "TYPE_INT32",
  number: "TYPE_DOUBLE",
  float: "TYPE_FLOAT",
  rows: "type.googleapis.com/google.protobuf.ListValue",
};

/** How a complaint names a field's type. */
function wireTypeOf(type: string): string {
  const name = type.replace("[]", "");
  if (/^[@#{]/.test(name)) {
    return `type.googleapis.com/google.apps.sheets.v4.${name.replace(/[@#{}]/g, "")}`;
  }
  return WIRE_TYPES[name] ?? name;
}

const INT32_LIMIT = 2 ** 31;

/** Whether a table has an entry of this name; inherited ones like `toString` do not count. */
export function isKeyOf<T extends object>(table: T, name: string): name is keyof T & string {
  return Object.hasOwn(table, name);
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** A switch, also as the words and numbers that protobuf takes for one; null: it is none. */
function readBoolean(json: unknown): boolean | null {
  const word = String(json).toLowerCase();
  if (["true", "t", "yes", "y", "1"].includes(word)) return true;
  return ["false", "f", "no", "n", "0"].includes(word) ? false : null;
}

class PayloadReader {
  readonly violations: FieldViolation[] = [];

  #mismatch(json: unknown, type: string, place: Place | null): undefined {
    const field = pathOf(place);
    const description = `Invalid value at '${field}' (${wireTypeOf(type)}), ${
      JSON.stringify(json)
    }`;
    this.violations.push({ field, description });
    return undefined;
  }

  #unknownName(name: string, place: Place | null): void {
    const at = pathOf(place);
    const where = at === "" ? "" : ` at '${at}'`;
    const description = `Invalid JSON payload received. Unknown name "${name}"${where}: ` +
      "Cannot find field.";
    this.violations.push(at === "" ? { description } : { field: at, description });
  }

  message(
    name: MessageName,
    json: unknown,
    place: Place | null,
  ): Record<string, unknown> | undefined {
    if (!isObject(json)) return this.#mismatch(json, `@${name}`, place);
    const fields: Readonly<Record<string, string>> = MESSAGES[name];
    const result: Record<string, unknown> = {};
    for (const [given, value] of Object.entries(json)) {
      const field = Object.hasOwn(fields, given) ? given : camelCase(given);
      const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (type === undefined) {
        this.#unknownName(given, place);
        continue;
      }
      if (value === null) continue;
      if (type === "unsupported") throw unsupported(`"${field}"`);
      if (name === "Request" && Object.keys(result).length > 0) {
        const at = pathOf(place);
        const description =
          `Invalid value at '${at}' (oneof), oneof field 'kind' is already set. ` +
          `Cannot set '${field}'`;
        this.violations.push({ field: at, description });
        continue;
      }
      const read = this.#value(type, value, { parent: place, step: field });
      if (read !== undefined) result[field] = read;
    }
    return result;
  }

  #value(type: string, json: unknown, place: Place): unknown {
    if (type.endsWith("[]")) {
      if (!Array.isArray(json)) return this.#mismatch(json, type, place);
      const item = type.slice(0, -2);
      return json.map((value, index) =>
        this.#value(item, value, { parent: place, step: `[${index}]` })
      );
    }
    if (type.startsWith("@")) {
      const name = type.slice(1);
      return isKeyOf(MESSAGES, name) ? this.message(name, json, place) : undefined;
    }
    if (type.startsWith("{")) return this.#map(type.slice(1, -1), json, place);
    if (type.startsWith("#")) return this.#enum(type, json, place);
    return this.#scalar(type, json, place);
  }

  #map(name: string, json: unknown, place: Place): unknown {
    if (!isObject(json)) return this.#mismatch(json, `@${name}`, place);
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [
        key,
        this.#value(`@${name}`, value, { parent: place, step: `[${key}]` }),
      ]),
    );
  }

  #enum(type: string, json: unknown, place: Place): unknown {
    const name = type.slice(1);
    const words: readonly string[] = isKeyOf(ENUMS, name) ? ENUMS[name] : [];
    const word = typeof json === "string" ? json.toUpperCase().replaceAll("-", "_") : "";
    if (words.includes(word)) return word;
    if (typeof json === "number" && words[json] !== undefined) return words[json];
    return this.#mismatch(json, type, place);
  }

  #scalar(type: string, json: unknown, place: Place): unknown {
    switch (type) {
      case "string":
      case "fields":
        return typeof json === "string" ? json : this.#mismatch(json, type, place);
      case "boolean":
        return readBoolean(json) ?? this.#mismatch(json, type, place);
      case "integer": {
        const number = typeof json === "string" && json.trim() !== "" ? Number(json) : json;
        const fits = typeof number === "number" && Number.isInteger(number) &&
          number >= -INT32_LIMIT && number < INT32_LIMIT;
        return fits ? number : this.#mismatch(json, type, place);
      }
      case "number":
      case "float": {
        const number = typeof json === "string" && json.trim() !== "" ? Number(json) : json;
        return typeof number === "number" && Number.isFinite(number)
          ? number
          : this.#mismatch(json, type, place);
      }
      case "rows": {
        if (!Array.isArray(json)) return this.#mismatch(json, type, place);
        const bad = json.findIndex((row) => !Array.isArray(row));
        if (bad < 0) return json;
        return this.#mismatch(json[bad], type, { parent: place, step: `[${bad}]` });
      }
      default:
        return json;
    }
  }
}

/**
 * A JSON body as the message `name`. `bodyField` is the field of the call that the body stands for,
 * as `data` for `values.update`; empty where the body is the whole request.
 *
 * @throws {ApiError} 400 that names every field that does not fit.
 */
export function readMessage<Name extends MessageName>(
  name: Name,
  json: unknown,
  bodyField = "",
): Message<Name> {
  const reader = new PayloadReader();
  const place = bodyField === "" ? null : { parent: null, step: bodyField };
  const message: unknown = reader.message(name, json, place);
  if (reader.violations.length > 0) throw badRequest(reader.violations);
  // The reader has just compared every field with the table that the type is made from.
  return message as Message<Name>;
}

/** One query parameter as a word of the enum. */
export function readEnum<Name extends EnumName>(
  name: Name,
  parameter: string,
  text: string,
): (typeof ENUMS)[Name][number] {
  const words: readonly (typeof ENUMS)[Name][number][] = ENUMS[name];
  const wanted = text.toUpperCase().replaceAll("-", "_");
  const word = words.find((candidate) => candidate === wanted);
  if (word !== undefined) return word;
  const field = snakeCase(parameter);
  const description = `Invalid value at '${field}' (${wireTypeOf(`#${name}`)}), ` +
    JSON.stringify(text);
  throw badRequest([{ field, description }]);
}

/** 400: the body is not JSON. */
export function badJson(text: string): ApiError {
  const start = text.trimStart().slice(0, 40);
  return badRequest([{
    description: `Invalid JSON payload received. Unexpected token.\n${start}\n^`,
  }]);
}

/** A body as it came: its text, and what it says where it is JSON. */
export interface Body {
  readonly text: string;
  readonly json: unknown;
  readonly isValid: boolean;
}

/** Reads a body; an empty one is null. */
export function parseBody(text: string): Body {
  if (text === "") return { text, json: null, isValid: true };
  try {
    const json: unknown = JSON.parse(text);
    return { text, json, isValid: true };
  } catch {
    return { text, json: null, isValid: false };
  }
}
