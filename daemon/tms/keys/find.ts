import type { Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import {
  clientCollection,
  delegationCollection,
  encodeName,
  mfaCollection,
  tenantCollection,
  unchanged,
  userHostCollection,
} from "../collections.ts";
import type { TmsContext } from "../context.ts";
import { notFound } from "../lookup.ts";
import type {
  ClientRecord,
  DelegationRecord,
  KeyRecord,
  MfaRecord,
  ReservationRecord,
  TenantRecord,
  UserHostRecord,
} from "../schema.ts";
import { keyCollection, keyIdCollection } from "./collections.ts";

/** A key that exists, with its parents, each as it was read. */
export interface KeyWithParents {
  readonly key: Item<KeyRecord>;
  readonly tenant: Item<TenantRecord>;
  readonly client: Item<ClientRecord>;
  readonly mfa: Item<MfaRecord>;
  readonly link: Item<UserHostRecord>;
  readonly delegation: Item<DelegationRecord>;
}

/** The key of this fingerprint for this host; undefined when one of its parents is gone or was re-created. */
export async function findKey(store: Store, host: string, fingerprint: string): Promise<KeyWithParents | undefined> {
  const key = await keyCollection(store, host).get(encodeName(fingerprint));
  return key && loadParents(store, key);
}

/** Loads the parents of a key; undefined when one of them is gone or was re-created. */
export async function loadParents(store: Store, key: Item<KeyRecord>): Promise<KeyWithParents | undefined> {
  const { tenant: tid, tenant_name, client_id, client_user_id: user, host, host_account } = key.value;
  const [tenant, client, mfa, link, delegation] = await Promise.all([
    tenantCollection(store).get(encodeName(tenant_name)),
    clientCollection(store, tid).get(encodeName(client_id)),
    mfaCollection(store, tid).get(encodeName(user)),
    userHostCollection(store, tid, user, host).get(encodeName(host_account)),
    delegationCollection(store, tid, client_id).get(encodeName(user)),
  ]);
  if (tenant?.value.id !== tid) return undefined;
  if (client?.value.id !== key.value.client || mfa?.value.id !== key.value.mfa) return undefined;
  if (link?.value.id !== key.value.link || delegation?.value.id !== key.value.delegation) return undefined;
  return { key, tenant, client, mfa, link, delegation };
}

/** Identifies the parents of a key: equal for two keys exactly when they have the same parents. */
export function parentSetId({ tenant, client, mfa, link, delegation }: KeyRecord): string {
  return `${tenant} ${client} ${mfa} ${link} ${delegation}`;
}

/** The key of a client of this tenant. */
export async function findClientKey(
  store: Store,
  tenant: Item<TenantRecord>,
  { client_id, host, public_key_fingerprint }: Pick<KeyRecord, "client_id" | "host" | "public_key_fingerprint">,
): Promise<KeyWithParents | undefined> {
  const found = await findKey(store, host, public_key_fingerprint);
  const isOwn = found?.tenant.value.id === tenant.value.id && found.client.value.client_id === client_id;
  return isOwn ? found : undefined;
}

/** Whether the key of a reservation exists; a reservation ceases to exist with its key. */
export async function reservedKeyExists(
  store: Store,
  { host, public_key_fingerprint, key }: ReservationRecord,
): Promise<boolean> {
  return (await findKey(store, host, public_key_fingerprint))?.key.value.id === key;
}

/**
 * Preconditions: a commit with these fails unless all parents of the key are as they were read: tenant, client, MFA, link
 * and delegation, in this order.
 */
export function parentPreconditions(store: Store, { tenant, client, mfa, link, delegation }: KeyWithParents) {
  const { id: tid } = tenant.value;
  const { tms_user_id: user, host } = link.value;
  return [
    unchanged(tenantCollection(store), tenant),
    unchanged(clientCollection(store, tid), client),
    unchanged(mfaCollection(store, tid), mfa),
    unchanged(userHostCollection(store, tid, user, host), link),
    unchanged(delegationCollection(store, tid, client.value.client_id), delegation),
  ];
}

/** The key of this id; with `onlyClient`, only if it belongs to that client. @throws Fault `not_found`. */
export async function getKey(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRecord>,
  id: number,
  onlyClient?: string,
): Promise<KeyRecord> {
  const reference = await keyIdCollection(store).get(String(id));
  const found = reference && (await findKey(store, reference.value.host, reference.value.fingerprint));
  const record = found?.key.value;
  const isOther = onlyClient !== undefined && record?.client_id !== onlyClient;
  if (record?.id !== id || record.tenant !== tenant.value.id || isOther) throw notFound();
  return record;
}
