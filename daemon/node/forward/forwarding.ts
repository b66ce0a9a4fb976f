import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Fault } from "../../../core/fault.ts";
import type { ServerChannel } from "../../../core/ssh/channels.ts";
import { refuseChannel, type ServerConnection } from "../../../core/ssh/server.ts";
import { oneLine } from "../../../core/ssh/text.ts";
import { type DialFailure, dial } from "../../net/dial.ts";
import { carry, type Endpoint, leadBack, socketEnd } from "../channel.ts";
import type { House } from "../house.ts";
import type { Outlet } from "../program/program.ts";
import type { Host, Visitor } from "../visitor.ts";
import { connectAsUser, listenAsUser } from "./as-user.ts";
import { type Listener, listenLoopback } from "./loopback.ts";

/** Listeners on one connection. */
const MAX_LISTENERS = 64;
/** Below, only root may listen (ip(7)). */
const FIRST_FREE_PORT = 1024;

type Direction = "local" | "remote";

/**
 * The forwardings of one connection: what the client reaches from here (`-L`, `-D`, `-W`), and what it has listened for
 * here (`-R`). TCP and Unix sockets; the latter with the user's own rights.
 */
export class Forwarding {
  readonly #house: House;
  readonly #host: Host;
  readonly #ssh: ServerConnection<Visitor>["ssh"];
  readonly #listeners = new Map<string, Listener>();
  #over = false;

  constructor(house: House, host: Host, ssh: ServerConnection<Visitor>["ssh"]) {
    this.#house = house;
    this.#host = host;
    this.#ssh = ssh;
    ssh.on("tcpip", (accept, reject, { destIP, destPort }) => {
      const addr = `${destIP}:${destPort}`;
      void this.#lead(addr, accept, reject, async () => {
        const stream = await dialTcp(destIP, destPort);
        return { open: (outlet: Outlet) => socketEnd(stream, outlet), discard: () => stream.destroy() };
      });
    });
    ssh.on("openssh.streamlocal", (accept, reject, { socketPath }) => {
      void this.#lead(socketPath, accept, reject, () => connectAsUser(host.visitor.account, socketPath));
    });
    ssh.on("request", (accept: ((port?: number) => void) | undefined, reject, name, info) => {
      const requested = info as { bindAddr: string; bindPort: number; socketPath: string };
      const told = Promise.withResolvers<boolean>();
      void this.#request(name, requested, told.promise).then(
        (port) => {
          accept?.(port);
          told.resolve(true);
        },
        (thrown: unknown) => {
          this.#refused(thrown);
          reject?.();
          told.resolve(false);
        },
      );
    });
  }

  /** Ends all listening; connections that were led through end with their channels. */
  close(): void {
    this.#over = true;
    for (const listener of this.#listeners.values()) listener.close();
    this.#listeners.clear();
  }

  /** A way from the client to something here. The channel is confirmed when it is open and recorded. */
  async #lead(
    addr: string,
    accept: () => ServerChannel,
    reject: () => void,
    connect: () => Promise<{ open: (outlet: Outlet) => Endpoint; discard: () => void }>,
  ): Promise<void> {
    try {
      this.#host.authorize("port-forwarding");
      const way = await this.#tried(addr, "local", connect);
      try {
        await this.#record(addr, "local");
        if (this.#over) return way.discard();
      } catch (thrown) {
        way.discard();
        throw thrown;
      }
      await carry(accept(), way.open, () => this.#host.touch());
    } catch (thrown) {
      refuseChannel(reject, this.#refused(thrown));
    }
  }

  /**
   * @param told the client has its answer: that we listen, or not
   * @returns the port that was taken, where the client has to be told.
   */
  async #request(
    name: string,
    info: { bindAddr: string; bindPort: number; socketPath: string },
    told: Promise<boolean>,
  ): Promise<number | undefined> {
    switch (name) {
      case "tcpip-forward":
        return this.#listen(info.bindAddr, info.bindPort, told);
      case "streamlocal-forward@openssh.com":
        await this.#listenOnSocket(info.socketPath, told);
        return undefined;
      case "cancel-tcpip-forward":
        return this.#cancel(`${info.bindAddr}:${info.bindPort}`);
      case "cancel-streamlocal-forward@openssh.com":
        return this.#cancel(info.socketPath);
      default:
        throw new Fault("not_found", `there is no ${oneLine(name)} here`);
    }
  }

  async #listen(bindAddr: string, bindPort: number, told: Promise<boolean>): Promise<number> {
    this.#admitListener(`${bindAddr}:${bindPort}`);
    if (bindPort !== 0 && bindPort < FIRST_FREE_PORT && this.#host.visitor.account.uid !== 0)
      throw new Fault("denied", `only root may listen on port ${bindPort}`);
    const addr = `localhost:${bindPort}`;
    const listener = await this.#tried(addr, "remote", () =>
      listenLoopback(bindPort, (socket, port) => {
        const { remoteAddress = "", remotePort = 0 } = socket;
        void this.#offer(socket, told, (done) => this.#ssh.forwardOut(bindAddr, port, remoteAddress, remotePort, done));
      }),
    );
    await this.#keep(`${bindAddr}:${listener.port}`, `localhost:${listener.port}`, listener);
    return listener.port;
  }

  async #listenOnSocket(path: string, told: Promise<boolean>): Promise<void> {
    this.#admitListener(path);
    const listener = await this.#tried(path, "remote", () =>
      listenAsUser(
        this.#host.visitor.account,
        path,
        (socket) => void this.#offer(socket, told, (done) => this.#ssh.openssh_forwardOutStreamLocal(path, done)),
      ),
    );
    await this.#keep(path, path, listener);
  }

  #admitListener(key: string): void {
    this.#host.authorize("port-forwarding");
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
   * Somebody has connected to what we listen on for the client: a channel to it, if it still may be. Not before the client
   * knows that we listen, which is when that is on record: it refuses what it has not been promised.
   */
  async #offer(
    socket: Socket,
    told: Promise<boolean>,
    openChannel: (done: (error: Error | undefined, channel: ServerChannel) => void) => void,
  ): Promise<void> {
    socket.on("error", () => {});
    if (!(await told) || this.#over) return void socket.destroy();
    try {
      this.#host.authorize("port-forwarding");
    } catch (thrown) {
      this.#refused(thrown);
      return void socket.destroy();
    }
    openChannel(leadBack(socket, () => this.#host.touch()));
  }

  /** Runs it and records a failure. */
  async #tried<T>(addr: string, direction: Direction, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const { message } = Fault.from(thrown);
      void this.#house.audit.after("port", { ...this.#host.about, addr, direction, success: false, error: message });
      throw thrown;
    }
  }

  #record(addr: string, direction: Direction): Promise<void> {
    return this.#house.audit.before("port", { ...this.#host.about, addr, direction, success: true });
  }

  /** Only what a rule of ours forbids is a refusal; what could not be reached was recorded as such. */
  #refused(thrown: unknown): Fault {
    const fault = Fault.from(thrown);
    if (fault.code === "denied" || fault.code === "unauthenticated") this.#host.refused(fault);
    if (fault.code === "internal") this.#house.log.error("a forwarding failed", { error: fault });
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
