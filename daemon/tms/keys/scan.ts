import type { Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import { clientCollection, encodeName, walk } from "../collections.ts";
import type { ClientRecord, KeyRecord, TenantRecord } from "../schema.ts";
import { loadParents, parentSetId } from "./find.ts";

/** What listings and the deletion of orphans share: they read all keys or reservations without blocking other requests. */

/** Keys, each read with its parents, between two pauses: about a millisecond of work. */
const KEYS_PER_SLICE = 32;
/** Parent sets that a scan remembers at most. */
const MAX_PARENT_SETS = 4096;

/**
 * Returns a function to be awaited for every record of a scan; it pauses after each slice. `share` is the largest part of
 * the time that the scan takes; by default it takes all that other work leaves.
 */
export function pacer(share = 1): () => Promise<void> | undefined {
  let records = 0;
  let began = performance.now();
  return () => {
    if (++records % KEYS_PER_SLICE !== 0) return undefined;
    const pause = (performance.now() - began) * (1 / share - 1);
    return new Promise((resolve) => {
      const resume = () => {
        began = performance.now();
        resolve();
      };
      if (share === 1) setImmediate(resume);
      else setTimeout(resume, pause);
    });
  };
}

/** Checks the parents of many keys. A parent set that was found once is assumed to exist for the rest of the scan. */
export class ParentScan {
  readonly #store: Store;
  readonly #found = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether all parents of the key exist. A negative answer is always current. */
  async hasParents(key: Item<KeyRecord>): Promise<boolean> {
    const id = parentSetId(key.value);
    if (this.#found.has(id)) return true;
    if ((await loadParents(this.#store, key)) === undefined) return false;
    if (this.#found.size >= MAX_PARENT_SETS) this.#found.clear();
    this.#found.add(id);
    return true;
  }
}

/** The tenant's clients; with `onlyClient`, that one if it exists. */
export async function* clientsOf(
  store: Store,
  tenant: Item<TenantRecord>,
  onlyClient: string | undefined,
): AsyncGenerator<Item<ClientRecord>> {
  const collection = clientCollection(store, tenant.value.id);
  if (onlyClient === undefined) return yield* walk<ClientRecord>(store, collection.prefix);
  const client = await collection.get(encodeName(onlyClient));
  if (client !== undefined) yield client;
}

/** The length of a stream. */
export async function countAll(records: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of records) count++;
  return count;
}
