import { Fault } from "../../core/fault.ts";
import type { Write } from "../../core/store.ts";
import { digest } from "../seal.ts";
import type { Item } from "../store/collection.ts";
import { actorFields, emitEvent } from "./audit.ts";
import { encodeName, hostCredentialCollection, hostSecretCollection } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { newRecordFields } from "./ids.ts";
import type { HostCredentialRecord, TenantRecord } from "./schema.ts";
import { hashSecret, newTmsSecret, rotateSecrets } from "./secrets.ts";
import { listTenants } from "./tenants.ts";
import { deleteFound, transact } from "./transaction.ts";

/** The form of a host credential: `tmsh_`, the tenant's id, `_`, the secret in 48 hex digits. */
const CREDENTIAL = /^tmsh_([1-9][0-9]{0,9})_([0-9a-f]{48})$/;

/**
 * Requires that the caller proves to be `host` before a key of this tenant is disclosed. `header` may contain credentials of
 * several tenants, separated by commas. A host without any is accepted unless the tenant requires one. A host with some
 * accepts keys of those tenants only: otherwise any tenant could link accounts of a host that it does not run.
 * @throws Fault `unauthenticated` when a credential is missing or wrong, `denied` when it is another host's or none is of
 * this tenant.
 */
export async function requireHost(
  { store }: Pick<TmsContext, "store">,
  header: string | undefined,
  { value: tenant }: Item<TenantRecord>,
  host: string,
): Promise<void> {
  const presented = parseCredentials(header);
  const own = presented.flatMap(({ tid, secret }) => (tid === tenant.id ? [secret] : []));
  if (own.length === 0) {
    if (presented.length > 0) throw new Fault("denied", "the host has no credential of the key's tenant");
    if (tenant.require_host_credential)
      throw new Fault("unauthenticated", "hosts of this tenant need a credential to ask for keys");
    return;
  }
  const collection = hostSecretCollection(store, tenant.id);
  const found = await Promise.all(own.map((secret) => collection.get(digest(secret))));
  if (found.some((item) => item?.value.host === host)) return;
  throw found.every((item) => item === undefined) ? wrongCredential() : otherHostsCredential();
}

/**
 * Verifies every credential in `header`, of any tenant.
 * @throws Fault `unauthenticated` for the first that is wrong, `denied` for the first that is another host's.
 */
export async function checkHost(tms: TmsContext, header: string, host: string): Promise<void> {
  const tenants = new Set((await listTenants(tms)).map(({ id }) => id));
  for (const { tid, secret } of parseCredentials(header)) {
    const item = tenants.has(tid) ? await hostSecretCollection(tms.store, tid).get(digest(secret)) : undefined;
    if (item === undefined) throw wrongCredential();
    if (item.value.host !== host) throw otherHostsCredential();
  }
}

/** @throws Fault `unauthenticated` for one that is not of the form of a credential. */
function parseCredentials(header = ""): { readonly tid: number; readonly secret: string }[] {
  return header
    .split(",")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((text) => {
      const [, tid = "", secret = ""] = CREDENTIAL.exec(text) ?? [];
      if (secret === "") throw wrongCredential();
      return { tid: Number(tid), secret };
    });
}

/** Issues a host's credential, or a new one; the last one stays valid for `grace_minutes`. It is returned once. */
export async function rotateHostCredential(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  host: string,
  grace_minutes: number,
  actor: Actor,
): Promise<{ readonly host: string; readonly credential: string }> {
  const secret = newTmsSecret();
  await transact(tms, tenant, async ({ value: { id: tid } }) => {
    const collection = hostCredentialCollection(tms.store, tid);
    const item = await collection.get(encodeName(host));
    const now = tms.now();
    const record: HostCredentialRecord =
      item === undefined
        ? { ...(await newRecordFields(tms)), host, secrets: [hashSecret(secret, now)] }
        : {
            ...item.value,
            secrets: rotateSecrets(item.value.secrets, secret, grace_minutes, now),
            updated: now.toISOString(),
          };
    const writes = [
      collection.put(encodeName(host), record, item?.revision ?? "absent"),
      ...secretWrites(tms, tid, record, item?.value),
    ];
    return { writes, result: undefined };
  });
  const { id, tenant: name } = tenant.value;
  await emitEvent(tms, "tms.host_credential.rotate", { ...actorFields(actor), tenant: name, host, grace_minutes });
  return { host, credential: `tmsh_${id}_${secret}` };
}

/** Revokes a host's credentials. Returns the number of deleted records: 0 or 1. */
export async function deleteHostCredential(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  host: string,
  actor: Actor,
): Promise<number> {
  const deleted = await deleteFound(
    tms,
    tenant,
    ({ value: { id: tid } }) => hostCredentialCollection(tms.store, tid).get(encodeName(host)),
    (tid, { name, value, revision }) => [
      hostCredentialCollection(tms.store, tid).remove(name, revision),
      ...secretWrites(tms, tid, { ...value, secrets: [] }, value),
    ],
  );
  if (!deleted) return 0;
  await emitEvent(tms, "tms.host_credential.delete", { ...actorFields(actor), tenant: tenant.value.tenant, host });
  return 1;
}

/** The writes that make the index of secrets match `record`: those of `before` that it has not are removed. */
function secretWrites(
  { store }: TmsContext,
  tid: number,
  { host, secrets }: HostCredentialRecord,
  before: HostCredentialRecord | undefined,
): Write[] {
  const collection = hostSecretCollection(store, tid);
  const kept = new Set(secrets.map(({ hash }) => hash));
  const dropped = (before?.secrets ?? []).filter(({ hash }) => !kept.has(hash));
  return [
    ...secrets.map(({ hash, expires }) =>
      collection.put(hash, { host }, "any", expires ? new Date(expires) : undefined),
    ),
    ...dropped.map(({ hash }) => collection.remove(hash, "any")),
  ];
}

function wrongCredential(): Fault {
  return new Fault("unauthenticated", "the host credential is wrong");
}

function otherHostsCredential(): Fault {
  return new Fault("denied", "the host credential is another host's");
}
