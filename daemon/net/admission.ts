import { sourceOf } from "../../core/address.ts";

/** Bounds on unauthenticated connections. Authenticated connections count towards `total` only. */
export interface Limits {
  /**
   * Unauthenticated connections of all sources, as MaxStartups of sshd_config(5): from `start` on, `rate` percent of new
   * connections are refused, rising linearly to all of them at `full`.
   */
  readonly unauthenticated: { readonly start: number; readonly rate: number; readonly full: number };
  /** Unauthenticated connections of one source: an IPv4 address or an IPv6 /64. */
  readonly perSource: number;
  readonly total: number;
  /** File descriptors to keep free: at EMFILE the runtime retries accept(2) in a busy loop and reports nothing. */
  readonly spareFiles: number;
  /** Whether sources with repeated failures are blocked for a while (PerSourcePenalties of sshd_config(5)). */
  readonly penalties: boolean;
}

/**
 * For a listener on a public address. Higher than sshd's default of 10:30:100, because a login takes milliseconds and tens
 * of kilobytes, and ansible opens fifty connections at once.
 */
export const OUTER_LIMITS: Limits = {
  unauthenticated: { start: 100, rate: 30, full: 400 },
  perSource: 100,
  total: 15_000,
  spareFiles: 64,
  penalties: true,
};

/**
 * For a listener behind the proxy. All users share the proxy's address, so there are no penalties and no tighter limit per
 * source. Fewer spare files than the public listener, so that this one still accepts when that one no longer does.
 */
export const INNER_LIMITS: Limits = {
  ...OUTER_LIMITS,
  perSource: OUTER_LIMITS.unauthenticated.full,
  spareFiles: OUTER_LIMITS.spareFiles / 2,
  penalties: false,
};

/** Penalty of each failure, in seconds; the defaults of sshd. */
const PENALTIES = { refused: 5, slow: 10, left: 1 } as const;

/** `refused`: authentication failed. `slow`: authentication timed out. `left`: closed without a login attempt. */
export type Failure = keyof typeof PENALTIES;

/** Once the penalties of a source add up to this, the source is blocked until they have expired. Milliseconds. */
const PENALTY_THRESHOLD_MS = 15_000;
const MAX_PENALTY_MS = 600_000;
/** Sources with penalties; beyond this bound the one that failed longest ago is dropped. */
const MAX_SOURCES = 65_536;
/** When a limit is reached, an unauthenticated connection older than this is closed for a new one. Milliseconds. */
const EVICTABLE_AFTER_MS = 3_000;

/** Why a connection was refused. */
export type Refusal = "penalty" | "total" | "files" | "source" | "startups";

interface Admitted {
  readonly source: string;
  readonly since: number;
  loggedIn: boolean;
  failed: boolean;
}

/**
 * Admission control of one listener. At a limit, the oldest unauthenticated connection is closed for the new one, so that
 * a flood of idle connections cannot keep users out. `Connection` is only used as a key.
 */
export class Admission<Connection> {
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #evict: (connection: Connection) => void;
  readonly #admitted = new Map<Connection, Admitted>();
  /** Unauthenticated connections, oldest first. */
  readonly #unauthenticated = new Set<Connection>();
  readonly #bySource = new Map<string, Set<Connection>>();
  /** When the penalties of each source expire, in milliseconds of `now`, and whether it is blocked until then. */
  readonly #penalties = new Map<string, { until: number; blocked: boolean }>();

  /** `now` is a monotonic clock in milliseconds; `random` returns [0, 1); `evict` closes a connection. */
  constructor(
    limits: Limits,
    options: { now: () => number; random: () => number; evict: (connection: Connection) => void },
  ) {
    this.#limits = limits;
    this.#now = options.now;
    this.#random = options.random;
    this.#evict = options.evict;
  }

  get size(): number {
    return this.#admitted.size;
  }

  get unauthenticated(): number {
    return this.#unauthenticated.size;
  }

  /** Admits a connection, or returns the reason for refusing it. `filesLeft` is how many more files the process may open. */
  admit(connection: Connection, address: string, filesLeft = Number.POSITIVE_INFINITY): Refusal | undefined {
    const source = sourceOf(address);
    if (this.#isBlocked(source, address)) return "penalty";
    if (this.#admitted.size >= this.#limits.total) return "total";
    if (filesLeft < this.#limits.spareFiles && !this.#evictOldest(this.#unauthenticated)) return "files";
    const sameSource = this.#bySource.get(source);
    if ((sameSource?.size ?? 0) >= this.#limits.perSource && !this.#evictOldest(sameSource)) return "source";
    if (this.#exceedsStartups() && !this.#evictOldest(this.#unauthenticated)) return "startups";

    this.#admitted.set(connection, { source, since: this.#now(), loggedIn: false, failed: false });
    this.#unauthenticated.add(connection);
    // Look the set up again: an eviction may have emptied and removed it.
    const group = this.#bySource.get(source) ?? new Set();
    this.#bySource.set(source, group.add(connection));
    return undefined;
  }

  /** Marks a connection as authenticated; it now counts towards `total` only. */
  authenticated(connection: Connection): void {
    const entry = this.#admitted.get(connection);
    if (entry === undefined) return;
    entry.loggedIn = true;
    this.#removeUnauthenticated(connection, entry);
  }

  /** Penalizes the source of a connection, at most once for each connection. */
  failed(connection: Connection, failure: Failure): void {
    const entry = this.#admitted.get(connection);
    if (entry === undefined || entry.failed || entry.loggedIn) return;
    entry.failed = true;
    this.#penalize(entry.source, PENALTIES[failure] * 1000);
  }

  /** Removes a connection. Without a login and another failure it counts as `left`. */
  closed(connection: Connection): void {
    const entry = this.#admitted.get(connection);
    if (entry === undefined) return;
    this.failed(connection, "left");
    this.#admitted.delete(connection);
    this.#removeUnauthenticated(connection, entry);
  }

  #removeUnauthenticated(connection: Connection, entry: Admitted): void {
    this.#unauthenticated.delete(connection);
    const sameSource = this.#bySource.get(entry.source);
    sameSource?.delete(connection);
    if (sameSource?.size === 0) this.#bySource.delete(entry.source);
  }

  #exceedsStartups(): boolean {
    const { start, rate, full } = this.#limits.unauthenticated;
    const count = this.#unauthenticated.size;
    if (count < start) return false;
    if (count >= full) return true;
    return this.#random() * 100 < rate + ((100 - rate) * (count - start)) / (full - start);
  }

  /** Closes the oldest of these connections if it is old enough. @returns whether it was. */
  #evictOldest(connections: ReadonlySet<Connection> | undefined): boolean {
    const [oldest] = connections ?? [];
    const entry = oldest === undefined ? undefined : this.#admitted.get(oldest);
    if (oldest === undefined || entry === undefined || this.#now() - entry.since < EVICTABLE_AFTER_MS) return false;
    this.failed(oldest, "slow");
    this.closed(oldest);
    this.#evict(oldest);
    return true;
  }

  #isBlocked(source: string, address: string): boolean {
    const penalty = this.#penalties.get(source);
    if (penalty === undefined) return false;
    if (penalty.until <= this.#now()) {
      this.#penalties.delete(source);
      return false;
    }
    // A loopback address may stand for many clients, behind a tunnel or a load balancer on this machine.
    return penalty.blocked && address !== "127.0.0.1" && address !== "::1";
  }

  #penalize(source: string, cost: number): void {
    if (!this.#limits.penalties) return;
    const now = this.#now();
    const previous = this.#penalties.get(source);
    const active = previous !== undefined && previous.until > now;
    const until = Math.min((active ? previous.until : now) + cost, now + MAX_PENALTY_MS);
    this.#penalties.delete(source);
    if (this.#penalties.size >= MAX_SOURCES) {
      const [first] = this.#penalties.keys();
      if (first !== undefined) this.#penalties.delete(first);
    }
    const blocked = (active && previous.blocked) || until - now >= PENALTY_THRESHOLD_MS;
    this.#penalties.set(source, { until, blocked });
  }
}

/** Removes the prefix of an IPv4-mapped IPv6 address, and the zone of a link-local one. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
}
