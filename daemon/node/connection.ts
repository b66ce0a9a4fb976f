import type { Socket } from "node:net";
import { Fault } from "../../core/fault.ts";
import type { Options } from "../../core/policy/access.ts";
import { refuseChannel, type ServerConnection } from "../../core/ssh/server.ts";
import { oneLine } from "../../core/ssh/text.ts";
import type { Feature } from "./access.ts";
import { forwardAgent } from "./agent.ts";
import { Forwarding } from "./forward/forwarding.ts";
import type { House } from "./house.ts";
import type { PrivateSocket } from "./private-socket.ts";
import { Session } from "./session.ts";
import type { Host, Visitor } from "./visitor.ts";

/** MaxSessions of sshd_config(5). */
const MAX_SESSIONS = 10;

/** Timers count in 32 bits. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One visitor's connection, and all that is open on it. */
export class Connection implements Host {
  readonly visitor: Visitor;
  readonly endpoints: Host["endpoints"];
  readonly about: Host["about"];
  readonly #house: House;
  readonly #ssh: ServerConnection<Visitor>;
  readonly #sessions = new Set<Session>();
  readonly #forwarding: Forwarding;
  #lastTraffic = performance.now();
  #deadline: NodeJS.Timeout | undefined;
  #over = false;

  constructor(house: House, ssh: ServerConnection<Visitor>, socket: Socket) {
    this.#house = house;
    this.#ssh = ssh;
    this.visitor = ssh.identity;
    this.endpoints = {
      remoteAddress: this.visitor.address,
      remotePort: socket.remotePort ?? 0,
      localAddress: (socket.localAddress ?? "").replace(/^::ffff:(?=\d+\.)/, ""),
      localPort: socket.localPort ?? 0,
    };
    this.about = {
      user: this.visitor.user,
      login: this.visitor.login,
      addr_remote: this.visitor.address,
      addr_local: this.endpoints.localAddress,
    };
    ssh.ssh.on("session", (accept, reject) => {
      try {
        this.#admitSession();
      } catch (thrown) {
        const fault = Fault.from(thrown);
        this.refused(fault);
        return refuseChannel(reject, fault);
      }
      const session = new Session(house, this, accept());
      this.#sessions.add(session);
      void session.over.then(() => this.#sessions.delete(session));
    });
    this.#forwarding = new Forwarding(house, this, ssh.ssh);
    void ssh.closed.then(() => this.#close());
    this.recheck();
  }

  authorize(feature?: Feature): Options {
    const { access } = this.#house;
    const grants = access.authorize(this.visitor);
    if (feature !== undefined) access.permit(feature, this.visitor, grants);
    return grants;
  }

  openAgent(): Promise<PrivateSocket> {
    return forwardAgent(this, this.#ssh.ssh);
  }

  touch(): void {
    this.#lastTraffic = performance.now();
  }

  refused({ message }: Fault, sid?: string): void {
    void this.#house.audit.after("session.rejected", {
      ...this.about,
      ...(sid !== undefined && { sid }),
      reason: message,
    });
  }

  /** Cuts the connection when it is no longer allowed, and sees to the next time at which that may be so. */
  recheck(): void {
    if (this.#over) return;
    clearTimeout(this.#deadline);
    const expires = this.visitor.certificate.validBefore.getTime() - this.#house.now().getTime();
    try {
      // A certificate that expires ends what is open only where a role says so.
      const grants = expires > 0 ? this.authorize() : this.#house.access.standing(this.visitor);
      if (expires <= 0 && grants.disconnectExpiredCert)
        throw new Fault("unauthenticated", "your certificate has expired", { hint: "log in again: tsh login" });
      const idle = performance.now() - this.#lastTraffic;
      const patience = grants.clientIdleTimeout === undefined ? Infinity : grants.clientIdleTimeout * 1000 - idle;
      if (patience <= 0) throw new Fault("denied", "the connection was idle for too long");
      const next = Math.min(patience, expires > 0 ? expires : Infinity) + 1;
      this.#deadline = setTimeout(() => this.recheck(), Math.min(next, LONGEST_TIMER));
    } catch (thrown) {
      this.cut(Fault.from(thrown));
    }
  }

  /** Ends everything and says why. */
  cut({ message, hint }: Fault): void {
    if (this.#over) return;
    void this.#house.audit.after("client.disconnect", { ...this.about, reason: message });
    for (const session of this.#sessions) session.cut();
    this.#ssh.disconnect(oneLine(hint === undefined ? message : `${message} (${hint})`));
    this.#close();
  }

  /** Says goodbye without a reason against the visitor: the node stops. */
  farewell(reason: string): void {
    for (const session of this.#sessions) session.cut();
    this.#ssh.disconnect(reason);
    this.#close();
  }

  #admitSession(): void {
    this.touch();
    const { maxSessions = MAX_SESSIONS } = this.authorize();
    if (this.#sessions.size >= maxSessions)
      throw new Fault("rate_limited", `no more than ${maxSessions} sessions are allowed on one connection`);
  }

  #close(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    this.#forwarding.close();
    for (const session of this.#sessions) session.abandon();
  }
}
