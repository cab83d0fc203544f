/** How the demo world draws: words, blanks, IDs and lengths of time. @module */

import { must } from "../base/assert.ts";
import { type Random, randomInteger } from "../base/random.ts";
import { REGIONS, SERVICES } from "./world_corpus.ts";

/** Any element of a list that is not empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return must(
    list[Math.floor(random.next() * list.length)],
    "an element of a list that is not empty",
  );
}

/** A word, the more likely the larger the weight before it. */
export function weighted<Word extends string>(
  random: Random,
  choices: readonly (readonly [weight: number, word: Word])[],
): Word {
  let rest = random.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
  const [, word] = must(choices.find(([weight]) => (rest -= weight) < 0), "a choice");
  return word;
}

/** True as often as the probability says. */
export const chance = (random: Random, probability: number) => random.next() < probability;

/** Fills the blanks of a text. Within one row every blank of a kind gets the same word. */
export function filler(random: Random): (text: string) => string {
  const service = pick(random, SERVICES);
  const region = pick(random, REGIONS);
  const number = String(randomInteger(random, 2, 240));
  return (text) =>
    text.replaceAll("{service}", service).replaceAll("{region}", region).replaceAll("{n}", number);
}

/** Most IDs are counted; some agents have a style of their own. */
export function drawId(random: Random, word: string, number: number): string {
  const style = random.next();
  if (style < 0.9) return `${word}-${number}`;
  if (style < 0.94) return random.uuid();
  if (style < 0.97) return `ci/${pick(random, SERVICES)}.${number}`;
  if (style < 0.99) return String(number).padStart(8, "0");
  return `${word}.${pick(random, REGIONS)}/2.${number}`;
}

/** Long from a few seconds to hours, mostly minutes. */
export function duration(random: Random, typicalMs: number): number {
  return Math.floor(typicalMs * Math.exp(3 * (random.next() - 0.5) + 3 * (random.next() - 0.5)));
}
