/** Spans under insertion, deletion and moving, compared with lines that carry names. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { deleteShift, insertShift, moveShift, type Shift } from "../../src/embedded/shift.ts";

const SIZE = 12;

/** Lines by name; a span is where its first and its last surviving line are. */
function spanAfter(
  before: readonly number[],
  after: readonly number[],
  start: number,
  end: number,
): { start: number; end: number } | null {
  const places = before.slice(start, end).map((line) => after.indexOf(line)).filter((at) =>
    at >= 0
  );
  if (places.length === 0) return null;
  return { start: Math.min(...places), end: Math.max(...places) + 1 };
}

const lines = Array.from({ length: SIZE }, (_, line) => line);

const spans = fc.tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1)).map(([a, b]) => ({
  start: Math.min(a, b),
  end: Math.max(a, b) + 1,
}));

function agree(shift: Shift, after: readonly number[], start: number, end: number): void {
  assert.deepEqual(shift({ start, end }), spanAfter(lines, after, start, end));
}

Deno.test("insertShift() keeps a span around its lines", () => {
  fc.assert(fc.property(spans, fc.nat(SIZE), fc.integer({ min: 1, max: 4 }), (span, at, count) => {
    const added = Array.from({ length: count }, (_, index) => -1 - index);
    agree(insertShift(at, count), lines.toSpliced(at, 0, ...added), span.start, span.end);
  }));
});

Deno.test("deleteShift() keeps a span around the lines that are left", () => {
  fc.assert(fc.property(spans, spans, (span, gone) => {
    const after = lines.toSpliced(gone.start, gone.end - gone.start);
    agree(deleteShift(gone.start, gone.end), after, span.start, span.end);
  }));
});

Deno.test("moveShift() takes a span along that moves as a whole", () => {
  fc.assert(fc.property(spans, spans, fc.nat(SIZE), (span, source, to) => {
    fc.pre(to <= source.start || to >= source.end);
    const moved = lines.slice(source.start, source.end);
    const left = lines.toSpliced(source.start, moved.length);
    const after = left.toSpliced(to > source.start ? to - moved.length : to, 0, ...moved);
    const isMovedWhole = source.start <= span.start && span.end <= source.end;
    const isUntouched = span.end <= source.start || source.end <= span.start;
    fc.pre(isMovedWhole || isUntouched);
    agree(moveShift(source, to), after, span.start, span.end);
  }));
});

Deno.test("moveShift() leaves a span as it is when lines only change places inside it", () => {
  const shift = moveShift({ start: 3, end: 5 }, 8);
  assert.deepEqual(shift({ start: 2, end: 9 }), { start: 2, end: 9 });
  assert.deepEqual(shift({ start: 3, end: 8 }), { start: 3, end: 8 });
});
