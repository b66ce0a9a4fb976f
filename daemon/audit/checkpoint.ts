import type { Head } from "../../core/audit/chain.ts";
import type { Key, Store } from "../../core/store.ts";

/** Keeps the newest known end of the chain somewhere else than in the log. */
export interface Checkpoint {
  load(): Promise<Head | undefined>;
  save(head: Head): Promise<void>;
}

const KEY: Key = "/audit/head";

export function storeCheckpoint(store: Store): Checkpoint {
  return {
    async load() {
      const entry = await store.get(KEY);
      return entry === undefined ? undefined : (JSON.parse(Buffer.from(entry.value).toString()) as Head);
    },
    async save({ seq, hash }) {
      await store.commit([{ put: KEY, value: Buffer.from(JSON.stringify({ seq, hash })), expect: "any" }]);
    },
  };
}
