/**
 * Valid JSON made wrong: one or several parts gone, doubled, of another type, far too large or far too
 * deep. Nearly right is what decoders stumble over; pure noise they refuse at the door.
 *
 * @module
 */

import fc from "fast-check";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Levels of a value that is deep, and of those in which something is changed. */
const DEPTH = 500;
const DEPTH_CHANGED = 12;

/** What nobody expects anywhere. */
const ODD: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -2_147_483_649,
  9_007_199_254_740_993,
  "",
  " ",
  "0",
  "__proto__",
  "constructor",
  "\u0000",
  "\u001b[2J\u202e",
  "\ud800",
  "'; DROP TABLE approvals; --",
  "x".repeat(100_000),
  "http://".repeat(20_000),
  [],
  {},
  [[]],
  [null],
  { "": null },
  { "__proto__": { "polluted": true } },
];

function deep(): Json {
  let value: Json = "deep";
  for (let level = 0; level < DEPTH; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const oddValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...ODD) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => value as Json) },
  { weight: 1, arbitrary: fc.constant(null).map(deep) },
);

/** One thing that is done to one place. `place` is a share of all places, in order. */
interface Mutation {
  readonly place: number;
  readonly how: "remove" | "replace" | "wrap" | "double" | "add";
  readonly odd: Json;
}

function mutationWith(odd: fc.Arbitrary<Json>): fc.Arbitrary<Mutation> {
  return fc.record({
    place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    how: fc.constantFrom("remove", "replace", "replace", "wrap", "double", "add"),
    odd,
  });
}

type Path = readonly (string | number)[];

function placesOf(value: Json, path: Path = []): Path[] {
  const below = path.length === DEPTH_CHANGED
    ? []
    : isList(value)
    ? value.flatMap((part, index) => placesOf(part, [...path, index]))
    : typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, part]) => placesOf(part, [...path, key]))
    : [];
  return [path, ...below];
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Gone, as far as the parent is concerned. */
const REMOVED = Symbol("removed");

function apply({ how, odd }: Mutation, value: Json): Json | typeof REMOVED {
  switch (how) {
    case "remove":
      return REMOVED;
    case "replace":
      return odd;
    case "wrap":
      return [value];
    case "double":
      return isList(value) ? [...value, ...value] : [value, value];
    case "add":
      if (isList(value)) return [...value, odd];
      return typeof value === "object" && value !== null ? { ...value, "odd": odd } : odd;
  }
}

function changeAt(value: Json, path: Path, mutation: Mutation): Json | typeof REMOVED {
  const [step, ...rest] = path;
  if (step === undefined) return apply(mutation, value);
  if (isList(value)) {
    return value.flatMap((part, index) => {
      if (index !== step) return [part];
      const changed = changeAt(part, rest, mutation);
      return changed === REMOVED ? [] : [changed];
    });
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      if (key !== step) return [[key, part]];
      const changed = changeAt(part, rest, mutation);
      return changed === REMOVED ? [] : [[key, changed]];
    }),
  );
}

/** `value` with up to `max` things wrong. `odd` is what takes the place of what was right. */
export function mutated(value: Json, max = 3, odd = oddValue): fc.Arbitrary<Json> {
  return fc.array(mutationWith(odd), { minLength: 1, maxLength: max }).map((mutations) =>
    mutations.reduce<Json>((current, mutation) => {
      const places = placesOf(current);
      const path = places[Math.floor(mutation.place * places.length)] ?? [];
      const changed = changeAt(current, path, mutation);
      return changed === REMOVED ? null : changed;
    }, value)
  );
}

/** A text with something cut out, put in or cut off. */
export function mangled(text: string): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.MAX_SAFE_INTEGER)),
    insert: fc.oneof(
      fc.constantFrom("", "{", "}", "[", "]", '"', ",", ":", "//", "/*", "\\", "\u0000", "\ufeff"),
      fc.string({ unit: "binary", maxLength: 5 }),
    ),
  });
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
    edits.reduce((current, { at, remove, insert }) => {
      const start = Math.floor(at * current.length);
      return current.slice(0, start) + insert + current.slice(start + remove);
    }, text)
  );
}
