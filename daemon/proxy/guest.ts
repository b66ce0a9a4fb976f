import { FAULTS, Fault } from "../../core/fault.ts";
import { type ServerChannel, serveSession } from "../../core/ssh/channels.ts";
import type { ServerConnection } from "../../core/ssh/server.ts";
import { oneLine } from "../../core/ssh/text.ts";
import { counter, gauge } from "../metrics.ts";
import type { ProxyContext } from "./context.ts";
import { openPassage, Passage } from "./passage.ts";
import { bridge, LINGER_MS } from "./pipe.ts";
import { directTarget, parseTarget, type Target } from "./target.ts";
import { presentStanding, type Standing, standingOf, type Visitor } from "./visitor.ts";

const asked = counter("sallyport_proxy_passages_total", "Ways to a host that users asked for, by outcome.");
let passing = 0;
gauge("sallyport_proxy_passages", "Ways to a host that are open.", () => [[{}, passing]]);
const bytes = counter("sallyport_proxy_bytes_total", "Bytes carried between users and hosts.");

/** RFC 4254 §5.1. */
const OPEN_FAILURE = { prohibited: 1, connectFailed: 2 } as const;
/** Each may hold megabytes on its way, and may do so for a while after its channel has been closed. */
const MAX_PASSAGES = 100;
/** Timers count in 32 bits. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * One user who is logged in. There are three things to be had here: a way to a host, as a subsystem or as `direct-tcpip`,
 * and the list of clusters. Everything else is refused, in words where the protocol has room for them.
 */
export class Guest {
  readonly #proxy: ProxyContext;
  readonly #connection: ServerConnection<Visitor>;
  readonly #passages = new Set<Passage>();
  #expiry: NodeJS.Timeout | undefined;
  #over = false;

  constructor(proxy: ProxyContext, connection: ServerConnection<Visitor>) {
    this.#proxy = proxy;
    this.#connection = connection;
    const { ssh } = connection;
    ssh.on("session", (accept) => {
      const passage = new Passage();
      serveSession(accept(), {
        variable: () => false,
        terminal: () => false,
        agent: () => false,
        shell: (channel) => this.#refuse(channel, "shell"),
        exec: (_command, channel) => this.#refuse(channel, "commands"),
        subsystem: (name, channel) => void this.#subsystem(channel, name, passage),
        resize: () => {},
        signal: () => {},
        unread: () => {},
        // What was sent before may still be on its way to a host that is slow.
        closed: () => void setTimeout(() => passage.cut("the user has gone"), LINGER_MS).unref(),
      });
    });
    ssh.on("tcpip", (accept, reject, { destIP, destPort }) => void this.#direct(accept, reject, destIP, destPort));
    ssh.on("openssh.streamlocal", (_accept, reject) => {
      reject();
      this.#notOffered("forwarding of Unix sockets");
    });
    ssh.on("request", (_accept, reject, name) => {
      reject?.();
      this.#notOffered(`${name} requests`);
    });
    this.#awaitExpiry();
    void connection.closed.then(() => {
      this.#over = true;
      clearTimeout(this.#expiry);
      for (const passage of this.#passages) passage.cut("the connection is gone");
    });
  }

  /** Cuts what is no longer allowed: after a change of roles, users, locks or authorities. */
  recheck(): void {
    if (this.#over) return;
    const { cluster, now } = this.#proxy;
    try {
      const { identity } = this.#connection;
      const standing = presentStanding(identity, cluster.view, now());
      if (standing.options.disconnectExpiredCert && identity.certificate.validBefore <= now())
        throw new Fault("unauthenticated", "your certificate has expired", { hint: "tsh login" });
      for (const passage of this.#passages) this.#recheckPassage(passage, standing);
    } catch (thrown) {
      this.disconnect(Fault.from(thrown));
    }
  }

  /** Says why, and ends everything. */
  disconnect(why: Fault): void {
    if (this.#over) return;
    this.#over = true;
    const reason = inWords(why);
    for (const passage of this.#passages) passage.cut(reason);
    this.#connection.disconnect(reason);
    void this.#proxy.audit.after("client.disconnect", { ...this.#who(), reason });
  }

  #recheckPassage(passage: Passage, standing: Standing): void {
    if (passage.allowed(standing)) return;
    const reason = `access to ${passage.name} has ended: no role of ${standing.user} opens it now`;
    passage.cut(reason);
    void this.#proxy.audit.after("client.disconnect", { ...this.#who(), reason });
  }

  async #subsystem(channel: ServerChannel, name: string, passage: Passage): Promise<void> {
    // A client that is gone ends the channel's streams with errors that tell nothing new.
    channel.on("error", () => {});
    channel.stderr.on("error", () => {});
    if (name === "proxysites") return this.#sites(channel);
    if (!name.startsWith("proxy:")) return this.#refuse(channel, `subsystem ${JSON.stringify(name.slice(0, 64))}`);

    // What the user sends meanwhile waits in the channel: the answer to the subsystem request did not wait for us.
    const { signal } = passage;
    try {
      const { stream, head } = await this.#open(passage, () => parseTarget(name.slice("proxy:".length)));
      signal.addEventListener("abort", () => channel.stderr.write(`\r\n${(signal.reason as Fault).message}\r\n`));
      this.#count(await bridge(channel, stream, head, passage.signal));
    } catch (thrown) {
      this.#complain(channel, Fault.from(thrown));
    } finally {
      this.#leave(passage);
    }
  }

  /** `ssh -J` and `ssh -W`. The channel is confirmed only when the host has answered, so a failure can be told. */
  async #direct(
    accept: () => ServerChannel,
    reject: (code: number, text: string) => void,
    host: string,
    port: number,
  ): Promise<void> {
    const passage = new Passage();
    try {
      const { stream, head } = await this.#open(passage, () => directTarget(host, port));
      if (this.#over) return void stream.destroy();
      const channel = accept();
      channel.on("error", () => {});
      channel.stderr.on("error", () => {});
      this.#count(await bridge(channel, stream, head, passage.signal));
    } catch (thrown) {
      const fault = Fault.from(thrown);
      const { prohibited, connectFailed } = OPEN_FAILURE;
      if (!this.#over) reject(fault.code === "denied" ? prohibited : connectFailed, inWords(fault));
    } finally {
      this.#leave(passage);
    }
  }

  async #open(passage: Passage, read: () => Target): ReturnType<typeof openPassage> {
    try {
      if (this.#passages.size >= MAX_PASSAGES)
        throw new Fault("denied", `${MAX_PASSAGES} hosts at once are the most on one connection`);
      this.#passages.add(passage);
      passing += 1;
      const target = read();
      const { identity: visitor } = this.#connection;
      const standing = standingOf(visitor, this.#proxy.cluster.view, this.#proxy.now());
      const way = await openPassage(this.#proxy, passage, { visitor, standing, target, ...this.#who() });
      asked.add({ outcome: "open" });
      return way;
    } catch (thrown) {
      const fault = Fault.from(thrown);
      asked.add({ outcome: fault.code });
      if (fault.code === "internal") this.#proxy.log.error("cannot open a way to a host", { error: fault });
      if (fault.code === "denied" || fault.code === "unauthenticated")
        await this.#proxy.audit.after("session.rejected", { ...this.#who(), reason: fault.message });
      throw fault;
    }
  }

  #leave(passage: Passage): void {
    if (this.#passages.delete(passage)) passing -= 1;
  }

  #sites(channel: ServerChannel): void {
    try {
      const { cluster, now } = this.#proxy;
      standingOf(this.#connection.identity, cluster.view, now());
      const sites = [{ name: cluster.name, lastconnected: now().toISOString(), status: "online" }];
      channel.write(`${JSON.stringify(sites)}\n`);
      channel.exit(0);
      channel.end();
    } catch (thrown) {
      this.#complain(channel, Fault.from(thrown));
    }
  }

  #refuse(channel: ServerChannel, what: string): void {
    channel.on("error", () => {});
    channel.stderr.on("error", () => {});
    this.#notOffered(what);
    const { name } = this.#proxy.cluster;
    this.#complain(
      channel,
      new Fault("denied", `this is the proxy of the cluster "${name}": it leads to nodes, and offers no ${what}`, {
        hint: "tsh ssh NODE, or ssh -J PROXY NODE",
      }),
    );
  }

  #notOffered(what: string): void {
    const reason = `a proxy offers no ${what}`;
    void this.#proxy.audit.after("session.rejected", { ...this.#who(), reason });
  }

  #complain(channel: ServerChannel, fault: Fault): void {
    const hint = fault.hint === undefined ? "" : `hint: ${oneLine(fault.hint)}\r\n`;
    channel.stderr.write(`error: ${oneLine(fault.message)}\r\n${hint}`);
    channel.exit(FAULTS[fault.code].exit);
    channel.end();
    channel.resume();
  }

  #count({ up, down }: { readonly up: number; readonly down: number }): void {
    bytes.add({ direction: "up" }, up);
    bytes.add({ direction: "down" }, down);
  }

  #awaitExpiry(): void {
    const { validBefore } = this.#connection.identity.certificate;
    const left = validBefore.getTime() - this.#proxy.now().getTime();
    const again = () => {
      this.recheck();
      // Not yet: it is far, or the clock was set back.
      if (!this.#over && this.#proxy.now() < validBefore) this.#awaitExpiry();
    };
    this.#expiry = setTimeout(again, Math.min(Math.max(left, 0) + 1, LONGEST_TIMER));
    this.#expiry.unref();
  }

  #who(): { user: string; login: string; addr_remote: string } {
    const { identity, login, address } = this.#connection.identity;
    return { user: identity.user, login, addr_remote: address };
  }
}

function inWords({ message, hint }: Fault): string {
  return oneLine(hint === undefined ? message : `${message} (${hint})`);
}
