import { sourceOf } from "../../core/address.ts";

/** Sources that are remembered; beyond it the one that was seen longest ago is forgotten. */
const MAX_SOURCES = 10_000;

/** Refused logins of one source that are worth a record: a flood of them would fill the disk, and push out what matters. */
export const RECORDED_REFUSALS = { perMinute: 60, burst: 60 };

/** Lets every source do something `burst` times at once, and `perMinute` times in the long run. */
export class RateLimit {
  /** What one costs, and how far a source may be in debt. Milliseconds. */
  readonly #cost: number;
  readonly #credit: number;
  readonly #now: () => number;
  /** When each source will have paid for what it did, those seen last at the end. */
  readonly #paidAt = new Map<string, number>();

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
    const paidAt = Math.max(this.#paidAt.get(source) ?? now, now);
    const wait = paidAt - now - this.#credit;
    this.#remember(source, wait > 0 ? paidAt : paidAt + this.#cost);
    return Math.max(0, Math.ceil(wait / 1000));
  }

  /** Takes back one that turned out to be welcome. */
  giveBack(address: string): void {
    const source = sourceOf(address);
    const paidAt = this.#paidAt.get(source);
    if (paidAt !== undefined) this.#paidAt.set(source, paidAt - this.#cost);
  }

  #remember(source: string, paidAt: number): void {
    this.#paidAt.delete(source);
    this.#paidAt.set(source, paidAt);
    if (this.#paidAt.size <= MAX_SOURCES) return;
    const [oldest] = this.#paidAt.keys();
    if (oldest !== undefined) this.#paidAt.delete(oldest);
  }
}
