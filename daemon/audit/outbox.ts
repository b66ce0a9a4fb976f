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

/** Bytes of one segment. A segment is deleted when it is delivered, so this bounds what a restart delivers again. */
const SEGMENT = 256 * 1024;
/** Bytes that may wait: some 600,000 events. */
const LIMIT = 256 * 1024 * 1024;
/** Events of one delivery. */
const BATCH = 500;
/** The backoff after a failed delivery: first and maximum. Milliseconds. */
const BACKOFF = { first: 200, max: 5000 } as const;
/** How long closing waits for the delivery under way. Milliseconds. */
const CLOSE_TIMEOUT = 3000;

/** The durable queue of a member's audit events until auth has them, so that sessions do not depend on auth. */
export interface Outbox extends AsyncDisposable {
  /**
   * Resolves when the event is durable on this machine. Events are delivered in order, at least once; an event that is
   * delivered again has the same uid.
   * @throws Fault `unavailable` when too much waits, `failed` when the disk is full or broken.
   */
  append(event: AuditEvent): Promise<void>;
  /** Delivers what can be delivered at once, and keeps the rest for the next opening. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  readonly log: Pick<Log, "info" | "warn">;
  /** Bytes that may wait; 256 MiB if not given. */
  readonly limit?: number;
}

/**
 * @param send delivers events. Its Fault `bad_request` or `too_large` is permanent: the events at fault are put into
 *   `refused.jsonl`, so that they do not block the events after them.
 * @throws Fault `failed` when `dir` cannot be written, `unavailable` when another process writes there.
 */
export async function openOutbox(
  dir: string,
  send: (events: readonly AuditEvent[]) => Promise<void>,
  options: OutboxOptions,
): Promise<Outbox> {
  const lock = lockDirectory(dir);
  try {
    return new FileOutbox(dir, send, options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Segment {
  readonly number: number;
  readonly path: string;
  /** Bytes of complete lines that are on disk. */
  size: number;
}

class FileOutbox implements Outbox {
  readonly #dir: string;
  readonly #send: (events: readonly AuditEvent[]) => Promise<void>;
  readonly #log: Pick<Log, "info" | "warn">;
  readonly #limit: number;
  readonly #lock: { release(): void };
  readonly #group = new GroupCommit<AuditEvent>((events) => this.#commit(events));
  readonly #segments: Segment[];
  readonly #delivery: Promise<void>;
  /** The newest segment, while it is being written. */
  #file: AppendFile | undefined;
  /** Delivered bytes of the oldest segment. */
  #delivered = 0;
  /** Resolved when there may be events to deliver. */
  #wake = Promise.withResolvers<void>();
  #accepting = true;
  readonly #closing = new AbortController();
  /** The directory may belong to another process: do not touch it. */
  #released = false;
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
    await Promise.race([this.#delivery, sleep(CLOSE_TIMEOUT, undefined, { ref: false })]);
    this.#released = true;
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

  /** The segment to write to: a new one when the newest is full. */
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
          if (!(await this.#deliver(batch.events)) || this.#released) return;
          this.#delivered += batch.bytes;
        } else if (this.#closing.signal.aborted) return;
        else await this.#wake.promise;
      } catch (error) {
        this.#log.warn("waiting audit events cannot be read", { error });
        if (!(await this.#pause(BACKOFF.max))) return;
      }
    }
  }

  /** The oldest waiting events and their size in bytes. Deletes segments that are delivered. */
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

  /** Delivers events, trying until it succeeds. False when the outbox is closed before. */
  async #deliver(events: readonly AuditEvent[]): Promise<boolean> {
    if (events.length === 0) return true;
    let failed = false;
    for (let backoff: number = BACKOFF.first; ; backoff = Math.min(backoff * 2, BACKOFF.max)) {
      try {
        await this.#send(events);
        if (failed) this.#log.info("audit events reach the auth server again");
        return true;
      } catch (error) {
        if (isPermanent(error)) return await this.#isolateRefused(events, error);
        if (!failed) this.#log.warn("audit events wait for the auth server", { error });
        failed = true;
        // With jitter, so that the members of a cluster do not retry at the same time.
        if (!(await this.#pause(backoff * (0.5 + Math.random())))) return false;
      }
    }
  }

  /** Delivers refused events one at a time, and sets aside those at fault. */
  async #isolateRefused(events: readonly AuditEvent[], error: Fault): Promise<boolean> {
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

  /** False when the outbox is closed before the time has passed. */
  async #pause(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { ref: false, signal: this.#closing.signal }).catch(() => {});
    return !this.#closing.signal.aborted;
  }
}

function isPermanent(error: unknown): error is Fault {
  return error instanceof Fault && (error.code === "bad_request" || error.code === "too_large");
}

/** The segments of earlier runs, oldest first. A line that a crash left unfinished was not acknowledged. */
function listSegments(dir: string): Segment[] {
  return readdirSync(dir)
    .filter((name) => /^\d{10}\.jsonl$/.test(name))
    .sort()
    .map((name) => {
      const path = join(dir, name);
      return { number: Number(name.slice(0, 10)), path, size: endOfLines(path, statSync(path).size) };
    });
}
