import { Fault } from "../../core/fault.ts";
import { type Item, retry } from "../store/collection.ts";
import { draftAdmin, FIRST_ADMIN } from "./admin-draft.ts";
import { emitEvent, who } from "./audit.ts";
import { type Caller, findTenant } from "./callers.ts";
import { adminCollection, enc, tenantCollection, walk } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { stamp } from "./ids.ts";
import type { TenantRow } from "./schema.ts";
import { sorted } from "./sorted.ts";

/** The tenant whose admins make the others. Only the operator can remove it, and then it is there again, empty. */
export const DEFAULT_TENANT = "default";

/** @throws Fault `not_found`. */
export async function getTenant(tms: TmsContext, name: string): Promise<TenantRow> {
  const tenant = await findTenant(tms, name);
  if (tenant === undefined) throw new Fault("not_found", "NOT_FOUND");
  return tenant.value;
}

/** All tenants, by name. */
export async function listTenants(tms: TmsContext): Promise<TenantRow[]> {
  const rows: TenantRow[] = [];
  for await (const { value } of walk<TenantRow>(tms.store, tenantCollection(tms.store).prefix)) rows.push(value);
  return sorted(rows, ({ tenant }) => tenant);
}

export interface NewTenant {
  readonly tenant: string;
  readonly enabled: true;
  readonly admin_id: string;
  readonly admin_secret: string;
}

/** A tenant and its first admin. @throws Fault `conflict` when there is one of this name. */
export async function createTenant(tms: TmsContext, name: string, by: Actor): Promise<NewTenant> {
  const row: TenantRow = { ...(await stamp(tms)), tenant: name, enabled: true, require_host_credential: false };
  const admin = await draftAdmin(tms, FIRST_ADMIN);
  await retry(tms.store, async () => {
    if ((await findTenant(tms, name)) !== undefined) throw new Fault("conflict", `the tenant ${name} exists already`);
    const writes = [
      tenantCollection(tms.store).put(enc(name), row, "absent"),
      adminCollection(tms.store, row.id).put(enc(FIRST_ADMIN), admin.row, "absent"),
    ];
    return { writes, result: undefined };
  });
  await emitEvent(tms, "tms.tenant.create", { ...who(by), tenant: name });
  return { tenant: name, enabled: true, admin_id: FIRST_ADMIN, admin_secret: admin.secret };
}

export interface TenantChanges {
  readonly enabled?: boolean | undefined;
  readonly require_host_credential?: boolean | undefined;
}

/** Changes what is given, of a disabled tenant too. Returns how many fields; 0 where there is no such tenant. */
export async function updateTenant(
  tms: TmsContext,
  name: string,
  { enabled, require_host_credential }: TenantChanges,
  by: Actor,
): Promise<number> {
  const changes = {
    ...(enabled !== undefined && { enabled }),
    ...(require_host_credential !== undefined && { require_host_credential }),
  };
  const fields = Object.keys(changes).length;
  const found = await retry(tms.store, async () => {
    const tenant = await findTenant(tms, name);
    if (tenant === undefined || fields === 0) return { writes: [], result: false };
    const row = { ...tenant.value, ...changes, updated: tms.now().toISOString() };
    return { writes: [tenantCollection(tms.store).put(tenant.name, row, tenant.revision)], result: true };
  });
  if (!found) return 0;
  await emitEvent(tms, "tms.tenant.update", { ...who(by), tenant: name, ...changes });
  return fields;
}

/** @throws Fault `denied` for the tenant that is needed to make others, unless the operator asks. */
export function mayRemove({ value: { tenant } }: Item<TenantRow>, caller: Caller): void {
  if (tenant === DEFAULT_TENANT && caller.kind !== "operator")
    throw new Fault("denied", `the tenant ${DEFAULT_TENANT} can be removed by the operator of the server only`);
}
