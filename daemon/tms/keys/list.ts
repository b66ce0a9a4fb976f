import type { Key, Store } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import { clientCollection, enc, walk } from "../collections.ts";
import type { TmsContext } from "../context.ts";
import type { ClientRow, KeyRow, TenantRow } from "../schema.ts";
import { type KeyPlace, keyCollection, keyListPrefix } from "./collections.ts";
import { breath, Looks } from "./looks.ts";

/** The tenant's keys, or those of one client, by client, user, host and account. */
export async function* listKeys(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRow>,
  only?: string,
): AsyncGenerator<KeyRow> {
  const pause = breath();
  const looks = new Looks(store);
  for await (const client of clientsOf(store, tenant, only)) {
    const prefix: Key = keyListPrefix(tenant.value.id, client.value.id);
    for await (const { value: place } of walk<KeyPlace>(store, prefix)) {
      await pause();
      const key = await keyCollection(store, place.host).get(enc(place.fingerprint));
      if (key?.value.client === client.value.id && (await looks.lives(key))) yield key.value;
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
  const collection = clientCollection(store, tenant.value.id);
  if (only === undefined) return yield* walk<ClientRow>(store, collection.prefix);
  const client = await collection.get(enc(only));
  if (client !== undefined) yield client;
}
