import { Fault } from "../../core/fault.ts";
import { recordExpiry } from "../../core/tms/expiry.ts";
import type { Item } from "../store/collection.ts";
import { actorFields, auditTime, emitEvent } from "./audit.ts";
import { mfaCollection, mfaWrites, sortBy, values } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { newRecordFields } from "./ids.ts";
import { findMfa, notFound } from "./lookup.ts";
import type { MfaRecord, TenantRecord } from "./schema.ts";
import { deleteFound, transact, updateFound } from "./transaction.ts";

/** `ttl_minutes`: negative means the longest lifetime. */
export interface NewMfa {
  readonly tms_user_id: string;
  readonly ttl_minutes: number;
}

/** Records that a user has passed MFA. @throws Fault `conflict` when there is a record, expired or not. */
export async function createMfa(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { tms_user_id, ttl_minutes }: NewMfa,
  actor: Actor,
): Promise<MfaRecord> {
  const record = await transact(tms, tenant, async (current) => {
    if ((await findMfa(tms, current, tms_user_id)) !== undefined)
      throw new Fault("conflict", `the user ${tms_user_id} has an MFA record already`);
    const expires_at = recordExpiry(tms.now(), ttl_minutes);
    const record: MfaRecord = { ...(await newRecordFields(tms)), tms_user_id, expires_at, enabled: true };
    return { writes: mfaWrites(tms.store, current.value.id, record, undefined), result: record };
  });
  const fields = { tenant: tenant.value.tenant, tms_user_id, expires: auditTime(record.expires_at) };
  await emitEvent(tms, "tms.mfa.create", { ...actorFields(actor), ...fields });
  return record;
}

/** @throws Fault `not_found`. */
export async function getMfa(tms: TmsContext, tenant: Item<TenantRecord>, tms_user_id: string): Promise<MfaRecord> {
  const mfa = await findMfa(tms, tenant, tms_user_id);
  if (mfa === undefined) throw notFound();
  return mfa.value;
}

/** The MFA records of a tenant, by user. */
export async function listMfa(tms: TmsContext, tenant: Item<TenantRecord>): Promise<MfaRecord[]> {
  const records = await values<MfaRecord>(tms.store, mfaCollection(tms.store, tenant.value.id).prefix);
  return sortBy(records, ({ tms_user_id }) => tms_user_id);
}

export interface MfaChanges {
  readonly tms_user_id: string;
  readonly enabled?: boolean | undefined;
  /** Minutes from now; negative means the longest lifetime. */
  readonly ttl_minutes?: number | undefined;
}

/** Updates the given fields; dependent records stay. Returns the number of fields; 0 when the user has no record. */
export async function updateMfa(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { tms_user_id, enabled, ttl_minutes }: MfaChanges,
  actor: Actor,
): Promise<number> {
  const changes = {
    ...(enabled !== undefined && { enabled }),
    ...(ttl_minutes !== undefined && { expires_at: recordExpiry(tms.now(), ttl_minutes) }),
  };
  const fields = Object.keys(changes).length;
  if (fields === 0) return 0;
  const record = await updateFound<MfaRecord>(
    tms,
    tenant,
    (current) => findMfa(tms, current, tms_user_id),
    () => changes,
    (tid, record, item) => mfaWrites(tms.store, tid, record, item),
  );
  if (record === undefined) return 0;
  await emitEvent(tms, "tms.mfa.update", {
    ...actorFields(actor),
    tenant: tenant.value.tenant,
    tms_user_id,
    ...(enabled !== undefined && { enabled }),
    ...(changes.expires_at !== undefined && { expires: auditTime(changes.expires_at) }),
  });
  return fields;
}

/**
 * Deletes a user's MFA record; its links, delegations, keys and reservations cease to exist. Returns the number of deleted
 * records: 0 or 1.
 */
export async function deleteMfa(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  tms_user_id: string,
  actor: Actor,
): Promise<number> {
  const deleted = await deleteFound(
    tms,
    tenant,
    (current) => findMfa(tms, current, tms_user_id),
    (tid, { name, revision }) => [mfaCollection(tms.store, tid).remove(name, revision)],
  );
  if (!deleted) return 0;
  tms.garbageCollector.schedule();
  await emitEvent(tms, "tms.mfa.delete", { ...actorFields(actor), tenant: tenant.value.tenant, tms_user_id });
  return 1;
}
