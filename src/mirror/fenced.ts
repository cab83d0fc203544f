/** Writes to the sheet only for as long as no other process has taken over. @module */

import type { SheetsClient } from "../sheets/client.ts";

/**
 * The client with the fence in front of every write. A process that slept in the middle of a cycle would
 * otherwise go on with the plan it had made, and what it overwrites would look like edits of people. Only
 * the one request that was under way when it fell asleep cannot be held back.
 *
 * @param fence Throws where another process holds the lease.
 */
export function fencedClient(client: SheetsClient, fence: () => void): SheetsClient {
  return {
    ...client,
    async updateByAnchor(data, signal) {
      fence();
      return await client.updateByAnchor(data, signal);
    },
    async batch(requests, response, signal) {
      fence();
      return await client.batch(requests, response, signal);
    },
  };
}
