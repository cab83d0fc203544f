/** What commands that talk to a spreadsheet need, made from the configuration. @module */

import type { Contract } from "../contract/schema.ts";
import { createSheetsClient, type SheetsClient } from "../sheets/client.ts";
import { readServiceAccount } from "../sheets/credentials.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { requireSchema } from "../store/migrations.ts";
import { checkSourceTables } from "../store/source_tables.ts";
import { loadConfig, readCredentials } from "./config.ts";
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
  const { contract, credentials, sheetsEndpoint: endpoint, spreadsheetId } = config;
  checkTabs(contract, options.tabs);
  const key = await readCredentials(config, context.files);
  const { clock, random } = context;
  const client = createSheetsClient({
    endpoint,
    spreadsheetId,
    credentials: key === null ? null : readServiceAccount(key, credentials ?? ""),
    clock,
    random,
  });
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
