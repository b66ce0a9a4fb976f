import type { WatchLine } from "../../core/api/schema.ts";
import { Fault } from "../../core/fault.ts";
import type { Kind } from "../../core/resource/registry.ts";
import type { Change, Key } from "../../core/store.ts";
import { BoundedQueue } from "../store/bounded-queue.ts";
import type { AuthContext } from "./context.ts";
import { WATCHED } from "./resources.ts";
import { hostCollection } from "./schema.ts";

/** Changes that may wait for one reader. */
const BOUND = 8192;

interface Seen {
  readonly kind: Kind;
  readonly change: Change;
  /** The change is of the machine's membership: it is over. */
  readonly removed?: true;
}

/**
 * The present state of `kinds`, then `ready`, then every change, in order for each kind, until `signal` aborts.
 * @throws Fault `unavailable` when the reader falls too far behind and has to begin anew.
 */
export async function* watchResources(
  auth: AuthContext,
  kinds: readonly Kind[],
  signal: AbortSignal,
): AsyncGenerator<WatchLine> {
  const over = new AbortController();
  const changes = follow(auth, kinds, AbortSignal.any([signal, over.signal]));
  try {
    // The watches began before the lists are read, so a change in between comes twice rather than never.
    const shown = new Map<string, string>();
    for (const kind of kinds) {
      const { prefix, show } = watched(kind);
      for (const entry of await auth.store.list(prefix)) {
        shown.set(entry.key, content(entry.value));
        yield { op: "put", resource: show(entry, auth) };
      }
    }
    yield { op: "ready" };

    for await (const { kind, change, removed } of changes) {
      const { prefix, show } = watched(kind);
      if (removed) {
        yield { op: "delete", kind, name: change.key.slice(hostCollection(auth.store).prefix.length), removed };
        continue;
      }
      if (change.entry === undefined) {
        shown.delete(change.key);
        yield { op: "delete", kind, name: change.key.slice(prefix.length) };
        continue;
      }
      // A heartbeat that only moves the expiry is no news: ten thousand nodes send five hundred a second.
      const next = content(change.entry.value);
      if (kind === "node" && shown.get(change.key) === next) continue;
      shown.set(change.key, next);
      yield { op: "put", resource: show(change.entry, auth) };
    }
  } finally {
    over.abort();
  }
}

/** @throws Fault `bad_request` for a kind that is not to be watched. */
export function watched(kind: Kind) {
  const row = WATCHED[kind];
  if (row === undefined) throw new Fault("bad_request", `a ${kind} cannot be watched`);
  return row;
}

/** Joins the watches of several kinds into one. */
function follow(auth: AuthContext, kinds: readonly Kind[], signal: AbortSignal): AsyncIterable<Seen> {
  const lag = () => new Fault("unavailable", "changes came faster than they were read");
  const joined = new BoundedQueue<Seen>({ signal, bound: BOUND, lag, left: () => {} });
  const pass = async (prefix: Key, seen: (change: Change) => Seen | undefined) => {
    for await (const change of auth.store.watch(prefix, signal)) {
      const item = seen(change);
      if (item !== undefined) joined.push(item);
    }
  };
  const passes = kinds.map((kind) => pass(watched(kind).prefix, (change) => ({ kind, change })));
  // A node that has been silent for long is not stored any more: that it was removed shows here only.
  if (kinds.includes("node"))
    passes.push(
      pass(hostCollection(auth.store).prefix, (change) =>
        change.entry === undefined ? { kind: "node", change, removed: true } : undefined,
      ),
    );
  for (const passed of passes)
    passed.then(
      () => joined.end(),
      (error: unknown) => joined.fail(Fault.from(error)),
    );
  return joined;
}

function content(value: Uint8Array): string {
  return Bun.hash(value).toString(36);
}
