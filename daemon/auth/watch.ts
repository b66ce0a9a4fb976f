import type { WatchLine } from "../../core/api/schemas.ts";
import { Fault } from "../../core/fault.ts";
import type { Kind } from "../../core/resource/registry.ts";
import type { Change, Key, Store } from "../../core/store.ts";
import type { ViewChange } from "../cluster/view.ts";
import { BoundedQueue } from "../store/bounded-queue.ts";
import { listPages } from "../store/collection.ts";
import type { AuthContext } from "./context.ts";
import { WATCHED } from "./resources.ts";
import { hostCollection, nodeCollection } from "./schema.ts";

/** The bound of each watcher's queue, in changes. */
const BOUND = 8192;

/**
 * Yields the present resources of `kinds`, then `ready`, then every change, in order for each kind, until `signal` aborts.
 * Heartbeats that only extend a node's expiry are skipped.
 * @throws Fault `unavailable` when the reader falls too far behind and has to start over; `bad_request` for a kind that
 * cannot be watched.
 */
export async function* watchResources(
  { store }: Pick<AuthContext, "store">,
  kinds: readonly Kind[],
  signal: AbortSignal,
): AsyncGenerator<WatchLine> {
  const hosts = hostCollection(store).prefix;
  const sources = {
    listed: kinds.map((kind) => watched(kind).prefix),
    // The record of a silent node has expired already, so only its host record shows its removal from the cluster.
    unlisted: kinds.includes("node") ? [hosts] : [],
  };
  const nodes = new Contents();
  for await (const change of readAndWatch(store, sources, signal)) {
    if (change === "ready") {
      yield { op: "ready" };
      continue;
    }
    const { key, entry } = change;
    if (key.startsWith(hosts)) {
      if (entry === undefined) yield { op: "delete", kind: "node", name: key.slice(hosts.length), removed: true };
      continue;
    }
    const kind = kindOf(key);
    const { prefix, show } = watched(kind);
    if (kind === "node" && !nodes.changed(change)) continue;
    if (entry === undefined) yield { op: "delete", kind, name: key.slice(prefix.length) };
    else yield { op: "put", resource: show(entry, store) };
  }
}

/** As `watchResources`, for auth's own view: all kinds, and also the members of the cluster and each node's expiry. */
export async function* watchCluster(
  { store }: Pick<AuthContext, "store">,
  signal: AbortSignal,
): AsyncGenerator<ViewChange> {
  const hosts = hostCollection(store);
  const sources = { listed: [...Object.values(WATCHED).map(({ prefix }) => prefix), hosts.prefix], unlisted: [] };
  const nodes = new Contents();
  for await (const change of readAndWatch(store, sources, signal)) {
    if (change === "ready") {
      yield { op: "ready" };
      continue;
    }
    const { key, entry } = change;
    if (key.startsWith(hosts.prefix)) {
      if (entry === undefined) yield { op: "delete_host", uuid: key.slice(hosts.prefix.length) };
      else yield { op: "put_host", host: hosts.read(entry).value };
      continue;
    }
    const kind = kindOf(key);
    const { prefix, show } = watched(kind);
    const name = key.slice(prefix.length);
    if (kind !== "node") {
      if (entry === undefined) yield { op: "delete", kind, name };
      else yield { op: "put", resource: show(entry, store) };
      continue;
    }
    const changed = nodes.changed(change);
    const expires = entry?.expires?.toISOString();
    if (entry === undefined) yield { op: "delete", kind, name, removed: true };
    else if (!changed && expires !== undefined) yield { op: "heartbeat", uuid: name, expires };
    else {
      const node = nodeCollection(store).read(entry).value;
      yield { op: "put", resource: { ...node, metadata: { ...node.metadata, ...(expires && { expires }) } } };
    }
  }
}

/** @throws Fault `bad_request` for a kind that is not to be watched. */
export function watched(kind: Kind) {
  const row = WATCHED[kind];
  if (row === undefined) throw new Fault("bad_request", `a ${kind} cannot be watched`);
  return row;
}

function kindOf(key: Key): Kind {
  for (const [kind, { prefix }] of Object.entries(WATCHED)) if (key.startsWith(prefix)) return kind as Kind;
  throw new Fault("internal", "internal error", { cause: `${key} is not watched` });
}

/** A hash of each key's last value, to detect heartbeats: 10,000 nodes send 500 of them each second. */
class Contents {
  readonly #hashes = new Map<Key, string>();

  /** Whether the value differs from the last one, regardless of its expiry. */
  changed({ key, entry }: Change): boolean {
    if (entry === undefined) {
      this.#hashes.delete(key);
      return true;
    }
    const hash = Bun.hash(entry.value).toString(36);
    if (this.#hashes.get(key) === hash) return false;
    this.#hashes.set(key, hash);
    return true;
  }
}

interface Sources {
  /** Prefixes whose present entries come first. */
  readonly listed: readonly Key[];
  /** Prefixes of which only changes are yielded. */
  readonly unlisted: readonly Key[];
}

/** Yields the present entries as changes, then "ready", then the changes. */
async function* readAndWatch(
  store: Store,
  { listed, unlisted }: Sources,
  signal: AbortSignal,
): AsyncGenerator<Change | "ready"> {
  const ended = new AbortController();
  const changes = watchAll(store, [...listed, ...unlisted], AbortSignal.any([signal, ended.signal]));
  try {
    // Watch before listing, so that a change in between is yielded twice instead of never.
    for (const prefix of listed)
      for await (const page of listPages(store, prefix)) for (const entry of page) yield { key: entry.key, entry };
    yield "ready";
    yield* changes;
  } finally {
    ended.abort();
  }
}

/** Merges the watches of several prefixes. */
function watchAll(store: Store, prefixes: readonly Key[], signal: AbortSignal): AsyncIterable<Change> {
  const lag = () => new Fault("unavailable", "changes came faster than they were read");
  const merged = new BoundedQueue<Change>({ signal, bound: BOUND, lag, left: () => {} });
  for (const prefix of prefixes) {
    // Starts now, before the caller lists entries.
    const changes = store.watch(prefix, signal);
    const forward = async () => {
      for await (const change of changes) merged.push(change);
    };
    forward().then(
      () => merged.end(),
      (error: unknown) => merged.fail(Fault.from(error)),
    );
  }
  return merged;
}
