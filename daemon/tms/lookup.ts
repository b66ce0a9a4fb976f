import { Fault } from "../../core/fault.ts";
import type { Item } from "../store/collection.ts";
import {
  clientCollection,
  delegationCollection,
  encodeName,
  mfaCollection,
  tenantCollection,
  userHostCollection,
} from "./collections.ts";
import type { TmsContext } from "./context.ts";
import type { ClientRecord, DelegationRecord, MfaRecord, TenantRecord, UserHostRecord } from "./schema.ts";

/**
 * Lookups of records by name. A record exists only while its parents are the ones whose ids it names. Whether it is enabled
 * and has not expired is decided by `keys/authorize-use.ts`.
 */

type StoreContext = Pick<TmsContext, "store">;
type Tenant = Item<TenantRecord>;

/** The message of every 404. TMS's clients compare it. */
export function notFound(): Fault {
  return new Fault("not_found", "NOT_FOUND");
}

/** The tenant of this name, enabled or disabled. */
export function findTenant({ store }: StoreContext, name: string): Promise<Tenant | undefined> {
  return tenantCollection(store).get(encodeName(name));
}

/** @throws Fault `bad_request` when the tenant is missing or disabled; the caller cannot distinguish the two. */
export async function requireTenant(tms: StoreContext, name: string): Promise<Tenant> {
  const tenant = await findTenant(tms, name);
  if (!tenant?.value.enabled) throw tenantNotEnabled();
  return tenant;
}

export function tenantNotEnabled(): Fault {
  return new Fault("bad_request", "Tenant not enabled.");
}

export function findClient(
  { store }: StoreContext,
  tenant: Tenant,
  client_id: string,
): Promise<Item<ClientRecord> | undefined> {
  return clientCollection(store, tenant.value.id).get(encodeName(client_id));
}

export function findMfa({ store }: StoreContext, tenant: Tenant, user: string): Promise<Item<MfaRecord> | undefined> {
  return mfaCollection(store, tenant.value.id).get(encodeName(user));
}

/** The link of a user to an account of a host. */
export async function findUserHost(
  tms: StoreContext,
  tenant: Tenant,
  { tms_user_id, host, host_account }: Pick<UserHostRecord, "tms_user_id" | "host" | "host_account">,
): Promise<Item<UserHostRecord> | undefined> {
  const mfa = await findMfa(tms, tenant, tms_user_id);
  if (mfa === undefined) return undefined;
  const link = await userHostCollection(tms.store, tenant.value.id, tms_user_id, host).get(encodeName(host_account));
  return link?.value.mfa === mfa.value.id ? link : undefined;
}

/** The delegation of a user to a client. */
export async function findDelegation(
  tms: StoreContext,
  tenant: Tenant,
  { client_id, client_user_id }: Pick<DelegationRecord, "client_id" | "client_user_id">,
): Promise<Item<DelegationRecord> | undefined> {
  const [client, mfa] = await Promise.all([findClient(tms, tenant, client_id), findMfa(tms, tenant, client_user_id)]);
  if (client === undefined || mfa === undefined) return undefined;
  const delegation = await delegationCollection(tms.store, tenant.value.id, client_id).get(encodeName(client_user_id));
  const belongs = delegation?.value.client === client.value.id && delegation.value.mfa === mfa.value.id;
  return belongs ? delegation : undefined;
}
