import type { Duplex } from "node:stream";
import type { PublicKey } from "../../core/cert/public-key.ts";
import { type ClientConnection, type Credential, connectSsh } from "../../core/ssh/client.ts";
import { hostVerifier } from "../../core/ssh/verify-host.ts";
import { openTcp } from "./tcp.ts";

export interface SshTarget {
  /** `host:port`, IPv6 in brackets. */
  readonly addr: string;
  readonly user: string;
  readonly credential: Credential;
  /** Host authorities of the cluster. */
  readonly authorities: readonly PublicKey[];
  /** The host certificate must contain one of these names. */
  readonly names: readonly string[];
  readonly now: () => Date;
  /** Path of the ssh-agent that sessions may ask to be forwarded. */
  readonly agent?: string | undefined;
  /** Idle time in milliseconds before a keepalive request. */
  readonly keepaliveMs?: number | undefined;
}

/**
 * Opens an SSH connection over TCP to a member of the cluster. @param socket a TCP connection in progress
 * @throws Fault `unavailable`, `denied`, `unauthenticated`.
 */
export async function connectAs(
  target: SshTarget,
  socket: Promise<Duplex> = openTcp(target.addr),
): Promise<ClientConnection> {
  return connectOver(await socket, target);
}

/** Opens an SSH connection over an open stream, such as a channel through a proxy. */
export function connectOver(stream: Duplex, target: Omit<SshTarget, "addr">): Promise<ClientConnection> {
  return connectSsh(stream, {
    user: target.user,
    credential: target.credential,
    verifyHost: hostVerifier({ authorities: () => target.authorities, names: target.names, now: target.now }),
    timeoutMs: 30_000,
    ...(target.agent !== undefined && { agent: target.agent }),
    ...(target.keepaliveMs !== undefined && { keepaliveMs: target.keepaliveMs }),
  });
}
