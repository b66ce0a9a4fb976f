import { sourceOf } from "../../core/address.ts";

/** How much a stranger may take before a login. Connections that are logged in count towards `total` only. */
export interface Limits {
  /**
   * Connections without a login, of everybody (MaxStartups of sshd_config(5)): from `start` on, `rate` percent are
   * refused, rising to all of them at `full`.
   */
  readonly unauthenticated: { readonly start: number; readonly rate: number; readonly full: number };
  /** The same, of one source: an IPv4 address or an IPv6 /64. */
  readonly perSource: number;
  readonly total: number;
  /** Files that must remain for the process to open: the runtime is silent, and busy, when it can accept no more. */
  readonly spareFiles: number;
  /** Whether sources that keep failing are shut out for a while (PerSourcePenalties of sshd_config(5)). */
  readonly penalties: boolean;
}

/**
 * For a door that users and strangers reach. Wider than sshd's 10:30:100, because a login here takes milliseconds and
 * tens of kilobytes, and ansible opens fifty at once.
 */
export const OUTER_LIMITS: Limits = {
  unauthenticated: { start: 100, rate: 30, full: 400 },
  perSource: 100,
  total: 15_000,
  spareFiles: 64,
  penalties: true,
};

/** For a door behind the proxy: everybody comes from the proxy's address, so one of them must not shut out the rest. It is still open when the outer one has no more files. */
export const INNER_LIMITS: Limits = {
  ...OUTER_LIMITS,
  perSource: OUTER_LIMITS.unauthenticated.full,
  spareFiles: OUTER_LIMITS.spareFiles / 2,
  penalties: false,
};

/** What each failure costs its source, in seconds; sshd's figures. */
const PENALTIES = { refused: 5, slow: 10, left: 1 } as const;

/** `refused`: tried to log in and could not. `slow`: ran out of time. `left`: went away without a login. */
export type Failure = keyof typeof PENALTIES;

/** A source is shut out once its penalties add up to this, until they have run out, and for at most `LONGEST`. */
const PATIENCE = 15_000;
const LONGEST = 600_000;
/** The table of sources stays bounded; beyond it the source that failed first is forgiven. */
const SOURCES = 65_536;
/** A login by a program is done long before; whoever is older makes room when the door is crowded. */
const SILENT = 3_000;

/** Why a connection was turned away. */
export type Refusal = "penalty" | "total" | "files" | "source" | "startups";

interface Guest {
  readonly source: string;
  readonly since: number;
  loggedIn: boolean;
  failed: boolean;
}

/**
 * Decides who may come in, knowing who is there. When strangers crowd the door, the ones that have been silent longest
 * are put out for newer ones, so a flood of idle connections never keeps users out. `Connection` is only a key.
 */
export class Admission<Connection> {
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #putOut: (connection: Connection) => void;
  readonly #guests = new Map<Connection, Guest>();
  /** Those without a login, oldest first. */
  readonly #strangers = new Set<Connection>();
  readonly #bySource = new Map<string, Set<Connection>>();
  /** When each source is forgiven, in milliseconds of `now`, and whether it is shut out until then. */
  readonly #penalties = new Map<string, { until: number; shut: boolean }>();

  /** `now` in milliseconds, never going back; `random` in [0, 1); `putOut` closes a connection. */
  constructor(
    limits: Limits,
    means: { now: () => number; random: () => number; putOut: (connection: Connection) => void },
  ) {
    this.#limits = limits;
    this.#now = means.now;
    this.#random = means.random;
    this.#putOut = means.putOut;
  }

  get size(): number {
    return this.#guests.size;
  }

  get strangers(): number {
    return this.#strangers.size;
  }

  /** Lets a connection in, or says why not. `filesLeft` is how many more files the process may open. */
  admit(connection: Connection, address: string, filesLeft = Number.POSITIVE_INFINITY): Refusal | undefined {
    const source = sourceOf(address);
    if (this.#shutOut(source, address)) return "penalty";
    if (this.#guests.size >= this.#limits.total) return "total";
    if (filesLeft < this.#limits.spareFiles && !this.#makeRoom(this.#strangers)) return "files";
    const siblings = this.#bySource.get(source);
    if ((siblings?.size ?? 0) >= this.#limits.perSource && !this.#makeRoom(siblings)) return "source";
    if (this.#crowded() && !this.#makeRoom(this.#strangers)) return "startups";

    this.#guests.set(connection, { source, since: this.#now(), loggedIn: false, failed: false });
    this.#strangers.add(connection);
    // Looked up again: making room may have emptied and removed the set.
    const group = this.#bySource.get(source) ?? new Set();
    this.#bySource.set(source, group.add(connection));
    return undefined;
  }

  /** The connection has logged in: it no longer counts as a stranger. */
  authenticated(connection: Connection): void {
    const guest = this.#guests.get(connection);
    if (guest === undefined) return;
    guest.loggedIn = true;
    this.#forget(connection, guest);
  }

  /** The connection failed; once is counted. */
  failed(connection: Connection, failure: Failure): void {
    const guest = this.#guests.get(connection);
    if (guest === undefined || guest.failed || guest.loggedIn) return;
    guest.failed = true;
    this.#penalize(guest.source, PENALTIES[failure] * 1000);
  }

  closed(connection: Connection): void {
    const guest = this.#guests.get(connection);
    if (guest === undefined) return;
    this.failed(connection, "left");
    this.#guests.delete(connection);
    this.#forget(connection, guest);
  }

  #forget(connection: Connection, guest: Guest): void {
    this.#strangers.delete(connection);
    const siblings = this.#bySource.get(guest.source);
    siblings?.delete(connection);
    if (siblings?.size === 0) this.#bySource.delete(guest.source);
  }

  #crowded(): boolean {
    const { start, rate, full } = this.#limits.unauthenticated;
    const count = this.#strangers.size;
    if (count < start) return false;
    if (count >= full) return true;
    return this.#random() * 100 < rate + ((100 - rate) * (count - start)) / (full - start);
  }

  /** Puts out the oldest of these, if it has been silent long enough. */
  #makeRoom(strangers: ReadonlySet<Connection> | undefined): boolean {
    const [oldest] = strangers ?? [];
    const guest = oldest === undefined ? undefined : this.#guests.get(oldest);
    if (oldest === undefined || guest === undefined || this.#now() - guest.since < SILENT) return false;
    this.failed(oldest, "slow");
    this.closed(oldest);
    this.#putOut(oldest);
    return true;
  }

  #shutOut(source: string, address: string): boolean {
    const penalty = this.#penalties.get(source);
    if (penalty === undefined) return false;
    if (penalty.until <= this.#now()) {
      this.#penalties.delete(source);
      return false;
    }
    // This machine itself may stand for many: a tunnel, a load balancer, somebody who tries things out.
    return penalty.shut && address !== "127.0.0.1" && address !== "::1";
  }

  #penalize(source: string, cost: number): void {
    if (!this.#limits.penalties) return;
    const now = this.#now();
    const before = this.#penalties.get(source);
    const running = before !== undefined && before.until > now;
    const until = Math.min((running ? before.until : now) + cost, now + LONGEST);
    this.#penalties.delete(source);
    if (this.#penalties.size >= SOURCES) {
      const [first] = this.#penalties.keys();
      if (first !== undefined) this.#penalties.delete(first);
    }
    this.#penalties.set(source, { until, shut: (running && before.shut) || until - now >= PATIENCE });
  }
}

/** The address without the prefix of an IPv4 client on an IPv6 socket, and without a zone. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
}
