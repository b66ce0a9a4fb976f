/**
 * A set of the newest names: at least `count` of them, and less than twice as many. Old names are dropped by generation,
 * since deleting the oldest entries of a Set one at a time makes its iteration walk over all deleted entries.
 */
export class RecentSet {
  readonly #count: number;
  #old: ReadonlySet<string>;
  #new = new Set<string>();

  /** `known` are the initial names. */
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
