import { Fault } from "../../../core/fault.ts";
import type { Key, Store, Write } from "../../../core/store.ts";
import type { Item } from "../../store/shelf.ts";
import type { TmsContext } from "../context.ts";
import type { ClientRow, DelegationRow, KeyRow, MfaRow, TenantRow, UserHostRow } from "../records.ts";
import {
  clientShelf,
  delegationShelf,
  enc,
  mfaShelf,
  tenantShelf,
  unchanged,
  userHostShelf,
  walk,
} from "../shelves.ts";
import type { Standing } from "./conditions.ts";
import { type KeyPlace, keyIdShelf, keyListPrefix, keyShelf } from "./shelves.ts";

/** Keys that are looked at, each with what it hangs on, before others have their turn: a millisecond's worth. */
const ROWS_AT_ONCE = 32;

/** A key that exists, and what it hangs on, each as it was read. */
export interface FoundKey {
  readonly key: Item<KeyRow>;
  readonly tenant: Item<TenantRow>;
  readonly client: Item<ClientRow>;
  readonly mfa: Item<MfaRow>;
  readonly link: Item<UserHostRow>;
  readonly delegation: Item<DelegationRow>;
}

/** The key of this fingerprint for this host, unless something that it hangs on is gone or was made anew. */
export async function findKey(store: Store, host: string, fingerprint: string): Promise<FoundKey | undefined> {
  const key = await keyShelf(store, host).get(enc(fingerprint));
  return key && withParents(store, key);
}

/** The key with what it hangs on. */
export async function withParents(store: Store, key: Item<KeyRow>): Promise<FoundKey | undefined> {
  const { tenant: tid, tenant_name, client_id, client_user_id: user, host, host_account } = key.value;
  const tenant = await tenantShelf(store).get(enc(tenant_name));
  const client = await clientShelf(store, tid).get(enc(client_id));
  const mfa = await mfaShelf(store, tid).get(enc(user));
  const link = await userHostShelf(store, tid, user, host).get(enc(host_account));
  const delegation = await delegationShelf(store, tid, client_id).get(enc(user));
  if (tenant?.value.id !== tid) return undefined;
  if (client?.value.id !== key.value.client || mfa?.value.id !== key.value.mfa) return undefined;
  if (link?.value.id !== key.value.link || delegation?.value.id !== key.value.delegation) return undefined;
  return { key, tenant, client, mfa, link, delegation };
}

/** The key of a client of this tenant. */
export async function findKeyOf(
  store: Store,
  tenant: Item<TenantRow>,
  { client_id, host, public_key_fingerprint }: Pick<KeyRow, "client_id" | "host" | "public_key_fingerprint">,
): Promise<FoundKey | undefined> {
  const found = await findKey(store, host, public_key_fingerprint);
  const own = found?.tenant.value.id === tenant.value.id && found.client.value.client_id === client_id;
  return own ? found : undefined;
}

export function standingOf({ client, mfa, link, delegation }: FoundKey): Standing {
  return { client: client.value, mfa: mfa.value, link: link.value, delegation: delegation.value };
}

/** A commit with these is refused unless all that the key hangs on, but for its tenant, is still as it was read. */
export function parentChecks(store: Store, { tenant, client, mfa, link, delegation }: FoundKey): Write[] {
  const { id: tid } = tenant.value;
  const { tms_user_id: user, host } = link.value;
  return [
    unchanged(clientShelf(store, tid), client),
    unchanged(mfaShelf(store, tid), mfa),
    unchanged(userHostShelf(store, tid, user, host), link),
    unchanged(delegationShelf(store, tid, client.value.client_id), delegation),
  ];
}

/** The key of this number; with `only`, if it is of that client. @throws Fault `not_found`. */
export async function getKey(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRow>,
  id: number,
  only?: string,
): Promise<KeyRow> {
  const place = await keyIdShelf(store).get(String(id));
  const found = place && (await findKey(store, place.value.host, place.value.fingerprint));
  const row = found?.key.value;
  if (row?.id !== id || row.tenant !== tenant.value.id || (only !== undefined && row.client_id !== only))
    throw notFound();
  return row;
}

/** The tenant's keys, or those of one client, by client, user, host and account. */
export async function* listKeys(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRow>,
  only?: string,
): AsyncGenerator<KeyRow> {
  const pause = breath();
  for await (const client of clientsOf(store, tenant, only)) {
    const prefix: Key = keyListPrefix(tenant.value.id, client.value.id);
    for await (const { value: place } of walk<KeyPlace>(store, prefix)) {
      await pause();
      const found = await findKey(store, place.host, place.fingerprint);
      if (found?.client.value.id === client.value.id) yield found.key.value;
    }
  }
}

/** How many keys the tenant has. */
export async function countKeys(tms: Pick<TmsContext, "store">, tenant: Item<TenantRow>): Promise<number> {
  let count = 0;
  for await (const _ of listKeys(tms, tenant)) count++;
  return count;
}

/** The tenant's clients, or the one of this id, as far as there are any. */
export async function* clientsOf(
  store: Store,
  tenant: Item<TenantRow>,
  only: string | undefined,
): AsyncGenerator<Item<ClientRow>> {
  const shelf = clientShelf(store, tenant.value.id);
  if (only === undefined) return yield* walk<ClientRow>(store, shelf.prefix);
  const client = await shelf.get(enc(only));
  if (client !== undefined) yield client;
}

/** To be awaited for every row of many: lets others work now and then. */
export function breath(): () => Promise<void> | undefined {
  let rows = 0;
  return () => (++rows % ROWS_AT_ONCE === 0 ? new Promise((turn) => setImmediate(turn)) : undefined);
}

export function notFound(): Fault {
  return new Fault("not_found", "NOT_FOUND");
}
