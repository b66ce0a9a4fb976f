import type { Database } from "bun:sqlite";
import { Fault } from "../../core/fault.ts";
import type { Change, Entry, Key, Revision, Store, Write } from "../../core/store.ts";
import { nextTurn } from "../flow-control.ts";
import { openDatabase } from "./database.ts";
import { databaseFault } from "./faults.ts";
import { type ChangedRow, prepareStatements, type Row } from "./statements.ts";
import { Transaction } from "./transaction.ts";
import { Watchers } from "./watchers.ts";
import { checkKey, checkWrites, endOf } from "./write.ts";

/** The intervals at which expired entries are removed, and commits of other processes are detected. Milliseconds. */
const SWEEP_EVERY_MS = 1000;
const POLL_EVERY_MS = 250;
/** The pause between two sweeps while more entries have expired than one removes, for other commits. Milliseconds. */
const SWEEP_PAUSE_MS = 20;
/** How long a commit waits for the write lock of other processes. Milliseconds. */
const BUSY_TIMEOUT_MS = 3000;
/** Commits in one transaction. */
const MAX_BATCH = 256;

/**
 * Opens a store in one SQLite file, or in memory (`:memory:`). Several processes may open one file. Concurrent commits share
 * one fsync (group commit).
 * @throws Fault `failed` or `unavailable` with the file and a hint.
 */
export function openSqlite(path: string, { now }: { readonly now: () => Date }): Store {
  return new SqliteStore(path, openDatabase(path), now);
}

interface QueuedCommit {
  readonly writes: readonly Write[];
  readonly done: (revision: Revision) => void;
  readonly failed: (fault: Fault) => void;
}

class SqliteStore implements Store {
  readonly #path: string;
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #sql: ReturnType<typeof prepareStatements>;
  readonly #watchers = new Watchers();
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  #queue: QueuedCommit[] = [];
  #flushing: Promise<void> | undefined;
  /** The last row of the history that was sent to the watchers, and `data_version` at that time. */
  #lastSent = 0;
  #version = 0;
  #open = true;
  /** A shared read transaction is open, until the end of the microtask. */
  #reading = false;

  constructor(path: string, database: Database, now: () => Date) {
    this.#path = path;
    this.#database = database;
    this.#now = now;
    this.#sql = prepareStatements(database);
    this.#timers = [
      setInterval(() => this.#sweep(), SWEEP_EVERY_MS).unref(),
      setInterval(() => this.#poll(), POLL_EVERY_MS).unref(),
    ];
  }

  async get(key: Key): Promise<Entry | undefined> {
    const row = this.#read(() => {
      this.#shareRead();
      return this.#sql.get.get(checkKey(key), this.#time());
    });
    return row === null ? undefined : entryOf(row);
  }

  async list(prefix: Key, page: { readonly after?: Key; readonly limit?: number } = {}): Promise<readonly Entry[]> {
    const { after, limit = -1 } = page;
    const end = endOf(checkKey(prefix));
    const rows = this.#read(() =>
      after === undefined || after < prefix
        ? this.#sql.listFrom.all(prefix, end, this.#time(), limit)
        : this.#sql.listAfter.all(after, end, this.#time(), limit),
    );
    return rows.map(entryOf);
  }

  async commit(writes: readonly Write[]): Promise<Revision> {
    this.#requireOpen();
    const checked = checkWrites(writes);
    return await new Promise((done, failed) => {
      this.#queue.push({ writes: checked, done, failed });
      this.#flushing ??= this.#flush();
    });
  }

  watch(prefix: Key, signal: AbortSignal): AsyncIterable<Change> {
    checkKey(prefix);
    return this.#read(() => {
      // In this order, a commit in between is noticed twice instead of never.
      this.#version = this.#dataVersion();
      // Send earlier commits of other processes to the present watchers, but not to the new one.
      this.#catchUp();
      return this.#watchers.add(prefix, signal);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#flushing;
    this.#endRead();
    this.#watchers.end();
    for (const statement of Object.values(this.#sql)) statement.finalize();
    this.#database.close();
  }

  /** Commits the queue. Commits that were queued in one turn of the event loop share a transaction. */
  async #flush(): Promise<void> {
    await nextTurn();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_BATCH);
      try {
        // Wait for other processes without blocking the event loop.
        for (const deadline = performance.now() + BUSY_TIMEOUT_MS; !this.#begin(deadline); )
          await new Promise((retry) => setTimeout(retry, 1 + Math.random() * 10));
        const results = this.#transact((tx) => batch.map(({ writes }) => tx.commit(writes)));
        batch.forEach(({ done, failed }, i) => {
          const result = results[i];
          if (typeof result === "string") done(result);
          else if (result !== undefined) failed(result);
        });
      } catch (error) {
        for (const { failed } of batch) failed(databaseFault(this.#path, error));
      }
    }
    this.#flushing = undefined;
  }

  /** Begins a write transaction. @returns false when another process is writing and `deadline` has not passed. */
  #begin(deadline: number): boolean {
    this.#endRead();
    try {
      this.#sql.begin.run();
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === "SQLITE_BUSY" && performance.now() < deadline) return false;
      throw error;
    }
  }

  /** Begins a read transaction for all reads of one microtask, since beginning one costs more than a read. */
  #shareRead(): void {
    if (this.#reading || this.#database.inTransaction) return;
    this.#sql.beginRead.run();
    this.#reading = true;
    queueMicrotask(() => this.#endRead());
  }

  #endRead(): void {
    if (!this.#reading) return;
    this.#reading = false;
    // SQLite ends a transaction by itself after some errors.
    if (this.#database.inTransaction) this.#sql.commit.run();
  }

  /** Runs `work` in the transaction that has begun, commits it, and sends its changes to the watchers. */
  #transact<T>(work: (tx: Transaction) => T): T {
    try {
      this.#catchUp();
      const tx = new Transaction(this.#sql, this.#time());
      const result = work(tx);
      tx.trim();
      this.#sql.commit.run();
      this.#lastSent = tx.id;
      this.#watchers.tell(tx.changes);
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#sql.rollback.run();
      throw error;
    }
  }

  /** Removes expired entries. Reads already skip them, so a failure is retried later. */
  #sweep(): void {
    try {
      if (!this.#open || this.#sql.expired.get(this.#time(), 1) === null) return;
      const more = this.#begin(Number.POSITIVE_INFINITY) && this.#transact((tx) => tx.sweep());
      if (more) setTimeout(() => this.#sweep(), SWEEP_PAUSE_MS).unref();
    } catch {
      // The next commit reports a disk error to its caller.
    }
  }

  /** Detects commits of other processes. */
  #poll(): void {
    if (this.#watchers.empty) return;
    try {
      const version = this.#dataVersion();
      if (version === this.#version) return;
      this.#catchUp();
      this.#version = version;
    } catch (error) {
      this.#watchers.lose(databaseFault(this.#path, error));
    }
  }

  /** Sends the watchers the current entry of each key that changed since `#lastSent`. */
  #catchUp(): void {
    let { id } = this.#sql.newest.get() ?? { id: 0 };
    if (id === this.#lastSent) return;
    if (!this.#watchers.empty) {
      const rows = this.#sql.since.all(this.#lastSent);
      if ((this.#sql.oldest.get()?.id ?? 0) > this.#lastSent + 1) this.#watchers.lose();
      else this.#watchers.tell(rows.map((row) => changeOf(row, this.#time())));
      // Outside of a transaction, other processes may have committed meanwhile.
      id = Math.max(id, rows.at(-1)?.id ?? 0);
    }
    this.#lastSent = id;
  }

  #dataVersion(): number {
    return this.#sql.version.get()?.data_version ?? 0;
  }

  #time(): number {
    return this.#now().getTime();
  }

  #read<T>(read: () => T): T {
    this.#requireOpen();
    try {
      return read();
    } catch (error) {
      throw databaseFault(this.#path, error);
    }
  }

  #requireOpen(): void {
    if (!this.#open) throw new Fault("unavailable", `the database ${this.#path} is closed`);
  }
}

function entryOf({ key, value, revision, expires }: Row): Entry {
  return { key, value, revision: String(revision), ...(expires !== null && { expires: new Date(expires) }) };
}

function changeOf(row: ChangedRow, now: number): Change {
  if (row.value === null || (row.expires !== null && row.expires <= now)) return { key: row.key };
  return { key: row.key, entry: entryOf(row) };
}
