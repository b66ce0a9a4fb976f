import { Fault } from "../core/fault.ts";

/** How many callers may wait for one key. */
const MAX_WAITING = 100;

/** Runs work for one key one at a time, in the order of the calls; work for different keys runs concurrently. */
export class KeyedMutex {
  readonly #queues = new Map<string, { waiting: number; last: Promise<unknown> }>();

  /** @throws Fault `rate_limited` when too many callers wait, and whatever `work` throws. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(key) ?? { waiting: 0, last: Promise.resolve() };
    if (queue.waiting >= MAX_WAITING) throw new Fault("rate_limited", "too many at once; try again in a moment");
    this.#queues.set(key, queue);
    queue.waiting++;
    const result = queue.last.then(work);
    queue.last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      queue.waiting--;
      if (queue.waiting === 0) this.#queues.delete(key);
    }
  }
}
