import { Fault } from "../../../core/fault.ts";
import type { Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import { enc, walk } from "../collections.ts";
import type { TmsContext } from "../context.ts";
import type { KeyRow } from "../schema.ts";
import { KEYS, keyRemovals } from "./collections.ts";
import { breath, Looks } from "./looks.ts";

/** Of the time, while others want to work. */
const SHARE = 0.2;

/**
 * Removes the keys that nobody can see any more, because something that they hung on is gone. What has expired goes by
 * itself, and so do reservations and what is left of counting.
 * @returns how many keys went. Ends early when the signal aborts.
 */
export async function sweepKeys({ store }: Pick<TmsContext, "store">, signal: AbortSignal): Promise<number> {
  let count = 0;
  const pause = breath(SHARE);
  const looks = new Looks(store);
  for await (const { key: _, ...item } of walk<KeyRow>(store, KEYS)) {
    await pause();
    if (signal.aborted) break;
    const key = { ...item, name: enc(item.value.public_key_fingerprint) };
    if (!(await looks.lives(key)) && (await removed(store, key))) count++;
  }
  return count;
}

/** False when somebody was faster. */
async function removed(store: Store, key: Item<KeyRow>): Promise<boolean> {
  try {
    await store.commit(keyRemovals(store, key));
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === "conflict") return false;
    throw error;
  }
}
