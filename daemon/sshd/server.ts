import type { Duplex } from "node:stream";
import type { Certificate } from "../../core/cert/certificate.ts";
import type { PublicKey } from "../../core/cert/public-key.ts";
import { Fault } from "../../core/fault.ts";
import type { AuthorityType } from "../../core/resource/authority.ts";
import { type ProxyHeaderMemory, readProxyHeader } from "../../core/ssh/proxy-header.ts";
import { type HostKey, type Proof, type ServerConnection, serveSsh } from "../../core/ssh/server.ts";
import { oneLine } from "../../core/ssh/text.ts";
import { acknowledgeNow } from "../net/libc.ts";
import type { Peer } from "../net/listen.ts";
import { clientAddress } from "../net/proxy-header.ts";
import { RateLimit, RECORDED_REFUSALS } from "../net/rate-limit.ts";
import { type ConnectionPolicy, type Endpoints, SshConnection } from "./connection.ts";

/** One attempt to log in. */
export interface LoginAttempt {
  /** The user name that was asked for. */
  readonly login: string;
  /** The client's address, also behind a proxy. */
  readonly address: string;
}

export interface SshServerOptions<P> extends ConnectionPolicy<P> {
  /** The software's name in the identification string, without `SSH-2.0-`. */
  readonly ident: string;
  /** Called for each connection: certificates are renewed. */
  hostKey(): HostKey;
  readonly view: {
    authorities(type: AuthorityType): readonly PublicKey[];
    onChange(listener: () => void): () => void;
  };
  /**
   * The name by which a proxy's header addresses this server, and the memory of the headers that the bearers of this name
   * accepted. Without it no header is taken.
   */
  readonly proxyHeader?: { readonly to: string; readonly cluster: string; readonly used: ProxyHeaderMemory };
  /** The methods that are offered. @throws Fault a refusal for the user; another attempt may follow */
  readonly identify: {
    /** The client has proven that it holds the certificate's key; the certificate itself is not verified yet. */
    certificate(certificate: Certificate, attempt: LoginAttempt): Promise<P>;
    password?(secret: string, attempt: LoginAttempt): Promise<P>;
  };
  /** Channels that may be open at a time on one connection: 256. */
  readonly maxChannels?: number;
  /** How long a login may take: 120,000 ms. */
  readonly loginGraceMs?: number;
  /** Acknowledge each packet at once, also after the login: for connections that carry the handshakes of others. */
  readonly quickAck?: boolean;
}

/** Changes of the cluster come in bursts: a re-check of all connections waits at least this. Milliseconds. */
const RECHECK_MS = 50;
/** And so many times as long as the last one took, so that re-checks take at most a tenth of the event loop. */
const RECHECK_SHARE = 10;
/** But no longer than this: a lock ends all connections within a second. Milliseconds. */
const RECHECK_MAX_MS = 500;

/**
 * The SSH server of a role, over any byte stream: it admits, identifies, records refusals, and ends connections that are
 * no longer allowed. The role decides who is allowed, and serves the channels.
 */
export class SshServer<P> {
  readonly #options: SshServerOptions<P>;
  readonly #methods: readonly Proof["method"][];
  readonly #connections = new Set<SshConnection<P>>();
  readonly #recorded = new RateLimit(RECORDED_REFUSALS, () => performance.now());
  readonly #unsubscribe: () => void;
  #recheck: NodeJS.Timeout | undefined;
  #recheckWait = RECHECK_MS;
  #closed: string | undefined;

  constructor(options: SshServerOptions<P>) {
    this.#options = options;
    this.#methods = options.identify.password === undefined ? ["certificate"] : ["certificate", "password"];
    this.#unsubscribe = options.view.onChange(() => this.recheck());
  }

  /** Connections that are logged in. */
  get size(): number {
    return this.#connections.size;
  }

  /** How many connections this user has. */
  connectionsOf(user: string): number {
    let count = 0;
    for (const { about } of this.#connections) if (about.user === user) count += 1;
    return count;
  }

  /** Serves one connection to its end. Never rejects. */
  async serve(stream: Duplex, peer: Peer): Promise<void> {
    let refused = false;
    const onRefusal = () => {
      refused = true;
    };
    // Counted once, at the end, and before the peer counts as having left: of several certificates one may be admitted.
    stream.prependOnceListener("close", () => {
      if (refused) peer.failed("refused");
    });
    try {
      const address = await this.#clientAddress(stream, peer, onRefusal);
      const connection = await this.#login(stream, address, onRefusal);
      peer.authenticated();
      const { remotePort, localAddress, localPort } = peer;
      await this.#run(stream, connection, { remoteAddress: address, remotePort, localAddress, localPort });
    } catch (error) {
      stream.destroy();
      if (Fault.from(error).code === "internal")
        this.#options.log.error("an SSH connection failed", { address: peer.address, error });
      else this.#options.log.debug("an SSH connection ended before its login", { address: peer.address, error });
    }
  }

  /** Checks all connections again, soon: after changes that `view` does not tell of. */
  recheck(): void {
    if (this.#closed !== undefined) return;
    this.#recheck ??= setTimeout(() => {
      this.#recheck = undefined;
      const began = performance.now();
      for (const connection of this.#connections) connection.recheck();
      const wait = RECHECK_SHARE * (performance.now() - began);
      this.#recheckWait = Math.min(Math.max(RECHECK_MS, wait), RECHECK_MAX_MS);
    }, this.#recheckWait);
  }

  /** Ends all connections; `reason` is shown to the users. */
  close(reason: string): void {
    this.#closed = reason;
    this.#unsubscribe();
    clearTimeout(this.#recheck);
    for (const connection of this.#connections) connection.end(reason);
  }

  async #clientAddress(stream: Duplex, peer: Peer, onRefusal: () => void): Promise<string> {
    const { proxyHeader, view, now } = this.#options;
    if (proxyHeader === undefined) return peer.address;
    try {
      return await clientAddress(stream, peer.address, (line) => {
        const authorities = view.authorities("host");
        return readProxyHeader(line, { ...proxyHeader, authorities, now: now() });
      });
    } catch (thrown) {
      const fault = Fault.from(thrown);
      onRefusal();
      await this.#recordRefusal(fault, { address: peer.address });
      throw fault;
    }
  }

  #login(stream: Duplex, address: string, onRefusal: () => void): Promise<ServerConnection<P>> {
    const { ident, maxChannels, loginGraceMs } = this.#options;
    const config = {
      ident,
      methods: this.#methods,
      hostKey: () => this.#options.hostKey(),
      ...(maxChannels !== undefined && { maxChannels }),
      ...(loginGraceMs !== undefined && { loginGraceMs }),
      identify: async (login: string, proof: Proof) => {
        try {
          return await this.#identify(proof, { login, address });
        } catch (thrown) {
          const fault = Fault.from(thrown);
          onRefusal();
          await this.#recordRefusal(fault, { address, login, proof });
          throw fault;
        }
      },
    };
    return serveSsh(stream, config, { address });
  }

  async #identify(proof: Proof, attempt: LoginAttempt): Promise<P> {
    const { identify } = this.#options;
    if (proof.method === "certificate") return identify.certificate(proof.certificate, attempt);
    if (identify.password !== undefined) return identify.password(proof.secret, attempt);
    throw new Fault("denied", "passwords are not accepted");
  }

  async #run(stream: Duplex, login: ServerConnection<P>, endpoints: Endpoints): Promise<void> {
    if (this.#options.quickAck === true) stream.on("data", () => acknowledgeNow(stream));
    const connection = new SshConnection(login, this.#options, endpoints);
    this.#options.log.debug("logged in", connection.about);
    this.#connections.add(connection);
    if (this.#closed !== undefined) connection.end(this.#closed);
    await connection.closed;
    this.#connections.delete(connection);
  }

  /** A flood of refusals from one source is neither recorded nor logged as a whole: it would fill the disk. */
  async #recordRefusal(
    fault: Fault,
    { address, login, proof }: { readonly address: string; readonly login?: string; readonly proof?: Proof },
  ): Promise<void> {
    const { log, audit } = this.#options;
    const about = { ...(login !== undefined && { login: oneLine(login) }), address, error: fault };
    if (fault.code === "internal") log.error("a login failed", about);
    if (this.#recorded.take(address) > 0) return;
    log.info("a login was refused", about);
    const certificate = proof?.method === "certificate" ? proof.certificate : undefined;
    // The user as the certificate names it, which is not proven.
    const user = certificate === undefined || certificate.keyId === "" ? login : certificate.keyId;
    await audit.after("auth", {
      ...(user !== undefined && { user }),
      ...(login !== undefined && { login }),
      addr_remote: address,
      success: false,
      error: fault.message,
      ...(certificate !== undefined && { fingerprint: certificate.key.fingerprint }),
    });
  }
}
