/**
 * Who the spreadsheet is shared with. It is asked of Google Drive, under a scope of its own that the
 * mirror uses for nothing else, and only where the configuration names a team to compare with.
 *
 * @see https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/list
 * @module
 */

import * as z from "zod";
import { must } from "../base/assert.ts";
import type { Clock } from "../base/clock.ts";
import { createTokenSource } from "./auth.ts";
import type { Credentials } from "./credentials.ts";
import { failureOfAnswer, failureOfShape, failureOfTransport } from "./failure.ts";
import { createExchange, type Fetch, isSuccess, jsonOf } from "./transport.ts";

/** The least that shows who a file is shared with. */
const SCOPE = "https://www.googleapis.com/auth/drive.metadata.readonly";

/** One that the spreadsheet is shared with. */
export interface Grant {
  /** An address in lower case, `anyone with the link`, or `everyone at example.org`. */
  readonly who: string;
  /** `owner`, `writer`, `commenter`, `reader` and the like, in Google's words. */
  readonly role: string;
}

const pageSchema = z.object({
  permissions: z.array(z.object({
    type: z.string(),
    role: z.string(),
    emailAddress: z.string().optional(),
    domain: z.string().optional(),
    deleted: z.boolean().optional(),
  })),
  nextPageToken: z.string().optional(),
});

/** What {@linkcode readSharing} needs. */
export interface SharingOptions {
  readonly credentials: Credentials;
  readonly spreadsheetId: string;
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** The root of Google's Drive; `https://www.googleapis.com/` unless told otherwise. */
  readonly endpoint?: string;
  /** How long one request may take, in milliseconds; 10,000 unless told otherwise. */
  readonly timeoutMs?: number;
}

/**
 * Everybody the spreadsheet is shared with; accounts that were deleted since are left out.
 *
 * @throws {AtlasError} `configuration` where the Drive API is not enabled or may not be reached.
 */
export async function readSharing(
  options: SharingOptions,
  signal?: AbortSignal,
): Promise<readonly Grant[]> {
  const { credentials, clock, spreadsheetId, timeoutMs = 10_000 } = options;
  const tokens = createTokenSource({
    credentials,
    clock,
    fetch: options.fetch,
    timeoutMs,
    scope: SCOPE,
  });
  const context = {
    kind: "read",
    action: "read who the spreadsheet is shared with",
    email: credentials.email,
  } as const;
  const authorization = `Bearer ${await tokens.token()}`;
  const grants: Grant[] = [];
  for (let page: string | undefined = "";;) {
    const address = new URL(
      `drive/v3/files/${encodeURIComponent(spreadsheetId)}/permissions`,
      options.endpoint ?? "https://www.googleapis.com/",
    );
    const fields = "nextPageToken,permissions(type,role,emailAddress,domain,deleted)";
    address.search = new URLSearchParams({
      fields,
      pageSize: "100",
      supportsAllDrives: "true",
      ...(page === "" ? {} : { pageToken: page }),
    }).toString();
    const exchange = createExchange(options.fetch, timeoutMs, signal);
    try {
      await exchange.fetch(address, { headers: { authorization } });
    } catch (thrown) {
      throw failureOfTransport(context, thrown);
    }
    const answer = must(exchange.answer, "the answer of an exchange that did not throw");
    if (!isSuccess(answer)) throw failureOfAnswer(context, answer, clock.now());
    const parsed = pageSchema.safeParse(jsonOf(answer));
    if (!parsed.success) throw failureOfShape(context, "no list of permissions");
    for (const permission of parsed.data.permissions) {
      if (permission.deleted !== true) grants.push(grantOf(permission));
    }
    page = parsed.data.nextPageToken;
    if (page === undefined) return grants;
  }
}

function grantOf(
  { type, role, emailAddress, domain }: z.infer<typeof pageSchema>["permissions"][number],
): Grant {
  if (type === "anyone") return { who: "anyone with the link", role };
  if (type === "domain") return { who: `everyone at ${domain ?? "a domain"}`, role };
  return { who: (emailAddress ?? `somebody (${type})`).toLowerCase(), role };
}
