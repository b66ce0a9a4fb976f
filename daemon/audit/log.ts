import { join } from "node:path";
import { chainLine, GENESIS, type Head } from "../../core/audit/chain.ts";
import type { AuditEvent } from "../../core/audit/event.ts";
import { ChainCheck, type Verdict } from "../../core/audit/verify.ts";
import { Fault } from "../../core/fault.ts";
import type { Log } from "../log.ts";
import { BoundedQueue } from "../store/bounded-queue.ts";
import { AppendFile } from "./append-file.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type Day, dayOf, listDays } from "./days.ts";
import { GroupCommit } from "./group-commit.ts";
import { linesForward } from "./lines.ts";
import { lockDirectory } from "./lock.ts";
import { RecentSet } from "./recent-set.ts";
import { recover } from "./recover.ts";
import { type EventSearch, Search } from "./search.ts";

/** How many of the newest uids are remembered, so that an event that is sent twice is written once. */
const REMEMBERED = 50_000;
/** Events that may wait for one reader of `tail`. */
const TAIL_BOUND = 8192;
/** Milliseconds between two checkpoints. */
const CHECKPOINT_EVERY = 1000;

export interface AuditLogOptions {
  readonly now: () => Date;
  readonly log?: Pick<Log, "warn">;
  /** Where the end of the chain is noted, so that a log cut short is noticed. */
  readonly checkpoint?: Checkpoint;
}

/** The audit log of a cluster: a file a day of JSON lines, each holding the hash of the one before it. */
export interface AuditLog extends AsyncDisposable {
  /** What the opening had to mend: the unfinished record that a crash leaves. For the operator's log. */
  readonly recovered?: string;
  /** The log was not as the checkpoint says. For the operator's log, and to be recorded as `audit.damaged`. */
  readonly damage?: string;
  /**
   * Resolves when the event is on disk. One whose uid was seen among the newest is not written again.
   * @throws Fault `failed` when it cannot be written; nothing of it is then in the log.
   */
  append(event: AuditEvent): Promise<void>;
  /** Events in the order they were written, which for those that a machine kept back is not that of their times. */
  search(query: EventSearch): Promise<AuditEvent[]>;
  /** Events from now on. A reader that falls too far behind gets a Fault `unavailable`. */
  tail(signal: AbortSignal): AsyncIterable<AuditEvent>;
  /** Reads everything. The first record that was changed, lost or moved is named. */
  verify(): Promise<Verdict>;
  close(): Promise<void>;
}

/**
 * @throws Fault `failed` when `dir` cannot be written, `unavailable` when another process writes there.
 */
export async function openAuditLog(dir: string, options: AuditLogOptions): Promise<AuditLog> {
  const lock = lockDirectory(dir);
  try {
    return new ChainedLog(dir, options, lock, await recover(dir, REMEMBERED, await options.checkpoint?.load()));
  } catch (error) {
    lock.release();
    throw error;
  }
}

class ChainedLog implements AuditLog {
  readonly recovered?: string;
  readonly damage?: string;
  readonly #dir: string;
  readonly #options: AuditLogOptions;
  readonly #lock: { release(): void };
  readonly #group = new GroupCommit<AuditEvent>((events) => this.#commit(events));
  readonly #pending = new Map<string, Promise<void>>();
  readonly #seen: RecentSet;
  readonly #queues = new Set<BoundedQueue<AuditEvent>>();
  readonly #search = new Search();
  #head: Head;
  #day: string | undefined;
  #file: AppendFile | undefined;
  #checkpointTimer: ReturnType<typeof setTimeout> | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    dir: string,
    options: AuditLogOptions,
    lock: { release(): void },
    state: Awaited<ReturnType<typeof recover>>,
  ) {
    this.#dir = dir;
    this.#options = options;
    this.#lock = lock;
    this.#head = state.head;
    this.#seen = new RecentSet(REMEMBERED, state.uids);
    this.#day = state.day;
    this.#file = state.file;
    if (state.recovered !== undefined) this.recovered = state.recovered;
    if (state.damage !== undefined) this.damage = state.damage;
  }

  append(event: AuditEvent): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(new Fault("unavailable", "the audit log is closed"));
    if (this.#seen.has(event.uid)) return Promise.resolve();
    const pending = this.#pending.get(event.uid);
    if (pending !== undefined) return pending;
    const written = this.#group.add(event);
    this.#pending.set(event.uid, written);
    return written;
  }

  async search(query: EventSearch): Promise<AuditEvent[]> {
    return this.#search.run(this.#days(), query);
  }

  tail(signal: AbortSignal): AsyncIterable<AuditEvent> {
    const queue = new BoundedQueue<AuditEvent>({
      signal,
      bound: TAIL_BOUND,
      lag: () =>
        new Fault("unavailable", "events come faster than they are read", { hint: "search for what is missing" }),
      left: (left) => this.#queues.delete(left),
    });
    if (this.#closed !== undefined) queue.end();
    else if (!signal.aborted) this.#queues.add(queue);
    return queue;
  }

  async verify(): Promise<Verdict> {
    // First, since what it says is on disk by then.
    const noted = await this.#options.checkpoint?.load();
    const days = this.#days();
    const check = new ChainCheck(noted === undefined ? [this.#head] : [noted, this.#head]);
    for (const { path, name, size } of days) {
      let line = 0;
      for await (const lines of linesForward(path, 0, size))
        for (const bytes of lines) check.push({ file: name, line: ++line, bytes });
    }
    return check.finish();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#group.idle();
    for (const queue of this.#queues) queue.end();
    clearTimeout(this.#checkpointTimer);
    await this.#checkpoint();
    this.#file?.close();
    this.#lock.release();
  }

  /** The files, the one being written only as far as it is on disk. */
  #days(): Day[] {
    return listDays(this.#dir).map((day) =>
      day.day === this.#day ? { ...day, open: true, size: this.#file?.size ?? 0 } : day,
    );
  }

  async #commit(events: readonly AuditEvent[]): Promise<void> {
    try {
      let head = this.#head;
      let block = "";
      for (const event of events) {
        const next = chainLine(event, head);
        head = next.head;
        block += `${next.line}\n`;
      }
      await this.#today().append(Buffer.from(block));
      this.#head = head;
    } finally {
      for (const { uid } of events) this.#pending.delete(uid);
    }
    for (const event of events) {
      this.#seen.add(event.uid);
      for (const queue of this.#queues) queue.push(event);
    }
    this.#checkpointTimer ??= setTimeout(() => void this.#checkpoint(), CHECKPOINT_EVERY).unref();
  }

  /** The file that is written now. A clock that was set back writes on where it was: the order of files is the chain's. */
  #today(): AppendFile {
    const day = dayOf(this.#options.now());
    if (this.#file === undefined || this.#day === undefined || day > this.#day) {
      const next = new AppendFile(join(this.#dir, `${day}.jsonl`));
      this.#file?.close();
      this.#file = next;
      this.#day = day;
    }
    return this.#file;
  }

  async #checkpoint(): Promise<void> {
    this.#checkpointTimer = undefined;
    if (this.#head.seq === GENESIS.seq) return;
    try {
      await this.#options.checkpoint?.save(this.#head);
    } catch (error) {
      this.#options.log?.warn("the end of the audit log could not be noted", { error });
    }
  }
}
