/**
 * An embedded spreadsheet whose every answer is held against Google's discovery document while a test
 * works with it: a field that the API does not have, or one of another type, fails the test.
 *
 * @module
 */

import { z } from "zod";
import { readDiscovery } from "../conformance/discovery.ts";
import {
  type EmbeddedOptions,
  type EmbeddedSpreadsheet,
  startEmbedded,
} from "../../src/embedded/server.ts";

const discovery = await readDiscovery();
if (discovery === null) {
  console.log("answers are not checked: Google's discovery document is not beside the repository");
}

/** @see https://cloud.google.com/apis/design/errors#http_mapping */
const refusalSchema = z.strictObject({
  error: z.strictObject({
    code: z.int().min(400).max(599),
    message: z.string().min(1),
    status: z.string().regex(/^[A-Z_]+$/),
    details: z.array(z.looseObject({ "@type": z.string() })).optional(),
  }),
});

/** What is wrong with an answer; empty: nothing, or there is no document to tell. */
export function faultsOf(method: string, path: string, answer: unknown): readonly string[] {
  if (discovery === null) return [];
  const called = discovery.methodOf(method, path);
  if (called === null) return [`${method} ${path}: the API has no such method`];
  return discovery.check(called.answer, answer).map((fault) => `${called.name}: ${fault}`);
}

/** Starts an embedded spreadsheet; stopping it rejects where an answer was not as documented. */
export async function startChecked(options: EmbeddedOptions): Promise<EmbeddedSpreadsheet> {
  const faults = new Set<string>();
  const sheet = await startEmbedded({
    ...options,
    async intercept(call, handle) {
      // The check stands innermost: what a test's own intercept makes of the answer is its affair.
      const checked = async () => {
        const answer = await handle();
        if (call.kind !== "token") {
          const body: unknown = await answer.clone().json();
          const found = answer.ok
            ? faultsOf(call.method, call.path, body)
            : refusalSchema.safeParse(body).error?.issues.map(({ path, message }) =>
              `a refusal: ${path.join(".")}: ${message}`
            );
          for (const fault of found ?? []) faults.add(fault);
        }
        return answer;
      };
      return await (options.intercept?.(call, checked) ?? checked());
    },
  });
  const stop = sheet[Symbol.asyncDispose].bind(sheet);
  return Object.assign(sheet, {
    async [Symbol.asyncDispose]() {
      await stop();
      if (faults.size > 0) {
        throw new Error(`Answers were not as documented:\n${[...faults].join("\n")}`);
      }
    },
  });
}
