import { covers, isAddress, parseBlock, splitHostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import {
  type AccessRequest,
  type Decision,
  nodeTarget,
  type Refusal,
  refusalFault,
} from "../../core/policy/authorize.ts";
import { offlineSince, type Resolution } from "../../core/policy/node-index.ts";
import type { Node } from "../../core/resource/node.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Endpoint } from "../net/dial.ts";
import { type Destination, destinationText } from "./destination.ts";

/** The access of a user at one moment. */
export interface Access {
  readonly user: string;
  decide(request: AccessRequest): Decision;
}

/** The host to which a user is connected. */
export interface ResolvedTarget {
  /** For messages and the audit log. */
  readonly name: string;
  /** To be tried in this order. */
  readonly endpoints: readonly Endpoint[];
  /** Missing for a host that is not a node. */
  readonly node?: Node;
  /** When the node's heartbeats stopped. It may be there all the same, with auth away. */
  readonly offlineSince?: Date;
  /** A member of the cluster, which gets the client's address in a proxy header: a node's UUID, or `auth`. */
  readonly member?: string;
  /** Called again when roles, locks or labels have changed. */
  isAllowed(access: Access): boolean;
}

export interface ResolveContext {
  readonly cluster: Pick<Cluster, "name" | "view" | "authAddr">;
  readonly now: Date;
  /** Addresses of a name; an error when there are none. */
  readonly resolveDns: (name: string) => Promise<readonly string[]>;
}

const SSH_PORT = 22;
/** Ports that stand for the node's own: none, and the defaults of ssh and of Teleport's clients. */
const DEFAULT_PORTS: ReadonlySet<number> = new Set([0, SSH_PORT, 3022]);

/** Blocks without SSH servers: "this network", link-local (cloud metadata), multicast, reserved, broadcast. */
const FORBIDDEN = ["0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8"].map(parseBlock);

/**
 * Finds the target: a node by UUID, host name, address or labels, then any host by DNS or address.
 *
 * A node that the user may not reach is not told apart from one that does not exist. A host that is not a node needs a role
 * that opens every node; where nodes run on its address, the user has to be allowed on each of them.
 * @throws Fault `not_found`, `denied`, `conflict` when several nodes are meant, `unavailable` when DNS does not answer.
 */
export async function resolveTarget(target: Destination, access: Access, at: ResolveContext): Promise<ResolvedTarget> {
  const { cluster, now } = at;
  if (target.cluster !== undefined && target.cluster !== cluster.name)
    throw new Fault("not_found", `there is no cluster "${target.cluster}" here`, {
      hint: `this is the proxy of "${cluster.name}"`,
    });
  if (target.host === "") return authServer(cluster.authAddr);

  const resolution = cluster.view.nodes.resolve(target.host, { cluster: cluster.name, now });
  if (resolution.found === "many") return theOne(resolution.nodes, target, access, at);

  const nodes = nodesOf(resolution);
  const fitting = nodes.filter((node) => fits(node, target));
  if (fitting.length > 0) return theOne(fitting, target, access, at);
  // Another service on the machine of a node: it goes by the node's address.
  const hosts = isAddress(target.host) ? [] : [...new Set(nodes.map((node) => endpointOf(node).host))];
  if (hosts.length > 1)
    throw ambiguous(
      nodes.filter((node) => reaches(access, node)),
      target,
    );
  return elsewhere(hosts[0] ?? target.host, target, access, at);
}

/** Whether a node is what this name and port mean. An address is taken literally, and so is a port that was chosen. */
function fits(node: Node, { host, port }: Destination): boolean {
  if (endpointOf(node).port === port) return true;
  return isAddress(host) ? port === 0 : DEFAULT_PORTS.has(port);
}

function theOne(nodes: readonly Node[], target: Destination, access: Access, at: ResolveContext): ResolvedTarget {
  const open = nodes.filter((node) => reaches(access, node));
  const exact = open.filter((node) => endpointOf(node).port === target.port);
  const [node, ...more] = exact.length > 0 ? exact : open;
  if (node === undefined)
    throw outOfReach(
      target,
      access,
      at,
      nodes.flatMap((each) => refusalOf(access, each)),
    );
  if (more.length > 0) throw ambiguous(open, target);
  return toNode(node, at);
}

/** A node that has gone meanwhile is judged by its last labels. */
function toNode(node: Node, { cluster, now }: ResolveContext): ResolvedTarget {
  const { nodes } = cluster.view;
  const since = offlineSince(node, now);
  return {
    name: node.spec.hostname,
    endpoints: [endpointOf(node)],
    node,
    member: node.metadata.name,
    ...(since !== undefined && { offlineSince: since }),
    isAllowed: (access) => reaches(access, nodes.get(node.metadata.name) ?? node),
  };
}

async function elsewhere(
  host: string,
  target: Destination,
  access: Access,
  at: ResolveContext,
): Promise<ResolvedTarget> {
  const request = { kind: "host", name: target.host } as const;
  const decision = access.decide(request);
  if (!decision.allow) throw outOfReach(target, access, at, [decision.refusal]);
  const found = isAddress(host) ? [host] : await lookUp(host, target, access, at);
  const addresses = found.filter((address) => !isForbidden(address));
  if (addresses.length === 0)
    throw new Fault("denied", `${destinationText(target)} is at an address where a proxy does not connect to`);

  const { view, name } = at.cluster;
  const neighbours = addresses.flatMap((address) =>
    nodesOf(view.nodes.resolve(address, { cluster: name, now: at.now })),
  );
  if (!neighbours.every((node) => reaches(access, node))) throw outOfReach(target, access, at);
  // A name of the machine that DNS knows and its node does not.
  const same = neighbours.filter((node) => fits(node, target));
  const [node] = same;
  if (node !== undefined && same.length === 1) return toNode(node, at);
  const port = target.port === 0 ? SSH_PORT : target.port;
  return {
    name: destinationText({ ...target, port }),
    endpoints: addresses.map((address) => ({ host: address, port })),
    isAllowed: (later) => later.decide(request).allow && neighbours.every((node) => reaches(later, node)),
  };
}

async function lookUp(
  host: string,
  target: Destination,
  access: Access,
  at: ResolveContext,
): Promise<readonly string[]> {
  try {
    return await at.resolveDns(host);
  } catch (cause) {
    const code = (cause as { code?: unknown }).code;
    if (code === "EAI_AGAIN" || code === "ETIMEOUT" || code === "ESERVFAIL")
      throw new Fault("unavailable", `${target.host} is no node, and DNS does not answer`, { cause });
    throw new Fault("not_found", `there is no node or host "${target.host}"`, {
      hint: didYouMean(target, access, at),
      cause,
    });
  }
}

function nodesOf(resolution: Resolution): readonly Node[] {
  switch (resolution.found) {
    case "one":
      return [resolution.node];
    case "many":
    case "ambiguous":
      return resolution.nodes;
    case "none":
      return [];
  }
}

function endpointOf({ spec }: Node): Endpoint {
  const endpoint = splitHostPort(spec.addr);
  if (endpoint === undefined) throw new Fault("unavailable", `${spec.hostname} reports an address that is none`);
  return endpoint;
}

function authServer(addr: string): ResolvedTarget {
  const endpoint = splitHostPort(addr);
  if (endpoint === undefined) throw new Fault("internal", `the auth server's address "${addr}" is not HOST:PORT`);
  return { name: "the auth server", endpoints: [endpoint], member: "auth", isAllowed: () => true };
}

function isForbidden(address: string): boolean {
  const block = parseBlock(address);
  return block === undefined || FORBIDDEN.some((forbidden) => forbidden !== undefined && covers(forbidden, block));
}

const MAX_LISTED = 20;

function ambiguous(nodes: readonly Node[], { host }: Destination): Fault {
  const listed = nodes
    .slice(0, MAX_LISTED)
    .map(({ metadata, spec }) => `${metadata.name} ${spec.hostname} ${spec.addr}`);
  const rest = nodes.length > MAX_LISTED ? `, and ${nodes.length - MAX_LISTED} more` : "";
  return new Fault("conflict", `"${host}" means ${nodes.length} nodes: ${listed.join(", ")}${rest}`, {
    hint: "name one by its UUID",
  });
}

function reaches(access: Access, node: Node): boolean {
  return access.decide({ kind: "node", node: nodeTarget(node) }).allow;
}

function refusalOf(access: Access, node: Node): Refusal[] {
  const decision = access.decide({ kind: "node", node: nodeTarget(node) });
  return decision.allow ? [] : [decision.refusal];
}

/** Only a user to whom a role opens the host is told that a second factor is missing: that reveals nothing else. */
function outOfReach(target: Destination, access: Access, at: ResolveContext, refusals: readonly Refusal[] = []): Fault {
  const told = refusals.find(({ reason }) => reason === "session_mfa");
  if (told !== undefined) return refusalFault(told);
  return new Fault("denied", `no role of ${access.user} opens "${target.host}", if there is such a node`, {
    hint: didYouMean(target, access, at) ?? "`tsh ls` lists what can be reached",
  });
}

function didYouMean({ host }: Destination, access: Access, { cluster }: ResolveContext): string | undefined {
  if (host.includes("=")) return undefined;
  const names = cluster.view.nodes.suggest(host, 3, (node) => reaches(access, node));
  return names.length === 0 ? undefined : `did you mean ${names.join(" or ")}?`;
}
