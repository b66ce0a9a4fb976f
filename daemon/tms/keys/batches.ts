interface Waiting<T, R> {
  readonly item: T;
  readonly done: (result: R) => void;
  readonly failed: (error: unknown) => void;
}

/** How much is worked on together; a single piece may weigh more. */
const MAX_WEIGHT = 500;

/**
 * Work of which only one piece at a time may be done for one thing. What comes for a thing meanwhile waits, and is then
 * done together, so that a hundred who come at once cost two turns and not a hundred.
 */
export class Batches<T, R> {
  readonly #work: (batch: readonly T[]) => Promise<readonly R[]>;
  readonly #weight: (item: T) => number;
  readonly #queues = new Map<number, Waiting<T, R>[]>();

  /** `work` is given items of one thing in the order they came, and returns as many results. */
  constructor(work: (batch: readonly T[]) => Promise<readonly R[]>, weight: (item: T) => number) {
    this.#work = work;
    this.#weight = weight;
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
      const batch = queue.splice(0, this.#fitting(queue));
      try {
        const results = await this.#work(batch.map(({ item }) => item));
        for (const [at, { done }] of batch.entries()) done(results[at] as R);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#queues.delete(thing);
  }

  /** How many of those that wait are worked on next. */
  #fitting(queue: readonly Waiting<T, R>[]): number {
    let weight = 0;
    const beyond = queue.findIndex(({ item }, at) => {
      weight += this.#weight(item);
      return at > 0 && weight > MAX_WEIGHT;
    });
    return beyond < 0 ? queue.length : beyond;
  }
}
