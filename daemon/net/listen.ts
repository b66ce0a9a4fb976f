import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Fault } from "../../core/fault.ts";
import { shareFairly } from "../flow-control.ts";
import type { Log } from "../log.ts";
import { counter, gauge } from "../metrics.ts";
import { Admission, type Failure, type Limits, plainAddress } from "./admission.ts";
import { acknowledgeNow, filesLeft } from "./libc.ts";

/** The client of an accepted connection. The server reports the outcome of its login to the listener. */
export interface Peer {
  /** Without brackets and zone; an IPv4-mapped IPv6 address as IPv4. */
  readonly address: string;
  readonly remotePort: number;
  /** Written as `address`. */
  readonly localAddress: string;
  readonly localPort: number;
  /**
   * The login succeeded: the connection no longer counts as unauthenticated, quick acknowledgements end, and reads are
   * limited to a fair share of each event loop turn.
   */
  authenticated(): void;
  /** The login failed. A connection that closes without either report counts as `left`. */
  failed(failure: Failure): void;
}

export interface ListenOptions {
  /** For messages, the log and metrics: `proxy ssh`. */
  readonly name: string;
  readonly host: string;
  /** 0 selects any free port. */
  readonly port: number;
  /** The configuration key of the address, for hints: `proxy_service.listen_addr`. */
  readonly setting: string;
  readonly limits: Limits;
  readonly log: Log;
  /** Called for each admitted connection. An exception closes the connection. */
  onSocket(socket: Socket, peer: Peer): void;
}

export interface Listening {
  readonly address: string;
  readonly port: number;
  /** Open connections. */
  readonly connections: number;
  /** Stops accepting connections; open ones continue. */
  close(): void;
  /** Stops accepting, waits until all connections have ended or `ms` have passed, and destroys the remaining ones. */
  drain(ms: number): Promise<void>;
}

const refused = counter("sallyport_connections_refused_total", "Connections turned away before a login, by reason.");
const accepted = counter("sallyport_connections_total", "Connections let in.");
const open = new Map<string, Admission<Socket>>();

/**
 * Listens for TCP connections. Each accepted socket has TCP_NODELAY, keep-alive and an error listener, and quick
 * acknowledgements until `authenticated()`.
 * @throws Fault `failed` with a hint when the address cannot be bound.
 */
export async function listenTcp(options: ListenOptions): Promise<Listening> {
  const { name, log } = options;
  const admission = new Admission<Socket>(options.limits, {
    now: () => performance.now(),
    random: Math.random,
    evict: (socket) => {
      refused.add({ listener: name, reason: "silent" });
      socket.destroy();
    },
  });
  const sockets = new Set<Socket>();
  let onLastClosed = () => {};

  const server = createServer((socket) => {
    const address = plainAddress(socket.remoteAddress ?? "");
    socket.on("error", (error) => log.debug("connection failed", { listener: name, address, error }));
    const refusal = address === "" ? "total" : admission.admit(socket, address, filesLeft(socket));
    if (refusal !== undefined) {
      refused.add({ listener: name, reason: refusal });
      log.debug("connection refused", { listener: name, address, reason: refusal });
      if (refusal === "files") reportFewFiles(log);
      socket.destroy();
      return;
    }
    accepted.add({ listener: name });
    sockets.add(socket);
    socket.on("close", () => {
      admission.closed(socket);
      sockets.delete(socket);
      if (sockets.size === 0) onLastClosed();
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    const quickAck = acknowledgeEach(socket);
    try {
      options.onSocket(socket, {
        address,
        remotePort: socket.remotePort ?? 0,
        localAddress: plainAddress(socket.localAddress ?? ""),
        localPort: socket.localPort ?? 0,
        authenticated: () => {
          quickAck.stop();
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
          onLastClosed = resolve;
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
    [{ listener, state: "logged_in" }, admission.size - admission.unauthenticated] as const,
    [{ listener, state: "stranger" }, admission.unauthenticated] as const,
  ]),
);

/** Log the lack of file descriptors at most once in this time. Milliseconds. */
const REPORT_EVERY_MS = 60_000;
let reportedAt = Number.NEGATIVE_INFINITY;

function reportFewFiles(log: Log): void {
  const now = performance.now();
  if (now - reportedAt < REPORT_EVERY_MS) return;
  reportedAt = now;
  log.error("connections are refused, as this process has nearly as many files open as it may: raise LimitNOFILE");
}

/** Sends an acknowledgement now and for each chunk that arrives, until stopped. Does not consume the socket's data. */
function acknowledgeEach(socket: Socket): { stop(): void } {
  const onData = () => acknowledgeNow(socket);
  // A "data" listener switches the socket to flowing mode, so add this one only after the reader's own.
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

/** Converts a bind error to a Fault with a hint. */
export function bindFault(error: Error, where: { name: string; host: string; port: number; setting: string }): Fault {
  const remedy = `choose another with --ports-from or ${where.setting}`;
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new Fault("failed", `${where.name}: port ${where.port} is in use on ${where.host}`, {
        hint: `stop the process that listens there, or ${remedy}`,
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new Fault("failed", `${where.name}: this user may not listen on port ${where.port}`, {
        hint: `ports below 1024 need root or CAP_NET_BIND_SERVICE; ${remedy}`,
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
