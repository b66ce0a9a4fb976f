import { Fault } from "../../core/fault.ts";
import type { Key, Store } from "../../core/store.ts";
import { MAX_INT32 } from "../../core/tms/expiry.ts";
import { retry } from "../store/collection.ts";

const COUNTER: Key = "/tms/ids";
/** Ids that a process reserves in one commit. The rest of its last block is lost when it ends. */
const BLOCK = 1000;

/** Ids of records: one increasing sequence for all kinds, unique across the processes that share the store. */
export class Ids {
  readonly #store: Store;
  #next = 1;
  #last = 0;
  #reserving: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws Fault `failed` when the API's 32 bits are exhausted. */
  async next(): Promise<number> {
    while (this.#next > this.#last) {
      this.#reserving ??= this.#reserve().finally(() => {
        this.#reserving = undefined;
      });
      await this.#reserving;
    }
    return this.#next++;
  }

  async #reserve(): Promise<void> {
    const reserved = await retry(this.#store, async () => {
      const entry = await this.#store.get(COUNTER);
      const result = entry === undefined ? 0 : Number(Buffer.from(entry.value).toString());
      if (!Number.isSafeInteger(result)) throw new Fault("failed", `${COUNTER} in the database is not a number`);
      if (result > MAX_INT32 - BLOCK) throw new Fault("failed", "no ids are left for new records");
      const value = Buffer.from(String(result + BLOCK));
      return { writes: [{ put: COUNTER, value, expect: entry?.revision ?? "absent" }], result };
    });
    this.#next = reserved + 1;
    this.#last = reserved + BLOCK;
  }
}

/** The fields that every new record has. */
export async function newRecordFields(tms: { readonly ids: Ids; readonly now: () => Date }): Promise<{
  readonly id: number;
  readonly created: string;
  readonly updated: string;
}> {
  const created = tms.now().toISOString();
  return { id: await tms.ids.next(), created, updated: created };
}
