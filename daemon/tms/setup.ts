import { Fault } from "../../core/fault.ts";
import { emitEvent, who } from "./audit.ts";
import { findTenant } from "./callers.ts";
import { enc, tenantCollection } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { stamp } from "./ids.ts";
import { DEFAULT_TENANT, updateTenant } from "./tenants.ts";

const TEST_TENANT = "test";
/** The escrow itself. */
const LOCAL: Actor = { user: "@local" };

/**
 * What is there when the escrow starts: the tenant `default`, and `test` where the settings ask for it. They say of `test`
 * whether it is enabled; undefined leaves it as it is. Neither has an admin before the operator makes one.
 */
export async function setUp(tms: TmsContext, { testTenant }: { testTenant: boolean | undefined }): Promise<void> {
  await ensureTenant(tms, DEFAULT_TENANT);
  if (testTenant === undefined) return;
  if (testTenant) await ensureTenant(tms, TEST_TENANT);
  const test = await findTenant(tms, TEST_TENANT);
  if (test !== undefined && test.value.enabled !== testTenant)
    await updateTenant(tms, TEST_TENANT, { enabled: testTenant }, LOCAL);
}

/** Makes a tenant without an admin, unless there is one of this name. */
export async function ensureTenant(tms: TmsContext, tenant: string): Promise<void> {
  if ((await findTenant(tms, tenant)) !== undefined) return;
  const row = { ...(await stamp(tms)), tenant, enabled: true, require_host_credential: false };
  try {
    await tms.store.commit([tenantCollection(tms.store).put(enc(tenant), row, "absent")]);
  } catch (error) {
    // Another process that starts was faster.
    if (error instanceof Fault && error.code === "conflict") return;
    throw error;
  }
  await emitEvent(tms, "tms.tenant.create", { ...who(LOCAL), tenant });
}
