import { sourceOf } from "../../core/address.ts";

/** Sources that are remembered; beyond it the one that was seen longest ago is forgotten. */
const MAX_SOURCES = 10_000;

interface Bucket {
  tokens: number;
  since: number;
}

/** Lets every source do something `burst` times at once, and `perMinute` times in the long run. */
export class RateLimit {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** `now` in milliseconds, never going back. */
  constructor(limit: { readonly perMinute: number; readonly burst: number }, now: () => number) {
    this.#perMs = limit.perMinute / 60_000;
    this.#burst = limit.burst;
    this.#now = now;
  }

  /** Counts one attempt from `address`. Returns 0, or the seconds to wait when there were too many. */
  take(address: string): number {
    const source = sourceOf(address);
    const now = this.#now();
    const bucket = this.#buckets.get(source) ?? { tokens: this.#burst, since: now };
    bucket.tokens = Math.min(this.#burst, bucket.tokens + (now - bucket.since) * this.#perMs);
    bucket.since = now;
    this.#remember(source, bucket);
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / this.#perMs / 1000);
    bucket.tokens -= 1;
    return 0;
  }

  /** Takes back one that turned out to be welcome. */
  giveBack(address: string): void {
    const bucket = this.#buckets.get(sourceOf(address));
    if (bucket !== undefined) bucket.tokens = Math.min(this.#burst, bucket.tokens + 1);
  }

  /** The order of the map is that of the last attempts. */
  #remember(source: string, bucket: Bucket): void {
    this.#buckets.delete(source);
    this.#buckets.set(source, bucket);
    if (this.#buckets.size <= MAX_SOURCES) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
