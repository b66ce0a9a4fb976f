import type { Key } from "../../../core/store.ts";
import type { Item } from "../../store/collection.ts";
import { encodeName, walk } from "../collections.ts";
import type { TmsContext } from "../context.ts";
import type { KeyRecord, TenantRecord } from "../schema.ts";
import { type KeyReference, keyCollection, keyListPrefix } from "./collections.ts";
import { clientsOf, countAll, ParentScan, pacer } from "./scan.ts";

/** The tenant's keys, or those of one client, by client, user, host and account. */
export async function* listKeys(
  { store }: Pick<TmsContext, "store">,
  tenant: Item<TenantRecord>,
  onlyClient?: string,
): AsyncGenerator<KeyRecord> {
  const pace = pacer();
  const scan = new ParentScan(store);
  for await (const client of clientsOf(store, tenant, onlyClient)) {
    const prefix: Key = keyListPrefix(tenant.value.id, client.value.id);
    for await (const { value: reference } of walk<KeyReference>(store, prefix)) {
      await pace();
      const key = await keyCollection(store, reference.host).get(encodeName(reference.fingerprint));
      if (key?.value.client === client.value.id && (await scan.hasParents(key))) yield key.value;
    }
  }
}

/** The number of keys of the tenant. */
export function countKeys(tms: Pick<TmsContext, "store">, tenant: Item<TenantRecord>): Promise<number> {
  return countAll(listKeys(tms, tenant));
}
