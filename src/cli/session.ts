/** What commands that talk to a spreadsheet need, made from the configuration. @module */

import type { Contract } from "../contract/schema.ts";
import type { SheetsClient } from "../sheets/client.ts";
import type { SharingCheck } from "../service/sharing.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { requireSchema } from "../store/migrations.ts";
import { checkSourceTables } from "../store/source_tables.ts";
import { type Config, loadConfig, readCredentials } from "./config.ts";
import type { CliContext } from "./context.ts";
import { checkTabs } from "./tabs.ts";

/** An open database, a client for its spreadsheet, and the contract between them. */
export interface Session extends Disposable {
  readonly db: Database;
  readonly client: SheetsClient;
  readonly contract: Contract;
}

/**
 * Opens everything a cycle needs, and finds out what is wrong before anything is sent.
 *
 * @throws AtlasError of kind "configuration", or "usage" where a tab is not in the contract
 */
export async function openSession(
  options: { readonly config: string; readonly tabs: readonly string[] | null },
  context: CliContext,
): Promise<Session> {
  const config = await loadConfig(options.config, context);
  const { contract } = config;
  checkTabs(contract, options.tabs);
  const client = await openClient(config, context);
  const db = openDatabase(config.database, { mode: "write" });
  try {
    requireSchema(db);
    checkSourceTables(db, contract);
  } catch (error) {
    db.close();
    throw error;
  }
  return { db, client, contract, [Symbol.dispose]: () => db.close() };
}

/** The way to look who the spreadsheet is shared with; null: the configuration names no team. */
export async function openSharing(
  config: Config,
  { files, clock }: Pick<CliContext, "files" | "clock">,
): Promise<SharingCheck | null> {
  const { team, spreadsheetId } = config;
  const key = team === null ? null : await readCredentials(config, files);
  if (team === null || key === null) return null;
  const { readServiceAccount } = await import("../sheets/credentials.ts");
  const { readSharing } = await import("../sheets/sharing.ts");
  const credentials = readServiceAccount(key, config.credentials ?? "");
  return {
    team,
    own: credentials.email,
    read: (signal) => readSharing({ credentials, spreadsheetId, clock, fetch }, signal),
  };
}

/**
 * A client for the spreadsheet of the configuration.
 *
 * @throws AtlasError of kind "configuration" where the key cannot be used
 */
export async function openClient(
  config: Config,
  { files, clock, random }: Pick<CliContext, "files" | "clock" | "random">,
): Promise<SheetsClient> {
  const { credentials, sheetsEndpoint: endpoint, spreadsheetId } = config;
  const key = await readCredentials(config, files);
  // Google's library takes longer to load than the whole of a health check without it.
  const { createSheetsClient } = await import("../sheets/client.ts");
  const { readServiceAccount } = await import("../sheets/credentials.ts");
  return createSheetsClient({
    endpoint,
    spreadsheetId,
    credentials: key === null ? null : readServiceAccount(key, credentials ?? ""),
    clock,
    random,
  });
}
