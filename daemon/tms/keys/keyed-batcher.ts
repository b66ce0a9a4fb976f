interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs one batch at a time per id. Items that arrive for an id while its batch runs form the next batch, so that a hundred
 * concurrent items take two runs instead of a hundred. Different ids run in parallel.
 */
export class KeyedBatcher<T, R> {
  readonly #run: (batch: readonly T[]) => Promise<readonly R[]>;
  readonly #weight: (item: T) => number;
  readonly #maxWeight: number;
  readonly #queues = new Map<number, Waiting<T, R>[]>();

  /**
   * `run` gets items of one id in the order of arrival, and returns one result for each. A batch weighs at most `maxWeight`,
   * unless a single item weighs more.
   */
  constructor(run: (batch: readonly T[]) => Promise<readonly R[]>, weight: (item: T) => number, maxWeight: number) {
    this.#run = run;
    this.#weight = weight;
    this.#maxWeight = maxWeight;
  }

  /** Rejects with the error of `run`, for all items of the batch. */
  add(id: number, item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(id);
      if (queue !== undefined) return void queue.push({ item, resolve, reject });
      const first = [{ item, resolve, reject }];
      this.#queues.set(id, first);
      void this.#drain(id, first);
    });
  }

  async #drain(id: number, queue: Waiting<T, R>[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, this.#batchLength(queue));
      try {
        const results = await this.#run(batch.map(({ item }) => item));
        for (const [at, { resolve }] of batch.entries()) resolve(results[at] as R);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#queues.delete(id);
  }

  /** The number of waiting items that fit into the next batch. */
  #batchLength(queue: readonly Waiting<T, R>[]): number {
    let weight = 0;
    const beyond = queue.findIndex(({ item }, at) => {
      weight += this.#weight(item);
      return at > 0 && weight > this.#maxWeight;
    });
    return beyond < 0 ? queue.length : beyond;
  }
}
