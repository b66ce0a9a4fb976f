import type { Duplex } from "node:stream";
import { hostPort } from "../../../core/address.ts";
import { Fault } from "../../../core/fault.ts";
import type { Node } from "../../../core/resource/node.ts";
import { type ClientConnection, openChannel } from "../../../core/ssh/client.ts";
import type { Context } from "../../context.ts";
import { ownUser } from "../../own-user.ts";
import { connectOver, type Target } from "../../ssh/connect.ts";
import type { Acting } from "../login/identity.ts";
import { reachableNodes } from "../nodes/reachable.ts";
import { connectProxy, connectThrough } from "../proxy/through-proxy.ts";
import { chooseLogin, type Destination, isAddress } from "./destination.ts";

/** A machine to connect to, by way of others if there are any. */
export interface Way extends Destination {
  /** 0 for the machine's own. */
  readonly port: number;
  /** Machines of the cluster to go through, in order. */
  readonly hops: readonly (Destination & { readonly port: number })[];
  readonly agent?: string | undefined;
  readonly keepaliveMs?: number | undefined;
  /** To the proxy, when it is being dialled already. */
  readonly socket?: Promise<Duplex> | undefined;
}

/** Where a jump goes that names no port: our own machines' SSH. */
const NODE_PORT = 3022;

/** An SSH connection to a machine, end to end. Closing it closes the whole way. */
export async function reach(cx: Context, acting: Acting, way: Way): Promise<ClientConnection> {
  const own = ownUser(cx.env);
  const [first = way, ...further] = [...way.hops, way];
  const login = chooseLogin(acting, first.login, own);
  const host = isAddress(first.host)
    ? ((await nodeAt(cx, acting, first.host))?.metadata.name ?? first.host)
    : first.host;
  const chain: ClientConnection[] = [];
  try {
    const proxy = await connectProxy(cx, acting, way.socket);
    chain.push(proxy);
    const subsystem = `proxy:${hostPort(host, first.port)}@${acting.cluster}`;
    let last = await connectThrough(proxy, subsystem, targetOf(cx, acting, { ...way, ...first, login, host }));
    for (const next of further) {
      chain.push(last);
      const stream = await openChannel(last, next.host, next.port || NODE_PORT);
      last = await connectOver(
        stream,
        targetOf(cx, acting, { ...way, ...next, login: chooseLogin(acting, next.login, own) }),
      );
    }
    void last.closed.then(() => closeAll(chain));
    return last;
  } catch (error) {
    closeAll(chain);
    throw error;
  }
}

function targetOf(cx: Context, acting: Acting, to: Way & { readonly login: string }): Omit<Target, "addr"> {
  const suffix = `.${acting.cluster}`;
  return {
    user: to.login,
    credential: acting.credential,
    authorities: acting.authorities,
    names: to.host.endsWith(suffix) ? [to.host, to.host.slice(0, -suffix.length)] : [to.host],
    now: cx.now,
    agent: to.agent,
    keepaliveMs: to.keepaliveMs,
  };
}

function closeAll(chain: readonly ClientConnection[]): void {
  for (const connection of chain.toReversed()) connection.close();
}

/** The machine at an address, when it is one of the cluster. @throws Fault `conflict` when several are. */
async function nodeAt(cx: Context, acting: Acting, address: string): Promise<Node | undefined> {
  const index = await indexOf(cx, acting);
  const found = index.resolve(address, { cluster: acting.cluster, now: cx.now() });
  if (found.found === "one") return found.node;
  if (found.found === "none") return undefined;
  throw new Fault("conflict", `several machines are at ${address}:\n${listed(found.nodes)}`, {
    hint: "use the name or the UUID of one of them",
  });
}

/** The machines that `label=value[,…]` stands for. @throws Fault `not_found` when there are none. */
export async function nodesWith(cx: Context, acting: Acting, labels: string): Promise<readonly Node[]> {
  const index = await indexOf(cx, acting);
  const found = index.resolve(labels, { cluster: acting.cluster, now: cx.now() });
  const nodes = found.found === "many" ? found.nodes : [];
  if (nodes.length === 0)
    throw new Fault("not_found", `no machine that you may reach has ${labels}`, { hint: "tsh ls shows them" });
  return nodes;
}

async function indexOf(cx: Context, acting: Acting) {
  const { NodeIndex } = await import("../../../core/policy/node-index.ts");
  const index = new NodeIndex();
  for (const node of await reachableNodes(cx, acting)) index.put(node);
  return index;
}

function listed(nodes: readonly Node[]): string {
  return nodes.map(({ metadata, spec }) => `  ${spec.hostname}  ${metadata.name}  ${spec.addr}`).join("\n");
}
