import { Fault } from "../../core/fault.ts";
import type { Change, Key } from "../../core/store.ts";
import { Feed } from "./feed.ts";

/** Changes that may wait for one reader. */
const BOUND = 8192;

/** Who watches a store, each a prefix. */
export class Watchers {
  readonly #feeds = new Map<Feed<Change>, Key>();

  get empty(): boolean {
    return this.#feeds.size === 0;
  }

  add(prefix: Key, signal: AbortSignal): AsyncIterable<Change> {
    const left = (feed: Feed<Change>) => this.#feeds.delete(feed);
    const feed = new Feed<Change>({ signal, bound: BOUND, lag: missed, left });
    if (!signal.aborted) this.#feeds.set(feed, prefix);
    return feed;
  }

  tell(changes: readonly Change[]): void {
    for (const [feed, prefix] of this.#feeds)
      for (const change of changes) if (change.key.startsWith(prefix)) feed.push(change);
  }

  /** Nobody knows any more what has changed. */
  lose(fault: Fault = missed()): void {
    for (const feed of [...this.#feeds.keys()]) feed.fail(fault);
  }

  end(): void {
    for (const feed of [...this.#feeds.keys()]) feed.end();
  }
}

function missed(): Fault {
  return new Fault("unavailable", "changes came faster than they were read", { hint: "read everything anew" });
}
