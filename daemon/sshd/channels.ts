import type { Fault } from "../../core/fault.ts";
import type { ServerChannel, Session } from "../../core/ssh/channels.ts";
import { type RejectChannel, refuseChannel, type ServerConnection } from "../../core/ssh/server.ts";

/** A channel that the client asks for (RFC 4254 §5.1). It waits until one of the two is called. */
export interface ChannelOpen<C> {
  accept(): C;
  /** The client reads message and hint. */
  refuse(fault: Fault): void;
}

/** A global request (RFC 4254 §4, PROTOCOL of OpenSSH §2.4). */
export interface GlobalRequest {
  readonly name: string;
  /** Of `tcpip-forward` and its cancellation: `bindAddr`, `bindPort`; of `streamlocal-forward@openssh.com`: `socketPath`. */
  readonly info: { readonly bindAddr: string; readonly bindPort: number; readonly socketPath: string };
  /** @param port that was taken, where the client left the choice to the server */
  accept(port?: number): void;
  reject(): void;
}

/** A role's handlers for one connection. A kind of channel or request without a handler is refused, and the refusal is recorded. */
export interface ChannelHandlers {
  session?(open: ChannelOpen<Session>): void;
  /** `direct-tcpip` (RFC 4254 §7.2). */
  tcpip?(open: ChannelOpen<ServerChannel>, to: { readonly host: string; readonly port: number }): void;
  /** `direct-streamlocal@openssh.com` (PROTOCOL §2.4). */
  streamlocal?(open: ChannelOpen<ServerChannel>, path: string): void;
  request?(request: GlobalRequest): void;
  /** The connection stays open after a change of the cluster; what is open on it may no longer be allowed. */
  recheck?(): void;
  /** The connection is about to be ended by the server. `reason` is a line for the user. */
  cut?(reason: string): void;
  /** The connection is over, for whatever reason. Called once. */
  closed?(): void;
}

/**
 * Hands the requests of a client to the handlers.
 * @param notOffered records that a kind of channel or request is not offered, and returns the refusal
 */
export function serveChannels(
  ssh: ServerConnection<unknown>["ssh"],
  handlers: ChannelHandlers,
  notOffered: (what: string) => Fault,
): void {
  ssh.on("session", (accept, reject) => {
    const open = channelOpen(accept, reject);
    if (handlers.session === undefined) open.refuse(notOffered("sessions"));
    else handlers.session(open);
  });
  ssh.on("tcpip", (accept, reject, { destIP: host, destPort: port }) => {
    const open = channelOpen(accept, reject);
    if (handlers.tcpip === undefined) open.refuse(notOffered("TCP forwarding"));
    else handlers.tcpip(open, { host, port });
  });
  ssh.on("openssh.streamlocal", (accept, reject, { socketPath }) => {
    const open = channelOpen(accept, reject);
    if (handlers.streamlocal === undefined) open.refuse(notOffered("forwarding of Unix sockets"));
    else handlers.streamlocal(open, socketPath);
  });
  // ssh2 gives nothing to answer with where the client wants no answer.
  ssh.on("request", (accept: ((port?: number) => void) | undefined, reject, name, info) => {
    if (handlers.request === undefined) {
      notOffered(`${name} requests`);
      return void reject?.();
    }
    const request = { name, info: info as unknown as GlobalRequest["info"] };
    handlers.request({ ...request, accept: (port) => accept?.(port), reject: () => reject?.() });
  });
}

function channelOpen<C>(accept: () => C, reject: RejectChannel): ChannelOpen<C> {
  return { accept, refuse: (fault) => refuseChannel(reject, fault) };
}
