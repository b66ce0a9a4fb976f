import { Fault } from "../../../core/fault.ts";
import type { Node } from "../../../core/resource/node.ts";
import type { Context } from "../../context.ts";
import { openTcp } from "../../ssh/tcp.ts";
import type { ClientIdentity } from "../login/identity.ts";

/** The nodes that the user may access, from auth. */
export async function reachableNodes(cx: Context, identity: ClientIdentity): Promise<Node[]> {
  // The SSH modules take 5 ms to load; connect to the proxy meanwhile.
  const socket = openTcp(identity.sshAddr);
  const { withApi } = await import("../proxy/auth-api.ts");
  return withApi(cx, identity, (api) => api.reachable(), socket);
}

/** The node with this address; undefined if it is none of the cluster. @throws Fault `conflict` if several match */
export async function nodeAt(cx: Context, identity: ClientIdentity, address: string): Promise<Node | undefined> {
  const index = await reachableIndex(cx, identity);
  const found = index.resolve(address, { cluster: identity.cluster, now: cx.now() });
  if (found.found === "one") return found.node;
  if (found.found === "none") return undefined;
  throw new Fault("conflict", `several machines are at ${address}:\n${nodeLines(found.nodes)}`, {
    hint: "use the name or the UUID of one of them",
  });
}

/** The nodes that match `label=value[,…]`. @throws Fault `not_found` if none matches */
export async function nodesWith(cx: Context, identity: ClientIdentity, labels: string): Promise<readonly Node[]> {
  const index = await reachableIndex(cx, identity);
  const found = index.resolve(labels, { cluster: identity.cluster, now: cx.now() });
  const nodes = found.found === "many" ? found.nodes : [];
  if (nodes.length === 0)
    throw new Fault("not_found", `no machine that you may reach has ${labels}`, { hint: "tsh ls shows them" });
  return nodes;
}

async function reachableIndex(cx: Context, identity: ClientIdentity) {
  const { NodeIndex } = await import("../../../core/policy/node-index.ts");
  const index = new NodeIndex();
  for (const node of await reachableNodes(cx, identity)) index.put(node);
  return index;
}

export function nodeLines(nodes: readonly Node[]): string {
  return nodes.map(({ metadata, spec }) => `  ${spec.hostname}  ${metadata.name}  ${spec.addr}`).join("\n");
}
