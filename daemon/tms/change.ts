import { Fault } from "../../core/fault.ts";
import type { Write } from "../../core/store.ts";
import { type Item, retry } from "../store/collection.ts";
import { notEnabled, requireTenant } from "./callers.ts";
import { tenantCollection, unchanged } from "./collections.ts";
import type { TmsContext } from "./context.ts";
import type { TenantRow } from "./schema.ts";

/**
 * One commit in a tenant, with all that it was decided on. `attempt` reads, refuses by throwing, and returns what to write
 * and what to answer; it is asked again when somebody else was faster. The tenant is enabled, is the one that the caller
 * asked in, and is not on its way out; the commit fails when that changes before it.
 */
export async function change<R>(
  tms: Pick<TmsContext, "store" | "now">,
  tenant: Item<TenantRow>,
  attempt: (tenant: Item<TenantRow>) => Promise<{ readonly writes: readonly Write[]; readonly result: R }>,
): Promise<R> {
  return retry(tms.store, async () => {
    const current = await requireTenant(tms, tenant.value.tenant);
    if (current.value.id !== tenant.value.id) throw notEnabled();
    if (isClosing(current.value, tms.now())) throw new Fault("conflict", "the tenant is being deleted");
    const { writes, result } = await attempt(current);
    return { writes: writes.length === 0 ? [] : [asRead(tms, current), ...writes], result };
  });
}

/** Whether somebody is about to delete it, and nothing may be added while they look. */
function isClosing({ closing }: TenantRow, now: Date): boolean {
  return closing !== undefined && now < new Date(closing);
}

/** Who was about to delete the tenant and took too long finds its row changed. */
function asRead({ store }: Pick<TmsContext, "store">, tenant: Item<TenantRow>): Write {
  const collection = tenantCollection(store);
  const { closing, ...open } = tenant.value;
  return closing === undefined ? unchanged(collection, tenant) : collection.put(tenant.name, open, tenant.revision);
}
