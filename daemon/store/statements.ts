import type { Database } from "bun:sqlite";
import type { Key } from "../../core/store.ts";

/** A row of `entries`. */
export interface Row {
  readonly key: Key;
  readonly value: Uint8Array;
  readonly revision: number;
  readonly expires: number | null;
}

/** A changed key of the history, with its current row if it exists. */
export type ChangedRow = { readonly id: number; readonly key: Key } & (
  | Omit<Row, "key">
  | { readonly value: null; readonly revision: null; readonly expires: null }
);

const LIVE = "(expires IS NULL OR expires > ?)";
const COLUMNS = "key, value, revision, expires";

/** Prepares every statement of the store. */
export function prepareStatements(database: Database) {
  const prepare = <R, P extends (string | number | null | Uint8Array)[]>(sql: string) => database.prepare<R, P>(sql);
  return {
    begin: prepare<void, []>("BEGIN IMMEDIATE"),
    beginRead: prepare<void, []>("BEGIN"),
    commit: prepare<void, []>("COMMIT"),
    rollback: prepare<void, []>("ROLLBACK"),

    get: prepare<Row, [Key, number]>(`SELECT ${COLUMNS} FROM entries WHERE key = ? AND ${LIVE}`),
    listFrom: prepare<Row, [string, string, number, number]>(
      `SELECT ${COLUMNS} FROM entries WHERE key >= ? AND key < ? AND ${LIVE} ORDER BY key LIMIT ?`,
    ),
    listAfter: prepare<Row, [string, string, number, number]>(
      `SELECT ${COLUMNS} FROM entries WHERE key > ? AND key < ? AND ${LIVE} ORDER BY key LIMIT ?`,
    ),
    live: prepare<{ readonly revision: number }, [Key, number]>(
      `SELECT revision FROM entries WHERE key = ? AND ${LIVE}`,
    ),
    expired: prepare<{ readonly key: Key }, [number, number]>(
      "SELECT key FROM entries WHERE expires <= ? ORDER BY expires LIMIT ?",
    ),
    put: prepare<void, [Key, Uint8Array, number, number | null]>(
      `INSERT INTO entries (${COLUMNS}) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
       SET value = excluded.value, revision = excluded.revision, expires = excluded.expires`,
    ),
    remove: prepare<void, [Key]>("DELETE FROM entries WHERE key = ?"),

    log: prepare<void, [number, number, Key]>("INSERT INTO changes (id, revision, key) VALUES (?, ?, ?)"),
    newest: prepare<{ readonly id: number; readonly revision: number }, []>(
      "SELECT id, revision FROM changes ORDER BY id DESC LIMIT 1",
    ),
    oldest: prepare<{ readonly id: number }, []>("SELECT id FROM changes ORDER BY id LIMIT 1"),
    trim: prepare<void, [number]>("DELETE FROM changes WHERE id <= ?"),
    since: prepare<ChangedRow, [number]>(
      `SELECT max(changes.id) AS id, changes.key AS key, value, entries.revision AS revision, expires
       FROM changes LEFT JOIN entries ON entries.key = changes.key
       WHERE changes.id > ? GROUP BY changes.key ORDER BY max(changes.id)`,
    ),
    /** Changes when another connection commits. */
    version: prepare<{ readonly data_version: number }, []>("PRAGMA data_version"),
  };
}
