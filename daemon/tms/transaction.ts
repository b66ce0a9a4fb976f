import { Fault } from "../../core/fault.ts";
import type { Revision, Store, Write } from "../../core/store.ts";
import { type Item, retry } from "../store/collection.ts";
import { tenantCollection, unchanged } from "./collections.ts";
import type { TmsContext } from "./context.ts";
import { requireTenant, tenantNotEnabled } from "./lookup.ts";
import type { StoredRecord, TenantRecord } from "./schema.ts";

/**
 * An optimistic transaction in a tenant: one commit that depends on everything it was decided on. `attempt` reads, refuses
 * by throwing, and returns the writes and the result; it runs again when another commit came first. The commit also
 * requires that the tenant is enabled, is the one that the caller was authenticated for, and is not being deleted.
 * @throws Fault `bad_request` for a disabled tenant, `conflict` when it is being deleted, and what `attempt` throws.
 */
export async function transact<R>(
  tms: Pick<TmsContext, "store" | "now">,
  tenant: Item<TenantRecord>,
  attempt: (tenant: Item<TenantRecord>) => Promise<{ readonly writes: readonly Write[]; readonly result: R }>,
): Promise<R> {
  return retry(tms.store, async () => {
    const current = await requireTenant(tms, tenant.value.tenant);
    if (current.value.id !== tenant.value.id) throw tenantNotEnabled();
    if (isClosing(current.value, tms.now())) throw new Fault("conflict", "the tenant is being deleted");
    const { writes, result } = await attempt(current);
    return { writes: writes.length === 0 ? [] : [tenantPrecondition(tms, current), ...writes], result };
  });
}

/** Whether the tenant is closed for additions while a deletion checks that it is empty. */
function isClosing({ closing }: TenantRecord, now: Date): boolean {
  return closing !== undefined && now < new Date(closing);
}

/** Removes an outdated `closing` mark, so that a deletion that took too long fails. */
function tenantPrecondition({ store }: Pick<TmsContext, "store">, tenant: Item<TenantRecord>): Write {
  const collection = tenantCollection(store);
  const { closing, ...open } = tenant.value;
  return closing === undefined ? unchanged(collection, tenant) : collection.put(tenant.name, open, tenant.revision);
}

/**
 * Updates the record that `find` returns: merges `changes`, sets `updated`, and commits `writesOf` the result.
 * @returns the updated record; undefined when there is none.
 */
export async function updateFound<T extends StoredRecord>(
  tms: Pick<TmsContext, "store" | "now">,
  tenant: Item<TenantRecord>,
  find: (tenant: Item<TenantRecord>) => Promise<Item<T> | undefined>,
  changes: (record: T, now: Date) => Partial<T>,
  writesOf: (tid: number, record: T, item: Item<T>) => readonly Write[] | Promise<readonly Write[]>,
): Promise<T | undefined> {
  return transact<T | undefined>(tms, tenant, async (current) => {
    const item = await find(current);
    if (item === undefined) return { writes: [], result: undefined };
    const now = tms.now();
    const record = { ...item.value, ...changes(item.value, now), updated: now.toISOString() };
    return { writes: await writesOf(current.value.id, record, item), result: record };
  });
}

/** Deletes the record that `find` returns by committing `removals`. @returns whether there was one. */
export async function deleteFound<T>(
  tms: Pick<TmsContext, "store" | "now">,
  tenant: Item<TenantRecord>,
  find: (tenant: Item<TenantRecord>) => Promise<Item<T> | undefined>,
  removals: (tid: number, item: Item<T>) => readonly Write[],
): Promise<boolean> {
  return transact(tms, tenant, async (current) => {
    const item = await find(current);
    if (item === undefined) return { writes: [], result: false };
    return { writes: removals(current.value.id, item), result: true };
  });
}

/** Commits. @returns the revision; undefined when a precondition did not hold. */
export async function tryCommit(store: Store, writes: readonly Write[]): Promise<Revision | undefined> {
  try {
    return await store.commit(writes);
  } catch (error) {
    if (error instanceof Fault && error.code === "conflict") return undefined;
    throw error;
  }
}
