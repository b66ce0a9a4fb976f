/** A path such as `/users/alice`. */
export type Key = `/${string}`;

/** Opaque; grows with every commit. Two entries of one commit share it. */
export type Revision = string;

export interface Entry {
  readonly key: Key;
  readonly value: Uint8Array;
  readonly revision: Revision;
  readonly expires?: Date;
}

/**
 * One step of a commit. `expect` is the revision last read, "absent" for a new key, or "any". A `check` changes nothing:
 * the commit is refused unless the key is still as it was read.
 */
export type Write =
  | {
      readonly put: Key;
      readonly value: Uint8Array;
      readonly expect: Revision | "absent" | "any";
      readonly expires?: Date;
    }
  | { readonly remove: Key; readonly expect: Revision | "any" }
  | { readonly check: Key; readonly expect: Revision | "absent" };

/** Writes of a commit, checks included. etcd's default limit is 128 operations per transaction. */
export const MAX_WRITES = 100;

/** A key that changed; `entry` is missing when it was removed or has expired. */
export interface Change {
  readonly key: Key;
  readonly entry?: Entry;
}

/** All durable state. An implementation is correct when `test/suite/store.ts` passes on it, and not before. */
export interface Store extends AsyncDisposable {
  /** The live entry, or undefined where there is none or it has expired. */
  get(key: Key): Promise<Entry | undefined>;

  /** Live entries under `prefix` in key order, starting after `after`. */
  list(prefix: Key, page?: { readonly after?: Key; readonly limit?: number }): Promise<readonly Entry[]>;

  /**
   * Applies every write or none, durably. An expired entry counts as absent.
   * @throws Fault `conflict`, naming the first key that was not as expected; `bad_request` for an invalid key, `too_large`
   * for a value over 1 MiB; `internal` for more than `MAX_WRITES` writes, which is a defect of the caller.
   */
  commit(writes: readonly Write[]): Promise<Revision>;

  /**
   * Changes under `prefix` from the moment of the call, in commit order, until `signal` aborts. Expiry is reported
   * within a second or two. A state that another process had replaced before it was noticed here may be left out. A
   * reader that falls too far behind gets a Fault `unavailable` and must read anew.
   *
   * A commit of this process is reported before `commit` resolves, so a view that follows the watch answers the next
   * request from the new state.
   */
  watch(prefix: Key, signal: AbortSignal): AsyncIterable<Change>;
}
