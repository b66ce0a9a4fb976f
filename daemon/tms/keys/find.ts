import { Fault } from "../../../core/fault.ts";
import type { Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import {
  clientCollection,
  delegationCollection,
  enc,
  mfaCollection,
  tenantCollection,
  unchanged,
  userHostCollection,
} from "../collections.ts";
import type { TmsContext } from "../context.ts";
import type { ClientRow, DelegationRow, KeyRow, MfaRow, TenantRow, UserHostRow } from "../schema.ts";
import { keyCollection, keyIdCollection } from "./collections.ts";
import type { Standing } from "./conditions.ts";

/** A key that exists, and what it hangs on, each as it was read. */
export interface FoundKey {
  readonly key: Item<KeyRow>;
  readonly tenant: Item<TenantRow>;
  readonly client: Item<ClientRow>;
  readonly mfa: Item<MfaRow>;
  readonly link: Item<UserHostRow>;
  readonly delegation: Item<DelegationRow>;
}

/** The key of this fingerprint for this host, unless something that it hangs on is gone or was made anew. */
export async function findKey(store: Store, host: string, fingerprint: string): Promise<FoundKey | undefined> {
  const key = await keyCollection(store, host).get(enc(fingerprint));
  return key && withParents(store, key);
}

/** The key with what it hangs on. */
export async function withParents(store: Store, key: Item<KeyRow>): Promise<FoundKey | undefined> {
  const { tenant: tid, tenant_name, client_id, client_user_id: user, host, host_account } = key.value;
  const [tenant, client, mfa, link, delegation] = await Promise.all([
    tenantCollection(store).get(enc(tenant_name)),
    clientCollection(store, tid).get(enc(client_id)),
    mfaCollection(store, tid).get(enc(user)),
    userHostCollection(store, tid, user, host).get(enc(host_account)),
    delegationCollection(store, tid, client_id).get(enc(user)),
  ]);
  if (tenant?.value.id !== tid) return undefined;
  if (client?.value.id !== key.value.client || mfa?.value.id !== key.value.mfa) return undefined;
  if (link?.value.id !== key.value.link || delegation?.value.id !== key.value.delegation) return undefined;
  return { key, tenant, client, mfa, link, delegation };
}

/** What is the same for two keys exactly when they hang on the same. */
export function parentsOf({ tenant, client, mfa, link, delegation }: KeyRow): string {
  return `${tenant} ${client} ${mfa} ${link} ${delegation}`;
}

/** The key of a client of this tenant. */
export async function findKeyOf(
  store: Store,
  tenant: Item<TenantRow>,
  { client_id, host, public_key_fingerprint }: Pick<KeyRow, "client_id" | "host" | "public_key_fingerprint">,
): Promise<FoundKey | undefined> {
  const found = await findKey(store, host, public_key_fingerprint);
  const own = found?.tenant.value.id === tenant.value.id && found.client.value.client_id === client_id;
  return own ? found : undefined;
}

export function standingOf({ client, mfa, link, delegation }: FoundKey): Standing {
  return { client: client.value, mfa: mfa.value, link: link.value, delegation: delegation.value };
}

/**
 * A commit with these is refused unless all that the key hangs on is still as it was read: tenant, client, MFA, link and
 * delegation, in this order.
 */
export function parentChecks(store: Store, { tenant, client, mfa, link, delegation }: FoundKey) {
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

/** The key of this number; with `only`, if it is of that client. @throws Fault `not_found`. */
export async function getKey(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRow>,
  id: number,
  only?: string,
): Promise<KeyRow> {
  const place = await keyIdCollection(store).get(String(id));
  const found = place && (await findKey(store, place.value.host, place.value.fingerprint));
  const row = found?.key.value;
  if (row?.id !== id || row.tenant !== tenant.value.id || (only !== undefined && row.client_id !== only))
    throw notFound();
  return row;
}

export function notFound(): Fault {
  return new Fault("not_found", "NOT_FOUND");
}
