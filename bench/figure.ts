/** What the benchmark measures: figures, each beside what it is held against, and the file they are kept in. @module */

import * as z from "zod";

const unitSchema = z.enum(["ms", "MB", "kB", "cells/s", "requests"]);

const spreadSchema = z.strictObject({
  median: z.number(),
  min: z.number(),
  max: z.number(),
});

const figureSchema = z.strictObject({
  /** The topic it belongs to, as `--only` names it. */
  topic: z.string(),
  name: z.string(),
  /** What it was measured on, as `25,000 rows`. */
  size: z.string(),
  unit: unitSchema,
  ...spreadSchema.shape,
  /** What it is held against, measured in the same run and in turns with it; null: nothing. */
  rival: z.strictObject({ name: z.string(), ...spreadSchema.shape }).nullable(),
  /** How often the rival goes into it; null: there is no rival. */
  ratio: z.number().nullable(),
  /** What was aimed at; null: it is told for its own sake. */
  target: z.strictObject({
    of: z.enum(["ratio", "value"]),
    bound: z.enum(["at most", "at least"]),
    value: z.number(),
  }).nullable(),
  /** null: nothing was aimed at. */
  met: z.boolean().nullable(),
});

/** A topic without figures. */
const missingSchema = z.strictObject({ topic: z.string(), why: z.string() });

/** What `results.json` holds. */
export const resultsSchema = z.strictObject({
  /** What it was measured on. */
  machine: z.strictObject({ system: z.string(), cores: z.number(), deno: z.string() }),
  figures: z.array(figureSchema),
  /** What could not be measured here. */
  skipped: z.array(missingSchema),
  failed: z.array(missingSchema),
});

export type Unit = z.infer<typeof unitSchema>;
export type Spread = z.infer<typeof spreadSchema>;
export type Figure = z.infer<typeof figureSchema>;
export type Results = z.infer<typeof resultsSchema>;
export type Target = NonNullable<Figure["target"]>;

/** What a topic hands in; the rest follows from it. */
export interface Measurement {
  readonly name: string;
  readonly size: string;
  readonly unit: Unit;
  readonly values: readonly number[];
  readonly rival?: { readonly name: string; readonly values: readonly number[] };
  readonly target?: Target;
}

/** The median of a list that is not empty, the least and the greatest of it. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** The figure that a measurement comes to. */
export function figureOf(topic: string, measurement: Measurement): Figure {
  const { name, size, unit, values, rival, target = null } = measurement;
  const spread = spreadOf(values);
  const other = rival === undefined ? null : { name: rival.name, ...spreadOf(rival.values) };
  const ratio = other === null ? null : spread.median / other.median;
  return {
    topic,
    name,
    size,
    unit,
    ...spread,
    rival: other,
    ratio,
    target,
    met: target === null ? null : isMet(target, target.of === "ratio" ? ratio : spread.median),
  };
}

function isMet({ bound, value }: Target, measured: number | null): boolean {
  if (measured === null) return false;
  return bound === "at most" ? measured <= value : measured >= value;
}
