import type { Socket } from "node:net";
import { hostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { connectTcp } from "../net/connect.ts";

export interface Endpoint {
  /** An address, or a name that the resolver of this machine knows. */
  readonly host: string;
  readonly port: number;
}

const CONNECT_MS = 10_000;

/**
 * Opens a connection to the first of these that takes it: the one way in which a proxy reaches anything. `name` is what
 * the user calls it. @throws Fault `unavailable`, or whatever `signal` was aborted with.
 */
export async function dial(name: string, endpoints: readonly Endpoint[], signal: AbortSignal): Promise<Socket> {
  const until = performance.now() + CONNECT_MS;
  let last: unknown;
  for (const { host, port } of endpoints) {
    const left = until - performance.now();
    if (left <= 0) break;
    signal.throwIfAborted();
    try {
      // Half-open, because each side of a session may end before the other.
      return await connectTcp({ host, port, allowHalfOpen: true, keepAlive: true }, left, signal);
    } catch (error) {
      last = error;
    }
  }
  signal.throwIfAborted();
  const [first] = endpoints;
  throw unreached(name, first, last);
}

function unreached(name: string, endpoint: Endpoint | undefined, cause: unknown): Fault {
  const code = (cause as { code?: unknown } | undefined)?.code;
  const where = endpoint === undefined ? "" : ` at ${hostPort(endpoint.host, endpoint.port)}`;
  switch (code) {
    case "ECONNREFUSED":
      return new Fault("unavailable", `${name} is offline: nothing answers${where}`, { cause });
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new Fault("unavailable", `${name} is offline: its address${where} cannot be found`, { cause });
    case "ETIMEDOUT":
      return new Fault("unavailable", `${name} is offline: no answer${where} within ${CONNECT_MS / 1000} seconds`, {
        cause,
      });
    default:
      return new Fault("unavailable", `${name} is offline: the proxy has no way to it${where}`, { cause });
  }
}
