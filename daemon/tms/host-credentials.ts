import { Fault } from "../../core/fault.ts";
import type { Write } from "../../core/store.ts";
import { digest } from "../seal.ts";
import type { Item } from "../store/collection.ts";
import { emitEvent, who } from "./audit.ts";
import { change } from "./change.ts";
import { enc, hostCredentialCollection, hostSecretCollection } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { stamp } from "./ids.ts";
import type { HostCredentialRow, TenantRow } from "./schema.ts";
import { newTmsSecret, rotated, secretOf } from "./secrets.ts";
import { listTenants } from "./tenants.ts";

/** `tmsh_TENANT'S-ID_SECRET`. */
const CREDENTIAL = /^tmsh_([1-9][0-9]{0,9})_([0-9a-f]{48})$/;

/**
 * A host proves that it is `host` before it is told of a key of this tenant, where the tenant wants that. `header` may hold
 * credentials of several tenants, separated by commas. A host that shows any names with them the tenants whose keys it
 * takes: any tenant may call a host and an account of it by name, but not in the host's name.
 * @throws Fault `unauthenticated` when one is missing or wrong, `denied` when it is another host's or not of this tenant.
 */
export async function requireHost(
  { store }: Pick<TmsContext, "store">,
  header: string | undefined,
  { value: tenant }: Item<TenantRow>,
  host: string,
): Promise<void> {
  const given = credentialsIn(header);
  const own = given.flatMap(({ tid, secret }) => (tid === tenant.id ? [secret] : []));
  if (own.length === 0) {
    if (given.length > 0) throw new Fault("denied", "the host has no credential of the key's tenant");
    if (tenant.require_host_credential)
      throw new Fault("unauthenticated", "hosts of this tenant need a credential to ask for keys");
    return;
  }
  const collection = hostSecretCollection(store, tenant.id);
  const found = await Promise.all(own.map((secret) => collection.get(digest(secret))));
  if (found.some((item) => item?.value.host === host)) return;
  throw found.every((item) => item === undefined) ? wrong() : anothers();
}

/**
 * Looks whether all credentials that a host has, for whatever tenants, are its own and good.
 * @throws Fault as `requireHost`, for the first that is not.
 */
export async function checkHost(tms: TmsContext, header: string, host: string): Promise<void> {
  const tenants = new Set((await listTenants(tms)).map(({ id }) => id));
  for (const { tid, secret } of credentialsIn(header)) {
    const item = tenants.has(tid) ? await hostSecretCollection(tms.store, tid).get(digest(secret)) : undefined;
    if (item === undefined) throw wrong();
    if (item.value.host !== host) throw anothers();
  }
}

function credentialsIn(header = ""): { readonly tid: number; readonly secret: string }[] {
  const given = header.split(",").map((one) => one.trim());
  return given
    .filter((one) => one !== "")
    .map((one) => {
      const [, tid = "", secret = ""] = CREDENTIAL.exec(one) ?? [];
      if (secret === "") throw wrong();
      return { tid: Number(tid), secret };
    });
}

/** A host's first credential, or a new one; the last one goes on for so many minutes. It is shown here only. */
export async function rotateHostCredential(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  host: string,
  grace_minutes: number,
  by: Actor,
): Promise<{ readonly host: string; readonly credential: string }> {
  const secret = newTmsSecret();
  await change(tms, tenant, async ({ value: { id: tid } }) => {
    const collection = hostCredentialCollection(tms.store, tid);
    const item = await collection.get(enc(host));
    const now = tms.now();
    const row: HostCredentialRow =
      item === undefined
        ? { ...(await stamp(tms)), host, secrets: [secretOf(secret, now)] }
        : {
            ...item.value,
            secrets: rotated(item.value.secrets, secret, grace_minutes, now),
            updated: now.toISOString(),
          };
    const writes = [
      collection.put(enc(host), row, item?.revision ?? "absent"),
      ...secretWrites(tms, tid, row, item?.value),
    ];
    return { writes, result: undefined };
  });
  const { id, tenant: name } = tenant.value;
  await emitEvent(tms, "tms.host_credential.rotate", { ...who(by), tenant: name, host, grace_minutes });
  return { host, credential: `tmsh_${id}_${secret}` };
}

/** Returns how many were removed: what the host had opens nothing any more. */
export async function deleteHostCredential(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  host: string,
  by: Actor,
): Promise<number> {
  const found = await change(tms, tenant, async ({ value: { id: tid } }) => {
    const collection = hostCredentialCollection(tms.store, tid);
    const item = await collection.get(enc(host));
    if (item === undefined) return { writes: [], result: false };
    const writes = [
      collection.remove(item.name, item.revision),
      ...secretWrites(tms, tid, { ...item.value, secrets: [] }, item.value),
    ];
    return { writes, result: true };
  });
  if (!found) return 0;
  await emitEvent(tms, "tms.host_credential.delete", { ...who(by), tenant: tenant.value.tenant, host });
  return 1;
}

/** The writes after which exactly the secrets of `row` open. */
function secretWrites(
  { store }: TmsContext,
  tid: number,
  { host, secrets }: HostCredentialRow,
  before: HostCredentialRow | undefined,
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

function wrong(): Fault {
  return new Fault("unauthenticated", "the host credential is wrong");
}

function anothers(): Fault {
  return new Fault("denied", "the host credential is another host's");
}
