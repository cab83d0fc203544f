/** Who the spreadsheet is shared with, beside who it should be shared with. @module */

import { AtlasError } from "../base/errors.ts";
import type { Grant } from "../sheets/sharing.ts";

/** What the configuration says about sharing, and the way to look. */
export interface SharingCheck {
  /** Addresses that the spreadsheet may be shared with; the mirror's own account is always fine. */
  readonly team: readonly string[];
  /** The mirror's own account. */
  readonly own: string | null;
  readonly read: (signal: AbortSignal) => Promise<readonly Grant[]>;
}

/** What came of looking. */
export type Sharing =
  /** Nobody looked, or Google did not say. */
  | { readonly kind: "not-checked"; readonly reason: string }
  /** Everybody was compared with the team. */
  | {
    readonly kind: "checked";
    /** How many the spreadsheet is shared with, the mirror's own account aside. */
    readonly count: number;
    /** Shared with, though not in the team. */
    readonly strangers: readonly Grant[];
    /** In the team, though not shared with. */
    readonly missing: readonly string[];
  };

/** Looks and compares. A failure is an answer too: the report goes out all the same. */
export async function checkSharing(
  check: SharingCheck | null,
  signal: AbortSignal,
): Promise<Sharing> {
  if (check === null) {
    const reason = 'the configuration has no "team" to compare with; look under Share yourself';
    return { kind: "not-checked", reason };
  }
  try {
    return compareSharing(await check.read(signal), check);
  } catch (thrown) {
    if (!(thrown instanceof AtlasError)) throw thrown;
    const hint = thrown.hint === undefined ? "" : ` (${thrown.hint})`;
    return { kind: "not-checked", reason: thrown.message + hint };
  }
}

/** The grants beside the team; addresses are compared without regard to case. */
export function compareSharing(
  grants: readonly Grant[],
  { team, own }: Pick<SharingCheck, "team" | "own">,
): Sharing {
  const others = grants.filter(({ who }) => who !== own?.toLowerCase());
  const wanted = new Set(team.map((address) => address.toLowerCase()));
  const given = new Set(others.map(({ who }) => who));
  return {
    kind: "checked",
    count: others.length,
    strangers: others.filter(({ who }) => !wanted.has(who)),
    missing: [...wanted].filter((address) => !given.has(address)),
  };
}
