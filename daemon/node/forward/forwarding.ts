import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Fault } from "../../../core/fault.ts";
import type { ServerChannel } from "../../../core/ssh/channels.ts";
import { oneLine } from "../../../core/ssh/text.ts";
import { type DialFailure, dial } from "../../net/dial.ts";
import type { ChannelOpen, GlobalRequest } from "../../sshd/channels.ts";
import { requireNodeAccess } from "../authorize.ts";
import { carry, type Endpoint, leadBack, socketEnd } from "../channel.ts";
import type { NodeConnection, NodeContext } from "../context.ts";
import type { OutputSink } from "../program/program.ts";
import { connectAsUser, listenAsUser } from "./as-user.ts";
import { type Listener, listenLoopback } from "./loopback.ts";

/** Listeners on one connection. */
const MAX_LISTENERS = 64;
/** Below, only root may listen (ip(7)). */
const FIRST_FREE_PORT = 1024;

type Direction = "local" | "remote";

/**
 * The forwardings of one connection: connections from here for the client (`-L`, `-D`, `-W`), and listeners here whose
 * connections go to the client (`-R`). TCP and Unix sockets; the latter with the user's own rights.
 */
export class Forwarding {
  readonly #context: NodeContext;
  readonly #connection: NodeConnection;
  readonly #listeners = new Map<string, Listener>();
  #over = false;

  constructor(context: NodeContext, connection: NodeConnection) {
    this.#context = context;
    this.#connection = connection;
  }

  /** `direct-tcpip`: from the client to a port. */
  toPort(channel: ChannelOpen<ServerChannel>, host: string, port: number): void {
    void this.#connect(`${host}:${port}`, channel, async () => {
      const stream = await dialTcp(host, port);
      return { open: (sink: OutputSink) => socketEnd(stream, sink), discard: () => stream.destroy() };
    });
  }

  /** `direct-streamlocal@openssh.com`: from the client to a Unix socket. */
  toSocket(channel: ChannelOpen<ServerChannel>, path: string): void {
    void this.#connect(path, channel, () => connectAsUser(this.#connection.principal.account, path));
  }

  /** A global request to listen, or to stop listening. */
  request({ name, info, accept, reject }: GlobalRequest): void {
    const answered = Promise.withResolvers<boolean>();
    void this.#listenAs(name, info, answered.promise).then(
      (port) => {
        accept(port);
        answered.resolve(true);
      },
      (thrown: unknown) => {
        this.#refused(thrown);
        reject();
        answered.resolve(false);
      },
    );
  }

  /** Ends all listeners; connections that are open end with their channels. */
  close(): void {
    this.#over = true;
    for (const listener of this.#listeners.values()) listener.close();
    this.#listeners.clear();
  }

  /** The channel is confirmed when the connection is open and recorded. */
  async #connect(
    addr: string,
    { accept, refuse }: ChannelOpen<ServerChannel>,
    connect: () => Promise<{ open: (sink: OutputSink) => Endpoint; discard: () => void }>,
  ): Promise<void> {
    try {
      requireNodeAccess(this.#context, this.#connection, "port-forwarding");
      const connected = await this.#tried(addr, "local", connect);
      try {
        await this.#record(addr, "local");
        if (this.#over) return connected.discard();
      } catch (thrown) {
        connected.discard();
        throw thrown;
      }
      await carry(accept(), connected.open, () => this.#connection.touch());
    } catch (thrown) {
      refuse(this.#refused(thrown));
    }
  }

  /**
   * @param answered resolves when the client has its answer: whether this node listens
   * @returns the port that was taken, where the client has to learn it
   */
  async #listenAs(name: string, info: GlobalRequest["info"], answered: Promise<boolean>): Promise<number | undefined> {
    switch (name) {
      case "tcpip-forward":
        return this.#listen(info.bindAddr, info.bindPort, answered);
      case "streamlocal-forward@openssh.com":
        await this.#listenOnSocket(info.socketPath, answered);
        return undefined;
      case "cancel-tcpip-forward":
        return this.#cancel(`${info.bindAddr}:${info.bindPort}`);
      case "cancel-streamlocal-forward@openssh.com":
        return this.#cancel(info.socketPath);
      default:
        throw new Fault("not_found", `there is no ${oneLine(name)} here`);
    }
  }

  async #listen(bindAddr: string, bindPort: number, answered: Promise<boolean>): Promise<number> {
    this.#admitListener(`${bindAddr}:${bindPort}`);
    if (bindPort !== 0 && bindPort < FIRST_FREE_PORT && this.#connection.principal.account.uid !== 0)
      throw new Fault("denied", `only root may listen on port ${bindPort}`);
    const addr = `localhost:${bindPort}`;
    const listener = await this.#tried(addr, "remote", () =>
      listenLoopback(bindPort, (socket, port) => {
        const { remoteAddress = "", remotePort = 0 } = socket;
        void this.#offer(socket, answered, (done) =>
          this.#connection.ssh.forwardOut(bindAddr, port, remoteAddress, remotePort, done),
        );
      }),
    );
    await this.#keep(`${bindAddr}:${listener.port}`, `localhost:${listener.port}`, listener);
    return listener.port;
  }

  async #listenOnSocket(path: string, answered: Promise<boolean>): Promise<void> {
    this.#admitListener(path);
    const listener = await this.#tried(path, "remote", () =>
      listenAsUser(
        this.#connection.principal.account,
        path,
        (socket) =>
          void this.#offer(socket, answered, (done) => this.#connection.ssh.openssh_forwardOutStreamLocal(path, done)),
      ),
    );
    await this.#keep(path, path, listener);
  }

  #admitListener(key: string): void {
    requireNodeAccess(this.#context, this.#connection, "port-forwarding");
    if (this.#listeners.size >= MAX_LISTENERS)
      throw new Fault("rate_limited", "too many forwardings on one connection");
    if (this.#listeners.has(key)) throw new Fault("conflict", `${key} is forwarded already`);
  }

  async #keep(key: string, addr: string, listener: Listener): Promise<void> {
    try {
      await this.#record(addr, "remote");
    } catch (thrown) {
      listener.close();
      throw thrown;
    }
    if (this.#over || this.#listeners.has(key)) listener.close();
    else this.#listeners.set(key, listener);
  }

  #cancel(key: string): undefined {
    const listener = this.#listeners.get(key);
    if (listener === undefined) throw new Fault("not_found", `${oneLine(key)} is not forwarded`);
    this.#listeners.delete(key);
    listener.close();
  }

  /**
   * Opens a channel to the client for a connection to one of its listeners, if that is still allowed. Not before the client
   * has its answer, which it gets when the listener is recorded: it refuses channels for listeners that it does not know.
   */
  async #offer(
    socket: Socket,
    answered: Promise<boolean>,
    openChannel: (done: (error: Error | undefined, channel: ServerChannel) => void) => void,
  ): Promise<void> {
    socket.on("error", () => {});
    if (!(await answered) || this.#over) return void socket.destroy();
    try {
      requireNodeAccess(this.#context, this.#connection, "port-forwarding");
    } catch (thrown) {
      this.#refused(thrown);
      return void socket.destroy();
    }
    openChannel(leadBack(socket, () => this.#connection.touch()));
  }

  /** Runs it and records a failure. */
  async #tried<T>(addr: string, direction: Direction, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const { message } = Fault.from(thrown);
      void this.#context.audit.after("port", {
        ...this.#connection.about,
        addr,
        direction,
        success: false,
        error: message,
      });
      throw thrown;
    }
  }

  #record(addr: string, direction: Direction): Promise<void> {
    return this.#context.audit.before("port", { ...this.#connection.about, addr, direction, success: true });
  }

  /** Records a refusal by a rule. That a target could not be reached was recorded as a failure. */
  #refused(thrown: unknown): Fault {
    const fault = Fault.from(thrown);
    if (fault.code === "denied" || fault.code === "unauthenticated") this.#connection.refused(fault);
    if (fault.code === "internal") this.#context.log.error("a forwarding failed", { error: fault });
    return fault;
  }
}

/** @throws Fault `unavailable` with the reason for the user. */
async function dialTcp(host: string, port: number): Promise<Duplex> {
  if (port < 1 || port > 65_535) throw new Fault("bad_request", `there is no port ${port}`);
  const explain = ({ reason }: DialFailure) =>
    reason === "unresolved"
      ? `the name ${host} is not known on this machine`
      : `${host} port ${port}: ${UNREACHED[reason]}`;
  const { stream } = await dial({ endpoints: [{ host, port }], explain }, { halfOpen: true });
  return stream;
}

const UNREACHED = {
  refused: "connection refused",
  timeout: "no answer",
  unreachable: "unreachable",
  other: "cannot connect",
} as const;
