import type { Item } from "../store/collection.ts";
import { clientCollection, delegationCollection, enc, mfaCollection, userHostCollection } from "./collections.ts";
import type { TmsContext } from "./context.ts";
import type { ClientRow, DelegationRow, MfaRow, TenantRow, UserHostRow } from "./schema.ts";

/**
 * Rows that exist: that are there, and whose parents are those that they were made for. Whether they are enabled and have
 * not expired is another question.
 */

type Means = Pick<TmsContext, "store">;
type Tenant = Item<TenantRow>;

export function liveClient({ store }: Means, tenant: Tenant, client_id: string): Promise<Item<ClientRow> | undefined> {
  return clientCollection(store, tenant.value.id).get(enc(client_id));
}

export function liveMfa({ store }: Means, tenant: Tenant, user: string): Promise<Item<MfaRow> | undefined> {
  return mfaCollection(store, tenant.value.id).get(enc(user));
}

/** The link of a user, by their MFA, to an account of a host. */
export async function liveLink(
  { store }: Means,
  tenant: Tenant,
  mfa: MfaRow,
  host: string,
  account: string,
): Promise<Item<UserHostRow> | undefined> {
  const link = await userHostCollection(store, tenant.value.id, mfa.tms_user_id, host).get(enc(account));
  return link?.value.mfa === mfa.id ? link : undefined;
}

/** What a user, by their MFA, allows a client. */
export async function liveDelegation(
  { store }: Means,
  tenant: Tenant,
  client: ClientRow,
  mfa: MfaRow,
): Promise<Item<DelegationRow> | undefined> {
  const delegation = await delegationCollection(store, tenant.value.id, client.client_id).get(enc(mfa.tms_user_id));
  return delegation?.value.mfa === mfa.id && delegation.value.client === client.id ? delegation : undefined;
}
