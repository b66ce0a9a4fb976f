import type { Duplex } from "node:stream";
import { hostPort } from "../../../core/address.ts";
import { type ClientConnection, openChannel } from "../../../core/ssh/client.ts";
import type { Context } from "../../context.ts";
import { connectOver, type SshTarget } from "../../ssh/connect.ts";
import type { ClientIdentity } from "../login/identity.ts";
import { ownUser } from "../login/profile-select.ts";
import { nodeAt } from "../nodes/reachable.ts";
import { connectProxy, connectThrough } from "../proxy/through-proxy.ts";
import { chooseLogin, type Destination, isAddress } from "./destination.ts";

/** A machine to connect to, with optional jump hosts. */
export interface NodeRoute extends Destination {
  /** 0 for the announced port of the machine. */
  readonly port: number;
  /** Jump hosts, in order. */
  readonly hops: readonly (Destination & { readonly port: number })[];
  readonly agent?: string | undefined;
  readonly keepaliveMs?: number | undefined;
  /** A connection to the proxy in progress. */
  readonly socket?: Promise<Duplex> | undefined;
}

/** Default SSH port of a jump host. */
const NODE_PORT = 3022;

/** Opens an SSH connection to a machine, end to end. Closing it closes all connections of the route. */
export async function connectNode(cx: Context, identity: ClientIdentity, route: NodeRoute): Promise<ClientConnection> {
  const own = ownUser(cx.env);
  const [first = route, ...further] = [...route.hops, route];
  const login = chooseLogin(identity, first.login, own);
  const host = isAddress(first.host)
    ? ((await nodeAt(cx, identity, first.host))?.metadata.name ?? first.host)
    : first.host;
  const chain: ClientConnection[] = [];
  try {
    const proxy = await connectProxy(cx, identity, route.socket);
    chain.push(proxy);
    const subsystem = `proxy:${hostPort(host, first.port)}@${identity.cluster}`;
    let last = await connectThrough(proxy, subsystem, targetOf(cx, identity, { ...route, ...first, login, host }));
    for (const next of further) {
      chain.push(last);
      const stream = await openChannel(last, next.host, next.port || NODE_PORT);
      last = await connectOver(
        stream,
        targetOf(cx, identity, { ...route, ...next, login: chooseLogin(identity, next.login, own) }),
      );
    }
    void last.closed.then(() => closeAll(chain));
    return last;
  } catch (error) {
    closeAll(chain);
    throw error;
  }
}

function targetOf(
  cx: Context,
  identity: ClientIdentity,
  to: NodeRoute & { readonly login: string },
): Omit<SshTarget, "addr"> {
  const suffix = `.${identity.cluster}`;
  return {
    user: to.login,
    credential: identity.credential,
    authorities: identity.authorities,
    names: to.host.endsWith(suffix) ? [to.host, to.host.slice(0, -suffix.length)] : [to.host],
    now: cx.now,
    agent: to.agent,
    keepaliveMs: to.keepaliveMs,
  };
}

function closeAll(chain: readonly ClientConnection[]): void {
  for (const connection of chain.toReversed()) connection.close();
}
