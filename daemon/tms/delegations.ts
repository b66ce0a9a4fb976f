import { Fault } from "../../core/fault.ts";
import { recordExpiry } from "../../core/tms/expiry.ts";
import type { Item } from "../store/collection.ts";
import { actorFields, auditTime, emitEvent } from "./audit.ts";
import {
  clientCollection,
  delegationCollection,
  delegationsPrefix,
  encodeName,
  mfaCollection,
  sortBy,
  unchanged,
  walk,
} from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { newRecordFields } from "./ids.ts";
import { DELEGATIONS, deleteIndexed, findById, indexedWrites, updateExpiry } from "./indexed-records.ts";
import { findClient, findDelegation, findMfa, notFound } from "./lookup.ts";
import type { ClientRecord, DelegationRecord, TenantRecord } from "./schema.ts";
import { transact } from "./transaction.ts";

/** A client, and a user for whom it may act. */
export type ClientUser = Pick<DelegationRecord, "client_id" | "client_user_id">;

/** `ttl_minutes`: negative means the longest lifetime. */
export interface NewDelegation extends ClientUser {
  readonly ttl_minutes: number;
}

/** @throws Fault `not_found` without the client or the user's MFA, `conflict` when the delegation exists, expired or not. */
export async function createDelegation(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { client_id, client_user_id, ttl_minutes }: NewDelegation,
  actor: Actor,
): Promise<DelegationRecord> {
  const names = { client_id, client_user_id };
  const record = await transact(tms, tenant, async (current) => {
    const { id: tid } = current.value;
    const [client, mfa] = await Promise.all([
      findClient(tms, current, client_id),
      findMfa(tms, current, client_user_id),
    ]);
    if (client === undefined) throw new Fault("not_found", `there is no client ${client_id}`);
    if (mfa === undefined) throw new Fault("not_found", `the user ${client_user_id} has no MFA record`);
    const parents = { client: client.value.id, mfa: mfa.value.id };
    const stored = await delegationCollection(tms.store, tid, client_id).get(encodeName(client_user_id));
    if (stored?.value.client === parents.client && stored.value.mfa === parents.mfa)
      throw new Fault("conflict", `the user ${client_user_id} has delegated to ${client_id} already`);
    const expires_at = recordExpiry(tms.now(), ttl_minutes);
    const record: DelegationRecord = { ...(await newRecordFields(tms)), ...parents, ...names, expires_at };
    const writes = [
      unchanged(clientCollection(tms.store, tid), client),
      unchanged(mfaCollection(tms.store, tid), mfa),
      ...indexedWrites(DELEGATIONS, tms.store, tid, record, stored),
    ];
    return { writes, result: record };
  });
  const fields = { ...eventFields(actor, tenant, names), expires: auditTime(record.expires_at) };
  await emitEvent(tms, "tms.delegation.create", fields);
  return record;
}

/** @throws Fault `not_found`. */
export async function getDelegation(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  id: number,
): Promise<DelegationRecord> {
  const record = await findById(DELEGATIONS, tms.store, tenant.value.id, id);
  const item = record && (await findDelegation(tms, tenant, record));
  if (item?.value.id !== id) throw notFound();
  return item.value;
}

/** All delegations of a tenant, by client and user. */
export async function listDelegations(tms: TmsContext, tenant: Item<TenantRecord>): Promise<DelegationRecord[]> {
  const records: DelegationRecord[] = [];
  // Delegations to one client are adjacent, so it is usually read once.
  let client: ClientRecord | undefined;
  for await (const { value } of walk<DelegationRecord>(tms.store, delegationsPrefix(tenant.value.id))) {
    if (client?.id !== value.client) client = (await findClient(tms, tenant, value.client_id))?.value;
    if (client?.id !== value.client) continue;
    if ((await findMfa(tms, tenant, value.client_user_id))?.value.id === value.mfa) records.push(value);
  }
  return sortBy(
    records,
    ({ client_id }) => client_id,
    ({ client_user_id }) => client_user_id,
  );
}

/** Sets the expiry of a delegation, counted from now. Returns the updated delegation; undefined when there is none. */
export async function updateDelegation(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { ttl_minutes, ...names }: NewDelegation,
  actor: Actor,
): Promise<DelegationRecord | undefined> {
  const find = (current: Item<TenantRecord>) => findDelegation(tms, current, names);
  const record = await updateExpiry(tms, tenant, DELEGATIONS, find, ttl_minutes);
  if (record === undefined) return undefined;
  const fields = { ...eventFields(actor, tenant, names), expires: auditTime(record.expires_at) };
  await emitEvent(tms, "tms.delegation.update", fields);
  return record;
}

/** Deletes a delegation; its keys and their reservations cease to exist. Returns the number of deleted records: 0 or 1. */
export async function deleteDelegation(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  names: ClientUser,
  actor: Actor,
): Promise<number> {
  const deleted = await deleteIndexed(tms, tenant, DELEGATIONS, (current) => findDelegation(tms, current, names));
  if (!deleted) return 0;
  tms.garbageCollector.schedule();
  await emitEvent(tms, "tms.delegation.delete", eventFields(actor, tenant, names));
  return 1;
}

function eventFields(
  actor: Actor,
  { value: { tenant } }: Item<TenantRecord>,
  { client_id, client_user_id }: ClientUser,
) {
  return { ...actorFields(actor), tenant, client_id, client_user_id };
}
