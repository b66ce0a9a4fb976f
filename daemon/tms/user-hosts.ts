import { Fault } from "../../core/fault.ts";
import { recordExpiry } from "../../core/tms/expiry.ts";
import type { Item } from "../store/collection.ts";
import { actorFields, auditTime, emitEvent } from "./audit.ts";
import {
  encodeName,
  mfaCollection,
  sortBy,
  unchanged,
  userHostCollection,
  userHostsPrefix,
  walk,
} from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { newRecordFields } from "./ids.ts";
import { deleteIndexed, findById, indexedWrites, USER_HOSTS, updateExpiry } from "./indexed-records.ts";
import { findMfa, findUserHost, notFound } from "./lookup.ts";
import type { MfaRecord, TenantRecord, UserHostRecord } from "./schema.ts";
import { transact } from "./transaction.ts";

/** A user's account on a host. */
export type Link = Pick<UserHostRecord, "tms_user_id" | "host" | "host_account">;

/** `ttl_minutes`: negative means the longest lifetime. */
export interface NewLink extends Link {
  readonly ttl_minutes: number;
}

/** @throws Fault `not_found` for a user without MFA, `conflict` when the link exists, expired or not. */
export async function createUserHost(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { tms_user_id, host, host_account, ttl_minutes }: NewLink,
  actor: Actor,
): Promise<UserHostRecord> {
  const link = { tms_user_id, host, host_account };
  const record = await transact(tms, tenant, async (current) => {
    const { id: tid } = current.value;
    const mfa = await findMfa(tms, current, tms_user_id);
    if (mfa === undefined) throw new Fault("not_found", `the user ${tms_user_id} has no MFA record`);
    const stored = await userHostCollection(tms.store, tid, tms_user_id, host).get(encodeName(host_account));
    if (stored?.value.mfa === mfa.value.id)
      throw new Fault("conflict", `the user ${tms_user_id} has the account ${host_account} on ${host} already`);
    const expires_at = recordExpiry(tms.now(), ttl_minutes);
    const record: UserHostRecord = { ...(await newRecordFields(tms)), mfa: mfa.value.id, ...link, expires_at };
    const writes = [
      unchanged(mfaCollection(tms.store, tid), mfa),
      ...indexedWrites(USER_HOSTS, tms.store, tid, record, stored),
    ];
    return { writes, result: record };
  });
  const fields = { ...eventFields(actor, tenant, link), expires: auditTime(record.expires_at) };
  await emitEvent(tms, "tms.user_host.create", fields);
  return record;
}

/** @throws Fault `not_found`. */
export async function getUserHost(tms: TmsContext, tenant: Item<TenantRecord>, id: number): Promise<UserHostRecord> {
  const record = await findById(USER_HOSTS, tms.store, tenant.value.id, id);
  const mfa = record && (await findMfa(tms, tenant, record.tms_user_id));
  if (record === undefined || mfa?.value.id !== record.mfa) throw notFound();
  return record;
}

/** All links of a tenant, by user, host and account. */
export async function listUserHosts(tms: TmsContext, tenant: Item<TenantRecord>): Promise<UserHostRecord[]> {
  const records: UserHostRecord[] = [];
  // Links of one user are adjacent, so its MFA is usually read once.
  let mfa: MfaRecord | undefined;
  for await (const { value } of walk<UserHostRecord>(tms.store, userHostsPrefix(tenant.value.id))) {
    if (mfa?.id !== value.mfa) mfa = (await findMfa(tms, tenant, value.tms_user_id))?.value;
    if (mfa?.id === value.mfa) records.push(value);
  }
  return sortBy(
    records,
    ({ tms_user_id }) => tms_user_id,
    ({ host }) => host,
    ({ host_account }) => host_account,
  );
}

/** Sets the expiry of a link, counted from now. Returns the updated link; undefined when there is none. */
export async function updateUserHost(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { ttl_minutes, ...link }: NewLink,
  actor: Actor,
): Promise<UserHostRecord | undefined> {
  const find = (current: Item<TenantRecord>) => findUserHost(tms, current, link);
  const record = await updateExpiry(tms, tenant, USER_HOSTS, find, ttl_minutes);
  if (record === undefined) return undefined;
  const fields = { ...eventFields(actor, tenant, link), expires: auditTime(record.expires_at) };
  await emitEvent(tms, "tms.user_host.update", fields);
  return record;
}

/** Deletes a link; its keys and their reservations cease to exist. Returns the number of deleted records: 0 or 1. */
export async function deleteUserHost(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  link: Link,
  actor: Actor,
): Promise<number> {
  const deleted = await deleteIndexed(tms, tenant, USER_HOSTS, (current) => findUserHost(tms, current, link));
  if (!deleted) return 0;
  tms.garbageCollector.schedule();
  await emitEvent(tms, "tms.user_host.delete", eventFields(actor, tenant, link));
  return 1;
}

function eventFields(
  actor: Actor,
  { value: { tenant } }: Item<TenantRecord>,
  { tms_user_id, host, host_account: login }: Link,
) {
  return { ...actorFields(actor), tenant, tms_user_id, host, login };
}
