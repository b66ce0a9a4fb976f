import { Fault } from "../../core/fault.ts";
import type { Change, Key, Revision, Write } from "../../core/store.ts";
import type { prepareStatements } from "./statements.ts";
import { keyOf } from "./write.ts";

/** Expired entries that are removed at once. */
const SWEEP = 500;
/** Rows of history that are kept at least, and how many more before the oldest go. */
const HISTORY = 10_000;
const TRIM_EVERY = 1024;

/** The work between BEGIN and COMMIT: any number of commits, each applied or refused as a whole. */
export class Transaction {
  /** The changes to report to watchers after COMMIT, in order. */
  readonly changes: Change[] = [];
  readonly #sql: ReturnType<typeof prepareStatements>;
  readonly #now: number;
  readonly #firstId: number;
  #revision: number;

  constructor(sql: ReturnType<typeof prepareStatements>, now: number) {
    const newest = sql.newest.get() ?? { id: 0, revision: 0 };
    this.#sql = sql;
    this.#now = now;
    this.#firstId = newest.id;
    this.#revision = newest.revision;
  }

  /** The newest row of the history. */
  get id(): number {
    return this.#firstId + this.changes.length;
  }

  /** Applies all of `writes`, or none and returns why. */
  commit(writes: readonly Write[]): Revision | Fault {
    for (const write of writes) {
      const conflict = this.#conflict(write);
      if (conflict !== undefined) return conflict;
    }
    const revision = this.#revision + 1;
    for (const write of writes) {
      if ("put" in write) this.#put(write, revision);
      else if ("remove" in write && this.#revisionOf(write.remove) !== undefined) this.#remove(write.remove, revision);
    }
    return String(this.#revision);
  }

  /** Removes what has expired, up to a bound. Returns whether there may be more. */
  sweep(): boolean {
    const revision = this.#revision + 1;
    const expired = this.#sql.expired.all(this.#now, SWEEP);
    for (const { key } of expired) this.#remove(key, revision);
    return expired.length === SWEEP;
  }

  /** Keeps the history bounded. Its newest row always stays: it holds the count of commits. */
  trim(): void {
    if (Math.floor(this.#firstId / TRIM_EVERY) !== Math.floor(this.id / TRIM_EVERY))
      this.#sql.trim.run(this.id - HISTORY);
  }

  #conflict(write: Write): Fault | undefined {
    const { expect } = write;
    if (expect === "any") return undefined;
    const key = keyOf(write);
    const revision = this.#revisionOf(key);
    if (expect === (revision ?? "absent")) return undefined;
    if (expect === "absent") return new Fault("conflict", `${key} exists already`);
    const what = revision === undefined ? "does not exist any more" : "was changed by somebody else";
    return new Fault("conflict", `${key} ${what}`, { hint: "read it again and repeat the change" });
  }

  #revisionOf(key: Key): Revision | undefined {
    const row = this.#sql.live.get(key, this.#now);
    return row === null ? undefined : String(row.revision);
  }

  #put({ put: key, value, expires }: Extract<Write, { put: Key }>, revision: number): void {
    this.#sql.put.run(key, value, revision, expires?.getTime() ?? null);
    this.#log(revision, {
      key,
      entry: { key, value, revision: String(revision), ...(expires !== undefined && { expires }) },
    });
  }

  #remove(key: Key, revision: number): void {
    this.#sql.remove.run(key);
    this.#log(revision, { key });
  }

  #log(revision: number, change: Change): void {
    this.#sql.log.run(this.id + 1, revision, change.key);
    this.changes.push(change);
    this.#revision = revision;
  }
}
