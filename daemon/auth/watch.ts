import type { WatchLine } from "../../core/api/schema.ts";
import { Fault } from "../../core/fault.ts";
import type { Kind } from "../../core/resource/registry.ts";
import type { Change, Key, Store } from "../../core/store.ts";
import type { ViewChange } from "../cluster/view.ts";
import { BoundedQueue } from "../store/bounded-queue.ts";
import { listPages } from "../store/collection.ts";
import type { AuthContext } from "./context.ts";
import { WATCHED } from "./resources.ts";
import { hostCollection, nodeCollection } from "./schema.ts";

/** Changes that may wait for one reader. */
const BOUND = 8192;

/**
 * The present state of `kinds`, then `ready`, then every change, in order for each kind, until `signal` aborts. A
 * heartbeat that only moves a node's expiry is left out.
 * @throws Fault `unavailable` when the reader falls too far behind and has to begin anew.
 */
export async function* watchResources(
  { store }: Pick<AuthContext, "store">,
  kinds: readonly Kind[],
  signal: AbortSignal,
): AsyncGenerator<WatchLine> {
  const hosts = hostCollection(store).prefix;
  const sources = {
    listed: kinds.map((kind) => watched(kind).prefix),
    // A node that has been silent for long is not stored any more: only the end of its membership tells its removal.
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

/** As `watchResources`, of everything that auth's own view holds: also the members, and until when each node is alive. */
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

/** What was stored when it was last seen, by key. Ten thousand nodes send five hundred heartbeats a second. */
class Contents {
  readonly #seen = new Map<Key, string>();

  /** Whether the value is another than the last one; its expiry does not matter. */
  changed({ key, entry }: Change): boolean {
    if (entry === undefined) {
      this.#seen.delete(key);
      return true;
    }
    const content = Bun.hash(entry.value).toString(36);
    if (this.#seen.get(key) === content) return false;
    this.#seen.set(key, content);
    return true;
  }
}

interface Sources {
  /** Prefixes of which the present entries come first. */
  readonly listed: readonly Key[];
  /** Prefixes of which only changes come. */
  readonly unlisted: readonly Key[];
}

/** The present entries, as changes; then "ready"; then the changes. */
async function* readAndWatch(
  store: Store,
  { listed, unlisted }: Sources,
  signal: AbortSignal,
): AsyncGenerator<Change | "ready"> {
  const over = new AbortController();
  const changes = watchAll(store, [...listed, ...unlisted], AbortSignal.any([signal, over.signal]));
  try {
    // The watches began before the lists are read, so a change in between comes twice rather than never.
    for (const prefix of listed)
      for await (const page of listPages(store, prefix)) for (const entry of page) yield { key: entry.key, entry };
    yield "ready";
    yield* changes;
  } finally {
    over.abort();
  }
}

/** Joins the watches of several prefixes into one. */
function watchAll(store: Store, prefixes: readonly Key[], signal: AbortSignal): AsyncIterable<Change> {
  const lag = () => new Fault("unavailable", "changes came faster than they were read");
  const joined = new BoundedQueue<Change>({ signal, bound: BOUND, lag, left: () => {} });
  for (const prefix of prefixes) {
    // Begun here, before anything is listed.
    const changes = store.watch(prefix, signal);
    const pass = async () => {
      for await (const change of changes) joined.push(change);
    };
    pass().then(
      () => joined.end(),
      (error: unknown) => joined.fail(Fault.from(error)),
    );
  }
  return joined;
}
