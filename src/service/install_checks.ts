/** What an installation needs of its host, looked at thing by thing. Nothing is changed. @module */

import { dirname } from "node:path";
import type { Clock } from "../base/clock.ts";
import { AtlasError, messageOf } from "../base/errors.ts";
import { isLoopback } from "../base/loopback.ts";
import type { FileLook, Host } from "../base/host.ts";
import type { Contract } from "../contract/schema.ts";
import type { Credentials } from "../sheets/credentials.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { requireSchema } from "../store/migrations.ts";
import { checkSourceTables } from "../store/source_tables.ts";
import type { Check } from "./plugin_output.ts";

/** A signed request of a clock that is further off is refused. */
const CLOCK_CRITICAL_MS = 5 * 60_000;
/** A clock that is kept by NTP is never so far off; times in the database would be wrong by it. */
const CLOCK_WARNING_MS = 30_000;
const TIMEOUT_MS = 10_000;

const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;
const GROUP_WRITE = 0o020;

/** What the configuration says about the host. */
export interface Installation {
  readonly configPath: string;
  readonly database: string;
  readonly contract: Contract;
  readonly logDir: string;
  readonly endpoint: string;
  /** null: the configuration names none. */
  readonly keyPath: string | null;
  /** Reads the key, to find out whether it is one. */
  readonly readKey: () => Promise<Credentials | null>;
}

/** What looking needs. */
export interface InstallDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** Every check, in the order in which an installation is made. */
export async function installChecks(
  installation: Installation,
  { host, clock, fetch }: InstallDeps,
): Promise<readonly Check[]> {
  const { configPath, database, contract, logDir, endpoint } = installation;
  return [
    program(host),
    file("configuration", configPath, host.look(configPath), { private: false }),
    ...await key(installation, host),
    file("database-file", database, host.look(database), { private: false }),
    tables(database, contract),
    logFolder(logDir, host),
    await clockCheck(endpoint, clock, fetch),
  ];
}

function check(name: string, status: Check["status"], message: string): Check {
  return { name, tab: null, status, message, figure: null };
}

function program(host: Host): Check {
  const path = host.program();
  if (path === null) return check("program", "OK", "its file may not be looked at from inside");
  const look = host.look(path);
  // Outside of its folder the program sees nothing, itself included.
  if (look.kind !== "there") {
    return check("program", "OK", `${path} may not be looked at from inside`);
  }
  return file("program", path, look, { private: false });
}

/** Whether somebody else could change the file, or read it where it is a secret. */
function file(
  name: string,
  path: string,
  look: FileLook,
  { private: isPrivate }: { readonly private: boolean },
): Check {
  if (look.kind === "missing") return check(name, "CRITICAL", `${path} is missing`);
  if (look.kind === "hidden") {
    return check(name, "CRITICAL", `${path} cannot be looked at: ${look.reason}`);
  }
  if (look.isFolder) return check(name, "CRITICAL", `${path} is a folder`);
  if (look.mode === null) return check(name, "OK", path);
  const mode = look.mode.toString(8).padStart(4, "0");
  if ((look.mode & OTHERS_WRITE) !== 0) {
    return check(name, "CRITICAL", `anybody may change ${path} (mode ${mode}); chmod o-w ${path}`);
  }
  if (isPrivate && (look.mode & OTHERS_READ) !== 0) {
    return check(name, "CRITICAL", `anybody may read ${path} (mode ${mode}); chmod 600 ${path}`);
  }
  if (isPrivate && (look.mode & GROUP_WRITE) !== 0) {
    return check(name, "WARNING", `a group may change ${path} (mode ${mode}); chmod g-w ${path}`);
  }
  return check(name, "OK", `${path} (mode ${mode})`);
}

async function key({ keyPath, readKey, endpoint }: Installation, host: Host): Promise<Check[]> {
  if (keyPath === null) {
    return [
      isLoopback(endpoint)
        ? check("key", "OK", "none is needed, for the endpoint is this machine")
        : check("key", "CRITICAL", 'the configuration names none; add "credentials"'),
    ];
  }
  const look = file("key", keyPath, host.look(keyPath), { private: true });
  if (look.status === "CRITICAL") return [look];
  try {
    const credentials = await readKey();
    const account = credentials === null ? "" : `; share the spreadsheet with ${credentials.email}`;
    return [{ ...look, message: look.message + account }];
  } catch (thrown) {
    return [check("key", "CRITICAL", told(thrown))];
  }
}

function tables(path: string, contract: Contract): Check {
  let db: Database | undefined;
  try {
    db = openDatabase(path, { mode: "write" });
    // Only a write lock shows that the file and its folder can be written. Nothing is written.
    db.transaction(() => {});
    requireSchema(db);
    checkSourceTables(db, contract);
    return check("database", "OK", "it can be read and written, and its tables are those needed");
  } catch (thrown) {
    const isBusy = thrown instanceof AtlasError && thrown.kind === "database-busy";
    return check("database", isBusy ? "WARNING" : "CRITICAL", told(thrown));
  } finally {
    db?.close();
  }
}

function logFolder(folder: string, host: Host): Check {
  const look = host.look(folder);
  if (look.kind === "there" && !look.isFolder) {
    return check("logs", "CRITICAL", `${folder} is no folder`);
  }
  const where = look.kind === "missing" ? dirname(folder) : folder;
  const why = host.whyNotWritable(where);
  if (why !== null) {
    return check("logs", "CRITICAL", `nothing can be written in ${where}: ${why}; chown it`);
  }
  return check(
    "logs",
    "OK",
    look.kind === "missing" ? `${folder} will be made by the first cycle` : `${folder} is writable`,
  );
}

/** Compares this clock with the server's, which every answer carries (RFC 9110, section 6.6.1). */
async function clockCheck(
  endpoint: string,
  clock: Clock,
  fetch: InstallDeps["fetch"],
): Promise<Check> {
  const began = clock.now();
  let date: string | null;
  try {
    const answer = await fetch(endpoint, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    date = answer.headers.get("date");
  } catch (thrown) {
    const name = thrown instanceof Error ? thrown.name : "";
    const why = name === "TimeoutError"
      ? `no answer within ${TIMEOUT_MS / 1_000} s`
      : name === "NotCapable"
      ? "this program may not connect to it; build it with ATLAS_NET"
      : "it cannot be reached; look at the network, the firewall and DNS";
    return check("clock", "CRITICAL", `${new URL(endpoint).host}: ${why}`);
  }
  const server = Date.parse(date ?? "");
  if (Number.isNaN(server)) return check("clock", "UNKNOWN", "the server does not tell its time");
  // The header has whole seconds, and the answer took a while.
  const off = Math.abs((began + clock.now()) / 2 - (server + 500));
  const seconds = Math.round(off / 1_000);
  if (off > CLOCK_CRITICAL_MS) {
    return check("clock", "CRITICAL", `it is ${seconds} s off; signing in fails. Set it with NTP`);
  }
  if (off > CLOCK_WARNING_MS) {
    return check("clock", "WARNING", `it is ${seconds} s off; set it with NTP`);
  }
  return check("clock", "OK", `${new URL(endpoint).host} answers, and the clock agrees with it`);
}

function told(thrown: unknown): string {
  if (!(thrown instanceof AtlasError) || thrown.hint === undefined) return messageOf(thrown);
  return `${thrown.message}; ${thrown.hint}`;
}
