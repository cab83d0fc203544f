/** Tiny assertions with names. A failing one is a defect of ours, never bad input. @module */

/** Throws where `condition` does not hold, naming the invariant that was broken. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${invariant}`);
}

/** The value, which the caller knows to be there. */
export function must<T>(value: T | null | undefined, what: string): T {
  assert(value !== null && value !== undefined, `${what} is missing`);
  return value;
}

/** The end of a `switch` over a union; a member that is added later fails to compile here. */
export function unreachable(member: never): never {
  throw new Error(`Invariant broken: unexpected ${JSON.stringify(member)}`);
}
