import type { Key, Store, Write } from "../../core/store.ts";
import { recordExpiry, retainUntil } from "../../core/tms/expiry.ts";
import { Collection, type Item } from "../store/collection.ts";
import {
  delegationCollection,
  delegationsPrefix,
  encodeName,
  hostCollection,
  hostsPrefix,
  type Replaced,
  revisionOf,
  userHostCollection,
  userHostsPrefix,
} from "./collections.ts";
import type { TmsContext } from "./context.ts";
import type { DelegationRecord, HostRecord, StoredRecord, TenantRecord, UserHostRecord } from "./schema.ts";
import { deleteFound, updateFound } from "./transaction.ts";

/**
 * Records that the API finds by id: links, delegations and addresses of hosts. An index maps the id to the key of the record;
 * its entries are written, removed and expire with their records.
 */
export interface IndexedKind<T extends StoredRecord> {
  /** The part of the index's key that names the kind. */
  readonly path: "user-hosts" | "delegations" | "hosts";
  /** The prefix of all records of the kind in a tenant. */
  readonly prefix: (tid: number) => Key;
  readonly collection: (store: Store, tid: number, record: T) => Collection<T>;
  /** The record's name in its collection, before encoding. */
  readonly nameOf: (record: T) => string;
  /** When the store deletes the record; undefined for never. */
  readonly keptUntil: (record: T) => Date | undefined;
}

/** How long links and delegations are kept after they have expired: until then they are listed and can be extended. */
const KEPT_MS = 30 * 24 * 3600_000;
const keptAfterExpiry = ({ expires_at }: { readonly expires_at: string }) => retainUntil(expires_at, KEPT_MS);

export const USER_HOSTS: IndexedKind<UserHostRecord> = {
  path: "user-hosts",
  prefix: userHostsPrefix,
  collection: (store, tid, { tms_user_id, host }) => userHostCollection(store, tid, tms_user_id, host),
  nameOf: ({ host_account }) => host_account,
  keptUntil: keptAfterExpiry,
};

export const DELEGATIONS: IndexedKind<DelegationRecord> = {
  path: "delegations",
  prefix: delegationsPrefix,
  collection: (store, tid, { client_id }) => delegationCollection(store, tid, client_id),
  nameOf: ({ client_user_id }) => client_user_id,
  keptUntil: keptAfterExpiry,
};

export const HOSTS: IndexedKind<HostRecord> = {
  path: "hosts",
  prefix: hostsPrefix,
  collection: (store, tid, { host }) => hostCollection(store, tid, host),
  nameOf: ({ addr }) => addr,
  keptUntil: () => undefined,
};

/** The writes of a record, new or changed, and of its index entry. `replaced` is the record that is stored under its key. */
export function indexedWrites<T extends StoredRecord>(
  kind: IndexedKind<T>,
  store: Store,
  tid: number,
  record: T,
  replaced: Replaced<T>,
): Write[] {
  const collection = kind.collection(store, tid, record);
  const name = encodeName(kind.nameOf(record));
  const index = indexCollection(kind, store, tid);
  const expires = kind.keptUntil(record);
  const writes = [
    collection.put(name, record, revisionOf(replaced), expires),
    index.put(String(record.id), { key: collection.key(name) }, "any", expires),
  ];
  if (replaced !== undefined && replaced.value.id !== record.id)
    writes.push(index.remove(String(replaced.value.id), "any"));
  return writes;
}

/** The writes that remove a record, as it was read, and its index entry. */
export function indexedRemovals<T extends StoredRecord>(
  kind: IndexedKind<T>,
  store: Store,
  tid: number,
  { value, revision }: Pick<Item<T>, "value" | "revision">,
): Write[] {
  return [
    kind.collection(store, tid, value).remove(encodeName(kind.nameOf(value)), revision),
    indexCollection(kind, store, tid).remove(String(value.id), "any"),
  ];
}

/** The record of this id. Its parents may be gone. */
export async function findById<T extends StoredRecord>(
  kind: IndexedKind<T>,
  store: Store,
  tid: number,
  id: number,
): Promise<T | undefined> {
  const reference = await indexCollection(kind, store, tid).get(String(id));
  const entry = reference && (await store.get(reference.value.key));
  const record = entry && (JSON.parse(Buffer.from(entry.value).toString()) as T);
  return record?.id === id ? record : undefined;
}

/** Sets the expiry of the record that `find` returns, `ttl_minutes` from now. @returns the record; undefined without one. */
export function updateExpiry<T extends StoredRecord & { readonly expires_at: string }>(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  kind: IndexedKind<T>,
  find: (tenant: Item<TenantRecord>) => Promise<Item<T> | undefined>,
  ttl_minutes: number,
): Promise<T | undefined> {
  return updateFound<T>(
    tms,
    tenant,
    find,
    (_, now) => ({ expires_at: recordExpiry(now, ttl_minutes) }) as Partial<T>,
    (tid, record, item) => indexedWrites(kind, tms.store, tid, record, item),
  );
}

/** Deletes the record that `find` returns. @returns whether there was one. */
export function deleteIndexed<T extends StoredRecord>(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  kind: IndexedKind<T>,
  find: (tenant: Item<TenantRecord>) => Promise<Item<T> | undefined>,
): Promise<boolean> {
  return deleteFound(tms, tenant, find, (tid, item) => indexedRemovals(kind, tms.store, tid, item));
}

/** Named by the id. */
function indexCollection<T extends StoredRecord>(
  { path }: IndexedKind<T>,
  store: Store,
  tid: number,
): Collection<{ readonly key: Key }> {
  return new Collection(store, `/tms/${tid}/ids/${path}/`);
}
