import { Fault } from "../../core/fault.ts";
import type { Change, Key } from "../../core/store.ts";
import { BoundedQueue } from "./bounded-queue.ts";

/** The bound of each watcher's queue, in changes. */
const BOUND = 8192;

/** The watchers of a store: one queue of changes for each, filtered by key prefix. */
export class Watchers {
  readonly #queues = new Map<BoundedQueue<Change>, Key>();

  get empty(): boolean {
    return this.#queues.size === 0;
  }

  add(prefix: Key, signal: AbortSignal): AsyncIterable<Change> {
    const left = (queue: BoundedQueue<Change>) => this.#queues.delete(queue);
    const queue = new BoundedQueue<Change>({ signal, bound: BOUND, lag: missed, left });
    if (!signal.aborted) this.#queues.set(queue, prefix);
    return queue;
  }

  tell(changes: readonly Change[]): void {
    for (const [queue, prefix] of this.#queues)
      for (const change of changes) if (change.key.startsWith(prefix)) queue.push(change);
  }

  /** Fails all watchers, because changes were lost. */
  lose(fault: Fault = missed()): void {
    for (const queue of [...this.#queues.keys()]) queue.fail(fault);
  }

  end(): void {
    for (const queue of [...this.#queues.keys()]) queue.end();
  }
}

function missed(): Fault {
  return new Fault("unavailable", "changes came faster than they were read", { hint: "read everything anew" });
}
