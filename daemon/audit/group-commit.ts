/** Group commit: items that arrive during a write are written together next, with one fsync. */
export class GroupCommit<T> {
  readonly #commit: (batch: readonly T[]) => Promise<void>;
  #waiting: { readonly item: T; readonly done: () => void; readonly failed: (error: unknown) => void }[] = [];
  #running: Promise<void> | undefined;

  /** `commit` gets every item once, in the order of arrival; calls of it do not overlap. */
  constructor(commit: (batch: readonly T[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Resolves or rejects with the commit that contains this item. */
  add(item: T): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ item, done, failed });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when no item waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Items that are added in the same turn of the event loop join the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH);
      try {
        await this.#commit(batch.map(({ item }) => item));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#running = undefined;
  }
}

/** Items of one batch: bounds how long formatting it holds the event loop. */
const MAX_BATCH = 1024;
