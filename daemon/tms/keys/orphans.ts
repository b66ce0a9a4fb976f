import { Fault } from "../../../core/fault.ts";
import type { Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import { encodeName, walk } from "../collections.ts";
import type { TmsContext } from "../context.ts";
import type { KeyRecord } from "../schema.ts";
import { KEYS, keyRemovals } from "./collections.ts";
import { ParentScan, pacer } from "./scan.ts";

/** The largest part of the time that the scan takes while there is other work. */
const SHARE = 0.2;

/**
 * Deletes keys whose parents are gone. Expired keys, reservations and counted logins are deleted by the store.
 * Returns the number of deleted keys. Ends early when the signal aborts.
 */
export async function deleteOrphanKeys({ store }: Pick<TmsContext, "store">, signal: AbortSignal): Promise<number> {
  let count = 0;
  const pace = pacer(SHARE);
  const scan = new ParentScan(store);
  for await (const { key: _, ...item } of walk<KeyRecord>(store, KEYS)) {
    await pace();
    if (signal.aborted) break;
    const key = { ...item, name: encodeName(item.value.public_key_fingerprint) };
    if (!(await scan.hasParents(key)) && (await tryDelete(store, key))) count++;
  }
  return count;
}

/** Deletes the key as it was read; false when it was changed meanwhile. */
async function tryDelete(store: Store, key: Item<KeyRecord>): Promise<boolean> {
  try {
    await store.commit(keyRemovals(store, key));
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === "conflict") return false;
    throw error;
  }
}
