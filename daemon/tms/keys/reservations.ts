import type { Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import { emitEvent, who } from "../audit.ts";
import { change } from "../change.ts";
import { enc, walk } from "../collections.ts";
import type { Actor, TmsContext } from "../context.ts";
import type { ReservationRow, TenantRow } from "../schema.ts";
import { reservationCollection, reservationRemovals } from "./collections.ts";
import { findKey, notFound } from "./find.ts";
import { clientsOf } from "./list.ts";
import { breath } from "./looks.ts";

/** Reservations that are removed in one commit. */
const REMOVED_AT_ONCE = 500;

/** The reservation, expired or not, unless its client or its key is gone. */
export async function findReservation(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRow>,
  client_id: string,
  resid: string,
): Promise<Item<ReservationRow> | undefined> {
  for await (const client of clientsOf(store, tenant, client_id)) {
    const item = await reservationCollection(store, tenant.value.id, client.value.id).get(enc(resid));
    if (item !== undefined && (await hasKey(store, item.value))) return item;
  }
  return undefined;
}

/** @throws Fault `not_found`. */
export async function getReservation(
  tms: Pick<TmsContext, "store">,
  tenant: Item<TenantRow>,
  client_id: string,
  resid: string,
): Promise<ReservationRow> {
  const item = await findReservation(tms, tenant, client_id, resid);
  if (item === undefined) throw notFound();
  return item.value;
}

/** The tenant's reservations, or those of one client. */
export async function* listReservations(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRow>,
  only?: string,
): AsyncGenerator<ReservationRow> {
  const pause = breath();
  for await (const client of clientsOf(store, tenant, only)) {
    const { prefix } = reservationCollection(store, tenant.value.id, client.value.id);
    for await (const { value } of walk<ReservationRow>(store, prefix)) {
      await pause();
      if (await hasKey(store, value)) yield value;
    }
  }
}

/** How many reservations the tenant has. */
export async function countReservations(tms: Pick<TmsContext, "store">, tenant: Item<TenantRow>): Promise<number> {
  let count = 0;
  for await (const _ of listReservations(tms, tenant)) count++;
  return count;
}

/** Removes one reservation, and none below it. @returns how many there were. */
export async function deleteReservation(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client_id: string,
  resid: string,
  by: Actor,
): Promise<number> {
  return await removeReservations(tms, tenant, { client_id, resid }, by, async (current) => {
    const item = await findReservation(tms, current, client_id, resid);
    return item === undefined ? [] : [item];
  });
}

/** Removes a reservation and those below it, also where it is gone itself. @returns how many there were. */
export async function deleteRelatedReservations(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client_id: string,
  resid: string,
  by: Actor,
): Promise<number> {
  return await removeReservations(tms, tenant, { client_id, resid }, by, async (current) => {
    const items: Item<ReservationRow>[] = [];
    for await (const client of clientsOf(tms.store, current, client_id)) {
      const { prefix } = reservationCollection(tms.store, current.value.id, client.value.id);
      for await (const item of walk<ReservationRow>(tms.store, prefix))
        if (item.value.resid === resid || item.value.parent_resid === resid) items.push(item);
    }
    return items;
  });
}

type Find = (tenant: Item<TenantRow>) => Promise<readonly Item<ReservationRow>[]>;

async function removeReservations(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { client_id, resid }: Pick<ReservationRow, "client_id" | "resid">,
  by: Actor,
  find: Find,
): Promise<number> {
  let rows = 0;
  for (let removed = REMOVED_AT_ONCE; removed === REMOVED_AT_ONCE; rows += removed) {
    removed = await change(tms, tenant, async (current) => {
      const items = (await find(current)).slice(0, REMOVED_AT_ONCE);
      const writes = items.flatMap((item) => reservationRemovals(tms.store, current.value.id, item));
      return { writes, result: items.length };
    });
    // What this commit removed is on record also when the next one fails.
    const facts = { tenant: tenant.value.tenant, client_id, resid, rows: removed };
    if (removed > 0) await emitEvent(tms, "tms.reservation.delete", { ...who(by), ...facts });
  }
  return rows;
}

/** Whether the key of a reservation is there; without it there is no reservation. */
export async function hasKey(store: Store, { host, public_key_fingerprint, key }: ReservationRow): Promise<boolean> {
  return (await findKey(store, host, public_key_fingerprint))?.key.value.id === key;
}
