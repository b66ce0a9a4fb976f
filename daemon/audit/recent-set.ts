/**
 * Remembers the newest of many names: at least `count` of them, and less than twice as many. They go a generation at a
 * time, since to take the oldest out of a Set costs a walk over all that were taken out before.
 */
export class RecentSet {
  readonly #count: number;
  #old: ReadonlySet<string>;
  #new = new Set<string>();

  /** `known` are those to begin with. */
  constructor(count: number, known: ReadonlySet<string>) {
    this.#count = count;
    this.#old = known;
  }

  has(name: string): boolean {
    return this.#new.has(name) || this.#old.has(name);
  }

  add(name: string): void {
    this.#new.add(name);
    if (this.#new.size < this.#count) return;
    this.#old = this.#new;
    this.#new = new Set();
  }
}
