import type { Key, Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import { keyOf } from "../../store/write.ts";
import type { KeyRow } from "../schema.ts";
import { type FoundKey, parentChecks, parentsOf, withParents } from "./find.ts";

/** What of a key is the same for all keys of a user on an account by a client. */
type Parents = Omit<FoundKey, "key">;

/** A row that was read, and whether it is still like that. */
interface Cell {
  fresh: boolean;
}

/** How many are remembered at most: three to six kilobytes each. */
const MAX = 4096;

/**
 * What keys hang on, remembered until the store tells that it has changed. Five of the six rows that are read for a login
 * are of this kind, and they are the same from one login to the next. What this process changes is known here before it is
 * acknowledged; what another process does over the same database within a quarter of a second.
 */
export class RememberedParents {
  readonly #store: Store;
  readonly #known = new Map<string, { readonly parents: Parents; readonly cells: readonly Cell[] }>();
  readonly #cells = new Map<Key, Cell>();
  #watching = false;
  /** How many changes the store has told of. */
  #changes = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The same as `withParents`. */
  async find(key: Item<KeyRow>): Promise<FoundKey | undefined> {
    const name = parentsOf(key.value);
    const known = this.#known.get(name);
    if (known?.cells.every(({ fresh }) => fresh)) return { key, ...known.parents };
    if (!this.#watching) this.#watch();
    const changes = this.#changes;
    const found = await withParents(this.#store, key);
    if (found === undefined || !this.#watching || changes !== this.#changes) return found;
    if (this.#known.size >= MAX) this.#clear();
    const { key: _, ...parents } = found;
    const cells = parentChecks(this.#store, found).map((check) => this.#cell(keyOf(check)));
    this.#known.set(name, { parents, cells });
    return found;
  }

  #cell(key: Key): Cell {
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const cell = { fresh: true };
    this.#cells.set(key, cell);
    return cell;
  }

  #watch(): void {
    const changes = this.#store.watch("/tms/", new AbortController().signal);
    this.#watching = true;
    void this.#follow(changes);
  }

  /** Until the store is closed, or changes come faster than they can be told of. */
  async #follow(changes: ReturnType<Store["watch"]>): Promise<void> {
    try {
      for await (const { key } of changes) {
        this.#changes++;
        const cell = this.#cells.get(key);
        if (cell === undefined) continue;
        cell.fresh = false;
        this.#cells.delete(key);
      }
    } catch {
      // What has changed meanwhile is not known; whoever asks next begins anew.
    } finally {
      this.#watching = false;
      this.#clear();
    }
  }

  #clear(): void {
    for (const cell of this.#cells.values()) cell.fresh = false;
    this.#cells.clear();
    this.#known.clear();
  }
}
