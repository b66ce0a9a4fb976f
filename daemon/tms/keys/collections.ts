import type { Key, Store, Write } from "../../../core/store.ts";
import { retainUntil } from "../../../core/tms/expiry.ts";
import { Collection, type Item } from "../../store/collection.ts";
import { encodeName } from "../collections.ts";
import type { KeyRecord, ReservationRecord } from "../schema.ts";

/**
 * The keys of the store for TMS's keys, their indexes, and reservations. A host retrieves a key without naming a tenant, so
 * keys are stored by host and fingerprint, outside of tenants.
 */

/** The longest lifetime of a reservation, and so the longest time that a key may be used after it has expired. */
export const RESERVATION_MS = 48 * 3600_000;

/** The prefix of all keys. */
export const KEYS: Key = "/tms/keys/";
/** Named by the fingerprint. */
export const keyCollection = (store: Store, host: string): Collection<KeyRecord> =>
  new Collection(store, `${KEYS}${encodeName(host)}/`);

/** A reference to a key. */
export interface KeyReference {
  readonly host: string;
  readonly fingerprint: string;
}
/** Index of keys by id. */
export const keyIdCollection = (store: Store): Collection<KeyReference> => new Collection(store, "/tms/key-ids/");

/** Index of the keys of a client by user, host, account and id: the order of listings. `client` is the id of its record. */
export const keyListPrefix = (tid: number, client: number): Key => `/tms/${tid}/key-list/${client}/`;

/** Named by `resid`. `client` is the id of the client's record. */
export const reservationCollection = (store: Store, tid: number, client: number): Collection<ReservationRecord> =>
  new Collection(store, `/tms/${tid}/reservations/${client}/`);

/** Index of the reservations of a key that have not expired; named by `resid`. They belong to the key's client. */
export const keyReservationCollection = (store: Store, tid: number, key: number): Collection<Record<string, never>> =>
  new Collection(store, `/tms/${tid}/key-reservations/${key}/`);

/** The logins that were counted as a use of the key. They expire. */
export const countedLoginCollection = (store: Store, key: number): Collection<Record<string, never>> =>
  new Collection(store, `/tms/uses/${key}/`);

/** The writes of a key and its index entries, new or with another expiry. `replaced` is the record that it replaces. */
export function keyWrites(store: Store, record: KeyRecord, replaced: Item<KeyRecord> | undefined): Write[] {
  const { host, public_key_fingerprint: fingerprint } = record;
  const expires = keyKeptUntil(record);
  const reference = { host, fingerprint };
  const list = listCollection(store, record);
  return [
    ...(replaced === undefined || replaced.value.id === record.id ? [] : referenceRemovals(store, replaced.value)),
    keyCollection(store, host).put(encodeName(fingerprint), record, replaced?.revision ?? "absent", expires),
    keyIdCollection(store).put(String(record.id), reference, "any", expires),
    list.put(listName(record), reference, "any", expires),
  ];
}

/** The writes that remove a key and its index entries. */
export function keyRemovals(store: Store, { name, value, revision }: Item<KeyRecord>): Write[] {
  return [keyCollection(store, value.host).remove(name, revision), ...referenceRemovals(store, value)];
}

/** When the store deletes the key; undefined for never. Reservations need it after it has expired. */
export function keyKeptUntil({ expires_at, reserved_until }: KeyRecord): Date | undefined {
  const kept = retainUntil(expires_at, RESERVATION_MS);
  const reserved = reserved_until === undefined ? undefined : new Date(reserved_until);
  return kept !== undefined && reserved !== undefined && kept < reserved ? reserved : kept;
}

/** The writes of a reservation. After it has expired it is listed for a while, but no longer found by its key. */
export function reservationWrites(store: Store, tid: number, record: ReservationRecord): Write[] {
  const listedUntil = retainUntil(record.expires_at, RESERVATION_MS);
  return [
    reservationCollection(store, tid, record.client).put(record.resid, record, "absent", listedUntil),
    keyReservationCollection(store, tid, record.key).put(record.resid, {}, "absent", new Date(record.expires_at)),
  ];
}

export function reservationRemovals(store: Store, tid: number, { name, value, revision }: Item<ReservationRecord>) {
  return [
    reservationCollection(store, tid, value.client).remove(name, revision),
    keyReservationCollection(store, tid, value.key).remove(name, "any"),
  ];
}

function referenceRemovals(store: Store, record: KeyRecord): Write[] {
  return [
    keyIdCollection(store).remove(String(record.id), "any"),
    listCollection(store, record).remove(listName(record), "any"),
  ];
}

function listCollection(
  store: Store,
  { tenant, client, client_user_id, host, host_account }: KeyRecord,
): Collection<KeyReference> {
  const path = [client_user_id, host, host_account].map(encodeName).join("/");
  return new Collection(store, `${keyListPrefix(tenant, client)}${path}/`);
}

/** Zero-padded, so that names sort by id. */
function listName({ id }: KeyRecord): string {
  return String(id).padStart(10, "0");
}
