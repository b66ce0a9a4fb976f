import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Fault } from "../../core/fault.ts";
import { shareFairly } from "../fair-share.ts";
import type { Log } from "../log.ts";
import { counter, gauge } from "../metrics.ts";
import { Admission, type Failure, type Limits, plainAddress } from "./admission.ts";
import { acknowledgeNow, filesLeft } from "./libc.ts";

/** The ends of a connection, and what its listener is to be told about it. */
export interface Peer {
  /** Without brackets, zone and the IPv6 form of an IPv4 address. */
  readonly address: string;
  readonly remotePort: number;
  /** Written as `address`. */
  readonly localAddress: string;
  readonly localPort: number;
  /**
   * It has logged in: it stops counting as a stranger, the kernel decides when to acknowledge its packets, and it is read
   * in turns with other connections.
   */
  authenticated(): void;
  /** The login failed. A peer that leaves without either counts as `left`. */
  failed(failure: Failure): void;
}

export interface ListenOptions {
  /** For messages, the log and metrics: `proxy ssh`. */
  readonly name: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The setting that would choose another port: `proxy_service.listen_addr`. */
  readonly setting: string;
  readonly limits: Limits;
  readonly log: Log;
  /** Called once for each connection that is let in. What it throws closes the connection. */
  onSocket(socket: Socket, peer: Peer): void;
}

export interface Listening {
  readonly address: string;
  readonly port: number;
  /** Connections that are open. */
  readonly connections: number;
  /** Takes no further connections; those that are open stay. */
  close(): void;
  /** Closes, waits until the last connection has ended by itself or `ms` have passed, and cuts what is left. */
  drain(ms: number): Promise<void>;
}

const refused = counter("sallyport_connections_refused_total", "Connections turned away before a login, by reason.");
const accepted = counter("sallyport_connections_total", "Connections let in.");
const open = new Map<string, Admission<Socket>>();

/**
 * Listens for TCP. Every socket comes with TCP_NODELAY, keep-alive and an error listener, and its packets are
 * acknowledged at once until `authenticated()`.
 * @throws Fault `failed` with what to do, when the address cannot be had.
 */
export async function listenTcp(options: ListenOptions): Promise<Listening> {
  const { name, log } = options;
  const admission = new Admission<Socket>(options.limits, {
    now: () => performance.now(),
    random: Math.random,
    putOut: (socket) => {
      refused.add({ listener: name, reason: "silent" });
      socket.destroy();
    },
  });
  const sockets = new Set<Socket>();
  let emptied = () => {};

  const server = createServer((socket) => {
    const address = plainAddress(socket.remoteAddress ?? "");
    socket.on("error", (error) => log.debug("connection failed", { listener: name, address, error }));
    const refusal = address === "" ? "total" : admission.admit(socket, address, filesLeft(socket));
    if (refusal !== undefined) {
      refused.add({ listener: name, reason: refusal });
      log.debug("connection refused", { listener: name, address, reason: refusal });
      if (refusal === "files") complain(log);
      socket.destroy();
      return;
    }
    accepted.add({ listener: name });
    sockets.add(socket);
    socket.on("close", () => {
      admission.closed(socket);
      sockets.delete(socket);
      if (sockets.size === 0) emptied();
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    const hurry = acknowledgeEach(socket);
    try {
      options.onSocket(socket, {
        address,
        remotePort: socket.remotePort ?? 0,
        localAddress: plainAddress(socket.localAddress ?? ""),
        localPort: socket.localPort ?? 0,
        authenticated: () => {
          hurry.stop();
          shareFairly(socket);
          admission.authenticated(socket);
        },
        failed: (failure) => admission.failed(socket, failure),
      });
    } catch (error) {
      log.error("connection dropped", { listener: name, address, error });
      socket.destroy();
    }
  });

  const { address, port } = await bound(server, options);
  server.on("error", (error) => log.error("cannot accept connections", { listener: name, error }));
  open.set(name, admission);

  const close = () => {
    server.close();
    if (open.get(name) === admission) open.delete(name);
  };
  return {
    address,
    port,
    get connections() {
      return sockets.size;
    },
    close,
    async drain(ms) {
      close();
      if (sockets.size > 0) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          emptied = resolve;
          timer = setTimeout(resolve, ms);
        });
        clearTimeout(timer);
      }
      for (const socket of sockets) socket.destroy();
    },
  };
}

gauge("sallyport_connections", "Connections that are open.", () =>
  [...open].flatMap(([listener, admission]) => [
    [{ listener, state: "logged_in" }, admission.size - admission.strangers] as const,
    [{ listener, state: "stranger" }, admission.strangers] as const,
  ]),
);

/** Between two complaints. Milliseconds. */
const COMPLAIN_MS = 60_000;
let complained = Number.NEGATIVE_INFINITY;

function complain(log: Log): void {
  const now = performance.now();
  if (now - complained < COMPLAIN_MS) return;
  complained = now;
  log.error("connections are refused, as this process has nearly as many files open as it may: raise LimitNOFILE");
}

/** Acknowledges now and with each chunk that arrives, until stopped. It takes no data from whoever reads the socket. */
function acknowledgeEach(socket: Socket): { stop(): void } {
  const onData = () => acknowledgeNow(socket);
  // A listener for data sets a socket flowing, so ours is added no sooner than the reader's own.
  const onReader = (event: string | symbol) => {
    if (event !== "data") return;
    socket.off("newListener", onReader);
    socket.on("data", onData);
  };
  acknowledgeNow(socket);
  socket.on("newListener", onReader);
  return {
    stop() {
      socket.off("newListener", onReader);
      socket.off("data", onData);
    },
  };
}

function bound(server: Server, options: ListenOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(bindFault(error, options)));
    server.listen({ host: options.host, port: options.port, backlog: 1024 }, () => {
      server.removeAllListeners("error");
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Why an address cannot be listened on, in words that say what to do. */
export function bindFault(error: Error, where: { name: string; host: string; port: number; setting: string }): Fault {
  const choose = `choose another with --ports-from or ${where.setting}`;
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new Fault("failed", `${where.name}: port ${where.port} is in use on ${where.host}`, {
        hint: `stop what listens there, or ${choose}`,
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new Fault("failed", `${where.name}: this user may not listen on port ${where.port}`, {
        hint: `ports below 1024 need root or CAP_NET_BIND_SERVICE; ${choose}`,
        cause: error,
      });
    case "EADDRNOTAVAIL":
      return new Fault("failed", `${where.name}: this machine does not have the address ${where.host}`, {
        hint: `set an address of this machine with --listen-ip or ${where.setting}`,
        cause: error,
      });
    default:
      return new Fault("failed", `${where.name}: cannot listen on ${where.host}:${where.port}: ${error.message}`, {
        cause: error,
      });
  }
}
