import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { GENESIS, type Head, hashLine } from "../../core/audit/chain.ts";
import { type AuditEvent, reportText } from "../../core/audit/event.ts";
import type { ChainReport } from "../../core/audit/verify.ts";
import { Fault } from "../../core/fault.ts";
import { uuid } from "../../core/names.ts";
import type { Store } from "../../core/store.ts";
import type { Log } from "../log.ts";
import { adoptSingleCheckpoint, type Checkpoint, listCheckpoints, storeCheckpoint } from "./checkpoint.ts";
import { type AuditLog, openAuditLog, type ReadableLog, tailQueue } from "./log.ts";
import { LogReader } from "./log-reader.ts";
import { RecentSet } from "./recent-set.ts";
import { DEFAULT_LIMIT, type EventSearch } from "./search.ts";

/** Newest events that a reader of several tails remembers, to show an event of two logs once. */
const REMEMBERED = 50_000;

/** The report on one log of a set. */
export interface LogReport extends ChainReport {
  readonly id: string;
  /** The store has a checkpoint of this log, but the log is not here: it was not verified. */
  readonly absent?: true;
}

/** The report on a set of logs. `ok` when every log of the cluster is here and whole. */
export interface AuditReport {
  readonly ok: boolean;
  /** Sound records of all logs. */
  readonly records: number;
  /** The first problem: of a log that is here, or else of one that is absent. */
  readonly problem?: string;
  readonly at?: ChainReport["at"];
  readonly logs: readonly LogReport[];
}

/**
 * The audit logs of a cluster. Each auth process writes a log of its own, so that no two processes share a chain; readers
 * see all of them as one. A member that lost the answer to a delivery delivers the same events again, perhaps to another
 * auth: they are then in two chains. Both chains stay valid, and readers show such an event once. That is decided here
 * and not when events are written: a write-side check through the store costs a commit for each delivery, and a crash
 * between the log and that commit would leave duplicates for the reader all the same.
 */
export class AuditLogSet implements AsyncDisposable {
  readonly #own: AuditLog;
  readonly #others: () => readonly ReadableLog[];
  readonly #checkpoints: () => Promise<ReadonlyMap<string, Head>>;

  /** `own` is the log that this process writes, `others` are read. `checkpoints` are those of the cluster, by log. */
  constructor(
    own: AuditLog,
    others: () => readonly ReadableLog[],
    checkpoints: () => Promise<ReadonlyMap<string, Head>>,
  ) {
    this.#own = own;
    this.#others = others;
    this.#checkpoints = checkpoints;
  }

  /** The log that this process writes. */
  get own(): AuditLog {
    return this.#own;
  }

  /** The UUIDs of the logs that have a checkpoint in the store. */
  async known(): Promise<readonly string[]> {
    return [...(await this.#checkpoints()).keys()];
  }

  /** As `AuditLog.append`, to the log of this process. */
  append(event: AuditEvent): Promise<void> {
    return this.#own.append(event);
  }

  /**
   * The newest matching events, newest last: of one log in the order of writing, of several by their times. Each log
   * contributes its own newest events, so that a member with a wrong clock cannot displace the events of others.
   */
  async search(query: EventSearch): Promise<AuditEvent[]> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    let found = unique(await this.#own.search(query));
    for (const log of this.#others())
      found = unique([...found, ...(await log.search(query))])
        .sort(byTime)
        .slice(-limit);
    return found;
  }

  /** Events that are written after the call, of all logs. A reader that falls too far behind gets a Fault `unavailable`. */
  tail(signal: AbortSignal): AsyncIterable<AuditEvent> {
    const others = this.#others();
    if (others.length === 0) return this.#own.tail(signal);
    const over = new AbortController();
    const merged = tailQueue(signal, () => over.abort());
    const seen = new RecentSet(REMEMBERED, new Set());
    const pass = async (events: AsyncIterable<AuditEvent>) => {
      for await (const event of events) {
        const hash = hashLine(reportText(event));
        if (seen.has(hash)) continue;
        seen.add(hash);
        merged.push(event);
      }
    };
    for (const log of [this.#own, ...others])
      pass(log.tail(over.signal)).then(
        () => merged.end(),
        (error: unknown) => merged.fail(Fault.from(error)),
      );
    return merged;
  }

  /** Verifies each log against its own checkpoint. A log with a checkpoint that is not here makes the report not `ok`. */
  async verify(): Promise<AuditReport> {
    const checkpoints = await this.#checkpoints();
    const logs: LogReport[] = [];
    for (const log of [this.#own, ...this.#others()]) logs.push({ id: log.id, ...(await log.verify()) });
    for (const [id, head] of checkpoints) if (!logs.some((log) => log.id === id)) logs.push(absent(id, head));

    const records = logs.reduce((sum, log) => sum + log.records, 0);
    const failed = logs.find(({ ok }) => !ok);
    if (failed === undefined) return { ok: true, records, logs };
    const { id, problem = "", at } = failed;
    return {
      ok: false,
      records,
      problem: failed.absent || id === this.#own.id ? problem : `log ${id}: ${problem}`,
      ...(at !== undefined && { at }),
      logs,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#own.close();
  }
}

/**
 * Opens the log in `dir` for writing. A directory in it that is named by a log's UUID is a copy of another auth's log, or
 * of the log of an auth that is gone; it is read only, and may be put there at any time.
 * @throws what `openAuditLog` throws.
 */
export async function openAuditLogs(
  dir: string,
  { store, now, log }: { readonly store: Store; readonly now: () => Date; readonly log: Pick<Log, "warn"> },
): Promise<AuditLogSet> {
  const own = await openAuditLog(dir, {
    now,
    log,
    async checkpoint(id) {
      await adoptSingleCheckpoint(store, id);
      return storeCheckpoint(store, id);
    },
  });
  const copies = new Map<string, LogCopy>();
  const others = () =>
    listCopies(dir, own.id).map((id) => {
      const known = copies.get(id);
      if (known !== undefined) return known;
      const copy = new LogCopy(id, join(dir, id), storeCheckpoint(store, id));
      copies.set(id, copy);
      return copy;
    });
  return new AuditLogSet(own, others, () => listCheckpoints(store));
}

/** A copy of a log that another process writes, or wrote. */
class LogCopy implements ReadableLog {
  readonly id: string;
  readonly #reader: LogReader;
  readonly #checkpoint: Checkpoint;

  constructor(id: string, dir: string, checkpoint: Checkpoint) {
    this.id = id;
    this.#reader = new LogReader(dir, () => undefined);
    this.#checkpoint = checkpoint;
  }

  search(query: EventSearch): Promise<AuditEvent[]> {
    return this.#reader.search(query);
  }

  /** Yields nothing: nothing is written here. */
  tail(signal: AbortSignal): AsyncIterable<AuditEvent> {
    return tailQueue(signal, () => {});
  }

  async verify(): Promise<ChainReport> {
    const checkpoint = await this.#checkpoint.load();
    return this.#reader.verify(checkpoint === undefined ? [] : [checkpoint]);
  }
}

function listCopies(dir: string, own: string): string[] {
  return readdirSync(dir)
    .filter((name) => name !== own && uuid.safeParse(name).success && statSync(join(dir, name)).isDirectory())
    .sort();
}

function absent(id: string, { seq }: Head): LogReport {
  const count = `${seq} ${seq === 1 ? "record" : "records"}`;
  const problem = `the log ${id} with ${count} is not on this machine and was not verified; verify it on the auth server that writes it, or copy it to audit/${id} in the data directory`;
  return { id, ok: false, records: GENESIS.seq, problem, absent: true };
}

/**
 * The events without repetitions. Only events that were reported equal as a whole are one event: a member must not hide an
 * event by another one with its uid.
 */
function unique(events: readonly AuditEvent[]): AuditEvent[] {
  const first = new Map<string, AuditEvent>();
  /** Of the events whose uid occurs more than once: few, so that most events need not be written out. */
  const texts = new Set<string>();
  return events.filter((event) => {
    const known = first.get(event.uid);
    if (known === undefined) {
      first.set(event.uid, event);
      return true;
    }
    texts.add(reportText(known));
    const text = reportText(event);
    if (texts.has(text)) return false;
    texts.add(text);
    return true;
  });
}

function byTime(a: AuditEvent, b: AuditEvent): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
}
