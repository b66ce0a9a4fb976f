import { Fault } from "../../core/fault.ts";
import { type Key, MAX_WRITES } from "../../core/store.ts";
import { type Item, retry } from "../store/collection.ts";
import { actorFields, emitEvent } from "./audit.ts";
import type { Caller } from "./authenticate.ts";
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
import { findTenant } from "./lookup.ts";
import type { TenantRecord } from "./schema.ts";
import { DEFAULT_TENANT, ensureTenant, requireDeletable } from "./tenants.ts";
import { tryCommit } from "./transaction.ts";
import { listUserHosts } from "./user-hosts.ts";

/** How long a tenant stays closed for additions while `deleteTenant` checks that it is empty; also if this process dies. */
const CLOSING_MS = 30_000;

/**
 * Deletes a tenant that has no records but its admins. Returns the number of deleted records: the admins and the tenant; 0
 * when it is gone. The garbage collector deletes the admins that do not fit into the commit.
 * @throws Fault `conflict` when it has other records or was changed meanwhile, `denied` for `default`, except for the
 * operator.
 */
export async function deleteTenant(tms: TmsContext, tenant: Item<TenantRecord>, caller: Caller): Promise<number> {
  requireDeletable(tenant, caller);
  const closed = await close(tms, tenant);
  if (closed === undefined) return 0;
  const collection = tenantCollection(tms.store);
  const admins = adminCollection(tms.store, closed.value.id);
  const names = await Array.fromAsync(admins.list(), ({ name }) => name);
  if (await inUse(tms, closed.value.id)) {
    const { closing: _, ...open } = closed.value;
    await tryCommit(tms.store, [collection.put(closed.name, open, closed.revision)]);
    throw new Fault("conflict", "the tenant has clients, users or hosts");
  }
  // Any addition after the closing time has passed changes the tenant's record, and this commit fails.
  const gone = await tryCommit(tms.store, [
    collection.remove(closed.name, closed.revision),
    ...names.slice(0, MAX_WRITES - 1).map((name) => admins.remove(name, "any")),
  ]);
  if (gone === undefined) throw new Fault("conflict", "the tenant was changed concurrently; try again");
  return finishDeletion(tms, closed, caller, { wiped: false, rows: names.length + 1 });
}

/**
 * Deletes a tenant with all its records. Returns their number; 0 when it is gone. The commit deletes the tenant's record;
 * the garbage collector deletes the others.
 * @throws Fault `denied` for `default`, except for the operator.
 */
export async function wipeTenant(tms: TmsContext, tenant: Item<TenantRecord>, caller: Caller): Promise<number> {
  requireDeletable(tenant, caller);
  const rows = (await countRecords(tms, tenant)) + 1;
  const gone = await retry(tms.store, async () => {
    const current = await reload(tms, tenant);
    const writes = current === undefined ? [] : [tenantCollection(tms.store).remove(current.name, current.revision)];
    return { writes, result: current !== undefined };
  });
  return gone ? finishDeletion(tms, tenant, caller, { wiped: true, rows }) : 0;
}

/** Records the deletion in the audit log, and creates `default` again. Returns the number of deleted records. */
async function finishDeletion(
  tms: TmsContext,
  { value: { tenant } }: Item<TenantRecord>,
  { actor }: Caller,
  how: { readonly wiped: boolean; readonly rows: number },
): Promise<number> {
  tms.garbageCollector.schedule();
  await emitEvent(tms, "tms.tenant.delete", { ...actorFields(actor), tenant, ...how });
  // Only admins of `default` can create tenants.
  if (tenant === DEFAULT_TENANT) await ensureTenant(tms, tenant);
  return how.rows;
}

/** Closes the tenant for additions. @throws Fault `conflict` while another deletion has closed it. */
async function close(tms: TmsContext, tenant: Item<TenantRecord>): Promise<Item<TenantRecord> | undefined> {
  const collection = tenantCollection(tms.store);
  for (;;) {
    const current = await reload(tms, tenant);
    if (current === undefined) return undefined;
    const now = tms.now();
    if (current.value.closing !== undefined && now < new Date(current.value.closing))
      throw new Fault("conflict", "the tenant is being deleted");
    const value = { ...current.value, closing: new Date(now.getTime() + CLOSING_MS).toISOString() };
    const revision = await tryCommit(tms.store, [collection.put(current.name, value, current.revision)]);
    if (revision !== undefined) return { ...current, value, revision };
  }
}

/** The tenant as it is now, unless it was re-created. */
async function reload(tms: TmsContext, { value }: Item<TenantRecord>): Promise<Item<TenantRecord> | undefined> {
  const current = await findTenant(tms, value.tenant);
  return current?.value.id === value.id ? current : undefined;
}

/** Whether the tenant has a record of a kind whose only parent is the tenant. All other kinds depend on one of those. */
async function inUse({ store }: TmsContext, tid: number): Promise<boolean> {
  const prefixes = [clientCollection(store, tid).prefix, mfaCollection(store, tid).prefix, hostsPrefix(tid)];
  const found = await Promise.all(
    [...prefixes, hostCredentialCollection(store, tid).prefix].map((prefix) => store.list(prefix, { limit: 1 })),
  );
  return found.some((entries) => entries.length > 0);
}

async function countRecords(tms: TmsContext, tenant: Item<TenantRecord>): Promise<number> {
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
