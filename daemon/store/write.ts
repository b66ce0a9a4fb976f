import { Fault } from "../../core/fault.ts";
import { type Key, MAX_WRITES, type Write } from "../../core/store.ts";

/** Bytes. etcd accepts 1.5 MiB in a request by default. */
export const MAX_VALUE = 1024 * 1024;
const MAX_KEY = 1024;

/** @throws Fault `bad_request` unless the key is of printable ASCII, so that every store puts keys in the same order. */
export function checkKey(key: Key): Key {
  if (!/^\/[\x20-\x7e]*$/.test(key) || key.length > MAX_KEY)
    throw new Fault("bad_request", `${JSON.stringify(key.slice(0, 80))} cannot be the name of anything stored`);
  return key;
}

/** The end (exclusive) of the range of keys that begin with `prefix`. */
export function endOf(prefix: Key): string {
  return `${prefix}\x7f`;
}

/**
 * Copies the writes, so that the caller may reuse its bytes.
 * @throws Fault `bad_request` for a key that cannot be or is named twice, `too_large` for a value over 1 MiB, `internal`
 * for more than `MAX_WRITES` writes.
 */
export function checkWrites(writes: readonly Write[]): readonly Write[] {
  if (writes.length > MAX_WRITES)
    throw new Fault("internal", "internal error", {
      cause: `a commit of ${writes.length} writes; at most ${MAX_WRITES}`,
    });
  const keys = new Set<Key>();
  return writes.map((write) => {
    const key = checkKey(keyOf(write));
    if (keys.has(key)) throw new Fault("bad_request", `${key} is written twice in one commit`);
    keys.add(key);
    if (!("put" in write)) return write;
    if (write.value.byteLength > MAX_VALUE) throw new Fault("too_large", `the value of ${key} is over 1 MiB`);
    return { ...write, value: new Uint8Array(write.value) };
  });
}

export function keyOf(write: Write): Key {
  if ("put" in write) return write.put;
  return "remove" in write ? write.remove : write.check;
}
