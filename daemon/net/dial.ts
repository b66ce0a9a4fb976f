import { lookup } from "node:dns/promises";
import { connect, type Socket, type TcpNetConnectOpts } from "node:net";
import type { Duplex } from "node:stream";
import { hostPort, isAddress } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import type { HostKey } from "../../core/ssh/host-key.ts";
import { writeProxyHeader } from "../../core/ssh/proxy-header.ts";

export interface Endpoint {
  /** An address, or a name that the resolver of this machine knows. */
  readonly host: string;
  readonly port: number;
}

/** Why the last endpoint that was tried could not be reached. */
export interface DialFailure {
  readonly reason: "refused" | "timeout" | "unreachable" | "unresolved" | "other";
  /** Undefined where there was none to try. */
  readonly endpoint: Endpoint | undefined;
  readonly cause: unknown;
}

export interface DialTarget {
  /** Tried in this order. All addresses of a name are tried. */
  readonly endpoints: readonly Endpoint[];
  /** The message of the Fault, for the user or operator who asked for the connection. */
  explain(failure: DialFailure): string;
}

export interface DialOptions {
  readonly signal?: AbortSignal;
  /** For name resolution and all endpoints together: 10,000 ms. */
  readonly timeoutMs?: number;
  /** Either side may end before the other. */
  readonly halfOpen?: boolean;
  /** TCP keep-alive. */
  readonly keepAlive?: boolean;
  /** Sent before anything else: the member of the cluster at the other end learns the client's address from it. */
  readonly proxyHeader?: {
    readonly hostKey: HostKey;
    readonly client: string;
    readonly to: string;
    readonly now: Date;
  };
}

export interface Dialed {
  /** Unread so far. An error is handled: "close" follows. */
  readonly stream: Duplex;
  /** Address and port that took the connection, for the audit log. */
  readonly remote: string;
}

export const DIAL_MS = 10_000;

/**
 * Opens a connection to the first endpoint that takes it. (cli/ssh/tcp.ts is the client's: neither side may import the
 * other, and core opens no sockets.)
 * @throws Fault `unavailable` as `explain` words it, or the reason with which `signal` was aborted
 */
export async function dial(target: DialTarget, options: DialOptions = {}): Promise<Dialed> {
  const { signal, timeoutMs = DIAL_MS, halfOpen = false, keepAlive = false, proxyHeader } = options;
  const deadline = performance.now() + timeoutMs;
  let failure: DialFailure = { reason: "other", endpoint: undefined, cause: undefined };
  for (const endpoint of target.endpoints) {
    try {
      for (const host of await addressesOf(endpoint.host, deadline, signal)) {
        try {
          const to = { host, port: endpoint.port, allowHalfOpen: halfOpen, keepAlive };
          const stream = await connectTcp(to, deadline - performance.now(), signal);
          if (proxyHeader !== undefined) stream.write(writeProxyHeader(proxyHeader.hostKey, proxyHeader));
          return { stream, remote: hostPort(stream.remoteAddress ?? host, stream.remotePort ?? endpoint.port) };
        } catch (cause) {
          failure = { reason: reasonOf(cause), endpoint, cause };
        }
      }
    } catch (cause) {
      failure = { reason: reasonOf(cause, "unresolved"), endpoint, cause };
    }
    signal?.throwIfAborted();
    if (performance.now() >= deadline) break;
  }
  throw new Fault("unavailable", target.explain(failure), { cause: failure.cause });
}

async function addressesOf(host: string, deadline: number, signal?: AbortSignal): Promise<readonly string[]> {
  if (isAddress(host)) return [host];
  const found = await within(lookup(host, { all: true }), deadline - performance.now(), signal);
  return found.map(({ address }) => address);
}

/** @throws the system's error, `ETIMEDOUT` when nothing answers in time, or the reason of the abort */
function connectTcp(to: TcpNetConnectOpts, timeoutMs: number, signal?: AbortSignal): Promise<Socket> {
  const socket = connect({ ...to, noDelay: true });
  const connected = new Promise<Socket>((resolve, reject) => {
    socket
      .once("connect", () => resolve(socket))
      // It stays: what breaks later is told by "close".
      .on("error", reject)
      .once("close", () => reject(new Error("closed while connecting")));
  });
  return within(connected, timeoutMs, signal).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
}

function within<T>(work: Promise<T>, timeoutMs: number, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    const late = () => reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" }));
    const timer = setTimeout(late, Math.max(0, timeoutMs));
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    });
  });
}

function reasonOf(error: unknown, otherwise: DialFailure["reason"] = "other"): DialFailure["reason"] {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case "ECONNREFUSED":
      return "refused";
    case "ETIMEDOUT":
      return "timeout";
    case "ENETUNREACH":
    case "EHOSTUNREACH":
      return "unreachable";
    default:
      return otherwise;
  }
}
