import { Fault } from "../../core/fault.ts";
import type { Item } from "../store/collection.ts";
import { draftAdmin } from "./admin-draft.ts";
import { emitEvent, who } from "./audit.ts";
import type { Caller } from "./callers.ts";
import { change } from "./change.ts";
import { adminCollection, enc, unchanged } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import type { AdminRow, TenantRow } from "./schema.ts";
import { newTmsSecret, rotated } from "./secrets.ts";
import { sorted } from "./sorted.ts";

/** What begins an admin's id, and no client's: in the log nobody looks like somebody else. */
export const ADMIN_MARK = "~~";

/** @throws Fault `conflict` when there is one of this id, `bad_request` for an id without its mark. */
export async function createAdmin(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  admin_id: string,
  by: Actor,
): Promise<{ readonly admin_id: string; readonly admin_secret: string }> {
  if (!admin_id.startsWith(ADMIN_MARK))
    throw new Fault("bad_request", `admin_id: an admin's id begins with ${ADMIN_MARK}`);
  const draft = await draftAdmin(tms, admin_id);
  await change(tms, tenant, async ({ value: { id } }) => {
    const collection = adminCollection(tms.store, id);
    if ((await collection.get(enc(admin_id))) !== undefined)
      throw new Fault("conflict", `the admin ${admin_id} exists already`);
    return { writes: [collection.put(enc(admin_id), draft.row, "absent")], result: undefined };
  });
  await emitEvent(tms, "tms.admin.create", { ...who(by), tenant: tenant.value.tenant, name: admin_id });
  return { admin_id, admin_secret: draft.secret };
}

/** All admins of a tenant, by id. */
export async function listAdmins(tms: TmsContext, tenant: Item<TenantRow>): Promise<AdminRow[]> {
  const items = await adminCollection(tms.store, tenant.value.id).list();
  return sorted(
    items.map(({ value }) => value),
    ({ admin_id }) => admin_id,
  );
}

/** A new secret; the last one goes on for so many minutes. @throws Fault `not_found`. */
export async function rotateAdminSecret(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  admin_id: string,
  grace_minutes: number,
  by: Actor,
): Promise<string> {
  const secret = newTmsSecret();
  await change(tms, tenant, async ({ value: { id } }) => {
    const collection = adminCollection(tms.store, id);
    const admin = await collection.get(enc(admin_id));
    if (admin === undefined) throw new Fault("not_found", "NOT_FOUND");
    const secrets = rotated(admin.value.secrets, secret, grace_minutes, tms.now());
    const row = { ...admin.value, secrets, updated: tms.now().toISOString() };
    return { writes: [collection.put(admin.name, row, admin.revision)], result: undefined };
  });
  await emitEvent(tms, "tms.admin.rotate", { ...who(by), tenant: tenant.value.tenant, name: admin_id, grace_minutes });
  return secret;
}

/**
 * Returns how many were removed. Another one stays, unless the operator asks, who can make a new one.
 * @throws Fault `denied`.
 */
export async function deleteAdmin(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  admin_id: string,
  caller: Caller,
): Promise<number> {
  const found = await change(tms, tenant, async ({ value: { id } }) => {
    const collection = adminCollection(tms.store, id);
    const admin = await collection.get(enc(admin_id));
    if (admin === undefined) return { writes: [], result: false };
    const removal = collection.remove(admin.name, admin.revision);
    if (caller.kind === "operator") return { writes: [removal], result: true };
    const other = (await collection.list()).find(({ name }) => name !== admin.name);
    if (other === undefined)
      throw new Fault("denied", "the last admin of a tenant can be removed by the operator only");
    return { writes: [removal, unchanged(collection, other)], result: true };
  });
  if (!found) return 0;
  await emitEvent(tms, "tms.admin.delete", { ...who(caller.actor), tenant: tenant.value.tenant, name: admin_id });
  return 1;
}
