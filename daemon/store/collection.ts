import { Fault } from "../../core/fault.ts";
import type { Entry, Key, Revision, Store, Write } from "../../core/store.ts";

export interface Item<T> {
  readonly name: string;
  readonly value: T;
  readonly revision: Revision;
  readonly expires?: Date;
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

  async list(): Promise<Item<T>[]> {
    return (await this.store.list(this.prefix)).map((entry) => this.read(entry));
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
