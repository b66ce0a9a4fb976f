import type { Revision, Store, Write } from "../../../core/store.ts";
import { MAX } from "../../../core/tms/numbers.ts";
import { digest } from "../../seal.ts";
import type { Item } from "../../store/collection.ts";
import type { KeyRow } from "../schema.ts";
import { keyCollection, keyKeptUntil, markCollection } from "./collections.ts";

/**
 * How uses of a key are counted. sshd asks at least twice for one login, so what is counted is a login, by the connection
 * that it comes in: the first time that its key is asked for leaves a mark. Hosts that do not tell connections apart
 * have everything of some seconds counted as one.
 */

/** Longer than sshd lets a login take. */
const ONLINE_MS = 10 * 60_000;
/** What stands for one login where connections are not told. */
const WINDOW_MS = 5000;
/** Hosts tell of logins that they let in by themselves until they know that it was heard, and forget them after two days. */
const OFFLINE_MS = 3 * 24 * 3600_000;

const WINDOW = "window";

/** Whether uses of the key are not counted. */
export function isUnlimited({ max_uses }: KeyRow): boolean {
  return max_uses === MAX;
}

/** Counts uses of a key towards one commit. */
export class Tally {
  /** Uses that are left. */
  remaining: number;
  readonly #store: Store;
  readonly #key: Item<KeyRow>;
  readonly #now: Date;
  /** Marks that the commit is to leave, by name, until when, and what they are written over. */
  readonly #marks = new Map<string, { readonly until: Date; readonly expect: Revision | "absent" }>();

  constructor(store: Store, key: Item<KeyRow>, now: Date) {
    this.#store = store;
    this.#key = key;
    this.#now = now;
    this.remaining = key.value.remaining_uses;
  }

  /** One login, that asks now. "none" when it would have to be counted, and nothing is left. */
  login(connection: string | undefined): Promise<"counted" | "known" | "none"> {
    return connection === undefined ? this.#count(WINDOW, WINDOW_MS) : this.#count(digest(connection), ONLINE_MS);
  }

  /** Logins that the host let in before, as far as uses are left. @returns how many of them were counted. */
  async offline(connections: readonly string[]): Promise<number> {
    let counted = 0;
    for (const connection of connections)
      if ((await this.#count(digest(connection), OFFLINE_MS)) === "counted") counted++;
    return counted;
  }

  /** The key with what is left of it, and the marks. Nothing when nothing was counted. */
  writes(): Write[] {
    if (this.#marks.size === 0) return [];
    const row = { ...this.#key.value, remaining_uses: this.remaining, updated: this.#now.toISOString() };
    const { name, revision } = this.#key;
    const marks = markCollection(this.#store, row.id);
    return [
      keyCollection(this.#store, row.host).put(name, row, revision, keyKeptUntil(row)),
      ...[...this.#marks].map(([mark, { until, expect }]) => marks.put(mark, {}, expect, until)),
    ];
  }

  async #count(name: string, lifetime: number): Promise<"counted" | "known" | "none"> {
    if (this.#marks.has(name)) return "known";
    const mark = await markCollection(this.#store, this.#key.value.id).get(name);
    const now = this.#now.getTime();
    // A window from before the clock was set back would be open until the clock is there again.
    const isStray = name === WINDOW && Number(mark?.expires) > now + 2 * WINDOW_MS;
    if (mark !== undefined && !isStray) return "known";
    if (this.remaining <= 0) return "none";
    this.remaining--;
    this.#marks.set(name, { until: new Date(now + lifetime), expect: mark?.revision ?? "absent" });
    return "counted";
  }
}
