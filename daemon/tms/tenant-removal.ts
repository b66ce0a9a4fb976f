import { Fault } from "../../core/fault.ts";
import type { Key, Revision, Write } from "../../core/store.ts";
import { type Item, retry } from "../store/collection.ts";
import { emitEvent, who } from "./audit.ts";
import { type Caller, findTenant } from "./callers.ts";
import {
  adminCollection,
  clientCollection,
  hostCredentialCollection,
  hostsPrefix,
  mfaCollection,
  tenantCollection,
  walk,
} from "./collections.ts";
import type { TmsContext } from "./context.ts";
import { listDelegations } from "./delegations.ts";
import { listHosts } from "./hosts.ts";
import { countKeys } from "./keys/list.ts";
import { countReservations } from "./keys/reservations.ts";
import type { TenantRow } from "./schema.ts";
import { ensureTenant } from "./setup.ts";
import { DEFAULT_TENANT, mayRemove } from "./tenants.ts";
import { listUserHosts } from "./user-hosts.ts";

/** For so long nothing is added to a tenant while it is looked through. It ends by itself should this process die. */
const CLOSING_MS = 30_000;

/**
 * Removes a tenant that has nothing but admins. Returns how many rows went: they and the tenant itself; 0 where it is gone.
 * @throws Fault `conflict` when there is anything else, `denied`.
 */
export async function deleteTenant(tms: TmsContext, tenant: Item<TenantRow>, caller: Caller): Promise<number> {
  mayRemove(tenant, caller);
  const closed = await close(tms, tenant);
  if (closed === undefined) return 0;
  const collection = tenantCollection(tms.store);
  const admins = await adminCollection(tms.store, closed.value.id).list();
  if (await inUse(tms, closed.value.id)) {
    const { closing: _, ...open } = closed.value;
    await attempted(tms, [collection.put(closed.name, open, closed.revision)]);
    throw new Fault("conflict", "the tenant has clients, users or hosts");
  }
  // The first to add something after the tenant was closed for too long changes its row, and this fails.
  const gone = await attempted(tms, [
    collection.remove(closed.name, closed.revision),
    ...admins.map(({ name }) => adminCollection(tms.store, closed.value.id).remove(name, "any")),
  ]);
  if (gone === undefined) throw new Fault("conflict", "the tenant was changed by somebody else; try again");
  return removed(tms, closed, caller, { wiped: false, rows: admins.length + 1 });
}

/**
 * Removes a tenant with everything in it. Returns how many rows that were; 0 where it is gone.
 * @throws Fault `denied`.
 */
export async function wipeTenant(tms: TmsContext, tenant: Item<TenantRow>, caller: Caller): Promise<number> {
  mayRemove(tenant, caller);
  const rows = (await countRows(tms, tenant)) + 1;
  const gone = await retry(tms.store, async () => {
    const current = await same(tms, tenant);
    const writes = current === undefined ? [] : [tenantCollection(tms.store).remove(current.name, current.revision)];
    return { writes, result: current !== undefined };
  });
  return gone ? removed(tms, tenant, caller, { wiped: true, rows }) : 0;
}

/** What is under a tenant that is gone nobody can see any more. */
async function removed(
  tms: TmsContext,
  { value: { tenant } }: Item<TenantRow>,
  { actor }: Caller,
  how: { readonly wiped: boolean; readonly rows: number },
): Promise<number> {
  tms.janitor.soon();
  await emitEvent(tms, "tms.tenant.delete", { ...who(actor), tenant, ...how });
  // Without it no tenant could be made any more, not even this one.
  if (tenant === DEFAULT_TENANT) await ensureTenant(tms, tenant);
  return how.rows;
}

async function close(tms: TmsContext, tenant: Item<TenantRow>): Promise<Item<TenantRow> | undefined> {
  const collection = tenantCollection(tms.store);
  for (;;) {
    const current = await same(tms, tenant);
    if (current === undefined) return undefined;
    const now = tms.now();
    if (current.value.closing !== undefined && now < new Date(current.value.closing))
      throw new Fault("conflict", "the tenant is being deleted");
    const value = { ...current.value, closing: new Date(now.getTime() + CLOSING_MS).toISOString() };
    const revision = await attempted(tms, [collection.put(current.name, value, current.revision)]);
    if (revision !== undefined) return { ...current, value, revision };
  }
}

/** A commit; undefined where somebody else was faster. */
async function attempted({ store }: TmsContext, writes: readonly Write[]): Promise<Revision | undefined> {
  try {
    return await store.commit(writes);
  } catch (error) {
    if (error instanceof Fault && error.code === "conflict") return undefined;
    throw error;
  }
}

/** The tenant as it is now, unless another one has its name. */
async function same(tms: TmsContext, { value }: Item<TenantRow>): Promise<Item<TenantRow> | undefined> {
  const current = await findTenant(tms, value.tenant);
  return current?.value.id === value.id ? current : undefined;
}

/** Whether there is a row that hangs on nothing but the tenant. All others hang on one of those. */
async function inUse({ store }: TmsContext, tid: number): Promise<boolean> {
  const prefixes = [clientCollection(store, tid).prefix, mfaCollection(store, tid).prefix, hostsPrefix(tid)];
  const found = await Promise.all(
    [...prefixes, hostCredentialCollection(store, tid).prefix].map((prefix) => store.list(prefix, { limit: 1 })),
  );
  return found.some((entries) => entries.length > 0);
}

async function countRows(tms: TmsContext, tenant: Item<TenantRow>): Promise<number> {
  const { store } = tms;
  const tid = tenant.value.id;
  const prefixes = [adminCollection, clientCollection, mfaCollection, hostCredentialCollection].map(
    (collection) => collection(store, tid).prefix,
  );
  const counts = await Promise.all([
    ...prefixes.map((prefix) => countUnder(tms, prefix)),
    listHosts(tms, tenant).then(({ length }) => length),
    listUserHosts(tms, tenant).then(({ length }) => length),
    listDelegations(tms, tenant).then(({ length }) => length),
    countKeys(tms, tenant),
    countReservations(tms, tenant),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function countUnder({ store }: TmsContext, prefix: Key): Promise<number> {
  let count = 0;
  for await (const _ of walk(store, prefix)) count++;
  return count;
}
