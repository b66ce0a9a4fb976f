import { Fault } from "../../core/fault.ts";
import type { Write } from "../../core/store.ts";
import type { Item } from "../store/collection.ts";
import { ADMIN_MARK } from "./admins.ts";
import { emitEvent, who } from "./audit.ts";
import type { Caller } from "./callers.ts";
import { change } from "./change.ts";
import { appCollection, clientCollection, enc, walk } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { stamp } from "./ids.ts";
import { liveClient } from "./live.ts";
import { isVersionRequirement } from "./names.ts";
import type { ClientRow, TenantRow } from "./schema.ts";
import { newTmsSecret, rotated, secretOf } from "./secrets.ts";
import { sorted } from "./sorted.ts";

export interface NewClient {
  readonly client_id: string;
  readonly app_name: string;
  /** What Cargo takes for versions. */
  readonly app_version: string;
}

/**
 * A new client and its secret, which is shown here only. Strangers may register where the escrow is open to them.
 * @throws Fault `conflict` when the id, or this version of the application, is registered already; `bad_request`.
 */
export async function registerClient(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { client_id, app_name, app_version }: NewClient,
  caller: Caller | { readonly kind: "stranger"; readonly actor: Actor },
): Promise<{ readonly client_id: string; readonly client_secret: string }> {
  if (caller.kind === "stranger") requireOpen(tms);
  requireVersion(app_version);
  if (client_id.startsWith(ADMIN_MARK))
    throw new Fault("bad_request", `client_id: only an admin's id begins with ${ADMIN_MARK}`);

  const secret = newTmsSecret();
  await change(tms, tenant, async (current) => {
    const { id: tid } = current.value;
    if ((await liveClient(tms, current, client_id)) !== undefined)
      throw new Fault("conflict", `the client ${client_id} exists already`);
    const app = appCollection(tms.store, tid, app_name);
    if ((await app.get(enc(app_version))) !== undefined) throw taken(app_name, app_version);
    const names = { client_id, app_name, app_version };
    const row: ClientRow = { ...(await stamp(tms)), ...names, enabled: true, secrets: [secretOf(secret, tms.now())] };
    const writes = [
      clientCollection(tms.store, tid).put(enc(client_id), row, "absent"),
      app.put(enc(app_version), { client_id }, "absent"),
    ];
    return { writes, result: undefined };
  });
  const { tenant: name } = tenant.value;
  await emitEvent(tms, "tms.client.create", { ...who(caller.actor), tenant: name, client_id, app_name, app_version });
  return { client_id, client_secret: secret };
}

/** @throws Fault `not_found`. */
export async function getClient(tms: TmsContext, tenant: Item<TenantRow>, client_id: string): Promise<ClientRow> {
  return (await requireClient(tms, tenant, client_id)).value;
}

/** All clients of a tenant, by id. */
export async function listClients(tms: TmsContext, tenant: Item<TenantRow>): Promise<ClientRow[]> {
  const rows: ClientRow[] = [];
  const { prefix } = clientCollection(tms.store, tenant.value.id);
  for await (const { value } of walk<ClientRow>(tms.store, prefix)) rows.push(value);
  return sorted(rows, ({ client_id }) => client_id);
}

export interface ClientChanges {
  readonly app_version?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/**
 * Changes what is given. Returns how many fields; 0 where there is no such client.
 * @throws Fault `conflict` when another client is this version of the application; `bad_request`.
 */
export async function updateClient(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client_id: string,
  { app_version, enabled }: ClientChanges,
  by: Actor,
): Promise<number> {
  if (app_version !== undefined) requireVersion(app_version);
  const changes = { ...(app_version !== undefined && { app_version }), ...(enabled !== undefined && { enabled }) };
  const fields = Object.keys(changes).length;
  const found = await change(tms, tenant, async (current) => {
    const client = await liveClient(tms, current, client_id);
    if (client === undefined || fields === 0) return { writes: [], result: false };
    const { id: tid } = current.value;
    const row = { ...client.value, ...changes, updated: tms.now().toISOString() };
    const writes = [clientCollection(tms.store, tid).put(client.name, row, client.revision)];
    if (app_version !== undefined) writes.push(...(await moveApp(tms, tid, client.value, app_version)));
    return { writes, result: true };
  });
  if (!found) return 0;
  await emitEvent(tms, "tms.client.update", { ...who(by), tenant: tenant.value.tenant, client_id, ...changes });
  return fields;
}

/** A new secret; the last one goes on for so many minutes. @throws Fault `not_found`. */
export async function rotateClientSecret(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client_id: string,
  grace_minutes: number,
  by: Actor,
): Promise<string> {
  const secret = newTmsSecret();
  await change(tms, tenant, async (current) => {
    const client = await requireClient(tms, current, client_id);
    const secrets = rotated(client.value.secrets, secret, grace_minutes, tms.now());
    const row = { ...client.value, secrets, updated: tms.now().toISOString() };
    const collection = clientCollection(tms.store, current.value.id);
    return { writes: [collection.put(client.name, row, client.revision)], result: undefined };
  });
  await emitEvent(tms, "tms.client.rotate", { ...who(by), tenant: tenant.value.tenant, client_id, grace_minutes });
  return secret;
}

/** Returns how many were removed. Its delegations, keys and reservations go with it. */
export async function deleteClient(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  client_id: string,
  by: Actor,
): Promise<number> {
  const found = await change(tms, tenant, async (current) => {
    const client = await liveClient(tms, current, client_id);
    if (client === undefined) return { writes: [], result: false };
    const { id: tid } = current.value;
    const writes = [
      clientCollection(tms.store, tid).remove(client.name, client.revision),
      appCollection(tms.store, tid, client.value.app_name).remove(enc(client.value.app_version), "any"),
    ];
    return { writes, result: true };
  });
  if (!found) return 0;
  tms.janitor.soon();
  await emitEvent(tms, "tms.client.delete", { ...who(by), tenant: tenant.value.tenant, client_id });
  return 1;
}

function requireOpen({ mvp, newClients }: TmsContext): void {
  if (mvp) throw new Fault("bad_request", "in MVP mode clients are registered by an admin");
  if (newClients === "disallow") throw new Fault("bad_request", "new clients are registered by an admin");
}

function requireVersion(app_version: string): void {
  if (!isVersionRequirement(app_version))
    throw new Fault("bad_request", "app_version: expected a version or a requirement of one, such as 1.0 or >=1, <2");
}

async function requireClient(tms: TmsContext, tenant: Item<TenantRow>, client_id: string): Promise<Item<ClientRow>> {
  const client = await liveClient(tms, tenant, client_id);
  if (client === undefined) throw new Fault("not_found", "NOT_FOUND");
  return client;
}

/** The writes that let a client be another version of its application. */
async function moveApp(tms: TmsContext, tid: number, client: ClientRow, app_version: string): Promise<Write[]> {
  if (client.app_version === app_version) return [];
  const app = appCollection(tms.store, tid, client.app_name);
  if ((await app.get(enc(app_version))) !== undefined) throw taken(client.app_name, app_version);
  return [
    app.remove(enc(client.app_version), "any"),
    app.put(enc(app_version), { client_id: client.client_id }, "absent"),
  ];
}

function taken(app_name: string, app_version: string): Fault {
  return new Fault("conflict", `the application ${app_name} ${app_version} is registered already`);
}
