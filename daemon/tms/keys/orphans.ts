import { encodeName, walk } from "../collections.ts";
import type { TmsContext } from "../context.ts";
import type { KeyRecord } from "../schema.ts";
import { tryCommit } from "../transaction.ts";
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
    if (await scan.hasParents(key)) continue;
    // A key that was changed meanwhile is kept.
    if ((await tryCommit(store, keyRemovals(store, key))) !== undefined) count++;
  }
  return count;
}
