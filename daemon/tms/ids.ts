import { Fault } from "../../core/fault.ts";
import type { Key, Store } from "../../core/store.ts";
import { MAX } from "../../core/tms/numbers.ts";
import { retry } from "../store/collection.ts";

const COUNTER: Key = "/tms/ids";
/** Ids that are taken from the store at once. Those that are left when the process ends are never given. */
const BLOCK = 1000;

/** Numbers of rows: one sequence for all kinds, growing, never given twice, also not by several processes. */
export class Ids {
  readonly #store: Store;
  #next = 1;
  #last = 0;
  #taking: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws Fault `failed` when there are none left that fit the API's 32 bits. */
  async next(): Promise<number> {
    while (this.#next > this.#last) {
      this.#taking ??= this.#take().finally(() => {
        this.#taking = undefined;
      });
      await this.#taking;
    }
    return this.#next++;
  }

  async #take(): Promise<void> {
    const taken = await retry(this.#store, async () => {
      const entry = await this.#store.get(COUNTER);
      const result = entry === undefined ? 0 : Number(Buffer.from(entry.value).toString());
      if (!Number.isSafeInteger(result)) throw new Fault("failed", `${COUNTER} in the database is not a number`);
      if (result > MAX - BLOCK) throw new Fault("failed", "the escrow has no numbers left for new records");
      const value = Buffer.from(String(result + BLOCK));
      return { writes: [{ put: COUNTER, value, expect: entry?.revision ?? "absent" }], result };
    });
    this.#next = taken + 1;
    this.#last = taken + BLOCK;
  }
}

/** What every new row begins with. */
export async function stamp(means: { readonly ids: Ids; readonly now: () => Date }): Promise<{
  readonly id: number;
  readonly created: string;
  readonly updated: string;
}> {
  const created = means.now().toISOString();
  return { id: await means.ids.next(), created, updated: created };
}
