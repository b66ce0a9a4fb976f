import type { WatchLine } from "../../core/api/schema.ts";
import { Fault } from "../../core/fault.ts";
import type { Kind } from "../../core/resource/registry.ts";
import type { Change } from "../../core/store.ts";
import type { AuthContext } from "./context.ts";
import { WATCHED } from "./resources.ts";

/** The present state of `kinds`, then `ready`, then every change in order until `signal` aborts. */
export async function* watchResources(
  auth: AuthContext,
  kinds: readonly Kind[],
  signal: AbortSignal,
): AsyncGenerator<WatchLine> {
  const queue = new Queue<{ kind: Kind; change: Change }>(signal);
  const ends = kinds.map((kind) => pump(auth, kind, queue, signal));
  void Promise.race(ends).catch((error: unknown) => queue.fail(error));

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

  for await (const { kind, change } of queue) {
    const { prefix, show } = watched(kind);
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
}

/** @throws Fault `bad_request` for a kind that is not to be watched. */
export function watched(kind: Kind) {
  const row = WATCHED[kind];
  if (row === undefined) throw new Fault("bad_request", `a ${kind} cannot be watched`);
  return row;
}

async function pump(
  auth: AuthContext,
  kind: Kind,
  queue: Queue<{ kind: Kind; change: Change }>,
  signal: AbortSignal,
): Promise<void> {
  for await (const change of auth.store.watch(watched(kind).prefix, signal)) queue.push({ kind, change });
}

function content(value: Uint8Array): string {
  return Bun.hash(value).toString(36);
}

/** Joins several sources into one stream. */
class Queue<T> {
  readonly #items: T[] = [];
  #wake: (() => void) | undefined;
  #failure: { error: unknown } | undefined;
  #ended = false;

  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => {
      this.#ended = true;
      this.#wake?.();
    });
  }

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#failure !== undefined) throw this.#failure.error;
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
