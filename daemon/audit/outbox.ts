import { appendFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuditEvent } from "../../core/audit/event.ts";
import { Fault } from "../../core/fault.ts";
import type { Log } from "../log.ts";
import { AppendFile } from "./append-file.ts";
import { GroupCommit } from "./group-commit.ts";
import { endOfLines, linesForward } from "./lines.ts";
import { lockDirectory } from "./lock.ts";

/** Bytes of one file. A file goes when all in it is delivered, so this bounds what a restart delivers twice. */
const SEGMENT = 256 * 1024;
/** Bytes that may wait. Some 600,000 events. */
const LIMIT = 256 * 1024 * 1024;
/** Events that are sent at once. */
const BATCH = 500;
/** Milliseconds before a failed delivery is tried again: at first, and at most. */
const PAUSE = { first: 200, most: 5000 } as const;
/** Milliseconds that closing waits for what is on its way. */
const FAREWELL = 3000;

/** Where a machine's audit events wait until auth has them, so that sessions do not depend on auth. */
export interface Outbox extends AsyncDisposable {
  /**
   * Resolves when the event is durable on this machine. It is delivered in order, at least once.
   * @throws Fault `unavailable` when too much waits, `failed` when the disk is full or broken.
   */
  append(event: AuditEvent): Promise<void>;
  /** Delivers what can be delivered at once; the rest is kept for the next opening. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  readonly log: Pick<Log, "info" | "warn">;
  /** Bytes that may wait; 256 MiB if not given. */
  readonly limit?: number;
}

/**
 * @param send delivers events; a Fault `bad_request` or `too_large` from it means that it never will. Such events are
 *   put into `refused.jsonl`, one by one, so that what comes after them is not held up.
 * @throws Fault `failed` when `dir` cannot be written, `unavailable` when another process writes there.
 */
export async function openOutbox(
  dir: string,
  send: (events: readonly AuditEvent[]) => Promise<void>,
  options: OutboxOptions,
): Promise<Outbox> {
  const lock = lockDirectory(dir);
  try {
    return new Journal(dir, send, options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Segment {
  readonly number: number;
  readonly path: string;
  /** Bytes that are whole lines and on disk. */
  size: number;
}

class Journal implements Outbox {
  readonly #dir: string;
  readonly #send: (events: readonly AuditEvent[]) => Promise<void>;
  readonly #log: Pick<Log, "info" | "warn">;
  readonly #limit: number;
  readonly #lock: { release(): void };
  readonly #group = new GroupCommit<AuditEvent>((events) => this.#commit(events));
  readonly #segments: Segment[];
  readonly #delivery: Promise<void>;
  /** The newest segment, while it is written. */
  #file: AppendFile | undefined;
  /** How much of the oldest segment is delivered. */
  #delivered = 0;
  /** Resolved when there may be something to deliver. */
  #wake = Promise.withResolvers<void>();
  #accepting = true;
  readonly #closing = new AbortController();
  /** From then on the directory belongs to somebody else. */
  #left = false;
  #closed: Promise<void> | undefined;

  constructor(
    dir: string,
    send: (events: readonly AuditEvent[]) => Promise<void>,
    { log, limit = LIMIT }: OutboxOptions,
    lock: { release(): void },
  ) {
    this.#dir = dir;
    this.#send = send;
    this.#log = log;
    this.#limit = limit;
    this.#lock = lock;
    this.#segments = listSegments(dir);
    this.#delivery = this.#deliverAll();
  }

  append(event: AuditEvent): Promise<void> {
    if (!this.#accepting) return Promise.reject(new Fault("unavailable", "this machine is shutting down"));
    return this.#group.add(event);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#accepting = false;
    await this.#group.idle();
    this.#closing.abort();
    this.#wake.resolve();
    await Promise.race([this.#delivery, sleep(FAREWELL, undefined, { ref: false })]);
    this.#left = true;
    this.#file?.close();
    const [oldest, ...others] = this.#segments;
    if (oldest !== undefined && others.length === 0 && this.#delivered === oldest.size)
      rmSync(oldest.path, { force: true });
    this.#lock.release();
  }

  async #commit(events: readonly AuditEvent[]): Promise<void> {
    const block = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const waiting = this.#segments.reduce((sum, { size }) => sum + size, 0);
    if (waiting + block.length > this.#limit)
      throw new Fault("unavailable", "too many audit events wait to reach the auth server", {
        hint: "nothing is done that cannot be recorded; see that this machine reaches the auth server",
      });
    const file = this.#current();
    await file.append(block);
    const newest = this.#segments.at(-1);
    if (newest !== undefined) newest.size = file.size;
    this.#wake.resolve();
  }

  /** The file to write to; a new one when the last one is large enough. */
  #current(): AppendFile {
    if (this.#file !== undefined && this.#file.size < SEGMENT) return this.#file;
    const number = (this.#segments.at(-1)?.number ?? 0) + 1;
    const path = join(this.#dir, `${String(number).padStart(10, "0")}.jsonl`);
    const file = new AppendFile(path, 0);
    this.#file?.close();
    this.#file = file;
    this.#segments.push({ number, path, size: 0 });
    return file;
  }

  async #deliverAll(): Promise<void> {
    for (;;) {
      this.#wake = Promise.withResolvers();
      try {
        const batch = await this.#next();
        if (batch !== undefined) {
          if (!(await this.#deliver(batch.events)) || this.#left) return;
          this.#delivered += batch.bytes;
        } else if (this.#closing.signal.aborted) return;
        else await this.#wake.promise;
      } catch (error) {
        this.#log.warn("waiting audit events cannot be read", { error });
        if (!(await this.#pause(PAUSE.most))) return;
      }
    }
  }

  /** The oldest events that wait, and the bytes they take up. What is delivered as a whole is removed. */
  async #next(): Promise<{ readonly events: AuditEvent[]; readonly bytes: number } | undefined> {
    for (;;) {
      const [oldest] = this.#segments;
      if (oldest === undefined) return undefined;
      if (this.#delivered < oldest.size) return this.#read(oldest);
      if (this.#file !== undefined && this.#segments.length === 1) return undefined;
      rmSync(oldest.path, { force: true });
      this.#segments.shift();
      this.#delivered = 0;
    }
  }

  async #read({ path, size }: Segment): Promise<{ readonly events: AuditEvent[]; readonly bytes: number }> {
    try {
      for await (const lines of linesForward(path, this.#delivered, size)) {
        const taken = lines.slice(0, BATCH);
        const events = taken.map((line) => this.#parse(line)).filter((event) => event !== undefined);
        return { events, bytes: taken.reduce((sum, line) => sum + line.length + 1, 0) };
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    this.#log.warn("somebody else removed audit events that waited for the auth server", { path });
    if (this.#segments.length === 1) this.#file = undefined;
    return { events: [], bytes: size - this.#delivered };
  }

  #parse(line: Buffer): AuditEvent | undefined {
    try {
      return JSON.parse(line.toString()) as AuditEvent;
    } catch {
      this.#log.warn("a damaged audit event was passed over", { bytes: line.length });
      return undefined;
    }
  }

  /** False when closing came first. */
  async #deliver(events: readonly AuditEvent[]): Promise<boolean> {
    if (events.length === 0) return true;
    let failed = false;
    for (let pause: number = PAUSE.first; ; pause = Math.min(pause * 2, PAUSE.most)) {
      try {
        await this.#send(events);
        if (failed) this.#log.info("audit events reach the auth server again");
        return true;
      } catch (error) {
        if (isFinal(error)) return await this.#sort(events, error);
        if (!failed) this.#log.warn("audit events wait for the auth server", { error });
        failed = true;
        // Some later than others, so that a cluster does not come back all at once.
        if (!(await this.#pause(pause * (0.5 + Math.random())))) return false;
      }
    }
  }

  /** Among refused events, finds those to blame. */
  async #sort(events: readonly AuditEvent[], error: Fault): Promise<boolean> {
    const [first, ...others] = events;
    if (first === undefined) return true;
    if (others.length > 0) {
      for (const event of events) if (!(await this.#deliver([event]))) return false;
      return true;
    }
    appendFileSync(join(this.#dir, "refused.jsonl"), `${JSON.stringify(first)}\n`, { mode: 0o600 });
    this.#log.warn("the auth server refused an audit event; it is kept in refused.jsonl", {
      event: first.event,
      error,
    });
    return true;
  }

  /** False when closing came first. */
  async #pause(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { ref: false, signal: this.#closing.signal }).catch(() => {});
    return !this.#closing.signal.aborted;
  }
}

function isFinal(error: unknown): error is Fault {
  return error instanceof Fault && (error.code === "bad_request" || error.code === "too_large");
}

/** What earlier runs left behind, oldest first. A line that a crash left unfinished was never acknowledged. */
function listSegments(dir: string): Segment[] {
  return readdirSync(dir)
    .filter((name) => /^\d{10}\.jsonl$/.test(name))
    .sort()
    .map((name) => {
      const path = join(dir, name);
      return { number: Number(name.slice(0, 10)), path, size: endOfLines(path, statSync(path).size) };
    });
}
