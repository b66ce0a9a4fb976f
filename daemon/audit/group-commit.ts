/** Items that come while others are being written wait, and are written together next: one fsync for all of them. */
export class GroupCommit<T> {
  readonly #commit: (batch: readonly T[]) => Promise<void>;
  #waiting: { readonly item: T; readonly done: () => void; readonly failed: (error: unknown) => void }[] = [];
  #running: Promise<void> | undefined;

  /** `commit` is given every item once, in the order they came, and is never called twice at a time. */
  constructor(commit: (batch: readonly T[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Resolves when the commit with this item in it has; rejects as it does. */
  add(item: T): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ item, done, failed });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Whoever adds in the same turn of the event loop travels along.
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

/** Bounds how long the making of one batch holds the event loop. */
const MAX_BATCH = 1024;
