import type { KeyType, PrivateKey } from "../../../core/cert/private-key.ts";
import type { PublicKey } from "../../../core/cert/public-key.ts";
import { Fault } from "../../../core/fault.ts";
import { kindOf } from "../../../core/tms/kind.ts";
import { keyEnd, usesOf } from "../../../core/tms/numbers.ts";
import { checkRestrictions, type Restrictions } from "../../../core/tms/restrictions.ts";
import type { Item } from "../../store/collection.ts";
import { emitEvent, instantOf, who } from "../audit.ts";
import { change } from "../change.ts";
import { enc } from "../collections.ts";
import type { Actor, TmsContext } from "../context.ts";
import type { ClientRow, KeyRow, TenantRow } from "../schema.ts";
import { type Basis, findBasis, recordBasis, requireConditions } from "./basis.ts";
import { keyCollection, keyWrites } from "./collections.ts";
import { withParents } from "./find.ts";
import { parseOwnKey } from "./own-key.ts";
import { subject } from "./update.ts";

/** For whom a key is to be, and how far it goes. Negative numbers mean without end. */
export interface NewKey {
  readonly client_user_id: string;
  readonly host: string;
  readonly host_account: string;
  readonly num_uses: number;
  readonly ttl_minutes: number;
  readonly restrictions?: Restrictions | undefined;
}

/**
 * A new key pair. The private key, as an OpenSSH file, is shown here and kept nowhere.
 * @throws Fault `denied`, naming the condition that does not hold.
 */
export async function createKey(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client: Item<ClientRow>,
  request: NewKey & { readonly key_type: KeyType },
  by: Actor,
): Promise<{ readonly row: KeyRow; readonly private_key: string }> {
  let made: PrivateKey | undefined;
  const make = async () => {
    made ??= await tms.pool.take(request.key_type);
    return made;
  };
  const row = await storeKey(tms, tenant, client, request, async () => (await make()).public, by, false);
  return { row, private_key: (await make()).toOpenSSH() };
}

/**
 * A key whose private half stays with the client.
 * @throws Fault `bad_request` for what is no key or proves nothing, `conflict` when the host has it already, and as `createKey` does.
 */
export async function addKey(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client: Item<ClientRow>,
  request: NewKey & { readonly public_key: string },
  by: Actor,
): Promise<KeyRow> {
  const key = parseOwnKey(request.public_key);
  return await storeKey(tms, tenant, client, request, async () => key, by, true);
}

async function storeKey(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client: Item<ClientRow>,
  request: NewKey,
  make: () => Promise<PublicKey>,
  by: Actor,
  own: boolean,
): Promise<KeyRow> {
  const restrictions = request.restrictions && checkRestrictions(request.restrictions);
  const { row, basis } = await change(tms, tenant, async (current) => {
    const basis = await findBasis(tms, current, client, request);
    requireConditions(basis, tms.now());
    const key = await make();
    // The making may have taken seconds.
    requireConditions(basis, tms.now());
    const row = newRow(await tms.ids.next(), current, basis, request, key, restrictions, tms.now());
    // Of a key that was made just now there is no other.
    const former = own ? await formerKey(tms, row) : undefined;
    return { writes: [...basis.writes, ...keyWrites(tms.store, row, former)], result: { row, basis } };
  });
  await Promise.all([
    recordBasis(tms, tenant, basis, by),
    emitEvent(tms, "tms.key.create", {
      ...who(by),
      ...subject(row),
      key_type: row.key_type,
      own,
      max_uses: row.max_uses,
      expires: instantOf(row.expires_at),
    }),
  ]);
  return row;
}

/** What stands in the new key's place: at most one that does not exist any more. @throws Fault `conflict`. */
async function formerKey({ store }: TmsContext, row: KeyRow): Promise<Item<KeyRow> | undefined> {
  const former = await keyCollection(store, row.host).get(enc(row.public_key_fingerprint));
  if (former !== undefined && (await withParents(store, former)) !== undefined)
    throw new Fault("conflict", "there is a key of this fingerprint for this host already");
  return former;
}

function newRow(
  id: number,
  { value: tenant }: Item<TenantRow>,
  { client, mfa, link, delegation }: Basis,
  request: NewKey,
  key: PublicKey,
  restrictions: Restrictions | undefined,
  now: Date,
): KeyRow {
  const uses = usesOf(request.num_uses);
  return {
    id,
    created: now.toISOString(),
    updated: now.toISOString(),
    tenant: tenant.id,
    tenant_name: tenant.tenant,
    client: client.id,
    mfa: mfa.id,
    link: link.id,
    delegation: delegation.id,
    client_id: client.client_id,
    client_user_id: mfa.tms_user_id,
    host: link.host,
    host_account: link.host_account,
    public_key_fingerprint: key.fingerprint,
    public_key: key.toString(),
    ...kindOf(key),
    max_uses: uses,
    remaining_uses: uses,
    ...keyEnd(now, request.ttl_minutes),
    ...(restrictions !== undefined && Object.keys(restrictions).length > 0 && { restrictions }),
  };
}
