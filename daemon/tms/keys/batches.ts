interface Waiting<T, R> {
  readonly item: T;
  readonly done: (result: R) => void;
  readonly failed: (error: unknown) => void;
}

/** How many are worked on together. */
const MAX_BATCH = 500;

/**
 * Work of which only one piece at a time may be done for one thing. What comes for a thing meanwhile waits, and is then
 * done together, so that a hundred who come at once cost two turns and not a hundred.
 */
export class Batches<T, R> {
  readonly #work: (batch: readonly T[]) => Promise<readonly R[]>;
  readonly #queues = new Map<number, Waiting<T, R>[]>();

  /** `work` is given items of one thing in the order they came, and returns as many results. */
  constructor(work: (batch: readonly T[]) => Promise<readonly R[]>) {
    this.#work = work;
  }

  /** @throws what `work` throws, for all items that it was given. */
  add(thing: number, item: T): Promise<R> {
    return new Promise((done, failed) => {
      const queue = this.#queues.get(thing);
      if (queue !== undefined) return void queue.push({ item, done, failed });
      const first = [{ item, done, failed }];
      this.#queues.set(thing, first);
      void this.#run(thing, first);
    });
  }

  async #run(thing: number, queue: Waiting<T, R>[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, MAX_BATCH);
      try {
        const results = await this.#work(batch.map(({ item }) => item));
        for (const [at, { done }] of batch.entries()) done(results[at] as R);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#queues.delete(thing);
  }
}
