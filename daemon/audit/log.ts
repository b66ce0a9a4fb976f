import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { chainLine, GENESIS, type Head } from "../../core/audit/chain.ts";
import type { AuditEvent } from "../../core/audit/event.ts";
import type { ChainReport } from "../../core/audit/verify.ts";
import { Fault } from "../../core/fault.ts";
import { uuid } from "../../core/names.ts";
import { readIfThere, writePrivate } from "../files.ts";
import type { Log } from "../log.ts";
import { BoundedQueue } from "../store/bounded-queue.ts";
import { AppendFile } from "./append-file.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { GroupCommit } from "./group-commit.ts";
import { lockDirectory } from "./lock.ts";
import { dayOf } from "./log-files.ts";
import { LogReader } from "./log-reader.ts";
import { RecentSet } from "./recent-set.ts";
import { type RecoveredLog, recover } from "./recover.ts";
import type { EventSearch } from "./search.ts";

/** Newest uids that are remembered, so that an event that is delivered again to this process is not written again. */
const REMEMBERED = 50_000;
/** Events that may wait for one reader of `tail`. */
const TAIL_BOUND = 8192;
/** Milliseconds between two checkpoints. */
const CHECKPOINT_EVERY = 1000;
/** Holds the log's UUID, in the directory of its files. */
const ID_FILE = "log_uuid";

export interface AuditLogOptions {
  readonly now: () => Date;
  readonly log?: Pick<Log, "warn">;
  /** Opens the checkpoint of the log with this UUID. */
  readonly checkpoint?: (id: string) => Promise<Checkpoint>;
}

/** One log for reading: one chain of records. */
export interface ReadableLog {
  /** The UUID of the log. */
  readonly id: string;
  /**
   * The newest matching events, in the order of writing. That is not the order of their times where a member kept
   * events back.
   */
  search(query: EventSearch): Promise<AuditEvent[]>;
  /** Events that are written after the call. A reader that falls too far behind gets a Fault `unavailable`. */
  tail(signal: AbortSignal): AsyncIterable<AuditEvent>;
  /** Reads every record. The report names the first record that was changed, lost or moved. */
  verify(): Promise<ChainReport>;
}

/** The log that this process writes: a file a day of JSON lines, each with the hash of the line before it. */
export interface AuditLog extends ReadableLog, AsyncDisposable {
  /** The directory had no log: this one got a new UUID. */
  readonly created: boolean;
  /** Says that an unfinished record of a crash was cut off. For the operator's log. */
  readonly recovered?: string;
  /** Says how the log contradicts its checkpoint. For the operator's log, and to be recorded as `audit.damaged`. */
  readonly damage?: string;
  /**
   * Resolves when the event is on disk. An event with one of the newest uids is not written again.
   * @throws Fault `failed` when it cannot be written; nothing of it is then in the log.
   */
  append(event: AuditEvent): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the log in `dir` for writing; gives it a UUID when it has none.
 * @throws Fault `failed` when `dir` cannot be written, `unavailable` when another process writes there.
 */
export async function openAuditLog(dir: string, options: AuditLogOptions): Promise<AuditLog> {
  const lock = lockDirectory(dir);
  try {
    const { id, created } = openId(dir);
    const checkpoint = await options.checkpoint?.(id);
    const state = await recover(dir, REMEMBERED, await checkpoint?.load());
    return new ChainedLog({ id, created, dir, options, checkpoint, lock, state });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A reader's queue of events. */
export function tailQueue(signal: AbortSignal, left: (queue: BoundedQueue<AuditEvent>) => void) {
  return new BoundedQueue<AuditEvent>({
    signal,
    bound: TAIL_BOUND,
    lag: () =>
      new Fault("unavailable", "events come faster than they are read", { hint: "search for what is missing" }),
    left,
  });
}

/** The UUID of the log in `dir`. It names the chain and its checkpoint for as long as the directory exists. */
function openId(dir: string): { readonly id: string; readonly created: boolean } {
  const file = join(dir, ID_FILE);
  const text = readIfThere(file)?.trim();
  if (text === undefined) {
    const id = randomUUID();
    writePrivate(file, `${id}\n`);
    return { id, created: true };
  }
  if (!uuid.safeParse(text).success)
    throw new Fault("failed", `${file} does not hold a UUID`, { hint: "restore it from a backup" });
  return { id: text, created: false };
}

interface OpenedLog {
  readonly id: string;
  readonly created: boolean;
  readonly dir: string;
  readonly options: AuditLogOptions;
  readonly checkpoint: Checkpoint | undefined;
  readonly lock: { release(): void };
  readonly state: RecoveredLog;
}

class ChainedLog implements AuditLog {
  readonly id: string;
  readonly created: boolean;
  readonly recovered?: string;
  readonly damage?: string;
  readonly #dir: string;
  readonly #options: AuditLogOptions;
  readonly #checkpoint: Checkpoint | undefined;
  readonly #lock: { release(): void };
  readonly #group = new GroupCommit<AuditEvent>((events) => this.#commit(events));
  readonly #pending = new Map<string, Promise<void>>();
  readonly #seen: RecentSet;
  readonly #queues = new Set<BoundedQueue<AuditEvent>>();
  readonly #reader: LogReader;
  #head: Head;
  #day: string | undefined;
  #file: AppendFile | undefined;
  #checkpointTimer: ReturnType<typeof setTimeout> | undefined;
  #closed: Promise<void> | undefined;

  constructor({ id, created, dir, options, checkpoint, lock, state }: OpenedLog) {
    this.id = id;
    this.created = created;
    this.#dir = dir;
    this.#options = options;
    this.#checkpoint = checkpoint;
    this.#lock = lock;
    this.#head = state.head;
    this.#seen = new RecentSet(REMEMBERED, state.uids);
    this.#day = state.day;
    this.#file = state.file;
    this.#reader = new LogReader(dir, () => this.#written());
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

  search(query: EventSearch): Promise<AuditEvent[]> {
    return this.#reader.search(query);
  }

  tail(signal: AbortSignal): AsyncIterable<AuditEvent> {
    const queue = tailQueue(signal, (left) => this.#queues.delete(left));
    if (this.#closed !== undefined) queue.end();
    else if (!signal.aborted) this.#queues.add(queue);
    return queue;
  }

  async verify(): Promise<ChainReport> {
    // Loaded before the files are read: every record up to the checkpoint is on disk by then.
    const checkpoint = await this.#checkpoint?.load();
    return this.#reader.verify(checkpoint === undefined ? [this.#head] : [checkpoint, this.#head]);
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
    await this.#saveCheckpoint();
    this.#file?.close();
    this.#lock.release();
  }

  #written() {
    return this.#day === undefined ? undefined : { day: this.#day, size: this.#file?.size ?? 0 };
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
    this.#checkpointTimer ??= setTimeout(() => void this.#saveCheckpoint(), CHECKPOINT_EVERY).unref();
  }

  /** The file to write to. After the clock was set back, the newest file stays: the order of files is the chain's order. */
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

  async #saveCheckpoint(): Promise<void> {
    this.#checkpointTimer = undefined;
    if (this.#head.seq === GENESIS.seq) return;
    try {
      await this.#checkpoint?.save(this.#head);
    } catch (error) {
      this.#options.log?.warn("the checkpoint of the audit log could not be saved", { error });
    }
  }
}
