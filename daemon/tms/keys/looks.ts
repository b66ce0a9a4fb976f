import type { Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import type { KeyRow } from "../schema.ts";
import { parentsOf, withParents } from "./find.ts";

/** Keys that are looked at, each with what it hangs on, before others have their turn: a millisecond's worth. */
const ROWS_AT_ONCE = 32;
/** What is remembered at most. */
const MAX = 4096;

/**
 * To be awaited for every row of many: lets others work now and then. `share` is the part of the time that is taken at
 * most; of all that others leave, when it is not given.
 */
export function breath(share = 1): () => Promise<void> | undefined {
  let rows = 0;
  let began = performance.now();
  return () => {
    if (++rows % ROWS_AT_ONCE !== 0) return undefined;
    const rest = (performance.now() - began) * (1 / share - 1);
    return new Promise((turn) => {
      const goOn = () => {
        began = performance.now();
        turn();
      };
      if (share === 1) setImmediate(goOn);
      else setTimeout(goOn, rest);
    });
  };
}

/** Looks at many keys, most of which hang on the same. What was there at the first look is taken to be there still. */
export class Looks {
  readonly #store: Store;
  readonly #seen = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether all that the key hangs on is there. Where it is not, that is how it is now. */
  async lives(key: Item<KeyRow>): Promise<boolean> {
    const name = parentsOf(key.value);
    if (this.#seen.has(name)) return true;
    if ((await withParents(this.#store, key)) === undefined) return false;
    if (this.#seen.size >= MAX) this.#seen.clear();
    this.#seen.add(name);
    return true;
  }
}
