import { randomUUID } from "node:crypto";
import { Fault } from "../../../core/fault.ts";
import type { Write } from "../../../core/store.ts";
import { hasExpired, recordEnd } from "../../../core/tms/numbers.ts";
import type { Item } from "../../store/collection.ts";
import { emitEvent, instantOf, who } from "../audit.ts";
import { change } from "../change.ts";
import { unchanged } from "../collections.ts";
import type { Actor, TmsContext } from "../context.ts";
import type { ClientRow, KeyRow, ReservationRow, TenantRow } from "../schema.ts";
import {
  keyCollection,
  keyKeptUntil,
  keyWrites,
  RESERVATION_MS,
  reservationCollection,
  reservationWrites,
} from "./collections.ts";
import { NO_USES, obstacleOf, obstacleOfKey } from "./conditions.ts";
import { type FoundKey, findKeyOf, notFound, parentChecks, standingOf } from "./find.ts";
import { findReservation } from "./reservations.ts";
import { isUnlimited } from "./uses.ts";

/**
 * Reservations let an operation that is under way go on past the end of its key, of its uses and of the user's MFA. They
 * last 48 hours at most. One at the top may have others below it, for other keys of the operation, that end with it.
 */

const MAX_MINUTES = RESERVATION_MS / 60_000;

/** Which key of the client, and for whom. */
interface ReservedKey {
  readonly client_user_id: string;
  readonly host: string;
  readonly public_key_fingerprint: string;
}

/**
 * Reserves a key that can be used now.
 * @throws Fault `not_found` when the client has no such key, `denied` when it could not be used, or is another user's.
 */
export async function createReservation(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client: Item<ClientRow>,
  request: ReservedKey & { readonly ttl_minutes: number },
  by: Actor,
): Promise<ReservationRow> {
  const { ttl_minutes: asked } = request;
  const minutes = asked < 0 ? MAX_MINUTES : Math.min(asked, MAX_MINUTES);
  const resid = randomUUID();
  const row = await change(tms, tenant, async (current) => {
    const found = await ownKey(tms, current, client, request);
    if (found === undefined) throw notFound();
    const now = tms.now();
    const key = found.key.value;
    const empty = !isUnlimited(key) && key.remaining_uses === 0;
    const obstacle = obstacleOfKey(standingOf(found), key, now) ?? (empty ? NO_USES : undefined);
    if (obstacle !== undefined) throw new Fault("denied", obstacle.why);
    const row = newRow(
      await tms.ids.next(),
      key,
      { resid, parent_resid: resid, expires_at: recordEnd(now, minutes) },
      now,
    );
    const writes = [...reservationWrites(tms.store, key.tenant, row), ...keyWritesUntil(tms, found, row.expires_at)];
    return { writes, result: row };
  });
  await recordReservation(tms, tenant, row, by);
  return row;
}

/**
 * Takes a further key into a reservation at the top. For the same user it is enough that the key exists; for another one
 * it is as if that user's key were reserved anew.
 * @throws Fault `not_found` when the client has no such reservation, `denied` when it, or the key, is not fit.
 */
export async function extendReservation(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client: Item<ClientRow>,
  request: ReservedKey & { readonly parent_resid: string },
  by: Actor,
): Promise<ReservationRow> {
  const resid = randomUUID();
  const row = await change(tms, tenant, async (current) => {
    const parent = await findReservation(tms, current, client.value.client_id, request.parent_resid);
    if (parent === undefined) throw notFound();
    const now = tms.now();
    const { parent_resid, client_user_id, expires_at } = parent.value;
    if (parent_resid !== parent.value.resid) throw new Fault("denied", "the reservation is not one at the top");
    if (hasExpired(expires_at, now)) throw new Fault("denied", "the reservation has expired");
    const found = await ownKey(tms, current, client, request);
    if (found === undefined) throw new Fault("denied", "the client has no such key");
    const key = found.key.value;
    const obstacle = key.client_user_id === client_user_id ? undefined : obstacleOf(standingOf(found), now);
    if (obstacle !== undefined) throw new Fault("denied", obstacle.why);
    const row = newRow(await tms.ids.next(), key, { resid, parent_resid, expires_at }, now);
    const same = unchanged(reservationCollection(tms.store, key.tenant, key.client), parent);
    const kept = keyWritesUntil(tms, found, expires_at);
    return { writes: [same, ...reservationWrites(tms.store, key.tenant, row), ...kept], result: row };
  });
  await recordReservation(tms, tenant, row, by);
  return row;
}

/** The client's key, still without a look at whether it can be used. @throws Fault `denied` when it is another user's. */
async function ownKey(
  { store }: TmsContext,
  tenant: Item<TenantRow>,
  { value: client }: Item<ClientRow>,
  { client_user_id, host, public_key_fingerprint }: ReservedKey,
): Promise<FoundKey | undefined> {
  const found = await findKeyOf(store, tenant, { client_id: client.client_id, host, public_key_fingerprint });
  if (found?.client.value.id !== client.id) return undefined;
  if (found.key.value.client_user_id !== client_user_id) throw new Fault("denied", "the key is another user's");
  return found;
}

/**
 * A commit with these is refused unless the key and what it hangs on are still as they were read; behind it the key is kept
 * until `end` at least, though it may have ended before.
 */
function keyWritesUntil({ store }: TmsContext, found: FoundKey, end: string): Write[] {
  // The tenant is in every change.
  const [_tenant, ...parents] = parentChecks(store, found);
  const key = found.key.value;
  const kept = keyKeptUntil(key);
  if (kept === undefined || kept >= new Date(end))
    return [unchanged(keyCollection(store, key.host), found.key), ...parents];
  return [...keyWrites(store, { ...key, reserved_until: end }, found.key), ...parents];
}

function newRow(
  id: number,
  key: KeyRow,
  facts: Pick<ReservationRow, "resid" | "parent_resid" | "expires_at">,
  now: Date,
): ReservationRow {
  const { client, client_id, client_user_id, host, public_key_fingerprint } = key;
  const created = now.toISOString();
  const names = { client_id, client_user_id, host, public_key_fingerprint };
  return { id, created, updated: created, client, key: key.id, ...names, ...facts };
}

async function recordReservation(
  tms: TmsContext,
  { value: { tenant } }: Item<TenantRow>,
  row: ReservationRow,
  by: Actor,
): Promise<void> {
  await emitEvent(tms, "tms.reservation.create", {
    ...who(by),
    tenant,
    client_id: row.client_id,
    client_user_id: row.client_user_id,
    host: row.host,
    fingerprint: row.public_key_fingerprint,
    resid: row.resid,
    parent_resid: row.parent_resid,
    expires: instantOf(row.expires_at),
  });
}
