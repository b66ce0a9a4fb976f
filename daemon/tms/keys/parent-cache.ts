import type { Key, Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import { keyOf } from "../../store/write.ts";
import type { KeyRecord } from "../schema.ts";
import { type KeyWithParents, loadParents, parentPreconditions, parentSetId } from "./find.ts";

/** Parent rows shared by all keys of one user, account and client. */
type Parents = Omit<KeyWithParents, "key">;

/** A cached record. Entries with the same parent share it, so one change of the store invalidates them all. */
interface CachedRecord {
  isCurrent: boolean;
}

/** Entries at most. An entry takes three to six kilobytes. */
const MAX_ENTRIES = 4096;

/**
 * Caches the parents of keys until the store reports a change of one of them. Of the six records that a retrieval reads, five
 * are parents, and they rarely change between retrievals. A change by this process invalidates the entry before the change
 * is acknowledged; a change by another process over the same database within a quarter of a second.
 */
export class ParentCache {
  readonly #store: Store;
  readonly #entries = new Map<string, { readonly parents: Parents; readonly records: readonly CachedRecord[] }>();
  readonly #records = new Map<Key, CachedRecord>();
  #watching = false;
  /** The number of changes that the store has reported. */
  #changes = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The key with its parents, as `loadParents` returns it. */
  async find(key: Item<KeyRecord>): Promise<KeyWithParents | undefined> {
    const id = parentSetId(key.value);
    const entry = this.#entries.get(id);
    if (entry?.records.every(({ isCurrent }) => isCurrent)) return { key, ...entry.parents };
    if (!this.#watching) this.#watch();
    const changes = this.#changes;
    const found = await loadParents(this.#store, key);
    // A change during the reads may concern them: such a result is not cached.
    if (found === undefined || !this.#watching || changes !== this.#changes) return found;
    if (this.#entries.size >= MAX_ENTRIES) this.#clear();
    const { key: _, ...parents } = found;
    const records = parentPreconditions(this.#store, found).map((check) => this.#record(keyOf(check)));
    this.#entries.set(id, { parents, records });
    return found;
  }

  #record(key: Key): CachedRecord {
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    const record = { isCurrent: true };
    this.#records.set(key, record);
    return record;
  }

  #watch(): void {
    const changes = this.#store.watch("/tms/", new AbortController().signal);
    this.#watching = true;
    void this.#follow(changes);
  }

  /** Invalidates entries until the store is closed, or its watch fails because changes come too fast. */
  async #follow(changes: ReturnType<Store["watch"]>): Promise<void> {
    try {
      for await (const { key } of changes) {
        this.#changes++;
        const record = this.#records.get(key);
        if (record === undefined) continue;
        record.isCurrent = false;
        this.#records.delete(key);
      }
    } catch {
      // Changes may have been missed: everything is invalidated, and the next `find` watches again.
    } finally {
      this.#watching = false;
      this.#clear();
    }
  }

  #clear(): void {
    for (const record of this.#records.values()) record.isCurrent = false;
    this.#records.clear();
    this.#entries.clear();
  }
}
