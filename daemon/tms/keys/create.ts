import type { KeyType, PrivateKey } from "../../../core/cert/private-key.ts";
import type { PublicKey } from "../../../core/cert/public-key.ts";
import { Fault } from "../../../core/fault.ts";
import { keyExpiry, storedUses } from "../../../core/tms/expiry.ts";
import { keyTypeOf } from "../../../core/tms/key-type.ts";
import { checkRestrictions, type Restrictions } from "../../../core/tms/restrictions.ts";
import type { Item } from "../../store/collection.ts";
import { actorFields, auditTime, emitEvent, keyFields } from "../audit.ts";
import { encodeName } from "../collections.ts";
import type { Actor, TmsContext } from "../context.ts";
import type { ClientRecord, KeyRecord, TenantRecord } from "../schema.ts";
import { transact } from "../transaction.ts";
import { keyCollection, keyWrites } from "./collections.ts";
import { loadParents } from "./find.ts";
import { parseImportedKey } from "./imported-key.ts";
import { emitCreated, ensurePrerequisites, type KeyPrerequisites, requirePrerequisites } from "./prerequisites.ts";

/** A key to be created. Negative numbers mean unlimited. */
export interface NewKey {
  readonly client_user_id: string;
  readonly host: string;
  readonly host_account: string;
  readonly num_uses: number;
  readonly ttl_minutes: number;
  readonly restrictions?: Restrictions | undefined;
}

/**
 * Creates a key pair. The private key, in OpenSSH's format, is returned once and never stored.
 * @throws Fault `denied` with the condition that does not hold, `bad_request` for invalid restrictions, `rate_limited` when
 * too many RSA or ECDSA keys are being generated.
 */
export async function createKey(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client: Item<ClientRecord>,
  request: NewKey & { readonly key_type: KeyType },
  actor: Actor,
): Promise<{ readonly record: KeyRecord; readonly private_key: string }> {
  // Generated once, though the transaction may run again.
  let key: PrivateKey | undefined;
  const generate = async () => {
    key ??= await tms.pool.take(request.key_type);
    return key;
  };
  const record = await storeKey(tms, tenant, client, request, async () => (await generate()).public, actor, false);
  return { record, private_key: (await generate()).toOpenSSH() };
}

/**
 * Imports a public key, whose private key stays with the client.
 * @throws Fault `bad_request` for an invalid or weak key, `conflict` when the host has it already, and what `createKey` throws.
 */
export async function importKey(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client: Item<ClientRecord>,
  request: NewKey & { readonly public_key: string },
  actor: Actor,
): Promise<KeyRecord> {
  const key = parseImportedKey(request.public_key);
  return await storeKey(tms, tenant, client, request, async () => key, actor, true);
}

async function storeKey(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client: Item<ClientRecord>,
  request: NewKey,
  getPublicKey: () => Promise<PublicKey>,
  actor: Actor,
  isImported: boolean,
): Promise<KeyRecord> {
  const restrictions = request.restrictions && checkRestrictions(request.restrictions);
  const { record, prerequisites } = await transact(tms, tenant, async (current) => {
    const prerequisites = await ensurePrerequisites(tms, current, client, request);
    const key = await getPublicKey();
    // Again: generating the key may have taken seconds.
    requirePrerequisites(prerequisites, tms.now());
    const record = newRecord(await tms.ids.next(), current, prerequisites, request, key, restrictions, tms.now());
    // A generated key is new; only an imported one can be stored already.
    const orphan = isImported ? await findReplacedOrphan(tms, record) : undefined;
    const writes = [...prerequisites.writes, ...keyWrites(tms.store, record, orphan)];
    return { writes, result: { record, prerequisites } };
  });
  await Promise.all([
    emitCreated(tms, tenant, prerequisites, actor),
    emitEvent(tms, "tms.key.create", {
      ...actorFields(actor),
      ...keyFields(record),
      key_type: record.key_type,
      own: isImported,
      max_uses: record.max_uses,
      expires: auditTime(record.expires_at),
    }),
  ]);
  return record;
}

/** The orphan that the imported key replaces. @throws Fault `conflict` when the host has this key. */
async function findReplacedOrphan({ store }: TmsContext, record: KeyRecord): Promise<Item<KeyRecord> | undefined> {
  const stored = await keyCollection(store, record.host).get(encodeName(record.public_key_fingerprint));
  if (stored !== undefined && (await loadParents(store, stored)) !== undefined)
    throw new Fault("conflict", "there is a key of this fingerprint for this host already");
  return stored;
}

function newRecord(
  id: number,
  { value: tenant }: Item<TenantRecord>,
  { client, mfa, link, delegation }: KeyPrerequisites,
  request: NewKey,
  key: PublicKey,
  restrictions: Restrictions | undefined,
  now: Date,
): KeyRecord {
  const uses = storedUses(request.num_uses);
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
    ...keyTypeOf(key),
    max_uses: uses,
    remaining_uses: uses,
    ...keyExpiry(now, request.ttl_minutes),
    ...(restrictions !== undefined && Object.keys(restrictions).length > 0 && { restrictions }),
  };
}
