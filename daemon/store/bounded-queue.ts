import type { Fault } from "../../core/fault.ts";

/**
 * What happens, from the moment of making on, for one reader that iterates at its own pace. The reader gets a Fault
 * when more than `bound` items wait for it: it has missed something and must begin anew.
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

  /** Ends when `signal` aborts. `left` is called once when it has ended, however that came. */
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

  /** No more: the reader's loop ends. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#items = [];
    this.#left();
    if (this.#waiting !== undefined) this.#answer({ done: true, value: undefined });
  }

  /** No more: the reader's loop throws. */
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
