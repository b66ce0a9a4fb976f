import { Fault } from "../../core/fault.ts";
import { uuid } from "../../core/names.ts";
import { PROXY_HEADER_MEMORY_MS, type ProxyHeaderMemory } from "../../core/ssh/proxy-header.ts";
import type { Store } from "../../core/store.ts";
import { Collection } from "../store/collection.ts";

/**
 * The proxy headers that auth has accepted, in the store: a header is addressed to `auth`, which may be any auth process,
 * and a header that one of them accepted must not be replayed to another.
 */
export function storedProxyHeaders(store: Store): ProxyHeaderMemory {
  const accepted = new Collection<Record<string, never>>(store, "/proxy-headers/");
  return {
    async take(id, now) {
      if (!uuid.safeParse(id).success) return false;
      // An entry is gone at its expiry, and a header is accepted up to the end of its time: one millisecond more.
      const expires = new Date(now.getTime() + PROXY_HEADER_MEMORY_MS + 1);
      try {
        await store.commit([accepted.put(id, {}, "absent", expires)]);
        return true;
      } catch (error) {
        if (error instanceof Fault && error.code === "conflict") return false;
        throw error;
      }
    },
  };
}
