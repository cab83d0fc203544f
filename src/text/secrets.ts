/**
 * Secrets are replaced by what they were before a text leaves the database: `«redacted: GitHub token»`.
 *
 * @module
 */

import { must } from "../base/assert.ts";
import { findBySurroundings, type Finding, PLACEHOLDER } from "./secret_patterns.ts";
import { loadSecretlint, type Scanner } from "./secretlint.ts";

/** Replaces the secrets in texts. */
export interface Masker {
  /** The texts in the same order, each secret replaced; masking twice changes nothing. */
  mask(texts: readonly string[]): Promise<readonly string[]>;
}

/** A batch holds about as much: scanning costs half a millisecond a call and little a character. */
const BATCH_CHARACTERS = 65_536;
/** Longer texts are not remembered. */
const REMEMBERED_CHARACTERS = 4_096;
/** The memory of a masker, in UTF-16 units of the texts it remembers. */
const MEMORY_CHARACTERS = 16_000_000;
/** Masking one secret can uncover the next, rarely more than once; after so many rounds it is a defect. */
const ROUNDS = 8;
/** Stands between the cells of a batch: no pattern matches across it. */
const SEPARATOR = "\n\0\n";
/** A text that cannot be scanned may hold anything. */
const UNSCANNABLE = `${PLACEHOLDER}a text that could not be checked for secrets»`;

/**
 * A masker with a memory of its own. The scanner is loaded at the first text, for its rules take longer
 * to load than the rest of the program.
 */
export function createMasker(loadScanner: () => Promise<Scanner> = loadSecretlint): Masker {
  let scanner: Promise<Scanner> | undefined;
  const memory = new Memory();
  return {
    async mask(texts) {
      const answers = new Map<string, string>();
      const unknown: string[] = [];
      for (const text of new Set(texts)) {
        const masked = text === "" ? "" : memory.get(text);
        if (masked === undefined) unknown.push(text);
        else answers.set(text, masked);
      }
      if (unknown.length > 0) {
        scanner ??= loadScanner();
        const masked = await maskUntilQuiet(unknown, await scanner);
        unknown.forEach((text, index) => {
          const answer = must(masked[index], "masked text");
          answers.set(text, answer);
          memory.set(text, answer);
        });
      }
      return texts.map((text) => must(answers.get(text), "masked text"));
    },
  };
}

/** Texts and their masked forms, the oldest forgotten first. */
class Memory {
  readonly #masked = new Map<string, string>();
  #characters = 0;

  get(text: string): string | undefined {
    return this.#masked.get(text);
  }

  set(text: string, masked: string): void {
    // Two calls under way at once may both have met the text.
    if (text.length > REMEMBERED_CHARACTERS || this.#masked.has(text)) return;
    this.#masked.set(text, masked);
    this.#characters += text.length;
    for (const oldest of this.#masked.keys()) {
      if (this.#characters <= MEMORY_CHARACTERS) break;
      this.#masked.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}

function* batches(texts: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length > 0 && characters + text.length > BATCH_CHARACTERS) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length + SEPARATOR.length;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Masks until nothing more is found: a token that was glued to another is recognised only once the
 * other is gone. That is also why masking a masked text changes nothing.
 */
async function maskUntilQuiet(texts: readonly string[], scan: Scanner): Promise<string[]> {
  const shown = [...texts];
  let open = [...texts.keys()];
  for (let round = 0; open.length > 0; round++) {
    const masked: string[] = [];
    for (const batch of batches(open.map((index) => must(shown[index], "text")))) {
      masked.push(...await maskBatch(batch, scan));
    }
    open = open.filter((index, place) => {
      const before = shown[index];
      const after = must(masked[place], "masked text");
      shown[index] = after === before || round < ROUNDS ? after : UNSCANNABLE;
      return after !== before && round < ROUNDS;
    });
  }
  return shown;
}

async function maskBatch(texts: readonly string[], scan: Scanner): Promise<string[]> {
  const content = texts.join(SEPARATOR);
  let findings: Finding[];
  try {
    findings = [...await scan(content), ...findBySurroundings(content)];
  } catch {
    if (texts.length === 1) return [UNSCANNABLE];
    return await maskEach(texts, scan);
  }
  const merged = mergeFindings(findings);
  let next = 0;
  let start = 0;
  const masked: string[] = [];
  for (const text of texts) {
    const end = start + text.length;
    const inside: Finding[] = [];
    for (
      let finding = merged[next];
      finding !== undefined && finding.start < end;
      finding = merged[++next]
    ) {
      // A match that runs from one cell into another is none; each is looked at alone.
      if ((finding.start < start || finding.end > end) && texts.length > 1) {
        return await maskEach(texts, scan);
      }
      inside.push(finding);
    }
    masked.push(replaceFindings(text, inside, start));
    start = end + SEPARATOR.length;
  }
  return masked;
}

async function maskEach(texts: readonly string[], scan: Scanner): Promise<string[]> {
  const masked: string[] = [];
  for (const text of texts) masked.push(...await maskBatch([text], scan));
  return masked;
}

/** In order and without overlaps; where findings overlap, the longest gives the name. */
function mergeFindings(findings: readonly Finding[]): Finding[] {
  const merged: Finding[] = [];
  let longest = 0;
  for (const finding of findings.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const length = finding.end - finding.start;
    const last = merged.at(-1);
    if (last === undefined || finding.start >= last.end) {
      merged.push(finding);
      longest = length;
      continue;
    }
    const name = length > longest ? finding.name : last.name;
    merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, finding.end), name };
    longest = Math.max(longest, length);
  }
  return merged;
}

/** `offset` is where the text begins in what the findings count from. */
function replaceFindings(text: string, findings: readonly Finding[], offset: number): string {
  if (findings.length === 0) return text;
  let masked = "";
  let rest = 0;
  for (const finding of findings) {
    masked += `${text.slice(rest, finding.start - offset)}${PLACEHOLDER}${finding.name}»`;
    rest = finding.end - offset;
  }
  // A pattern may end between the halves of a surrogate pair.
  return (masked + text.slice(rest)).toWellFormed();
}
