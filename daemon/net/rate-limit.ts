import { sourceOf } from "../../core/address.ts";

/** Sources in one generation of the table. The table has two generations, so it keeps at most twice as many. */
const MAX_SOURCES = 10_000;

/** Refused logins of one source that are audited. Without a limit a flood of them would fill the disk. */
export const RECORDED_REFUSALS = { perMinute: 60, burst: 60 };

/**
 * A token bucket for each source (GCRA): `burst` requests at once, `perMinute` in the long run. The state is local to one
 * process.
 */
export class RateLimit {
  /** The interval that one request costs, and the tolerance for bursts. Milliseconds. */
  readonly #interval: number;
  readonly #tolerance: number;
  readonly #now: () => number;
  /**
   * The theoretical arrival time of each source's next request. Old sources are dropped by generation, since deleting the
   * oldest keys of a Map one at a time makes its iteration walk over all deleted entries.
   */
  #current = new Map<string, number>();
  #previous: ReadonlyMap<string, number> = new Map();

  /** `now` is a monotonic clock in milliseconds. */
  constructor(limit: { readonly perMinute: number; readonly burst: number }, now: () => number) {
    this.#interval = 60_000 / limit.perMinute;
    this.#tolerance = this.#interval * (limit.burst - 1);
    this.#now = now;
  }

  /** Counts one request from `address`. @returns 0, or the seconds to wait when the limit is exceeded. */
  take(address: string): number {
    const source = sourceOf(address);
    const now = this.#now();
    const arrival = Math.max(this.#get(source) ?? now, now);
    const wait = arrival - now - this.#tolerance;
    this.#set(source, wait > 0 ? arrival : arrival + this.#interval);
    return Math.max(0, Math.ceil(wait / 1000));
  }

  /** Refunds one request that should not count, such as a successful login. */
  giveBack(address: string): void {
    const source = sourceOf(address);
    const arrival = this.#get(source);
    if (arrival !== undefined) this.#set(source, arrival - this.#interval);
  }

  #get(source: string): number | undefined {
    return this.#current.get(source) ?? this.#previous.get(source);
  }

  #set(source: string, arrival: number): void {
    this.#current.set(source, arrival);
    if (this.#current.size < MAX_SOURCES) return;
    this.#previous = this.#current;
    this.#current = new Map();
  }
}
