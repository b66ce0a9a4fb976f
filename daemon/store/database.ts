import { Database } from "bun:sqlite";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../../core/fault.ts";
import { syncDirectory } from "../files.ts";
import { databaseFault } from "./faults.ts";

/** The application_id of the database file (sqlite.org/pragma.html): "SALY". */
const APPLICATION = 0x53414c59;
const VERSION = 1;

/**
 * `changes` is the recent history for watchers in other processes: which key changed at which revision. Its last row also
 * has the current revision. Times are milliseconds since the Unix epoch.
 */
const SCHEMA = `
  CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, revision INTEGER NOT NULL, expires INTEGER) STRICT;
  CREATE INDEX entries_expires ON entries (expires) WHERE expires IS NOT NULL;
  CREATE TABLE changes (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, key TEXT NOT NULL) STRICT;
`;

/** How long opening, and one statement, wait for a lock of another process. A statement blocks the event loop meanwhile. */
const BUSY_TIMEOUT_MS = { open: 2000, statement: 20 } as const;

/**
 * Opens or creates the database at `path` (or `:memory:`), with mode 0600.
 * @throws Fault `failed` or `unavailable` with the file and a hint.
 */
export function openDatabase(path: string): Database {
  let database: Database | undefined;
  try {
    if (path !== ":memory:") makePrivate(path);
    database = new Database(path);
    database.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS.open}`);
    prepare(database, path);
    database.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS.statement}`);
    return database;
  } catch (error) {
    database?.close();
    throw databaseFault(path, error);
  }
}

/** Creates the file with mode 0600. SQLite gives its WAL and shared-memory files the mode of the database. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // chmod by path: closing any descriptor of the file would release this process's locks on it (fcntl(2)).
  if (existsSync(path)) return chmodSync(path, 0o600);
  closeSync(openSync(path, "a", 0o600));
  syncDirectory(dirname(path));
}

function prepare(database: Database, path: string): void {
  // Check before setting the journal mode, which writes to the file; and in a transaction, since another process may be
  // creating the database at the moment.
  const isNew = database.transaction(() => checkApplication(database, path)).deferred();
  const journal_mode = journalMode(database);
  if (journal_mode !== "wal" && path !== ":memory:")
    throw new Fault("failed", `the file system of ${path} cannot hold a database that several programs use`, {
      hint: "put the data directory on a local disk",
    });
  // A commit is on disk before it is acknowledged.
  database.run("PRAGMA synchronous = FULL");
  database.run("PRAGMA journal_size_limit = 67108864");
  if (!isNew) return;
  database
    .transaction(() => {
      // Another process may have created it meanwhile.
      if (!checkApplication(database, path)) return;
      database.run(SCHEMA);
      database.run(`PRAGMA application_id = ${APPLICATION}`);
      database.run(`PRAGMA user_version = ${VERSION}`);
    })
    .immediate();
}

/**
 * Sets WAL mode. When two processes set it at once, SQLite returns SQLITE_BUSY to one of them without waiting for
 * busy_timeout, so this retries.
 */
function journalMode(database: Database): string {
  const deadline = performance.now() + BUSY_TIMEOUT_MS.open;
  for (;;) {
    try {
      return (database.query("PRAGMA journal_mode = WAL").get() as { journal_mode: string }).journal_mode;
    } catch (error) {
      if ((error as { code?: string }).code !== "SQLITE_BUSY" || performance.now() > deadline) throw error;
      Bun.sleepSync(BUSY_TIMEOUT_MS.statement);
    }
  }
}

/** Returns whether the database is empty. @throws Fault `failed` when another program or a newer version wrote it. */
function checkApplication(database: Database, path: string): boolean {
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
