/**
 * Google's own description of its API, the discovery document: which methods there are, what each of
 * them answers, and every field with its type.
 *
 * @see https://developers.google.com/discovery/v1/reference/apis
 * @module
 */

import { join } from "node:path";
import { z } from "zod";
import { must } from "../../src/base/assert.ts";
import { readIfThere, RECORDINGS_FOLDER } from "./recordings.ts";

const DOCUMENT = "sheets-v4-discovery.json";

/** A type, in the slice of JSON Schema that discovery documents use. */
interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly items?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly additionalProperties?: Schema | undefined;
}

const schemaSchema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.string().optional(),
    format: z.string().optional(),
    enum: z.array(z.string()).optional(),
    items: schemaSchema.optional(),
    properties: z.record(z.string(), schemaSchema).optional(),
    additionalProperties: schemaSchema.optional(),
  })
);

const methodSchema = z.object({
  id: z.string(),
  httpMethod: z.string(),
  flatPath: z.string(),
  response: z.object({ $ref: z.string() }),
});

interface Resource {
  readonly methods: Readonly<Record<string, z.infer<typeof methodSchema>>>;
  readonly resources: Readonly<Record<string, Resource>>;
}

const resourceSchema: z.ZodType<Resource> = z.lazy(() =>
  z.object({
    methods: z.record(z.string(), methodSchema).default({}),
    resources: z.record(z.string(), resourceSchema).default({}),
  })
);

const documentSchema = z.object({
  resources: z.record(z.string(), resourceSchema),
  schemas: z.record(z.string(), schemaSchema),
});

/** A method of the API. */
export interface Method {
  /** As `spreadsheets.values.batchGet`. */
  readonly name: string;
  readonly httpMethod: string;
  readonly path: RegExp;
  /** The name of the schema of its answer. */
  readonly answer: string;
}

/** The document, ready to be asked. */
export interface Discovery {
  readonly methods: readonly Method[];
  /** The kinds of requests a `spreadsheets.batchUpdate` may hold. */
  readonly requestKinds: readonly string[];
  /** The method a request calls; null: there is none. */
  methodOf(httpMethod: string, path: string): Method | null;
  /** What is wrong with a value of a schema, each with its place; empty: nothing. */
  check(schema: string, value: unknown): readonly string[];
}

/** Reads the document from the folder of recordings; null: it is not there. */
export async function readDiscovery(folder = RECORDINGS_FOLDER): Promise<Discovery | null> {
  const text = await readIfThere(join(folder, DOCUMENT));
  return text === null ? null : parseDiscovery(JSON.parse(text));
}

/** The discovery document as a {@linkcode Discovery}. */
export function parseDiscovery(json: unknown): Discovery {
  const { resources, schemas } = documentSchema.parse(json);
  const methods = Object.values(resources).flatMap(methodsOf);
  return {
    methods,
    requestKinds: Object.keys(must(schemas["Request"], "the schema of requests").properties ?? {}),
    methodOf: (httpMethod, path) => {
      // Google takes `ID/` for `ID` and `ID/:batchUpdate` for `ID:batchUpdate`.
      const bare = path.replace(/^\//, "").replace(/\?.*$/, "").replace(/\/(?=:|$)/, "");
      return methods.find((one) => one.httpMethod === httpMethod && one.path.test(bare)) ?? null;
    },
    check(name, value) {
      const found: string[] = [];
      checkValue(schemas, { $ref: name }, value, "", found);
      return found;
    },
  };
}

function methodsOf({ methods, resources }: Resource): readonly Method[] {
  return [
    ...Object.values(methods).map(({ id, httpMethod, flatPath, response }) => ({
      name: id.replace(/^sheets\./, ""),
      httpMethod,
      path: pathPattern(flatPath),
      answer: response.$ref,
    })),
    ...Object.values(resources).flatMap(methodsOf),
  ];
}

/** A spreadsheet's id holds no colon, while a range in A1 notation may. */
function pathPattern(flatPath: string): RegExp {
  const pattern = flatPath.replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => name === "range" ? "[^/]+" : "[^/:]+",
  );
  return new RegExp(`^${pattern}$`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkValue(
  schemas: Readonly<Record<string, Schema>>,
  schema: Schema,
  value: unknown,
  place: string,
  found: string[],
): void {
  const at = place === "" ? "the answer" : place;
  if (schema.$ref !== undefined) {
    const target = must(schemas[schema.$ref], `the schema ${schema.$ref}`);
    return checkValue(schemas, target, value, place, found);
  }
  if (schema.type === "array") {
    if (!Array.isArray(value)) return void found.push(`${at}: ${tell(value)} is no list`);
    const items = must(schema.items, `the type of the items of ${at}`);
    value.forEach((item, index) => checkValue(schemas, items, item, `${place}[${index}]`, found));
  } else if (schema.type === "object") {
    if (!isObject(value)) return void found.push(`${at}: ${tell(value)} is no object`);
    for (const [key, item] of Object.entries(value)) {
      const below = place === "" ? key : `${place}.${key}`;
      const property = schema.properties?.[key] ?? schema.additionalProperties;
      if (property === undefined) found.push(`${below}: the API has no such field`);
      else checkValue(schemas, property, item, below, found);
    }
  } else if (!isScalar(schema, value)) {
    found.push(`${at}: ${tell(value)} is no ${schema.format ?? schema.type}`);
  } else if (schema.enum !== undefined && !schema.enum.includes(String(value))) {
    found.push(`${at}: ${tell(value)} is not among the words of the field`);
  }
}

function isScalar({ type, format }: Schema, value: unknown): boolean {
  switch (type) {
    case "any":
      return value !== undefined && value !== null;
    case "integer":
      return Number.isInteger(value) &&
        (format !== "int32" || Math.abs(Number(value)) <= 2 ** 31 - 1);
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    default:
      throw new Error(`The discovery document has a type this check does not know: ${type}`);
  }
}

function tell(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
