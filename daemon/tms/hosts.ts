import { Fault } from "../../core/fault.ts";
import type { Item } from "../store/collection.ts";
import { emitEvent, who } from "./audit.ts";
import { change } from "./change.ts";
import { enc, findNumbered, hostCollection, hostsPrefix, hostWrites, numberedRemoval, walk } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { stamp } from "./ids.ts";
import type { HostRow, TenantRow } from "./schema.ts";
import { sorted } from "./sorted.ts";

/** A host's logical name, and where it is: any text. No rule asks for it. */
export interface NewHost {
  readonly host: string;
  readonly addr: string;
}

/** @throws Fault `conflict` when the host has this address already. */
export async function createHost(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { host, addr }: NewHost,
  by: Actor,
): Promise<HostRow> {
  const row = await change(tms, tenant, async ({ value: { id: tid } }) => {
    if ((await hostCollection(tms.store, tid, host).get(enc(addr))) !== undefined)
      throw new Fault("conflict", `the host ${host} has the address ${addr} already`);
    const row: HostRow = { ...(await stamp(tms)), host, addr };
    return { writes: hostWrites(tms.store, tid, row), result: row };
  });
  await emitEvent(tms, "tms.host.create", { ...who(by), tenant: tenant.value.tenant, host, addr });
  return row;
}

/** @throws Fault `not_found`. */
export async function getHost(tms: TmsContext, tenant: Item<TenantRow>, id: number): Promise<HostRow> {
  const row = await findNumbered<HostRow>(tms.store, tenant.value.id, "hosts", id);
  if (row === undefined) throw new Fault("not_found", "NOT_FOUND");
  return row;
}

/** All hosts of a tenant, by name and address. */
export async function listHosts(tms: TmsContext, tenant: Item<TenantRow>): Promise<HostRow[]> {
  const rows: HostRow[] = [];
  for await (const { value } of walk<HostRow>(tms.store, hostsPrefix(tenant.value.id))) rows.push(value);
  return sorted(
    rows,
    ({ host }) => host,
    ({ addr }) => addr,
  );
}

/** Returns how many were removed. */
export async function deleteHost(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { host, addr }: NewHost,
  by: Actor,
): Promise<number> {
  const found = await change(tms, tenant, async ({ value: { id: tid } }) => {
    const collection = hostCollection(tms.store, tid, host);
    const item = await collection.get(enc(addr));
    if (item === undefined) return { writes: [], result: false };
    return { writes: numberedRemoval(collection, tid, "hosts", item), result: true };
  });
  if (!found) return 0;
  await emitEvent(tms, "tms.host.delete", { ...who(by), tenant: tenant.value.tenant, host, addr });
  return 1;
}
