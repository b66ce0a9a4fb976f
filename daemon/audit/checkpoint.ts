import type { Head } from "../../core/audit/chain.ts";
import { Fault } from "../../core/fault.ts";
import type { Key, Store } from "../../core/store.ts";
import { Collection } from "../store/collection.ts";

/** Keeps the newest known head of a chain elsewhere than in the log, so that a log cut short is noticed. */
export interface Checkpoint {
  load(): Promise<Head | undefined>;
  save(head: Head): Promise<void>;
}

/** Named by the log's UUID: each process writes the checkpoint of its own chain only. */
const collection = (store: Store): Collection<Head> => new Collection(store, "/audit/head/");

/** Where the only log of a store had its checkpoint before logs had UUIDs. */
const SINGLE: Key = "/audit/head";

/** The checkpoint of the log with the UUID `log`. */
export function storeCheckpoint(store: Store, log: string): Checkpoint {
  const heads = collection(store);
  return {
    async load() {
      return (await heads.get(log))?.value;
    },
    async save({ seq, hash }) {
      await store.commit([heads.put(log, { seq, hash }, "any")]);
    },
  };
}

/** The checkpoints of all logs of the cluster, by the log's UUID. */
export async function listCheckpoints(store: Store): Promise<ReadonlyMap<string, Head>> {
  const items = await Array.fromAsync(collection(store).list());
  return new Map(items.map(({ name, value }) => [name, value]));
}

/** Gives the checkpoint of a store that had a single log to `log`, the first log that is opened over it. */
export async function adoptSingleCheckpoint(store: Store, log: string): Promise<void> {
  const entry = await store.get(SINGLE);
  if (entry === undefined) return;
  try {
    await store.commit([
      { put: collection(store).key(log), value: entry.value, expect: "any" },
      { remove: SINGLE, expect: entry.revision },
    ]);
  } catch (error) {
    // Another process adopted it first.
    if (!(error instanceof Fault) || error.code !== "conflict") throw error;
  }
}
