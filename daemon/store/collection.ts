import { Fault } from "../../core/fault.ts";
import type { Entry, Key, Revision, Store, Write } from "../../core/store.ts";
import { nextTurn } from "../flow-control.ts";

export interface Item<T> {
  readonly name: string;
  readonly value: T;
  readonly revision: Revision;
  readonly expires?: Date;
}

/** Entries that are read at once. */
const PAGE = 500;

/**
 * The entries under `prefix` in key order, a page at a time; other work has its turn between two pages. A page is the
 * state at one moment, the whole is not: a key that exists from the first page to the last is seen exactly once, a key
 * that is put or removed meanwhile is seen or not.
 */
export async function* listPages(store: Store, prefix: Key): AsyncGenerator<readonly Entry[]> {
  for (let after: Key | undefined; ; ) {
    const page = await store.list(prefix, { limit: PAGE, ...(after !== undefined && { after }) });
    yield page;
    after = page.at(-1)?.key;
    if (page.length < PAGE) return;
    await nextTurn();
  }
}

/** One kind of record in the store, as JSON under one prefix. Names must not contain a slash. */
export class Collection<T> {
  readonly store: Store;
  readonly prefix: Key;

  constructor(store: Store, prefix: Key) {
    this.store = store;
    this.prefix = prefix;
  }

  key(name: string): Key {
    if (name === "" || name.includes("/")) throw new Fault("bad_request", `"${name}" is not a name`);
    return `${this.prefix}${name}` as Key;
  }

  async get(name: string): Promise<Item<T> | undefined> {
    const entry = await this.store.get(this.key(name));
    return entry && this.read(entry);
  }

  /** The first record in key order, if there is one. */
  async first(): Promise<Item<T> | undefined> {
    const [entry] = await this.store.list(this.prefix, { limit: 1 });
    return entry && this.read(entry);
  }

  /** The records in key order, read in pages: see `listPages` for what is guaranteed while others write. */
  async *list(): AsyncGenerator<Item<T>> {
    for await (const page of listPages(this.store, this.prefix)) for (const entry of page) yield this.read(entry);
  }

  put(name: string, value: T, expect: Revision | "absent" | "any", expires?: Date): Write {
    const bytes = Buffer.from(JSON.stringify(value));
    return { put: this.key(name), value: bytes, expect, ...(expires && { expires }) };
  }

  remove(name: string, expect: Revision | "any"): Write {
    return { remove: this.key(name), expect };
  }

  read(entry: Entry): Item<T> {
    const name = entry.key.slice(this.prefix.length);
    const value = JSON.parse(Buffer.from(entry.value).toString("utf8")) as T;
    return { name, value, revision: entry.revision, ...(entry.expires && { expires: entry.expires }) };
  }
}

/**
 * Reads, decides, commits, and does it again when somebody else was faster. `attempt` returns what to write and what
 * to answer; it may throw to refuse.
 */
export async function retry<R>(
  store: Store,
  attempt: () => Promise<{ readonly writes: readonly Write[]; readonly result: R }>,
): Promise<R> {
  for (let tries = 0; ; tries++) {
    const { writes, result } = await attempt();
    try {
      if (writes.length > 0) await store.commit(writes);
      return result;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "conflict") throw error;
      if (tries >= 50) throw new Fault("conflict", "others change this all the time; try again", { cause: error });
    }
    // Of many that change one thing at once one gets through each time: they had better not all come back together.
    if (tries > 1) await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * tries));
  }
}
