import { splitHostPort } from "../address.ts";
import { Fault } from "../fault.ts";
import type { Node } from "../resource/node.ts";
import type { Labels } from "../resource/resource.ts";
import { suggest } from "../suggest.ts";

/** The cluster and time of a lookup. */
export interface Asking {
  readonly cluster: string;
  readonly now: Date;
}

/** The nodes that a name stands for. `authorize` decides access to them. */
export type Resolution =
  /** `offlineSince` is the end of the last heartbeat's time, when that has passed. */
  | { readonly found: "one"; readonly node: Node; readonly offlineSince?: Date }
  /** For labels: every live node that has them, sorted by name. */
  | { readonly found: "many"; readonly nodes: readonly Node[] }
  /** Several nodes have this name: the caller lists them and chooses none. Sorted by name, then UUID. */
  | { readonly found: "ambiguous"; readonly nodes: readonly Node[] }
  | { readonly found: "none" };

/** The nodes of a cluster, indexed by their names. A lookup takes constant time. */
export class NodeIndex {
  readonly #nodes = new Map<string, Node>();
  /** Host names, addresses and `host:port`, in lower case, to the UUIDs of the nodes that go by them. */
  readonly #called = new Map<string, Set<string>>();

  get size(): number {
    return this.#nodes.size;
  }

  /** In no order. */
  all(): Iterable<Node> {
    return this.#nodes.values();
  }

  uuids(): Iterable<string> {
    return this.#nodes.keys();
  }

  get(uuid: string): Node | undefined {
    return this.#nodes.get(uuid);
  }

  /** Adds or replaces a node. */
  put(node: Node): void {
    const uuid = node.metadata.name;
    const known = this.#nodes.get(uuid);
    this.#nodes.set(uuid, node);
    if (known?.spec.hostname === node.spec.hostname && known.spec.addr === node.spec.addr) return;
    if (known !== undefined) this.#forget(known);
    for (const name of namesOf(node)) {
      const uuids = this.#called.get(name);
      if (uuids === undefined) this.#called.set(name, new Set([uuid]));
      else uuids.add(uuid);
    }
  }

  delete(uuid: string): void {
    const node = this.#nodes.get(uuid);
    if (node === undefined) return;
    this.#nodes.delete(uuid);
    this.#forget(node);
  }

  /**
   * Finds by UUID; then by host name (letter case does not count), `hostname.cluster`, address or `host:port`, all at
   * once, so that a node cannot take over another's address by calling itself that; then, where there is a `=`, by
   * labels `name=value[,…]`. A name that one live and several dead nodes share is the live one's.
   * @throws Fault `bad_request` when labels are not written like that.
   */
  resolve(asked: string, { cluster, now }: Asking): Resolution {
    if (asked.includes("=")) return { found: "many", nodes: this.withLabels(parseLabelQuery(asked), now) };
    const suffix = `.${cluster.toLowerCase()}`;
    const name = asked.toLowerCase().replace(/\.$/, "");
    const short = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;

    const byId = this.#nodes.get(short);
    if (byId !== undefined) return one(byId, now);

    const uuids = new Set([...(this.#called.get(name) ?? []), ...(this.#called.get(short) ?? [])]);
    const nodes = [...uuids].flatMap((uuid) => this.#nodes.get(uuid) ?? []);
    const live = nodes.filter((node) => offlineSince(node, now) === undefined);
    const [first, second] = live.length > 0 ? live : nodes;
    if (first === undefined) return { found: "none" };
    if (second === undefined) return one(first, now);
    return { found: "ambiguous", nodes: (live.length > 0 ? live : nodes).sort(byName) };
  }

  /** Live nodes that carry all of these labels, by name. */
  withLabels(labels: Labels, now: Date): readonly Node[] {
    const wanted = Object.entries(labels);
    const carries = ({ metadata }: Node): boolean =>
      wanted.every(([name, value]) => Object.hasOwn(metadata.labels ?? {}, name) && metadata.labels?.[name] === value);
    return [...this.#nodes.values()]
      .filter((node) => carries(node) && offlineSince(node, now) === undefined)
      .sort(byName);
  }

  /** Host names much like `typed`, best first. `visible` keeps back those that the asker may not know of. */
  suggest(typed: string, count = 3, visible: (node: Node) => boolean = () => true): readonly string[] {
    const names = new Map<string, Node[]>();
    for (const node of this.#nodes.values()) {
      const same = names.get(node.spec.hostname);
      if (same === undefined) names.set(node.spec.hostname, [node]);
      else same.push(node);
    }
    // `visible` costs more than comparing names, so only close names are checked.
    const close = suggest(typed, names.keys(), 50 + count);
    return close.filter((name) => names.get(name)?.some(visible)).slice(0, count);
  }

  #forget(node: Node): void {
    for (const name of namesOf(node)) {
      const uuids = this.#called.get(name);
      uuids?.delete(node.metadata.name);
      if (uuids?.size === 0) this.#called.delete(name);
    }
  }
}

/** The expiry of a node's last heartbeat; undefined while the node is alive. */
export function offlineSince({ metadata: { expires } }: Node, now: Date): Date | undefined {
  if (expires === undefined) return undefined;
  const end = new Date(expires);
  return end <= now ? end : undefined;
}

/** The labels of `name=value[,name=value…]`. @throws Fault `bad_request`. */
export function parseLabelQuery(text: string): Labels {
  const pairs = text.split(",").map((pair) => {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    if (at < 1 || name === "")
      throw new Fault("bad_request", `${JSON.stringify(pair.slice(0, 64))} is not a label`, {
        hint: "write labels as env=prod,region=eu",
      });
    return [name, pair.slice(at + 1).trim()] as const;
  });
  return Object.fromEntries(pairs);
}

function one(node: Node, now: Date): Resolution {
  const since = offlineSince(node, now);
  return { found: "one", node, ...(since !== undefined && { offlineSince: since }) };
}

/** The names of a node beside its UUID, in lower case. */
function namesOf({ spec: { hostname, addr } }: Node): readonly string[] {
  const host = splitHostPort(addr)?.host;
  return [...new Set([hostname, addr, ...(host === undefined ? [] : [host])].map((name) => name.toLowerCase()))];
}

function byName(a: Node, b: Node): number {
  return compare(a.spec.hostname, b.spec.hostname) || compare(a.metadata.name, b.metadata.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
