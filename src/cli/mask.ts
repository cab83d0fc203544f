/** Secrets leave every printed text, found and replaced in one batch. @module */

import { must } from "../base/assert.ts";
import type { Masker } from "../text/secrets.ts";

/**
 * What `render` returns, with the texts it masks masked. It is called twice: once to learn which
 * texts there are, once with the answers, so it must be pure.
 */
export async function maskWhile<T>(
  masker: Masker,
  render: (mask: (text: string) => string) => T,
): Promise<T> {
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

/** A value as JSON text for programs, every text in it masked. */
export function maskedJson(masker: Masker, value: unknown): Promise<string> {
  return maskWhile(
    masker,
    (mask) =>
      JSON.stringify(
        value,
        (_key, member) => typeof member === "string" ? mask(member) : member,
        2,
      ) +
      "\n",
  );
}
