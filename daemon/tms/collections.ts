import { createHash } from "node:crypto";
import type { Key, Revision, Store, Write } from "../../core/store.ts";
import { retainUntil } from "../../core/tms/expiry.ts";
import { Collection, type Item, listPages } from "../store/collection.ts";
import type {
  AdminRecord,
  AttemptRecord,
  ClientRecord,
  DelegationRecord,
  HostCredentialRecord,
  HostRecord,
  MfaRecord,
  TenantRecord,
  UserHostRecord,
} from "./schema.ts";

/**
 * The keys of TMS's records in the store. `tid` is the tenant's id: records of a tenant are stored under it, so that a tenant
 * re-created under the same name is empty. Names in keys are encoded by `encodeName`. `indexed-records.ts` and
 * `keys/collections.ts` have the rest.
 */

/** Longest encoded name. Three of them and their prefix fit into a key of the store. Characters. */
const MAX_NAME = 255;
/** How long MFA records are kept after they have expired. It is long, as the user's other records depend on them. */
const MFA_KEPT_MS = 365 * 24 * 3600_000;

/** Names that are not encoded. */
const UNENCODED = /^[\w.-]{1,255}$/;

/** Encodes a caller's text as a part of a key: printable ASCII without slashes, and injective. A long text becomes its SHA-256. */
export function encodeName(name: string): string {
  if (UNENCODED.test(name)) return name;
  const encoded = name.isWellFormed() ? encodeURIComponent(name) : "";
  if (encoded !== "" && encoded.length <= MAX_NAME) return encoded;
  return `%%${createHash("sha256").update(Buffer.from(name, "utf16le")).digest("hex")}`;
}

export const tenantCollection = (store: Store): Collection<TenantRecord> => new Collection(store, "/tms/tenants/");

/** All records of a tenant. */
export const tenantPrefix = (tid: number): Key => `/tms/${tid}/`;

export const adminCollection = (store: Store, tid: number): Collection<AdminRecord> =>
  new Collection(store, `/tms/${tid}/admins/`);
export const clientCollection = (store: Store, tid: number): Collection<ClientRecord> =>
  new Collection(store, `/tms/${tid}/clients/`);

/** The client that an application's version is registered as: at most one. Named by the version. */
export const appCollection = (store: Store, tid: number, app: string): Collection<{ readonly client_id: string }> =>
  new Collection(store, `/tms/${tid}/apps/${encodeName(app)}/`);

export const mfaCollection = (store: Store, tid: number): Collection<MfaRecord> =>
  new Collection(store, `/tms/${tid}/mfa/`);

export const userHostsPrefix = (tid: number): Key => `/tms/${tid}/user-hosts/`;
/** Named by the account. */
export const userHostCollection = (store: Store, tid: number, user: string, host: string): Collection<UserHostRecord> =>
  new Collection(store, `${userHostsPrefix(tid)}${encodeName(user)}/${encodeName(host)}/`);

export const delegationsPrefix = (tid: number): Key => `/tms/${tid}/delegations/`;
/** Named by the user. */
export const delegationCollection = (store: Store, tid: number, client: string): Collection<DelegationRecord> =>
  new Collection(store, `${delegationsPrefix(tid)}${encodeName(client)}/`);

export const hostsPrefix = (tid: number): Key => `/tms/${tid}/hosts/`;
/** Named by the address. */
export const hostCollection = (store: Store, tid: number, host: string): Collection<HostRecord> =>
  new Collection(store, `${hostsPrefix(tid)}${encodeName(host)}/`);

export const hostCredentialCollection = (store: Store, tid: number): Collection<HostCredentialRecord> =>
  new Collection(store, `/tms/${tid}/host-credentials/`);

/** The host of a credential, named by the SHA-256 of the secret. It expires with the secret. */
export const hostSecretCollection = (store: Store, tid: number): Collection<{ readonly host: string }> =>
  new Collection(store, `/tms/${tid}/host-secrets/`);

/** Counts of wrong secrets, named by the SHA-256 of tenant, id and source address. */
export const attemptCollection = (store: Store): Collection<AttemptRecord> => new Collection(store, "/tms/attempts/");

/** The record that a write replaces: none, its former version, or an orphan of a deleted parent. */
export type Replaced<T> = Item<T> | undefined;

/** The writes of an MFA record, new or changed. */
export function mfaWrites(store: Store, tid: number, record: MfaRecord, replaced: Replaced<MfaRecord>): Write[] {
  return [
    mfaCollection(store, tid).put(
      encodeName(record.tms_user_id),
      record,
      revisionOf(replaced),
      retainUntil(record.expires_at, MFA_KEPT_MS),
    ),
  ];
}

/** A precondition: the commit fails unless the record is still as it was read. */
export function unchanged<T>(collection: Collection<T>, item: Item<T>): Write {
  return { check: collection.key(item.name), expect: item.revision };
}

/** Every record under `prefix` in the order of the keys. Yields to other work between pages. */
export async function* walk<T>(store: Store, prefix: Key): AsyncGenerator<Item<T> & { readonly key: Key }> {
  const collection = new Collection<T>(store, prefix);
  for await (const page of listPages(store, prefix))
    for (const entry of page) yield { ...collection.read(entry), key: entry.key };
}

/** All values under `prefix`, in the order of the keys. */
export async function values<T>(store: Store, prefix: Key): Promise<T[]> {
  const all: T[] = [];
  for await (const { value } of walk<T>(store, prefix)) all.push(value);
  return all;
}

/** Sorts by these texts, the first one first, comparing UTF-16 code units. */
export function sortBy<T>(records: readonly T[], ...texts: readonly ((record: T) => string)[]): T[] {
  return records.toSorted((a, b) => {
    for (const text of texts) {
      const [left, right] = [text(a), text(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
}

/** The expected revision of the record that a write replaces. */
export function revisionOf(replaced: Replaced<unknown>): Revision | "absent" {
  return replaced?.revision ?? "absent";
}
