import { covers, isAddress, parseBlock, splitHostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { offlineSince, type Resolution } from "../../core/policy/node-index.ts";
import type { Node } from "../../core/resource/node.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Endpoint } from "../net/dial.ts";
import { type Target, targetText } from "./target.ts";
import type { Standing } from "./visitor.ts";

/** Where a user is taken. */
export interface Destination {
  /** For messages and the audit log. */
  readonly name: string;
  /** To be tried in this order. */
  readonly endpoints: readonly Endpoint[];
  /** Missing for a host that is no node. */
  readonly node?: Node;
  /** When the node's heartbeats stopped. It may be there all the same, with auth away. */
  readonly offlineSince?: Date;
  /** A member of the cluster, to which the proxy vouches for the client's address: a node's UUID, or `auth`. */
  readonly member?: string;
  /** Whether somebody of this standing may be there: asked again when roles, locks or labels have changed. */
  allowed(standing: Standing): boolean;
}

export interface Surroundings {
  readonly cluster: Pick<Cluster, "name" | "view" | "authAddr">;
  readonly now: Date;
  /** Addresses of a name; an error when there are none. */
  readonly resolveDns: (name: string) => Promise<readonly string[]>;
}

const SSH_PORT = 22;
/** Ports that people do not mean when they name a node: none, and those that ssh and Teleport's clients put there. */
const UNSAID: ReadonlySet<number> = new Set([0, SSH_PORT, 3022]);

/** Where no SSH server of anybody's is: "this network", link-local (cloud metadata), multicast, reserved, broadcast. */
const FORBIDDEN = ["0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8"].map(parseBlock);

/**
 * Finds what was asked for: a node by UUID, host name, address or labels, then any host by DNS or address.
 *
 * A node that the user may not reach is not told apart from one that does not exist. A host that is no node needs a role
 * that opens every node; where nodes run on the same address, each of them has to be open to the user.
 * @throws Fault `not_found`, `denied`, `conflict` when several nodes are meant, `unavailable` when DNS does not answer.
 */
export async function findDestination(target: Target, standing: Standing, at: Surroundings): Promise<Destination> {
  const { cluster, now } = at;
  if (target.cluster !== undefined && target.cluster !== cluster.name)
    throw new Fault("not_found", `there is no cluster "${target.cluster}" here`, {
      hint: `this is the proxy of "${cluster.name}"`,
    });
  if (target.host === "") return authServer(cluster.authAddr);

  const resolution = cluster.view.nodes.resolve(target.host, { cluster: cluster.name, now });
  if (resolution.found === "many") return theOne(resolution.nodes, target, standing, at);

  const nodes = nodesOf(resolution);
  const fitting = nodes.filter((node) => fits(node, target));
  if (fitting.length > 0) return theOne(fitting, target, standing, at);
  // Another service on the machine of a node: it goes by the node's address.
  const hosts = isAddress(target.host) ? [] : [...new Set(nodes.map((node) => endpointOf(node).host))];
  if (hosts.length > 1) throw ambiguous(nodes.filter(standing.reaches), target);
  return elsewhere(hosts[0] ?? target.host, target, standing, at);
}

/** Whether a node is what this name and port mean. An address is taken literally, and so is a port that was chosen. */
function fits(node: Node, { host, port }: Target): boolean {
  if (endpointOf(node).port === port) return true;
  return isAddress(host) ? port === 0 : UNSAID.has(port);
}

function theOne(nodes: readonly Node[], target: Target, standing: Standing, at: Surroundings): Destination {
  const open = nodes.filter(standing.reaches);
  const exact = open.filter((node) => endpointOf(node).port === target.port);
  const [node, ...more] = exact.length > 0 ? exact : open;
  if (node === undefined) throw outOfReach(target, standing, at);
  if (more.length > 0) throw ambiguous(open, target);
  return toNode(node, at);
}

/** A node that has gone meanwhile is judged by its last labels. */
function toNode(node: Node, { cluster, now }: Surroundings): Destination {
  const { nodes } = cluster.view;
  const since = offlineSince(node, now);
  return {
    name: node.spec.hostname,
    endpoints: [endpointOf(node)],
    node,
    member: node.metadata.name,
    ...(since !== undefined && { offlineSince: since }),
    allowed: (standing) => standing.reaches(nodes.get(node.metadata.name) ?? node),
  };
}

async function elsewhere(host: string, target: Target, standing: Standing, at: Surroundings): Promise<Destination> {
  if (!standing.reachesStrangers) throw outOfReach(target, standing, at);
  const found = isAddress(host) ? [host] : await lookUp(host, target, standing, at);
  const addresses = found.filter((address) => !isForbidden(address));
  if (addresses.length === 0)
    throw new Fault("denied", `${targetText(target)} is at an address where a proxy does not connect to`);

  const { view, name } = at.cluster;
  const neighbours = addresses.flatMap((address) =>
    nodesOf(view.nodes.resolve(address, { cluster: name, now: at.now })),
  );
  if (!neighbours.every(standing.reaches)) throw outOfReach(target, standing, at);
  // A name of the machine that DNS knows and its node does not.
  const same = neighbours.filter((node) => fits(node, target));
  const [node] = same;
  if (node !== undefined && same.length === 1) return toNode(node, at);
  const port = target.port === 0 ? SSH_PORT : target.port;
  return {
    name: targetText({ ...target, port }),
    endpoints: addresses.map((address) => ({ host: address, port })),
    allowed: ({ reachesStrangers, reaches }) => reachesStrangers && neighbours.every(reaches),
  };
}

async function lookUp(host: string, target: Target, standing: Standing, at: Surroundings): Promise<readonly string[]> {
  try {
    return await at.resolveDns(host);
  } catch (cause) {
    const code = (cause as { code?: unknown }).code;
    if (code === "EAI_AGAIN" || code === "ETIMEOUT" || code === "ESERVFAIL")
      throw new Fault("unavailable", `${target.host} is no node, and DNS does not answer`, { cause });
    throw new Fault("not_found", `there is no node or host "${target.host}"`, {
      hint: didYouMean(target, standing, at),
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

function authServer(addr: string): Destination {
  const endpoint = splitHostPort(addr);
  if (endpoint === undefined) throw new Fault("internal", `the auth server's address "${addr}" is not HOST:PORT`);
  return { name: "the auth server", endpoints: [endpoint], member: "auth", allowed: () => true };
}

function isForbidden(address: string): boolean {
  const block = parseBlock(address);
  return block === undefined || FORBIDDEN.some((forbidden) => forbidden !== undefined && covers(forbidden, block));
}

const MAX_LISTED = 20;

function ambiguous(nodes: readonly Node[], { host }: Target): Fault {
  const listed = nodes
    .slice(0, MAX_LISTED)
    .map(({ metadata, spec }) => `${metadata.name} ${spec.hostname} ${spec.addr}`);
  const rest = nodes.length > MAX_LISTED ? `, and ${nodes.length - MAX_LISTED} more` : "";
  return new Fault("conflict", `"${host}" means ${nodes.length} nodes: ${listed.join(", ")}${rest}`, {
    hint: "name one by its UUID",
  });
}

function outOfReach(target: Target, standing: Standing, at: Surroundings): Fault {
  return new Fault("denied", `no role of ${standing.user} opens "${target.host}", if there is such a node`, {
    hint: didYouMean(target, standing, at) ?? "`tsh ls` lists what can be reached",
  });
}

function didYouMean({ host }: Target, standing: Standing, { cluster }: Surroundings): string | undefined {
  if (host.includes("=")) return undefined;
  const names = cluster.view.nodes.suggest(host, 3, standing.reaches);
  return names.length === 0 ? undefined : `did you mean ${names.join(" or ")}?`;
}
