/** The query parameters of a call, read the way Google reads them. @module */

import { badRequest } from "./errors.ts";
import { type Mask, parseResponseMask } from "./field_mask.ts";
import type { EnumName, ENUMS, MessageName } from "./messages.ts";
import { readEnum } from "./payload.ts";

/** Parameters that every call takes. `fields` is read, the others change nothing here. */
const SYSTEM_PARAMETERS = new Set([
  ..."$.xgafv access_token alt callback fields key oauth_token prettyPrint quotaUser".split(" "),
  ..."uploadType upload_protocol".split(" "),
]);

/** What stood behind the `?`. */
export class Query {
  readonly #parameters: URLSearchParams;

  /** @throws {ApiError} 400 where a parameter is unknown to the call. */
  constructor(parameters: URLSearchParams, known: readonly string[]) {
    for (const name of parameters.keys()) {
      if (SYSTEM_PARAMETERS.has(name) || known.includes(name)) continue;
      throw badRequest([{
        description: `Invalid JSON payload received. Unknown name "${name}": Cannot bind query ` +
          `parameter. Field '${name}' could not be found in request message.`,
      }]);
    }
    this.#parameters = parameters;
  }

  /** A parameter that may stand more than once. */
  list(name: string): string[] {
    return this.#parameters.getAll(name);
  }

  /** A switch that is off where it is missing. */
  flag(name: string): boolean {
    const text = this.#parameters.get(name)?.toLowerCase() ?? "false";
    if (text === "true" || text === "1") return true;
    if (text === "false" || text === "0" || text === "") return false;
    const description = `Invalid value at '${name}' (TYPE_BOOL), "${text}"`;
    throw badRequest([{ field: name, description }]);
  }

  /** A word of an enum; undefined: the parameter is missing. */
  word<Name extends EnumName>(
    name: Name,
    parameter: string,
  ): (typeof ENUMS)[Name][number] | undefined {
    const text = this.#parameters.get(parameter);
    return text === null ? undefined : readEnum(name, parameter, text);
  }

  /** The mask of the answer; null: none was given. */
  mask(answer: MessageName): Mask | null {
    const fields = this.#parameters.get("fields");
    return fields === null ? null : parseResponseMask(fields, answer);
  }
}
