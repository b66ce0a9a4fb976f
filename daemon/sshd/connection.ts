import type { EventFields } from "../../core/audit/event.ts";
import { Fault } from "../../core/fault.ts";
import type { ServerConnection } from "../../core/ssh/server.ts";
import { faultLine } from "../../core/ssh/text.ts";
import type { AuditEmitter } from "../audit/emitter.ts";
import type { Log } from "../log.ts";
import { type ChannelHandlers, serveChannels } from "./channels.ts";

/** The ends of a connection. The remote one is the client's, also behind a proxy. */
export interface Endpoints {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/** Until when a connection may stay open. */
export interface ConnectionLimits {
  /** Of the certificate: `authorize` is called again then. */
  readonly expires?: Date | undefined;
  /** Without traffic. */
  readonly idleTimeoutSeconds?: number | undefined;
}

/** A role's policy for its connections. `P` is the principal that a login proves. */
export interface ConnectionPolicy<P> {
  /** For the audit log. */
  userOf(principal: P): string;
  /**
   * Whether an open connection may stay. Called when it begins, after every change of the cluster, and when a limit is
   * reached. It must not verify signatures again.
   * @throws Fault with the reason for the user when it must end
   */
  authorize(connection: SshConnection<P>): ConnectionLimits;
  /** The role's part of a new connection. Called once. */
  serve(connection: SshConnection<P>): ChannelHandlers;
  /** The refusal of a kind of channel or request for which `serve` returns no handler: `a proxy offers no sessions`. */
  notOffered(what: string): string;
  readonly audit: AuditEmitter;
  readonly log: Log;
  readonly now: () => Date;
}

type Rejection = Pick<EventFields<"session.rejected">, "sid" | "maximum">;

/** Timers count in 32 bits. Milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One connection after its login, until it ends. */
export class SshConnection<P> {
  readonly principal: P;
  /** The user name of the login request. */
  readonly login: string;
  readonly endpoints: Endpoints;
  /** The fields that the audit events of this connection share. */
  readonly about: {
    readonly user: string;
    readonly login: string;
    readonly addr_remote: string;
    readonly addr_local?: string;
  };
  readonly ssh: ServerConnection<P>["ssh"];
  /** Resolves when the connection is over, however it ended. Never rejects. */
  readonly closed: Promise<void>;
  readonly #connection: ServerConnection<P>;
  readonly #policy: ConnectionPolicy<P>;
  readonly #handlers: ChannelHandlers;
  #lastTraffic = performance.now();
  /** For the next limit. */
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(connection: ServerConnection<P>, policy: ConnectionPolicy<P>, endpoints: Endpoints) {
    const { identity, user, ssh, closed } = connection;
    this.principal = identity;
    this.login = user;
    this.endpoints = endpoints;
    this.about = {
      user: policy.userOf(identity),
      login: user,
      addr_remote: endpoints.remoteAddress,
      ...(endpoints.localAddress !== "" && { addr_local: endpoints.localAddress }),
    };
    this.ssh = ssh;
    this.#connection = connection;
    this.#policy = policy;
    this.#handlers = policy.serve(this);
    serveChannels(ssh, this.#handlers, (what) => this.#notOffered(what));
    this.closed = closed.then(() => this.#close());
    this.recheck();
  }

  /** The client's address. */
  get address(): string {
    return this.endpoints.remoteAddress;
  }

  /** There was traffic: the connection is not idle. */
  touch(): void {
    this.#lastTraffic = performance.now();
  }

  /** Records that something on this connection was refused. */
  refused({ message: reason }: Fault, more: Rejection = {}): void {
    void this.#policy.audit.after("session.rejected", { ...this.about, ...more, reason });
  }

  /** Ends the connection unless it may stay, and sets the timer for its next limit. */
  recheck(): void {
    if (this.#over) return;
    clearTimeout(this.#timer);
    try {
      this.#awaitLimit(this.#policy.authorize(this));
      this.#handlers.recheck?.();
    } catch (thrown) {
      const fault = Fault.from(thrown);
      if (fault.code === "internal") this.#policy.log.error("a connection cannot be checked", { error: fault });
      this.cut(fault);
    }
  }

  /** Ends the connection because of a rule: the user reads why, and it is recorded. */
  cut(fault: Fault): void {
    if (this.#over) return;
    void this.#policy.audit.after("client.disconnect", { ...this.about, reason: fault.message });
    this.end(faultLine(fault));
  }

  /** Ends the connection. `reason` is shown to the user. */
  end(reason: string): void {
    if (this.#over) return;
    this.#handlers.cut?.(reason);
    this.#connection.disconnect(reason);
    this.#close();
  }

  #awaitLimit({ expires, idleTimeoutSeconds }: ConnectionLimits): void {
    const idleMs = performance.now() - this.#lastTraffic;
    const idleLeft = idleTimeoutSeconds === undefined ? Infinity : idleTimeoutSeconds * 1000 - idleMs;
    if (idleLeft <= 0) throw new Fault("denied", "the connection was idle for too long");
    const validLeft = expires === undefined ? Infinity : expires.getTime() - this.#policy.now().getTime();
    const next = Math.min(idleLeft, validLeft > 0 ? validLeft : Infinity);
    if (next === Infinity) return;
    // Earlier than that where the timer cannot count so far, or the clock is set back: then it is set again.
    this.#timer = setTimeout(() => this.recheck(), Math.min(next + 1, LONGEST_TIMER));
    this.#timer.unref();
  }

  #notOffered(what: string): Fault {
    const fault = new Fault("denied", this.#policy.notOffered(what));
    this.refused(fault);
    return fault;
  }

  #close(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#handlers.closed?.();
  }
}
