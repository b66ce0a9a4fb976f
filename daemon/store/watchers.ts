import { Fault } from "../../core/fault.ts";
import type { Change, Key } from "../../core/store.ts";
import { BoundedQueue } from "./bounded-queue.ts";

/** Changes that may wait for one reader. */
const BOUND = 8192;

/** Who watches a store, each a prefix. */
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

  /** Nobody knows any more what has changed. */
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
