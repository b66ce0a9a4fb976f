import { Fault } from "../../../../core/fault.ts";
import type { Item } from "../../../store/collection.ts";
import { authenticate, requireTenant } from "../../callers.ts";
import {
  deleteClient,
  getClient,
  listClients,
  registerClient,
  rotateClientSecret,
  updateClient,
} from "../../clients.ts";
import type { TenantRow } from "../../schema.ts";
import type { Credentials } from "../credentials.ts";
import * as f from "../fields.ts";
import { given, shown } from "../nouns.ts";
import { type AppContext, listRoute, type Route, route } from "../route.ts";
import { deleted, ofTenant } from "../rows.ts";

const VERSION = "The application's version, as a requirement in Cargo's form.";
const app_version = f.text({ description: VERSION, example: "1.0", max: 64 });
const client_secret = f.word("Shown here and never again.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c");

const row = {
  id: f.id,
  tenant: shown.tenant,
  app_name: f.word("The application's name.", "Science Portal"),
  app_version: f.word(VERSION, "1.0"),
  client_id: shown.client_id,
  enabled: f.bool("A disabled client may do nothing, and its keys open nothing."),
  created: f.created,
  updated: f.updated,
};

const common = { tag: "Clients", order: "P1", who: ["client", "admin"] } as const;
const params = { client_id: given.client_id };

export const clients: readonly Route[] = [
  route(
    {
      id: "createClient",
      method: "post",
      path: "/tms/client",
      tag: "Clients",
      summary: "Register a client",
      description:
        "Strangers may where the server's settings allow it and MVP mode is off. An admin of the tenant, who shows so by the headers, always may.",
      differs: "an admin always may; a client that is there already is 409, not 500; strangers are slowed down.",
      who: "anyone",
      knows: ["admin"],
      order: "open",
      body: {
        client_id: given.client_id,
        tenant: given.tenant,
        app_name: f.name({ description: "The application's name.", example: "Science Portal" }),
        app_version,
      },
      answer: { client_id: shown.client_id, client_secret },
      status: 201,
      refuses: {
        400: "The tenant is not enabled, strangers may not register clients here, or the version is none.",
        401: "The admin's secret is not right.",
        409: "There is such a client, or one of this application and version.",
        429: "Too many from this address.",
      },
    },
    async ({ app, tms, body, credentials }) => {
      const tenant = await requireTenant(tms, body.tenant);
      return registerClient(tms, tenant, body, await registrar(app, tenant, credentials));
    },
  ),
  listRoute(
    {
      ...common,
      id: "listClients",
      path: "/tms/client/list",
      summary: "List clients: a client sees itself, an admin all",
      row,
      list: { rows: "clients", count: "num_clients" },
    },
    async ({ tms, tenant, only }) =>
      (only === undefined ? await listClients(tms, tenant) : [await getClient(tms, tenant, only)]).map(
        ofTenant(tenant),
      ),
  ),
  route(
    {
      ...common,
      id: "getClient",
      method: "get",
      path: "/tms/client/{client_id}",
      summary: "Show a client",
      params,
      answer: row,
      refuses: { 404: "There is no such client." },
    },
    async ({ tms, tenant, params }) => ofTenant(tenant)(await getClient(tms, tenant, params.client_id)),
  ),
  route(
    {
      ...common,
      id: "updateClient",
      method: "patch",
      path: "/tms/client/upd/{client_id}",
      summary: "Change a client's version, or switch it off or on",
      params,
      query: {
        app_version: f.optional(app_version),
        enabled: f.optional(f.flagParam("A disabled client may do nothing, and its keys open nothing.")),
      },
      answer: { fields_updated: f.fields_updated },
      refuses: { 409: "There is another client of this application and version." },
    },
    async ({ tms, tenant, params, query, by }) => {
      if (query.app_version === undefined && query.enabled === undefined)
        return { fields_updated: 0, result_msg: "No updates specified" };
      return { fields_updated: await updateClient(tms, tenant, params.client_id, query, by) };
    },
  ),
  route(
    {
      ...common,
      id: "updateClientSecret",
      method: "patch",
      path: "/tms/client/secret/{client_id}",
      summary: "Give a client a new secret",
      differs: "with `grace_minutes` the old secret opens for that long, too; a client that is not there is 404.",
      params,
      query: { grace_minutes: f.optional(f.graceMinutes) },
      answer: { client_id: shown.client_id, tenant: shown.tenant, client_secret },
      refuses: { 404: "There is no such client." },
    },
    async ({ tms, tenant, params: { client_id }, query: { grace_minutes = 0 }, by }) => ({
      client_id,
      tenant: tenant.value.tenant,
      client_secret: await rotateClientSecret(tms, tenant, client_id, grace_minutes, by),
    }),
  ),
  route(
    {
      ...common,
      id: "deleteClient",
      method: "delete",
      path: "/tms/client/del/{client_id}",
      summary: "Remove a client with its delegations, keys and reservations",
      params,
      answer: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params, by }) => deleted(await deleteClient(tms, tenant, params.client_id, by)),
  ),
];

/** Whoever registers a client: an admin who shows it, the operator, or a stranger, of whom there may not be too many. */
async function registrar(app: AppContext, tenant: Item<TenantRow>, credentials: Credentials) {
  const { adminId, adminSecret, operator, address } = credentials;
  if (operator || adminId !== undefined)
    return authenticate(app.tms, tenant, { adminId, adminSecret, operator, address }, ["admin"]);
  const wait = app.registrations.take(address);
  if (wait > 0)
    throw new Fault("rate_limited", `too many registrations from ${address}`, { hint: `try again in ${wait} s` });
  return { kind: "stranger", actor: { user: "", address } } as const;
}
