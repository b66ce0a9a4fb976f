import type { UserIdentity } from "../../core/cert/identity.ts";
import { FAULTS, Fault } from "../../core/fault.ts";
import { authorizer, requireAccess } from "../../core/policy/authorize.ts";
import { type ServerChannel, type Session, serveSession } from "../../core/ssh/channels.ts";
import { oneLine } from "../../core/ssh/text.ts";
import { counter, gauge } from "../metrics.ts";
import type { ChannelHandlers, ChannelOpen } from "../sshd/channels.ts";
import type { SshConnection } from "../sshd/connection.ts";
import type { ProxyContext } from "./context.ts";
import { type Destination, parseDestination, tcpipDestination } from "./destination.ts";
import { Forward, openForward } from "./forward.ts";
import { bridge, LINGER_MS } from "./pipe.ts";
import type { Access } from "./resolve.ts";

const requested = counter("sallyport_proxy_forwards_total", "Connections to a host that users asked for, by outcome.");
let open = 0;
gauge("sallyport_proxy_forwards", "Connections to a host that are open.", () => [[{}, open]]);
const bytes = counter("sallyport_proxy_bytes_total", "Bytes carried between users and hosts.");

/** Each may hold megabytes in transit, and may do so for a while after its channel has been closed. */
const MAX_FORWARDS = 100;

/**
 * Serves one connection of a user. A proxy offers connections to hosts, as a subsystem or as `direct-tcpip`, and the list
 * of clusters. Everything else is refused, in words where the protocol has room for them.
 */
export function serveConnection(proxy: ProxyContext, connection: SshConnection<UserIdentity>): ChannelHandlers {
  const served = new ProxyConnection(proxy, connection);
  return {
    session: ({ accept }) => served.session(accept()),
    tcpip: (channel, { host, port }) => void served.direct(channel, host, port),
    recheck: () => served.recheck(),
    cut: (reason) => served.cut(reason),
    closed: () => served.closed(),
  };
}

class ProxyConnection {
  readonly #proxy: ProxyContext;
  readonly #connection: SshConnection<UserIdentity>;
  readonly #forwards = new Set<Forward>();
  #over = false;

  constructor(proxy: ProxyContext, connection: SshConnection<UserIdentity>) {
    this.#proxy = proxy;
    this.#connection = connection;
  }

  session(session: Session): void {
    const forward = new Forward();
    serveSession(session, {
      variable: () => false,
      terminal: () => false,
      agent: () => false,
      shell: (channel) => this.#refuse(channel, "shell"),
      exec: (_command, channel) => this.#refuse(channel, "commands"),
      subsystem: (name, channel) => void this.#subsystem(channel, name, forward),
      resize: () => {},
      signal: () => {},
      unread: () => {},
      // Data that the user sent before may still be on its way to a slow host.
      closed: () => void setTimeout(() => forward.cut("the user has gone"), LINGER_MS).unref(),
    });
  }

  /** `ssh -J` and `ssh -W`. The channel is confirmed only when the host has answered, so a failure can be told. */
  async direct(channel: ChannelOpen<ServerChannel>, host: string, port: number): Promise<void> {
    const forward = new Forward();
    try {
      const { stream, head } = await this.#open(forward, () => tcpipDestination(host, port));
      if (this.#over) return void stream.destroy();
      await this.#carry(ignoreErrors(channel.accept()), { stream, head }, forward);
    } catch (thrown) {
      if (!this.#over) channel.refuse(Fault.from(thrown));
    } finally {
      this.#leave(forward);
    }
  }

  /** Cuts forwards that are no longer allowed. */
  recheck(): void {
    if (this.#forwards.size === 0) return;
    const access = this.#access({ established: true });
    for (const forward of this.#forwards) {
      if (forward.isAllowed(access)) continue;
      const reason = `access to ${forward.name} has ended: no role of ${this.#connection.about.user} opens it now`;
      forward.cut(reason);
      void this.#proxy.audit.after("client.disconnect", { ...this.#connection.about, reason });
    }
  }

  cut(reason: string): void {
    this.#over = true;
    for (const forward of this.#forwards) forward.cut(reason);
  }

  closed(): void {
    this.#over = true;
    for (const forward of this.#forwards) forward.cut("the connection is gone");
  }

  async #subsystem(channel: ServerChannel, name: string, forward: Forward): Promise<void> {
    ignoreErrors(channel);
    if (name === "proxysites") return this.#sites(channel);
    if (!name.startsWith("proxy:")) return this.#refuse(channel, `subsystem ${JSON.stringify(name.slice(0, 64))}`);

    // Data that the user sends meanwhile waits in the channel: the subsystem request is answered already.
    const { signal } = forward;
    try {
      const opened = await this.#open(forward, () => parseDestination(name.slice("proxy:".length)));
      signal.addEventListener("abort", () => channel.stderr.write(`\r\n${(signal.reason as Fault).message}\r\n`));
      await this.#carry(channel, opened, forward);
    } catch (thrown) {
      this.#complain(channel, Fault.from(thrown));
    } finally {
      this.#leave(forward);
    }
  }

  async #open(forward: Forward, read: () => Destination): ReturnType<typeof openForward> {
    const { about } = this.#connection;
    try {
      if (this.#forwards.size >= MAX_FORWARDS)
        throw new Fault("denied", `${MAX_FORWARDS} hosts at once are the most on one connection`);
      this.#forwards.add(forward);
      open += 1;
      const target = read();
      this.#requireConnect();
      const opened = await openForward(this.#proxy, forward, { target, access: this.#access(), about });
      requested.add({ outcome: "open" });
      return opened;
    } catch (thrown) {
      const fault = Fault.from(thrown);
      requested.add({ outcome: fault.code });
      if (fault.code === "internal") this.#proxy.log.error("cannot open a connection to a host", { error: fault });
      if (fault.code === "denied" || fault.code === "unauthenticated")
        await this.#proxy.audit.after("session.rejected", { ...about, reason: fault.message });
      throw fault;
    }
  }

  /** @throws Fault unless the user may use a proxy now. */
  #requireConnect(): void {
    const { principal, address } = this.#connection;
    const { cluster, now } = this.#proxy;
    requireAccess(principal, { kind: "connect" }, cluster.view, { now: now(), address });
  }

  /** The present access of the user. */
  #access({ established = false } = {}): Access {
    const { principal, address } = this.#connection;
    const { cluster, now } = this.#proxy;
    return {
      user: principal.user,
      decide: authorizer(principal, cluster.view, { now: now(), address, established }),
    };
  }

  async #carry(
    channel: ServerChannel,
    { stream, head }: Awaited<ReturnType<typeof openForward>>,
    { signal }: Forward,
  ): Promise<void> {
    const { up, down } = await bridge(channel, stream, head, signal);
    bytes.add({ direction: "up" }, up);
    bytes.add({ direction: "down" }, down);
  }

  #leave(forward: Forward): void {
    if (this.#forwards.delete(forward)) open -= 1;
  }

  #sites(channel: ServerChannel): void {
    try {
      this.#requireConnect();
      const { cluster, now } = this.#proxy;
      const sites = [{ name: cluster.name, lastconnected: now().toISOString(), status: "online" }];
      channel.write(`${JSON.stringify(sites)}\n`);
      channel.exit(0);
      channel.end();
    } catch (thrown) {
      this.#complain(channel, Fault.from(thrown));
    }
  }

  #refuse(channel: ServerChannel, what: string): void {
    this.#connection.refused(new Fault("denied", `a proxy offers no ${what}`));
    const { name } = this.#proxy.cluster;
    this.#complain(
      ignoreErrors(channel),
      new Fault("denied", `this is the proxy of the cluster "${name}": it leads to nodes, and offers no ${what}`, {
        hint: "tsh ssh NODE, or ssh -J PROXY NODE",
      }),
    );
  }

  #complain(channel: ServerChannel, fault: Fault): void {
    const hint = fault.hint === undefined ? "" : `hint: ${oneLine(fault.hint)}\r\n`;
    channel.stderr.write(`error: ${oneLine(fault.message)}\r\n${hint}`);
    channel.exit(FAULTS[fault.code].exit);
    channel.end();
    channel.resume();
  }
}

/** A client that is gone ends the streams of a channel with errors that tell nothing new. */
function ignoreErrors(channel: ServerChannel): ServerChannel {
  channel.on("error", () => {});
  channel.stderr.on("error", () => {});
  return channel;
}
