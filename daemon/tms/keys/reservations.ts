import { MAX_WRITES } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import { actorFields, emitEvent } from "../audit.ts";
import { encodeName, walk } from "../collections.ts";
import type { Actor, TmsContext } from "../context.ts";
import { notFound } from "../lookup.ts";
import type { ReservationRecord, TenantRecord } from "../schema.ts";
import { transact } from "../transaction.ts";
import { reservationCollection, reservationRemovals } from "./collections.ts";
import { reservedKeyExists } from "./find.ts";
import { clientsOf, countAll, pacer } from "./scan.ts";

/** Reservations that are deleted in one commit: two writes each, beside that of the tenant. */
const DELETED_PER_COMMIT = Math.floor((MAX_WRITES - 1) / 2);

/** The reservation, expired or not; undefined when its client or its key is gone. */
export async function findReservation(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRecord>,
  client_id: string,
  resid: string,
): Promise<Item<ReservationRecord> | undefined> {
  for await (const client of clientsOf(store, tenant, client_id)) {
    const item = await reservationCollection(store, tenant.value.id, client.value.id).get(encodeName(resid));
    if (item !== undefined && (await reservedKeyExists(store, item.value))) return item;
  }
  return undefined;
}

/** @throws Fault `not_found`. */
export async function getReservation(
  tms: Pick<TmsContext, "store">,
  tenant: Item<TenantRecord>,
  client_id: string,
  resid: string,
): Promise<ReservationRecord> {
  const item = await findReservation(tms, tenant, client_id, resid);
  if (item === undefined) throw notFound();
  return item.value;
}

/** The tenant's reservations, or those of one client. */
export async function* listReservations(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRecord>,
  onlyClient?: string,
): AsyncGenerator<ReservationRecord> {
  const pace = pacer();
  for await (const client of clientsOf(store, tenant, onlyClient)) {
    const { prefix } = reservationCollection(store, tenant.value.id, client.value.id);
    for await (const { value } of walk<ReservationRecord>(store, prefix)) {
      await pace();
      if (await reservedKeyExists(store, value)) yield value;
    }
  }
}

/** The number of reservations of the tenant. */
export function countReservations(tms: Pick<TmsContext, "store">, tenant: Item<TenantRecord>): Promise<number> {
  return countAll(listReservations(tms, tenant));
}

/** Deletes one reservation; its extensions stay. Returns the number of deleted reservations: 0 or 1. */
export async function deleteReservation(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client_id: string,
  resid: string,
  actor: Actor,
): Promise<number> {
  return await deleteReservations(tms, tenant, { client_id, resid }, actor, async (current) => {
    const item = await findReservation(tms, current, client_id, resid);
    return item === undefined ? [] : [item];
  });
}

/** Deletes a reservation, if it still exists, and its extensions. Returns the number of deleted reservations. */
export async function deleteRelatedReservations(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client_id: string,
  resid: string,
  actor: Actor,
): Promise<number> {
  return await deleteReservations(tms, tenant, { client_id, resid }, actor, async (current) => {
    const items: Item<ReservationRecord>[] = [];
    for await (const client of clientsOf(tms.store, current, client_id)) {
      const { prefix } = reservationCollection(tms.store, current.value.id, client.value.id);
      for await (const item of walk<ReservationRecord>(tms.store, prefix))
        if (item.value.resid === resid || item.value.parent_resid === resid) items.push(item);
    }
    return items;
  });
}

/** Deletes all that `find` returns, in several commits if need be. */
async function deleteReservations(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { client_id, resid }: Pick<ReservationRecord, "client_id" | "resid">,
  actor: Actor,
  find: (tenant: Item<TenantRecord>) => Promise<readonly Item<ReservationRecord>[]>,
): Promise<number> {
  let total = 0;
  for (let known: readonly Item<ReservationRecord>[] | undefined; known?.length !== 0; ) {
    const found = known;
    const { deleted, rest } = await transact(tms, tenant, async (current) => {
      const all = found ?? (await find(current));
      const part = all.slice(0, DELETED_PER_COMMIT);
      const items = found === undefined ? part : await reload(tms, current, part);
      const writes = items.flatMap((item) => reservationRemovals(tms.store, current.value.id, item));
      return { writes, result: { deleted: items.length, rest: all.slice(DELETED_PER_COMMIT) } };
    });
    // Recorded per commit: the next one may fail.
    const fields = { tenant: tenant.value.tenant, client_id, resid, rows: deleted };
    if (deleted > 0) await emitEvent(tms, "tms.reservation.delete", { ...actorFields(actor), ...fields });
    total += deleted;
    known = rest;
  }
  return total;
}

/** The reservations as they are now, without those that are gone. */
async function reload(
  { store }: TmsContext,
  tenant: Item<TenantRecord>,
  items: readonly Item<ReservationRecord>[],
): Promise<readonly Item<ReservationRecord>[]> {
  const found = await Promise.all(
    items.map(({ name, value }) => reservationCollection(store, tenant.value.id, value.client).get(name)),
  );
  return found.filter((item) => item !== undefined);
}
