/** Secrets leave every shown text, found and replaced in one batch. @module */

import { must } from "../base/assert.ts";
import type { Masker } from "./secrets.ts";

/** Takes the secrets out of one text. */
export type Mask = (text: string) => string;

/**
 * What `render` returns, with the texts it masks masked. It is called twice: once to learn which
 * texts there are, once with the answers, so it must be pure.
 */
export async function maskWhile<T>(masker: Masker, render: (mask: Mask) => T): Promise<T> {
  const texts = new Set<string>();
  render((text) => {
    texts.add(text);
    return text;
  });
  const asked = [...texts];
  const answers = await masker.mask(asked);
  const masked = new Map(asked.map((text, index) => [text, must(answers[index], "masked text")]));
  return render((text) => must(masked.get(text), "the same text as in the first call"));
}
