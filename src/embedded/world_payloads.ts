/** The JSON that agents attach to a request: mostly small, sometimes deep, large or broken. @module */

import { type Random, randomInteger } from "../base/random.ts";

/** A payload for a request about `item`. NULL where the agent sends none. */
export function drawPayload(random: Random, item: string): string | null {
  const style = random.next();
  const plain = { title: item, assignee: "AI IDE Agent", attempt: randomInteger(random, 1, 5) };
  if (style < 0.55) return JSON.stringify(plain);
  if (style < 0.75) return JSON.stringify({ ...plain, options: nested(random, 4) }, null, 2);
  if (style < 0.85) return JSON.stringify({ ...plain, changes: changes(random) });
  if (style < 0.93) return null;
  if (style < 0.96) return "";
  // What a cut-off answer of a language model looks like.
  const text = JSON.stringify({ ...plain, options: nested(random, 3) });
  return text.slice(0, randomInteger(random, 10, text.length - 1));
}

type Json = string | number | boolean | null | Json[] | { readonly [key: string]: Json };

function nested(random: Random, depth: number): Json {
  if (depth === 0) return randomInteger(random, 0, 9) / 4;
  return {
    enabled: random.next() < 0.5,
    limits: [randomInteger(random, 1, 99), null, "10m", "00123"],
    [`level${depth}`]: nested(random, depth - 1),
  };
}

/** Long enough that it is cut in the sheet. */
function changes(random: Random): Json {
  return Array.from({ length: randomInteger(random, 20, 60) }, (_, index) => ({
    path: `/services/${index}/replicas`,
    from: randomInteger(random, 1, 9),
    to: randomInteger(random, 1, 9),
    comment: index % 7 === 0 ? "höher wegen Weihnachten 🎄" : "",
  }));
}
