import { Fault } from "../../core/fault.ts";
import type { Item } from "../store/collection.ts";
import { actorFields, emitEvent } from "./audit.ts";
import { encodeName, hostCollection, hostsPrefix, sortBy, values } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { newRecordFields } from "./ids.ts";
import { deleteIndexed, findById, HOSTS, indexedWrites } from "./indexed-records.ts";
import { notFound } from "./lookup.ts";
import type { HostRecord, TenantRecord } from "./schema.ts";
import { transact } from "./transaction.ts";

/** A host's logical name, and one of its addresses. TMS keeps the address as text and never interprets it. */
export type HostAddress = Pick<HostRecord, "host" | "addr">;

/** @throws Fault `conflict` when the host has this address already. */
export async function createHost(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { host, addr }: HostAddress,
  actor: Actor,
): Promise<HostRecord> {
  const record = await transact(tms, tenant, async ({ value: { id: tid } }) => {
    if ((await hostCollection(tms.store, tid, host).get(encodeName(addr))) !== undefined)
      throw new Fault("conflict", `the host ${host} has the address ${addr} already`);
    const record: HostRecord = { ...(await newRecordFields(tms)), host, addr };
    return { writes: indexedWrites(HOSTS, tms.store, tid, record, undefined), result: record };
  });
  await emitEvent(tms, "tms.host.create", { ...actorFields(actor), tenant: tenant.value.tenant, host, addr });
  return record;
}

/** @throws Fault `not_found`. */
export async function getHost(tms: TmsContext, tenant: Item<TenantRecord>, id: number): Promise<HostRecord> {
  const record = await findById(HOSTS, tms.store, tenant.value.id, id);
  if (record === undefined) throw notFound();
  return record;
}

/** All hosts of a tenant, by name and address. */
export async function listHosts(tms: TmsContext, tenant: Item<TenantRecord>): Promise<HostRecord[]> {
  return sortBy(
    await values<HostRecord>(tms.store, hostsPrefix(tenant.value.id)),
    ({ host }) => host,
    ({ addr }) => addr,
  );
}

/** Deletes an address of a host. Returns the number of deleted records: 0 or 1. */
export async function deleteHost(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { host, addr }: HostAddress,
  actor: Actor,
): Promise<number> {
  const deleted = await deleteIndexed(tms, tenant, HOSTS, ({ value: { id: tid } }) =>
    hostCollection(tms.store, tid, host).get(encodeName(addr)),
  );
  if (!deleted) return 0;
  await emitEvent(tms, "tms.host.delete", { ...actorFields(actor), tenant: tenant.value.tenant, host, addr });
  return 1;
}
