import { Fault } from "../../core/fault.ts";
import type { Collection, Item } from "../store/collection.ts";
import { actorFields, emitEvent } from "./audit.ts";
import type { Caller } from "./authenticate.ts";
import { adminCollection, encodeName, sortBy, unchanged } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { newRecordFields } from "./ids.ts";
import { notFound } from "./lookup.ts";
import type { AdminRecord, TenantRecord } from "./schema.ts";
import { hashSecret, newTmsSecret, rotateSecrets } from "./secrets.ts";
import { transact, updateFound } from "./transaction.ts";

/** Ids of admins begin with this, ids of clients may not: the audit log cannot confuse the two. */
export const ADMIN_ID_PREFIX = "~~";

/** The id of the admin that is created with a tenant. */
export const FIRST_ADMIN = "~~admin";

/** A new admin's record, and the secret of which it holds the hash. */
export async function newAdmin(
  tms: TmsContext,
  admin_id: string,
): Promise<{ readonly record: AdminRecord; readonly secret: string }> {
  const secret = newTmsSecret();
  return { record: { ...(await newRecordFields(tms)), admin_id, secrets: [hashSecret(secret, tms.now())] }, secret };
}

/**
 * Creates an admin. The secret is returned once and stored only as a hash.
 * @throws Fault `conflict` when the id exists, `bad_request` for an id without `ADMIN_ID_PREFIX`.
 */
export async function createAdmin(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  admin_id: string,
  actor: Actor,
): Promise<{ readonly admin_id: string; readonly admin_secret: string }> {
  if (!admin_id.startsWith(ADMIN_ID_PREFIX))
    throw new Fault("bad_request", `admin_id: an admin's id begins with ${ADMIN_ID_PREFIX}`);
  const admin = await newAdmin(tms, admin_id);
  await transact(tms, tenant, async ({ value: { id } }) => {
    const collection = adminCollection(tms.store, id);
    if ((await collection.get(encodeName(admin_id))) !== undefined)
      throw new Fault("conflict", `the admin ${admin_id} exists already`);
    return { writes: [collection.put(encodeName(admin_id), admin.record, "absent")], result: undefined };
  });
  const fields = { ...actorFields(actor), tenant: tenant.value.tenant, name: admin_id };
  await emitEvent(tms, "tms.admin.create", fields);
  return { admin_id, admin_secret: admin.secret };
}

/** All admins of a tenant, by id. */
export async function listAdmins(tms: TmsContext, tenant: Item<TenantRecord>): Promise<AdminRecord[]> {
  const records = await Array.fromAsync(adminCollection(tms.store, tenant.value.id).list(), ({ value }) => value);
  return sortBy(records, ({ admin_id }) => admin_id);
}

/** Returns a new secret; the last one stays valid for `grace_minutes`. @throws Fault `not_found`. */
export async function rotateAdminSecret(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  admin_id: string,
  grace_minutes: number,
  actor: Actor,
): Promise<string> {
  const secret = newTmsSecret();
  const record = await updateFound<AdminRecord>(
    tms,
    tenant,
    ({ value: { id } }) => adminCollection(tms.store, id).get(encodeName(admin_id)),
    ({ secrets }, now) => ({ secrets: rotateSecrets(secrets, secret, grace_minutes, now) }),
    (tid, record, { name, revision }) => [adminCollection(tms.store, tid).put(name, record, revision)],
  );
  if (record === undefined) throw notFound();
  const fields = { ...actorFields(actor), tenant: tenant.value.tenant, name: admin_id, grace_minutes };
  await emitEvent(tms, "tms.admin.rotate", fields);
  return secret;
}

/**
 * Deletes an admin. Returns the number of deleted records: 0 or 1.
 * @throws Fault `denied` for the last admin, except for the operator, who can create another.
 */
export async function deleteAdmin(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  admin_id: string,
  caller: Caller,
): Promise<number> {
  const found = await transact(tms, tenant, async ({ value: { id } }) => {
    const collection = adminCollection(tms.store, id);
    const admin = await collection.get(encodeName(admin_id));
    if (admin === undefined) return { writes: [], result: false };
    const removal = collection.remove(admin.name, admin.revision);
    if (caller.kind === "operator") return { writes: [removal], result: true };
    const other = await otherAdmin(collection, admin.name);
    if (other === undefined)
      throw new Fault("denied", "the last admin of a tenant can be deleted by the operator only");
    return { writes: [removal, unchanged(collection, other)], result: true };
  });
  if (!found) return 0;
  const fields = { ...actorFields(caller.actor), tenant: tenant.value.tenant, name: admin_id };
  await emitEvent(tms, "tms.admin.delete", fields);
  return 1;
}

/** An admin other than the one of this name. */
async function otherAdmin(collection: Collection<AdminRecord>, name: string): Promise<Item<AdminRecord> | undefined> {
  for await (const item of collection.list()) if (item.name !== name) return item;
  return undefined;
}
