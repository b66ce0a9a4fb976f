import type { Fault } from "../../core/fault.ts";

/**
 * A queue of events for one reader, from its creation on. When more than `bound` items wait, the reader's iteration throws
 * a Fault: events were lost, and the reader has to start over.
 */
export class BoundedQueue<T> implements AsyncIterableIterator<T> {
  readonly #bound: number;
  readonly #lag: () => Fault;
  readonly #left: () => void;
  #items: T[] = [];
  #waiting: ((result: IteratorResult<T>) => void) | undefined;
  #refuse: ((fault: Fault) => void) | undefined;
  #ended = false;
  #fault: Fault | undefined;

  /** Ends when `signal` aborts. `lag` makes the Fault for a full queue. `left` is called once at the end of the queue. */
  constructor(options: {
    signal: AbortSignal;
    bound: number;
    lag: () => Fault;
    left: (queue: BoundedQueue<T>) => void;
  }) {
    const { signal } = options;
    const stop = () => this.end();
    this.#bound = options.bound;
    this.#lag = options.lag;
    this.#left = () => {
      signal.removeEventListener("abort", stop);
      options.left(this);
    };
    if (signal.aborted) this.end();
    else signal.addEventListener("abort", stop, { once: true });
  }

  push(item: T): void {
    if (this.#ended) return;
    if (this.#waiting !== undefined) this.#answer({ done: false, value: item });
    else if (this.#items.length < this.#bound) this.#items.push(item);
    else this.fail(this.#lag());
  }

  /** Ends the queue; the reader's loop ends. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#items = [];
    this.#left();
    if (this.#waiting !== undefined) this.#answer({ done: true, value: undefined });
  }

  /** Ends the queue; the reader's loop throws `fault`. */
  fail(fault: Fault): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#items = [];
    this.#left();
    if (this.#refuse === undefined) this.#fault = fault;
    else this.#refuse(fault);
    this.#waiting = this.#refuse = undefined;
  }

  next(): Promise<IteratorResult<T>> {
    const [item] = this.#items;
    if (item !== undefined) {
      this.#items.shift();
      return Promise.resolve({ done: false, value: item });
    }
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) return Promise.reject(fault);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      this.#refuse = reject;
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #answer(result: IteratorResult<T>): void {
    const answer = this.#waiting;
    this.#waiting = this.#refuse = undefined;
    answer?.(result);
  }
}
