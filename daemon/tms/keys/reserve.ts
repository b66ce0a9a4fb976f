import { randomUUID } from "node:crypto";
import { Fault } from "../../../core/fault.ts";
import type { Write } from "../../../core/store.ts";
import { hasExpired, recordExpiry } from "../../../core/tms/expiry.ts";
import type { Item } from "../../store/collection.ts";
import { actorFields, auditTime, emitEvent } from "../audit.ts";
import { unchanged } from "../collections.ts";
import type { Actor, TmsContext } from "../context.ts";
import { notFound } from "../lookup.ts";
import type { ClientRecord, KeyRecord, ReservationRecord, TenantRecord } from "../schema.ts";
import { transact } from "../transaction.ts";
import { denied, prerequisitesOf, refusalOfPrerequisites, refusalOfUse } from "./authorize-use.ts";
import {
  keyCollection,
  keyKeptUntil,
  keyWrites,
  RESERVATION_MS,
  reservationCollection,
  reservationWrites,
} from "./collections.ts";
import { findClientKey, type KeyWithParents, parentPreconditions } from "./find.ts";
import { findReservation } from "./reservations.ts";
import { isUnlimited } from "./uses.ts";

/**
 * A reservation lets a running operation continue after its key's expiry, its uses or its user's MFA have run out. It lasts
 * at most 48 hours. A top-level reservation can be extended to further keys of the operation; extensions end with it.
 */

const MAX_MINUTES = RESERVATION_MS / 60_000;

/** A key of the client, and its user. */
interface ReservedKey {
  readonly client_user_id: string;
  readonly host: string;
  readonly public_key_fingerprint: string;
}

/**
 * Reserves a key. `ttl_minutes`: at most 48 hours, which negative values mean, too.
 * @throws Fault `not_found` when the client has no such key, `denied` when it may not be used now or is another user's.
 */
export async function createReservation(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client: Item<ClientRecord>,
  request: ReservedKey & { readonly ttl_minutes: number },
  actor: Actor,
): Promise<ReservationRecord> {
  const { ttl_minutes } = request;
  const minutes = ttl_minutes < 0 ? MAX_MINUTES : Math.min(ttl_minutes, MAX_MINUTES);
  const resid = randomUUID();
  const record = await transact(tms, tenant, async (current) => {
    const found = await findOwnKey(tms, current, client, request);
    if (found === undefined) throw notFound();
    const now = tms.now();
    const key = found.key.value;
    const usesExhausted = !isUnlimited(key) && key.remaining_uses === 0;
    const reason = refusalOfUse(found, now, usesExhausted);
    if (reason !== undefined) throw denied(reason);
    const record = newReservation(
      await tms.ids.next(),
      key,
      { resid, parent_resid: resid, expires_at: recordExpiry(now, minutes) },
      now,
    );
    const writes = [
      ...reservationWrites(tms.store, key.tenant, record),
      ...keepKeyUntil(tms, found, record.expires_at),
    ];
    return { writes, result: record };
  });
  await emitReservation(tms, tenant, record, actor);
  return record;
}

/**
 * Extends a top-level reservation to a further key. A key of the same user only has to exist; a key of another user also has
 * to meet TMS's four conditions now.
 * @throws Fault `not_found` when the client has no such reservation, `denied` when the reservation is itself an extension or
 * has expired, or when the key does not exist, is another user's or does not meet the conditions.
 */
export async function extendReservation(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client: Item<ClientRecord>,
  request: ReservedKey & { readonly parent_resid: string },
  actor: Actor,
): Promise<ReservationRecord> {
  const resid = randomUUID();
  const record = await transact(tms, tenant, async (current) => {
    const parent = await findReservation(tms, current, client.value.client_id, request.parent_resid);
    if (parent === undefined) throw notFound();
    const now = tms.now();
    const { parent_resid, client_user_id, expires_at } = parent.value;
    if (parent_resid !== parent.value.resid)
      throw new Fault("denied", "the reservation is an extension of another one");
    if (hasExpired(expires_at, now)) throw new Fault("denied", "the reservation has expired");
    const found = await findOwnKey(tms, current, client, request);
    if (found === undefined) throw new Fault("denied", "the client has no such key");
    const key = found.key.value;
    const isSameUser = key.client_user_id === client_user_id;
    const reason = isSameUser ? undefined : refusalOfPrerequisites(prerequisitesOf(found), now);
    if (reason !== undefined) throw denied(reason);
    const record = newReservation(await tms.ids.next(), key, { resid, parent_resid, expires_at }, now);
    const parentUnchanged = unchanged(reservationCollection(tms.store, key.tenant, key.client), parent);
    const kept = keepKeyUntil(tms, found, expires_at);
    return { writes: [parentUnchanged, ...reservationWrites(tms.store, key.tenant, record), ...kept], result: record };
  });
  await emitReservation(tms, tenant, record, actor);
  return record;
}

/** The client's key, whether it may be used or not. @throws Fault `denied` when it is another user's. */
async function findOwnKey(
  { store }: TmsContext,
  tenant: Item<TenantRecord>,
  { value: client }: Item<ClientRecord>,
  { client_user_id, host, public_key_fingerprint }: ReservedKey,
): Promise<KeyWithParents | undefined> {
  const found = await findClientKey(store, tenant, { client_id: client.client_id, host, public_key_fingerprint });
  if (found?.client.value.id !== client.id) return undefined;
  if (found.key.value.client_user_id !== client_user_id) throw new Fault("denied", "the key is another user's");
  return found;
}

/**
 * Writes that require that the key and its parents are unchanged, and that keep the key in the store until `end`, even when
 * it expires before.
 */
function keepKeyUntil({ store }: TmsContext, found: KeyWithParents, end: string): Write[] {
  // `transact` checks the tenant.
  const [_tenant, ...parents] = parentPreconditions(store, found);
  const key = found.key.value;
  const kept = keyKeptUntil(key);
  if (kept === undefined || kept >= new Date(end))
    return [unchanged(keyCollection(store, key.host), found.key), ...parents];
  return [...keyWrites(store, { ...key, reserved_until: end }, found.key), ...parents];
}

function newReservation(
  id: number,
  key: KeyRecord,
  fields: Pick<ReservationRecord, "resid" | "parent_resid" | "expires_at">,
  now: Date,
): ReservationRecord {
  const { client, client_id, client_user_id, host, public_key_fingerprint } = key;
  const created = now.toISOString();
  const names = { client_id, client_user_id, host, public_key_fingerprint };
  return { id, created, updated: created, client, key: key.id, ...names, ...fields };
}

async function emitReservation(
  tms: TmsContext,
  { value: { tenant } }: Item<TenantRecord>,
  record: ReservationRecord,
  actor: Actor,
): Promise<void> {
  await emitEvent(tms, "tms.reservation.create", {
    ...actorFields(actor),
    tenant,
    client_id: record.client_id,
    client_user_id: record.client_user_id,
    host: record.host,
    fingerprint: record.public_key_fingerprint,
    resid: record.resid,
    parent_resid: record.parent_resid,
    expires: auditTime(record.expires_at),
  });
}
