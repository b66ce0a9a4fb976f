import { createHash } from "node:crypto";
import type { Key, Revision, Store, Write } from "../../core/store.ts";
import { keptUntil } from "../../core/tms/numbers.ts";
import { nextTurn } from "../flow-control.ts";
import { Collection, type Item } from "../store/collection.ts";
import type {
  AdminRow,
  ClientRow,
  DelegationRow,
  HostCredentialRow,
  HostRow,
  MfaRow,
  TenantRow,
  UserHostRow,
} from "./schema.ts";

/**
 * Where the rows of the escrow stand. `tid` is the tenant's id: what belongs to a tenant stands under it, so that a tenant
 * made anew under the same name finds nothing. Names in keys are written by `enc`.
 */

/** Longest part of a key; three of them and what is around them fit a key of the store. */
const LONGEST = 255;
const DAY_MS = 24 * 3600_000;
/** How long links and delegations that have expired are still shown and can be extended. */
const KEPT_MS = 30 * DAY_MS;
/** The same for MFA, which mostly holds for hours, and is all that says that there is such a user: with it goes what hangs on it. */
const MFA_KEPT_MS = 365 * DAY_MS;
/** Rows that are read at once where all are looked through. */
const PAGE = 256;

/** Names that are written as they are. */
const PLAIN = /^[\w.-]{1,255}$/;

/** A caller's text as a part of a key: without slashes, in printable ASCII, and never the same for two texts. */
export function enc(name: string): string {
  if (PLAIN.test(name)) return name;
  const encoded = name.isWellFormed() ? encodeURIComponent(name) : "";
  if (encoded !== "" && encoded.length <= LONGEST) return encoded;
  return `%%${createHash("sha256").update(Buffer.from(name, "utf16le")).digest("hex")}`;
}

export const tenantCollection = (store: Store): Collection<TenantRow> => new Collection(store, "/tms/tenants/");

/** All that belongs to a tenant. */
export const tenantPrefix = (tid: number): Key => `/tms/${tid}/`;

export const adminCollection = (store: Store, tid: number): Collection<AdminRow> =>
  new Collection(store, `/tms/${tid}/admins/`);
export const clientCollection = (store: Store, tid: number): Collection<ClientRow> =>
  new Collection(store, `/tms/${tid}/clients/`);

/** Which client an application's version is registered as: one at most. Named by the version. */
export const appCollection = (store: Store, tid: number, app: string): Collection<{ readonly client_id: string }> =>
  new Collection(store, `/tms/${tid}/apps/${enc(app)}/`);

export const mfaCollection = (store: Store, tid: number): Collection<MfaRow> =>
  new Collection(store, `/tms/${tid}/mfa/`);

export const userHostsPrefix = (tid: number): Key => `/tms/${tid}/user-hosts/`;
/** Named by the account. */
export const userHostCollection = (store: Store, tid: number, user: string, host: string): Collection<UserHostRow> =>
  new Collection(store, `${userHostsPrefix(tid)}${enc(user)}/${enc(host)}/`);

export const delegationsPrefix = (tid: number): Key => `/tms/${tid}/delegations/`;
/** Named by the user. */
export const delegationCollection = (store: Store, tid: number, client: string): Collection<DelegationRow> =>
  new Collection(store, `${delegationsPrefix(tid)}${enc(client)}/`);

export const hostsPrefix = (tid: number): Key => `/tms/${tid}/hosts/`;
/** Named by the address. */
export const hostCollection = (store: Store, tid: number, host: string): Collection<HostRow> =>
  new Collection(store, `${hostsPrefix(tid)}${enc(host)}/`);

export const hostCredentialCollection = (store: Store, tid: number): Collection<HostCredentialRow> =>
  new Collection(store, `/tms/${tid}/host-credentials/`);

/** Whose credential a secret is; named by its SHA-256. It expires when the secret does. */
export const hostSecretCollection = (store: Store, tid: number): Collection<{ readonly host: string }> =>
  new Collection(store, `/tms/${tid}/host-secrets/`);

/** Wrong secrets, named by the SHA-256 of whose and from where; forgotten when it expires. */
export interface AttemptRow {
  readonly failures: number;
  readonly locked_until?: string;
}
export const attemptCollection = (store: Store): Collection<AttemptRow> => new Collection(store, "/tms/attempts/");

/** Kinds whose rows the API finds by number. */
export type Numbered = "user-hosts" | "delegations" | "hosts";
/** Where the row of a number stands; named by the number. It is put and removed with its row, and expires with it. */
export const numberCollection = (store: Store, tid: number, kind: Numbered): Collection<{ readonly key: Key }> =>
  new Collection(store, `/tms/${tid}/ids/${kind}/`);

/** What a row is written over: nothing, itself as it was read, or one that hangs on something that is gone. */
export type Over<T> = Item<T> | undefined;

/** The writes of a row of users' MFA, new or changed. */
export function mfaWrites(store: Store, tid: number, row: MfaRow, over: Over<MfaRow>): Write[] {
  return [
    mfaCollection(store, tid).put(enc(row.tms_user_id), row, revisionOf(over), keptUntil(row.expires_at, MFA_KEPT_MS)),
  ];
}

/** The writes of a link, new or changed. */
export function userHostWrites(store: Store, tid: number, row: UserHostRow, over: Over<UserHostRow>): Write[] {
  const collection = userHostCollection(store, tid, row.tms_user_id, row.host);
  const place = { kind: "user-hosts", collection, name: enc(row.host_account) } as const;
  return numberedWrites(place, tid, row, over, keptUntil(row.expires_at, KEPT_MS));
}

/** The writes of a delegation, new or changed. */
export function delegationWrites(store: Store, tid: number, row: DelegationRow, over: Over<DelegationRow>): Write[] {
  const collection = delegationCollection(store, tid, row.client_id);
  const place = { kind: "delegations", collection, name: enc(row.client_user_id) } as const;
  return numberedWrites(place, tid, row, over, keptUntil(row.expires_at, KEPT_MS));
}

/** The writes of a host's address. */
export function hostWrites(store: Store, tid: number, row: HostRow): Write[] {
  const place = { kind: "hosts", collection: hostCollection(store, tid, row.host), name: enc(row.addr) } as const;
  return numberedWrites(place, tid, row, undefined, undefined);
}

/** The writes that remove a row that has a number. */
export function numberedRemoval<T extends { readonly id: number }>(
  collection: Collection<T>,
  tid: number,
  kind: Numbered,
  item: Item<T>,
): Write[] {
  const numbers = numberCollection(collection.store, tid, kind);
  return [collection.remove(item.name, item.revision), numbers.remove(String(item.value.id), "any")];
}

/** The row of this number. It may hang on something that is gone. */
export async function findNumbered<T extends { readonly id: number }>(
  store: Store,
  tid: number,
  kind: Numbered,
  id: number,
): Promise<T | undefined> {
  const place = await numberCollection(store, tid, kind).get(String(id));
  const entry = place && (await store.get(place.value.key));
  const row = entry && (JSON.parse(Buffer.from(entry.value).toString()) as T);
  return row?.id === id ? row : undefined;
}

/** The commit is refused unless the row is still as it was read. */
export function unchanged<T>(collection: Collection<T>, item: Item<T>): Write {
  return { check: collection.key(item.name), expect: item.revision };
}

/** Everything under `prefix` in the order of the keys, letting others work between the pages. */
export async function* walk<T>(store: Store, prefix: Key): AsyncGenerator<Item<T> & { readonly key: Key }> {
  const collection = new Collection<T>(store, prefix);
  for (let after: Key | undefined; ; ) {
    const page = await store.list(prefix, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const entry of page) yield { ...collection.read(entry), key: entry.key };
    after = page.at(-1)?.key;
    if (page.length < PAGE) return;
    await nextTurn();
  }
}

interface Place<T> {
  readonly kind: Numbered;
  readonly collection: Collection<T>;
  readonly name: string;
}

function numberedWrites<T extends { readonly id: number }>(
  { kind, collection, name }: Place<T>,
  tid: number,
  row: T,
  over: Over<T>,
  expires: Date | undefined,
): Write[] {
  const numbers = numberCollection(collection.store, tid, kind);
  const writes = [
    collection.put(name, row, revisionOf(over), expires),
    numbers.put(String(row.id), { key: collection.key(name) }, "any", expires),
  ];
  if (over !== undefined && over.value.id !== row.id) writes.push(numbers.remove(String(over.value.id), "any"));
  return writes;
}

function revisionOf(over: Over<unknown>): Revision | "absent" {
  return over?.revision ?? "absent";
}
