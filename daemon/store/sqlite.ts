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

/** Milliseconds between two looks for entries that have expired, and for commits of other processes. */
const SWEEP_EVERY = 1000;
/** The same, while there is more to remove than is removed at once. Others come between. */
const SWEEP_ON = 20;
const POLL_EVERY = 250;
/** Milliseconds that a commit waits for other processes. */
const PATIENCE = 3000;
/** Commits in one transaction. */
const BATCH = 256;

/**
 * A store in one SQLite file, or in memory (`:memory:`). Several processes may have the same file open. Commits that
 * are asked for at the same time share one fsync.
 * @throws Fault `failed` or `unavailable`, naming the file and what to do.
 */
export function openSqlite(path: string, { now }: { readonly now: () => Date }): Store {
  return new SqliteStore(path, openDatabase(path), now);
}

interface Waiting {
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
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  /** The newest row of the history that the watchers know of, and what `data_version` was then. */
  #seen = 0;
  #version = 0;
  #open = true;
  /** A read transaction is open, until nothing more is to be done at once. */
  #reading = false;

  constructor(path: string, database: Database, now: () => Date) {
    this.#path = path;
    this.#database = database;
    this.#now = now;
    this.#sql = prepareStatements(database);
    this.#timers = [
      setInterval(() => this.#sweep(), SWEEP_EVERY).unref(),
      setInterval(() => this.#poll(), POLL_EVERY).unref(),
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
      this.#waiting.push({ writes: checked, done, failed });
      this.#flushing ??= this.#flush();
    });
  }

  watch(prefix: Key, signal: AbortSignal): AsyncIterable<Change> {
    checkKey(prefix);
    return this.#read(() => {
      // In this order: what is committed in between is then noticed twice, not never.
      this.#version = this.#dataVersion();
      // What others committed before this moment is not for the new watcher, but may be for those that are here.
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

  /** Commits what waits. Those who ask in the same turn of the event loop travel along. */
  async #flush(): Promise<void> {
    await nextTurn();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        // Others are waited for without holding up this process.
        for (const until = performance.now() + PATIENCE; !this.#begin(until); )
          await new Promise((again) => setTimeout(again, 1 + Math.random() * 10));
        const results = this.#transact((tx) => batch.map(({ writes }) => tx.commit(writes)));
        batch.forEach(({ done, failed }, at) => {
          const result = results[at];
          if (typeof result === "string") done(result);
          else if (result !== undefined) failed(result);
        });
      } catch (error) {
        for (const { failed } of batch) failed(databaseFault(this.#path, error));
      }
    }
    this.#flushing = undefined;
  }

  /** False when another process is writing and there is time left. */
  #begin(until: number): boolean {
    this.#endRead();
    try {
      this.#sql.begin.run();
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === "SQLITE_BUSY" && performance.now() < until) return false;
      throw error;
    }
  }

  /** What is read together, in one turn without waiting, is read in one transaction: to begin one costs more than to read. */
  #shareRead(): void {
    if (this.#reading || this.#database.inTransaction) return;
    this.#sql.beginRead.run();
    this.#reading = true;
    queueMicrotask(() => this.#endRead());
  }

  #endRead(): void {
    if (!this.#reading) return;
    this.#reading = false;
    // After some failures SQLite has ended it by itself.
    if (this.#database.inTransaction) this.#sql.commit.run();
  }

  /** Does `work` in the transaction that has begun, ends it, and tells the watchers. */
  #transact<T>(work: (tx: Transaction) => T): T {
    try {
      this.#catchUp();
      const tx = new Transaction(this.#sql, this.#time());
      const result = work(tx);
      tx.trim();
      this.#sql.commit.run();
      this.#seen = tx.id;
      this.#watchers.tell(tx.changes);
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#sql.rollback.run();
      throw error;
    }
  }

  /** Removes what has expired. Nobody sees it any more, so where that cannot be done now it is done later. */
  #sweep(): void {
    try {
      if (!this.#open || this.#sql.expired.get(this.#time(), 1) === null) return;
      const more = this.#begin(Number.POSITIVE_INFINITY) && this.#transact((tx) => tx.sweep());
      if (more) setTimeout(() => this.#sweep(), SWEEP_ON).unref();
    } catch {
      // A disk that is full or broken is reported by the next commit, to somebody who waits for it.
    }
  }

  /** Notices what other processes have committed. */
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

  /** Tells the watchers what was committed since `#seen`: of each key that changed, how it is now. */
  #catchUp(): void {
    let { id } = this.#sql.newest.get() ?? { id: 0 };
    if (id === this.#seen) return;
    if (!this.#watchers.empty) {
      const rows = this.#sql.since.all(this.#seen);
      if ((this.#sql.oldest.get()?.id ?? 0) > this.#seen + 1) this.#watchers.lose();
      else this.#watchers.tell(rows.map((row) => changeOf(row, this.#time())));
      // Outside of a transaction others may have gone on meanwhile.
      id = Math.max(id, rows.at(-1)?.id ?? 0);
    }
    this.#seen = id;
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
