import { Fault } from "../core/fault.ts";

/** How many may wait for one name. */
const WAITING = 100;

/** Lets work for one name be done one at a time, in the order of asking; work for different names goes side by side. */
export class Turns {
  readonly #queues = new Map<string, { waiting: number; last: Promise<unknown> }>();

  /** @throws Fault `rate_limited` when too many wait, and whatever `work` throws. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(name) ?? { waiting: 0, last: Promise.resolve() };
    if (queue.waiting >= WAITING) throw new Fault("rate_limited", "too many at once; try again in a moment");
    this.#queues.set(name, queue);
    queue.waiting++;
    const turn = queue.last.then(work);
    queue.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      queue.waiting--;
      if (queue.waiting === 0) this.#queues.delete(name);
    }
  }
}
