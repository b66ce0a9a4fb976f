import type { Socket } from "node:net";
import type { Certificate } from "../../core/cert/certificate.ts";
import { Fault } from "../../core/fault.ts";
import { type Door, type ServerConnection, serveSsh } from "../../core/ssh/server.ts";
import { acknowledgeNow } from "../net/libc.ts";
import type { Peer } from "../net/listen.ts";
import { RateLimit, RECORDED_REFUSALS } from "../net/rate-limit.ts";
import type { ProxyContext } from "./context.ts";
import { Guest } from "./guest.ts";
import { standingOf, type Visitor, visitorOf } from "./visitor.ts";

/** Changes come in bursts, and every heartbeat of a node is one. Milliseconds. */
const RECHECK_MS = 400;
/** A few more than hosts, so that who has too many is told so in words. */
const MAX_CHANNELS = 128;

/** The SSH server of a proxy, behind its listener. */
export class Gate {
  readonly #proxy: ProxyContext;
  readonly #guests = new Set<Guest>();
  readonly #unsubscribe: () => void;
  readonly #recorded: RateLimit;
  #recheck: NodeJS.Timeout | undefined;

  constructor(proxy: ProxyContext) {
    this.#proxy = proxy;
    this.#recorded = new RateLimit(RECORDED_REFUSALS, () => performance.now());
    this.#unsubscribe = proxy.cluster.view.onChange(() => {
      this.#recheck ??= setTimeout(() => {
        this.#recheck = undefined;
        for (const guest of this.#guests) guest.recheck();
      }, RECHECK_MS);
    });
  }

  /** Serves one connection to its end. Never rejects. */
  async serve(socket: Socket, peer: Peer): Promise<void> {
    let connection: ServerConnection<Visitor>;
    let refused = false;
    const door = this.#door(() => {
      refused = true;
    });
    // Counted at the end only, and before it counts as having left: of several certificates one may be let in.
    socket.prependOnceListener("close", () => refused && peer.failed("refused"));
    try {
      connection = await serveSsh(socket, door, { address: peer.address });
    } catch (error) {
      this.#proxy.log.debug("connection refused", { address: peer.address, error });
      return;
    }
    const { identity, login, address } = connection.identity;
    this.#proxy.log.debug("logged in", { user: identity.user, login, address });
    const guest = new Guest(this.#proxy, connection);
    this.#guests.add(guest);
    peer.authenticated();
    // The user's session with the node is about to shake hands in here, in packets that often have no answer to ride on.
    socket.on("data", () => acknowledgeNow(socket));
    await connection.closed;
    this.#guests.delete(guest);
  }

  /** Says goodbye to everybody. */
  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#recheck);
    for (const guest of this.#guests) guest.disconnect(new Fault("unavailable", "the proxy is stopping"));
  }

  #door(onRefusal: () => void): Door<Visitor> {
    return {
      hostKey: () => this.#proxy.cluster.hostKey(),
      ident: "Sallyport",
      methods: ["certificate"],
      maxChannels: MAX_CHANNELS,
      identify: async (login, proof, { address }) => {
        if (proof.method !== "certificate") throw new Fault("denied", "only a certificate logs in here");
        try {
          return await this.#identify(proof.certificate, login, address);
        } catch (thrown) {
          onRefusal();
          throw thrown;
        }
      },
    };
  }

  async #identify(certificate: Certificate, login: string, address: string): Promise<Visitor> {
    const { cluster, now } = this.#proxy;
    try {
      const visitor = visitorOf(certificate, login, address);
      standingOf(visitor, cluster.view, now());
      return visitor;
    } catch (thrown) {
      if (this.#recorded.take(address) === 0)
        await this.#proxy.audit.after("auth", {
          user: certificate.keyId,
          login,
          addr_remote: address,
          success: false,
          error: Fault.from(thrown).message,
          fingerprint: certificate.key.fingerprint,
        });
      throw thrown;
    }
  }
}
