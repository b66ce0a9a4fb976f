import { Fault } from "../../core/fault.ts";
import type { Write } from "../../core/store.ts";
import type { Item } from "../store/collection.ts";
import { ADMIN_ID_PREFIX } from "./admins.ts";
import { actorFields, emitEvent } from "./audit.ts";
import type { Caller } from "./authenticate.ts";
import { appCollection, clientCollection, encodeName, sortBy, values } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { newRecordFields } from "./ids.ts";
import { findClient, notFound } from "./lookup.ts";
import type { ClientRecord, TenantRecord } from "./schema.ts";
import { hashSecret, newTmsSecret, rotateSecrets } from "./secrets.ts";
import { deleteFound, transact, updateFound } from "./transaction.ts";
import { isVersionRequirement } from "./version-requirement.ts";

export interface NewClient {
  readonly client_id: string;
  readonly app_name: string;
  /** A version requirement in Cargo's syntax. */
  readonly app_version: string;
}

/**
 * Registers a client. The secret is returned once and stored only as a hash. Unauthenticated callers may register if the
 * settings allow it.
 * @throws Fault `conflict` when the id, or this version of the application, is registered already; `bad_request` for an
 * invalid id or version, or when only admins may register clients.
 */
export async function registerClient(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { client_id, app_name, app_version }: NewClient,
  caller: Caller | { readonly kind: "unauthenticated"; readonly actor: Actor },
): Promise<{ readonly client_id: string; readonly client_secret: string }> {
  if (caller.kind === "unauthenticated") requireOpenRegistration(tms);
  requireVersion(app_version);
  if (client_id.startsWith(ADMIN_ID_PREFIX))
    throw new Fault("bad_request", `client_id: only an admin's id begins with ${ADMIN_ID_PREFIX}`);

  const secret = newTmsSecret();
  await transact(tms, tenant, async (current) => {
    const { id: tid } = current.value;
    if ((await findClient(tms, current, client_id)) !== undefined)
      throw new Fault("conflict", `the client ${client_id} exists already`);
    const app = appCollection(tms.store, tid, app_name);
    if ((await app.get(encodeName(app_version))) !== undefined) throw alreadyRegistered(app_name, app_version);
    const names = { client_id, app_name, app_version };
    const record: ClientRecord = {
      ...(await newRecordFields(tms)),
      ...names,
      enabled: true,
      secrets: [hashSecret(secret, tms.now())],
    };
    const writes = [
      clientCollection(tms.store, tid).put(encodeName(client_id), record, "absent"),
      app.put(encodeName(app_version), { client_id }, "absent"),
    ];
    return { writes, result: undefined };
  });
  const { tenant: name } = tenant.value;
  await emitEvent(tms, "tms.client.create", {
    ...actorFields(caller.actor),
    tenant: name,
    client_id,
    app_name,
    app_version,
  });
  return { client_id, client_secret: secret };
}

/** @throws Fault `not_found`. */
export async function getClient(tms: TmsContext, tenant: Item<TenantRecord>, client_id: string): Promise<ClientRecord> {
  const client = await findClient(tms, tenant, client_id);
  if (client === undefined) throw notFound();
  return client.value;
}

/** All clients of a tenant, by id. */
export async function listClients(tms: TmsContext, tenant: Item<TenantRecord>): Promise<ClientRecord[]> {
  const records = await values<ClientRecord>(tms.store, clientCollection(tms.store, tenant.value.id).prefix);
  return sortBy(records, ({ client_id }) => client_id);
}

export interface ClientChanges {
  readonly app_version?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/**
 * Updates the given fields. Returns the number of fields; 0 when there is no such client.
 * @throws Fault `conflict` when another client has this version of the application; `bad_request` for an invalid version.
 */
export async function updateClient(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client_id: string,
  { app_version, enabled }: ClientChanges,
  actor: Actor,
): Promise<number> {
  if (app_version !== undefined) requireVersion(app_version);
  const changes = { ...(app_version !== undefined && { app_version }), ...(enabled !== undefined && { enabled }) };
  const fields = Object.keys(changes).length;
  if (fields === 0) return 0;
  const record = await updateFound<ClientRecord>(
    tms,
    tenant,
    (current) => findClient(tms, current, client_id),
    () => changes,
    async (tid, record, { name, value, revision }) => [
      clientCollection(tms.store, tid).put(name, record, revision),
      ...(app_version === undefined ? [] : await moveToVersion(tms, tid, value, app_version)),
    ],
  );
  if (record === undefined) return 0;
  const names = { tenant: tenant.value.tenant, client_id };
  await emitEvent(tms, "tms.client.update", { ...actorFields(actor), ...names, ...changes });
  return fields;
}

/** Returns a new secret; the last one stays valid for `grace_minutes`. @throws Fault `not_found`. */
export async function rotateClientSecret(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client_id: string,
  grace_minutes: number,
  actor: Actor,
): Promise<string> {
  const secret = newTmsSecret();
  const record = await updateFound<ClientRecord>(
    tms,
    tenant,
    (current) => findClient(tms, current, client_id),
    ({ secrets }, now) => ({ secrets: rotateSecrets(secrets, secret, grace_minutes, now) }),
    (tid, record, { name, revision }) => [clientCollection(tms.store, tid).put(name, record, revision)],
  );
  if (record === undefined) throw notFound();
  const names = { tenant: tenant.value.tenant, client_id };
  await emitEvent(tms, "tms.client.rotate", { ...actorFields(actor), ...names, grace_minutes });
  return secret;
}

/**
 * Deletes a client; its delegations, keys and reservations cease to exist. Returns the number of deleted records: 0 or 1.
 */
export async function deleteClient(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  client_id: string,
  actor: Actor,
): Promise<number> {
  const deleted = await deleteFound(
    tms,
    tenant,
    (current) => findClient(tms, current, client_id),
    (tid, { name, value, revision }) => [
      clientCollection(tms.store, tid).remove(name, revision),
      appCollection(tms.store, tid, value.app_name).remove(encodeName(value.app_version), "any"),
    ],
  );
  if (!deleted) return 0;
  tms.garbageCollector.schedule();
  await emitEvent(tms, "tms.client.delete", { ...actorFields(actor), tenant: tenant.value.tenant, client_id });
  return 1;
}

function requireOpenRegistration({ mvp, newClients }: TmsContext): void {
  if (mvp) throw new Fault("bad_request", "in MVP mode only an admin can register clients");
  if (newClients === "disallow") throw new Fault("bad_request", "only an admin can register clients");
}

function requireVersion(app_version: string): void {
  if (!isVersionRequirement(app_version))
    throw new Fault("bad_request", "app_version: expected a version requirement such as 1.0 or >=1, <2");
}

/** The writes that move a client to another version of its application. @throws Fault `conflict` when that is registered. */
async function moveToVersion(
  tms: TmsContext,
  tid: number,
  client: ClientRecord,
  app_version: string,
): Promise<Write[]> {
  if (client.app_version === app_version) return [];
  const app = appCollection(tms.store, tid, client.app_name);
  if ((await app.get(encodeName(app_version))) !== undefined) throw alreadyRegistered(client.app_name, app_version);
  return [
    app.remove(encodeName(client.app_version), "any"),
    app.put(encodeName(app_version), { client_id: client.client_id }, "absent"),
  ];
}

function alreadyRegistered(app_name: string, app_version: string): Fault {
  return new Fault("conflict", `the application ${app_name} ${app_version} is registered already`);
}
