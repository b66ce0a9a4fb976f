import type { Key, Store, Write } from "../../../core/store.ts";
import { keptUntil } from "../../../core/tms/numbers.ts";
import { Collection, type Item } from "../../store/collection.ts";
import { enc } from "../collections.ts";
import type { KeyRow, ReservationRow } from "../schema.ts";

/**
 * Where keys, what refers to them, and reservations stand. Hosts ask for keys without naming a tenant, so keys stand by
 * host and fingerprint under none.
 */

/** The longest that a reservation lasts, and thus that a key may be used after its end. */
export const RESERVATION_MS = 48 * 3600_000;

/** All keys. */
export const KEYS: Key = "/tms/keys/";
/** Named by the fingerprint. */
export const keyCollection = (store: Store, host: string): Collection<KeyRow> =>
  new Collection(store, `${KEYS}${enc(host)}/`);

/** Which key a row refers to. */
export interface KeyPlace {
  readonly host: string;
  readonly fingerprint: string;
}
/** Keys by their numbers. */
export const keyIdCollection = (store: Store): Collection<KeyPlace> => new Collection(store, "/tms/key-ids/");

/** The keys of a client by user, host, account and number, in the order of a listing. `client` is the id of its row. */
export const keyListPrefix = (tid: number, client: number): Key => `/tms/${tid}/key-list/${client}/`;

/** Named by `resid`. `client` is the id of the client's row. */
export const reservationCollection = (store: Store, tid: number, client: number): Collection<ReservationRow> =>
  new Collection(store, `/tms/${tid}/reservations/${client}/`);

/** The reservations of a key that have not expired, which are its client's; named by `resid`. */
export const keyReservationCollection = (store: Store, tid: number, key: number): Collection<Record<string, never>> =>
  new Collection(store, `/tms/${tid}/key-reservations/${key}/`);

/** The logins by which a use of the key was counted. They expire. */
export const markCollection = (store: Store, key: number): Collection<Record<string, never>> =>
  new Collection(store, `/tms/uses/${key}/`);

/** The writes of a key and what refers to it, new or with another end; `over` is the row that it replaces. */
export function keyWrites(store: Store, row: KeyRow, over: Item<KeyRow> | undefined): Write[] {
  const { host, public_key_fingerprint: fingerprint } = row;
  const expires = keyKeptUntil(row);
  const place = { host, fingerprint };
  const list = listCollection(store, row);
  return [
    ...(over === undefined || over.value.id === row.id ? [] : referenceRemovals(store, over.value)),
    keyCollection(store, host).put(enc(fingerprint), row, over?.revision ?? "absent", expires),
    keyIdCollection(store).put(String(row.id), place, "any", expires),
    list.put(listName(row), place, "any", expires),
  ];
}

/** The writes that remove a key. */
export function keyRemovals(store: Store, { name, value, revision }: Item<KeyRow>): Write[] {
  return [keyCollection(store, value.host).remove(name, revision), ...referenceRemovals(store, value)];
}

/** Until when the store keeps the key: a reservation may need it after its end. */
export function keyKeptUntil({ expires_at, reserved_until }: KeyRow): Date | undefined {
  const kept = keptUntil(expires_at, RESERVATION_MS);
  const reserved = reserved_until === undefined ? undefined : new Date(reserved_until);
  return kept !== undefined && reserved !== undefined && kept < reserved ? reserved : kept;
}

/** The writes of a reservation. One that has expired is still shown for a while, but found by its key no more. */
export function reservationWrites(store: Store, tid: number, row: ReservationRow): Write[] {
  const shown = keptUntil(row.expires_at, RESERVATION_MS);
  return [
    reservationCollection(store, tid, row.client).put(row.resid, row, "absent", shown),
    keyReservationCollection(store, tid, row.key).put(row.resid, {}, "absent", new Date(row.expires_at)),
  ];
}

export function reservationRemovals(store: Store, tid: number, { name, value, revision }: Item<ReservationRow>) {
  return [
    reservationCollection(store, tid, value.client).remove(name, revision),
    keyReservationCollection(store, tid, value.key).remove(name, "any"),
  ];
}

function referenceRemovals(store: Store, row: KeyRow): Write[] {
  return [
    keyIdCollection(store).remove(String(row.id), "any"),
    listCollection(store, row).remove(listName(row), "any"),
  ];
}

function listCollection(
  store: Store,
  { tenant, client, client_user_id, host, host_account }: KeyRow,
): Collection<KeyPlace> {
  const place = [client_user_id, host, host_account].map(enc).join("/");
  return new Collection(store, `${keyListPrefix(tenant, client)}${place}/`);
}

/** Numbers in the order of their size. */
function listName({ id }: KeyRow): string {
  return String(id).padStart(10, "0");
}
