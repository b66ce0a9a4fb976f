import { Database } from "bun:sqlite";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../../core/fault.ts";
import { syncDirectory } from "../files.ts";
import { databaseFault } from "./faults.ts";

/** Says that a database is ours: "SALY". */
const APPLICATION = 0x53414c59;
const VERSION = 1;

/**
 * `changes` is the newest part of the history: which key changed in which commit, for whoever watches from another
 * process, and its last row is where the count of commits stands. Times are milliseconds of the Unix epoch.
 */
const SCHEMA = `
  CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, revision INTEGER NOT NULL, expires INTEGER) STRICT;
  CREATE INDEX entries_expires ON entries (expires) WHERE expires IS NOT NULL;
  CREATE TABLE changes (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, key TEXT NOT NULL) STRICT;
`;

/** Milliseconds that opening waits for another process, and that any one step does. The second holds the event loop. */
const PATIENCE = { open: 2000, step: 20 } as const;

/**
 * Opens or makes the database in `path` (or `:memory:`), readable by its owner only.
 * @throws Fault `failed` or `unavailable`, naming the file and what to do.
 */
export function openDatabase(path: string): Database {
  let database: Database | undefined;
  try {
    if (path !== ":memory:") makePrivate(path);
    database = new Database(path);
    database.run(`PRAGMA busy_timeout = ${PATIENCE.open}`);
    prepare(database, path);
    database.run(`PRAGMA busy_timeout = ${PATIENCE.step}`);
    return database;
  } catch (error) {
    database?.close();
    throw databaseFault(path, error);
  }
}

/** SQLite gives what it writes beside the file the mode of the file. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // By name: closing any descriptor of the file would drop the locks of this process on it.
  if (existsSync(path)) return chmodSync(path, 0o600);
  closeSync(openSync(path, "a", 0o600));
  syncDirectory(dirname(path));
}

function prepare(database: Database, path: string): void {
  // First of all, since setting the journal writes to the file; and in a transaction, since another process may be
  // making the database at this moment.
  const isNew = database.transaction(() => checkOurs(database, path)).deferred();
  const journal_mode = journalMode(database);
  if (journal_mode !== "wal" && path !== ":memory:")
    throw new Fault("failed", `the file system of ${path} cannot hold a database that several programs use`, {
      hint: "put the data directory on a local disk",
    });
  // Every commit is on disk when it is acknowledged.
  database.run("PRAGMA synchronous = FULL");
  database.run("PRAGMA journal_size_limit = 67108864");
  if (!isNew) return;
  database
    .transaction(() => {
      // Another process may have been first.
      if (!checkOurs(database, path)) return;
      database.run(SCHEMA);
      database.run(`PRAGMA application_id = ${APPLICATION}`);
      database.run(`PRAGMA user_version = ${VERSION}`);
    })
    .immediate();
}

/**
 * Two processes that turn on the journal at the same moment are in each other's way, and SQLite tells one of them so at
 * once, however patient it was asked to be.
 */
function journalMode(database: Database): string {
  const until = performance.now() + PATIENCE.open;
  for (;;) {
    try {
      return (database.query("PRAGMA journal_mode = WAL").get() as { journal_mode: string }).journal_mode;
    } catch (error) {
      if ((error as { code?: string }).code !== "SQLITE_BUSY" || performance.now() > until) throw error;
      Bun.sleepSync(PATIENCE.step);
    }
  }
}

/** Whether the database is still empty. @throws Fault `failed` when it is of another program or of a newer version. */
function checkOurs(database: Database, path: string): boolean {
  const { application_id } = database.query("PRAGMA application_id").get() as { application_id: number };
  const { user_version } = database.query("PRAGMA user_version").get() as { user_version: number };
  const { tables } = database.query("SELECT count(*) AS tables FROM sqlite_schema").get() as { tables: number };
  if (application_id === 0 && user_version === 0 && tables === 0) return true;
  if (application_id !== APPLICATION)
    throw new Fault("failed", `${path} is the database of another program`, {
      hint: "check the data directory; nothing was changed in it",
    });
  if (user_version > VERSION)
    throw new Fault("failed", `${path} was written by a newer version of sallyport`, {
      hint: "start the newer version, or restore a backup made before the upgrade",
    });
  return false;
}
