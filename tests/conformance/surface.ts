/**
 * The surface of a conversation: which calls it makes, which requests and fields it sends and which
 * fields it gets back. Two surfaces can be compared: what the mirror uses, and what was recorded.
 *
 * @module
 */

/** A call, or a kind of request inside `spreadsheets.batchUpdate`, by name. */
export type PartName = string;

/** What was seen of one part. */
export interface PartSurface {
  /** How often it was seen. */
  count: number;
  /**
   * Every field, a list's items as one: `range.dimension=ROWS`; of answers with `→` in front. Words
   * that choose a behaviour are part of the name, data is not.
   */
  readonly fields: Set<string>;
}

/** What was seen, by part. */
export type Surface = Map<PartName, PartSurface>;

/** A request with its answer. */
export interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: unknown;
  /** Of a success. */
  readonly answer: unknown;
}

/** Fields whose words choose what is done. */
const CHOOSING = new Set([
  "dimension",
  "majorDimension",
  "valueInputOption",
  "valueRenderOption",
  "dateTimeRenderOption",
  "responseValueRenderOption",
  "responseDateTimeRenderOption",
  "visibility",
  "type",
  "pasteType",
  "sortOrder",
]);

/**
 * The name of the method that a request calls, as Google's documents write it.
 *
 * @param path From `/v4/` on, with or without the query.
 */
export function callName(method: string, path: string): string {
  const [bare = ""] = path.split("?");
  const [, , , id = "", resource, place = ""] = bare.split("/");
  const verb = (text: string) => /:([A-Za-z]+)$/.exec(decodeURIComponent(text))?.[1];
  if (resource === undefined) {
    return `spreadsheets.${id === "" ? "create" : verb(id) ?? "get"}`;
  }
  const group = decodeURIComponent(resource).split(":")[0];
  const plain = method === "PUT" ? "update" : "get";
  // A range such as `A1:B2` ends like a verb; only a POST has one there.
  const own = place === "" ? verb(resource) : method === "POST" ? verb(place) : plain;
  return `spreadsheets.${group}.${own ?? plain}`;
}

/** Adds an exchange to a surface. */
export function addExchange(surface: Surface, { method, path, body, answer }: Exchange): void {
  const call = callName(method, path);
  const part = partOf(surface, call);
  part.count++;
  for (const [name, value] of new URL(path, "http://localhost").searchParams) {
    part.fields.add(`?${name}${CHOOSING.has(name) ? `=${value}` : ""}`);
  }
  addFields(part.fields, answer, "→ ");
  if (!isObject(body)) return;
  const { requests, ...rest } = body;
  addFields(part.fields, rest, "");
  for (const request of Array.isArray(requests) ? requests : []) {
    for (const [kind, content] of Object.entries(isObject(request) ? request : {})) {
      const one = partOf(surface, kind);
      one.count++;
      addFields(one.fields, content, "");
    }
  }
}

function partOf(surface: Surface, name: PartName): PartSurface {
  const part = surface.get(name) ?? { count: 0, fields: new Set<string>() };
  surface.set(name, part);
  return part;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function addFields(fields: Set<string>, value: unknown, place: string): void {
  if (Array.isArray(value)) {
    for (const item of value) addFields(fields, item, place);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const below = /^(→ )?$/.test(place) ? place + key : `${place}.${key}`;
      const word = CHOOSING.has(key) && typeof item === "string" ? `=${item}` : "";
      if (isObject(item) || Array.isArray(item)) addFields(fields, item, below);
      else fields.add(below + word);
      // A list of plain values has no fields of its own.
      if (Array.isArray(item) && !item.some(isObject)) fields.add(below);
    }
  }
}
