import { Fault } from "../../core/fault.ts";
import { type Item, retry } from "../store/collection.ts";
import { FIRST_ADMIN, newAdmin } from "./admins.ts";
import { actorFields, emitEvent } from "./audit.ts";
import type { Caller } from "./authenticate.ts";
import { adminCollection, encodeName, sortBy, tenantCollection, values } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { newRecordFields } from "./ids.ts";
import { findTenant, notFound } from "./lookup.ts";
import type { TenantRecord } from "./schema.ts";
import { tryCommit } from "./transaction.ts";

/** The tenant whose admins create the other tenants. Only the operator can delete it; it is created again at once, empty. */
export const DEFAULT_TENANT = "default";

const TEST_TENANT = "test";
/** The actor of changes that the server makes by itself. */
const SERVER: Actor = { user: "@local" };

/**
 * Creates the tenants of a new installation: `default`, and `test` if the settings ask for it. `testTenant` enables or
 * disables an existing `test`; undefined leaves it as it is. Neither has an admin until the operator creates one.
 */
export async function ensureInitialTenants(
  tms: TmsContext,
  { testTenant }: { testTenant: boolean | undefined },
): Promise<void> {
  await ensureTenant(tms, DEFAULT_TENANT);
  if (testTenant === undefined) return;
  if (testTenant) await ensureTenant(tms, TEST_TENANT);
  const test = await findTenant(tms, TEST_TENANT);
  if (test !== undefined && test.value.enabled !== testTenant)
    await updateTenant(tms, TEST_TENANT, { enabled: testTenant }, SERVER);
}

/** Creates a tenant without an admin, unless it exists. */
export async function ensureTenant(tms: TmsContext, name: string): Promise<void> {
  if ((await findTenant(tms, name)) !== undefined) return;
  const record = await newTenantRecord(tms, name);
  const revision = await tryCommit(tms.store, [tenantCollection(tms.store).put(encodeName(name), record, "absent")]);
  // Without a revision another process created it first.
  if (revision === undefined) return;
  await emitEvent(tms, "tms.tenant.create", { ...actorFields(SERVER), tenant: name });
}

async function newTenantRecord(tms: TmsContext, tenant: string): Promise<TenantRecord> {
  return { ...(await newRecordFields(tms)), tenant, enabled: true, require_host_credential: false };
}

/** @throws Fault `not_found`. */
export async function getTenant(tms: TmsContext, name: string): Promise<TenantRecord> {
  const tenant = await findTenant(tms, name);
  if (tenant === undefined) throw notFound();
  return tenant.value;
}

/** All tenants, by name. */
export async function listTenants(tms: TmsContext): Promise<TenantRecord[]> {
  const records = await values<TenantRecord>(tms.store, tenantCollection(tms.store).prefix);
  return sortBy(records, ({ tenant }) => tenant);
}

export interface NewTenant {
  readonly tenant: string;
  readonly enabled: true;
  readonly admin_id: string;
  readonly admin_secret: string;
}

/** Creates a tenant and its first admin, whose secret is returned once. @throws Fault `conflict` when the name exists. */
export async function createTenant(tms: TmsContext, name: string, actor: Actor): Promise<NewTenant> {
  const record = await newTenantRecord(tms, name);
  const admin = await newAdmin(tms, FIRST_ADMIN);
  await retry(tms.store, async () => {
    if ((await findTenant(tms, name)) !== undefined) throw new Fault("conflict", `the tenant ${name} exists already`);
    const writes = [
      tenantCollection(tms.store).put(encodeName(name), record, "absent"),
      adminCollection(tms.store, record.id).put(encodeName(FIRST_ADMIN), admin.record, "absent"),
    ];
    return { writes, result: undefined };
  });
  await emitEvent(tms, "tms.tenant.create", { ...actorFields(actor), tenant: name });
  return { tenant: name, enabled: true, admin_id: FIRST_ADMIN, admin_secret: admin.secret };
}

export interface TenantChanges {
  readonly enabled?: boolean | undefined;
  readonly require_host_credential?: boolean | undefined;
}

/** Updates the given fields, of a disabled tenant too. Returns the number of fields; 0 when there is no such tenant. */
export async function updateTenant(
  tms: TmsContext,
  name: string,
  { enabled, require_host_credential }: TenantChanges,
  actor: Actor,
): Promise<number> {
  const changes = {
    ...(enabled !== undefined && { enabled }),
    ...(require_host_credential !== undefined && { require_host_credential }),
  };
  const fields = Object.keys(changes).length;
  const found = await retry(tms.store, async () => {
    const tenant = await findTenant(tms, name);
    if (tenant === undefined || fields === 0) return { writes: [], result: false };
    const record = { ...tenant.value, ...changes, updated: tms.now().toISOString() };
    return { writes: [tenantCollection(tms.store).put(tenant.name, record, tenant.revision)], result: true };
  });
  if (!found) return 0;
  await emitEvent(tms, "tms.tenant.update", { ...actorFields(actor), tenant: name, ...changes });
  return fields;
}

/** @throws Fault `denied` for `default`, which is needed to create others, except for the operator. */
export function requireDeletable({ value: { tenant } }: Item<TenantRecord>, caller: Caller): void {
  if (tenant === DEFAULT_TENANT && caller.kind !== "operator")
    throw new Fault("denied", `the tenant ${DEFAULT_TENANT} can be deleted by the operator only`);
}
