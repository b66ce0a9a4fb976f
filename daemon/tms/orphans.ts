import { type Key, MAX_WRITES, type Write } from "../../core/store.ts";
import { clientCollection, encodeName, mfaCollection, tenantPrefix, walk } from "./collections.ts";
import type { TmsContext } from "./context.ts";
import { DELEGATIONS, type IndexedKind, indexedRemovals, USER_HOSTS } from "./indexed-records.ts";
import { deleteOrphanKeys } from "./keys/orphans.ts";
import type { StoredRecord } from "./schema.ts";
import { listTenants } from "./tenants.ts";
import { tryCommit } from "./transaction.ts";

/**
 * Deletes orphans: records whose parents are gone, which no lookup returns any more. Several processes may run this at once,
 * as a record is deleted only as it was read. A record is read before its parents: a parent that is missing then will never
 * exist, since ids are not reused.
 */

/** Scans all records in pages. Returns the number of deleted records. Ends early when the signal aborts. */
export async function deleteOrphans(tms: TmsContext, signal: AbortSignal): Promise<number> {
  const ids = await tenantIds(tms);
  const existing = new Set((await listTenants(tms)).map(({ id }) => id));
  let count = 0;
  for (const tid of ids) {
    if (signal.aborted) return count;
    count += existing.has(tid) ? await deleteOrphansOf(tms, tid, signal) : await deleteRecordsOf(tms, tid, signal);
  }
  return count + (await deleteOrphanKeys(tms, signal));
}

/** The ids of all tenants, present or deleted, that records are stored under. */
async function tenantIds({ store }: TmsContext): Promise<number[]> {
  const ids: number[] = [];
  for (let after: Key = "/tms/"; ; ) {
    // In the order of keys, tenants' ids precede the other words after `/tms/`.
    const [next] = await store.list("/tms/", { after, limit: 1 });
    const [, tid] = /^\/tms\/([1-9][0-9]*)\//.exec(next?.key ?? "") ?? [];
    if (tid === undefined) return ids;
    ids.push(Number(tid));
    after = `${tenantPrefix(Number(tid))}~`;
  }
}

/** Deletes every record of a deleted tenant. */
async function deleteRecordsOf(tms: TmsContext, tid: number, signal: AbortSignal): Promise<number> {
  const deletion = new BatchDeletion(tms);
  for await (const { key, revision } of walk(tms.store, tenantPrefix(tid))) {
    if (signal.aborted) break;
    await deletion.add([{ remove: key, expect: revision }]);
  }
  return deletion.finish();
}

/** Deletes the orphans of a tenant, except its keys. */
async function deleteOrphansOf(tms: TmsContext, tid: number, signal: AbortSignal): Promise<number> {
  const { store } = tms;
  const hasMfa = async (user: string, id: number) =>
    (await mfaCollection(store, tid).get(encodeName(user)))?.value.id === id;
  const hasClient = async (name: string, id: number) =>
    (await clientCollection(store, tid).get(encodeName(name)))?.value.id === id;

  const links = await deleteIndexedOrphans(tms, tid, signal, USER_HOSTS, ({ tms_user_id, mfa }) =>
    hasMfa(tms_user_id, mfa),
  );
  const delegations = await deleteIndexedOrphans(
    tms,
    tid,
    signal,
    DELEGATIONS,
    async ({ client_id, client, client_user_id, mfa }) =>
      (await hasClient(client_id, client)) && (await hasMfa(client_user_id, mfa)),
  );
  return links + delegations;
}

async function deleteIndexedOrphans<T extends StoredRecord>(
  tms: TmsContext,
  tid: number,
  signal: AbortSignal,
  kind: IndexedKind<T>,
  hasParents: (record: T) => Promise<boolean>,
): Promise<number> {
  const deletion = new BatchDeletion(tms);
  for await (const item of walk<T>(tms.store, kind.prefix(tid))) {
    if (signal.aborted) break;
    if (await hasParents(item.value)) continue;
    await deletion.add(indexedRemovals(kind, tms.store, tid, item));
  }
  return deletion.finish();
}

/** Deletes as many records in a commit as it may have writes. A record that was changed meanwhile is kept. */
class BatchDeletion {
  readonly #tms: TmsContext;
  #records: (readonly Write[])[] = [];
  /** The number of writes of `#records`. */
  #writes = 0;
  #count = 0;

  constructor(tms: TmsContext) {
    this.#tms = tms;
  }

  /** `writes` delete one record and its index entries. */
  async add(writes: readonly Write[]): Promise<void> {
    if (this.#writes + writes.length > MAX_WRITES) await this.finish();
    this.#records.push(writes);
    this.#writes += writes.length;
  }

  /** Deletes the rest. Returns the number of records that were deleted in all. */
  async finish(): Promise<number> {
    const records = this.#records.splice(0);
    this.#writes = 0;
    if (await this.#commit(records.flat())) this.#count += records.length;
    else for (const writes of records) if (await this.#commit(writes)) this.#count++;
    return this.#count;
  }

  async #commit(writes: readonly Write[]): Promise<boolean> {
    return writes.length === 0 || (await tryCommit(this.#tms.store, writes)) !== undefined;
  }
}
