import { sourceOf } from "../../core/address.ts";

/** Of so many sources, and at most twice as many, the latest are remembered. */
const SOURCES = 10_000;

/** Refused logins of one source that are worth a record: a flood of them would fill the disk, and push out what matters. */
export const RECORDED_REFUSALS = { perMinute: 60, burst: 60 };

/** Lets every source do something `burst` times at once, and `perMinute` times in the long run. */
export class RateLimit {
  /** What one costs, and how far a source may be in debt. Milliseconds. */
  readonly #cost: number;
  readonly #credit: number;
  readonly #now: () => number;
  /**
   * When each source will have paid for what it did. Sources go a generation at a time, since to take the oldest out of a
   * Map costs a walk over all that were taken out before.
   */
  #paidAt = new Map<string, number>();
  #paidBefore: ReadonlyMap<string, number> = new Map();

  /** `now` in milliseconds, never going back. */
  constructor(limit: { readonly perMinute: number; readonly burst: number }, now: () => number) {
    this.#cost = 60_000 / limit.perMinute;
    this.#credit = this.#cost * (limit.burst - 1);
    this.#now = now;
  }

  /** Counts one attempt from `address`. Returns 0, or the seconds to wait when there were too many. */
  take(address: string): number {
    const source = sourceOf(address);
    const now = this.#now();
    const paidAt = Math.max(this.#found(source) ?? now, now);
    const wait = paidAt - now - this.#credit;
    this.#remember(source, wait > 0 ? paidAt : paidAt + this.#cost);
    return Math.max(0, Math.ceil(wait / 1000));
  }

  /** Takes back one that turned out to be welcome. */
  giveBack(address: string): void {
    const source = sourceOf(address);
    const paidAt = this.#found(source);
    if (paidAt !== undefined) this.#remember(source, paidAt - this.#cost);
  }

  #found(source: string): number | undefined {
    return this.#paidAt.get(source) ?? this.#paidBefore.get(source);
  }

  #remember(source: string, paidAt: number): void {
    this.#paidAt.set(source, paidAt);
    if (this.#paidAt.size < SOURCES) return;
    this.#paidBefore = this.#paidAt;
    this.#paidAt = new Map();
  }
}
