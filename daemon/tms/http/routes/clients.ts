import { Fault } from "../../../../core/fault.ts";
import type { Item } from "../../../store/collection.ts";
import { authenticate } from "../../authenticate.ts";
import {
  deleteClient,
  getClient,
  listClients,
  registerClient,
  rotateClientSecret,
  updateClient,
} from "../../clients.ts";
import { requireTenant } from "../../lookup.ts";
import type { TenantRecord } from "../../schema.ts";
import type { Credentials } from "../credentials.ts";
import * as f from "../field-types.ts";
import { input, output } from "../fields.ts";
import { deletionResult, NO_UPDATES, withTenant } from "../response.ts";
import { type AppContext, listRoute, type Route, route } from "../route.ts";

const VERSION = "The application's version, as a version requirement in Cargo's syntax.";
const app_version = f.text({ description: VERSION, example: "1.0", max: 64 });
const client_secret = f.word(
  "Returned once; it cannot be retrieved again.",
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c",
);

const record = {
  id: f.id,
  tenant: output.tenant,
  app_name: f.word("The application's name.", "Science Portal"),
  app_version: f.word(VERSION, "1.0"),
  client_id: output.client_id,
  enabled: f.bool("A disabled client cannot authenticate, and its keys cannot be used."),
  created: f.created,
  updated: f.updated,
};

const common = { tag: "Clients", checks: "headerTenant", callers: ["client", "admin"] } as const;
const params = { client_id: input.client_id };

export const clients: readonly Route[] = [
  route(
    {
      id: "createClient",
      method: "post",
      path: "/tms/client",
      tag: "Clients",
      summary: "Register a client",
      description:
        "Unauthenticated callers may register clients if the server's settings allow it and MVP mode is off. An admin of the tenant, authenticated by the headers, always may.",
      differs:
        "an admin may always register clients; an existing client is 409, not 500; unauthenticated registrations are rate-limited.",
      callers: "anyone",
      optionalCallers: ["admin"],
      checks: "open",
      body: {
        client_id: input.client_id,
        tenant: input.tenant,
        app_name: f.name({ description: "The application's name.", example: "Science Portal" }),
        app_version,
      },
      response: { client_id: output.client_id, client_secret },
      status: 201,
      refusals: {
        400: "The tenant is not enabled, only admins may register clients, or the version is invalid.",
        401: "The admin's secret is wrong.",
        409: "The client exists already, or another client has this application and version.",
        429: "Too many registrations from this address.",
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
      record,
      list: { items: "clients", count: "num_clients" },
    },
    async ({ tms, tenant, onlyClient }) =>
      (onlyClient === undefined ? await listClients(tms, tenant) : [await getClient(tms, tenant, onlyClient)]).map(
        withTenant(tenant),
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
      response: record,
      refusals: { 404: "The client does not exist." },
    },
    async ({ tms, tenant, params }) => withTenant(tenant)(await getClient(tms, tenant, params.client_id)),
  ),
  route(
    {
      ...common,
      id: "updateClient",
      method: "patch",
      path: "/tms/client/upd/{client_id}",
      summary: "Change a client's version, or enable or disable it",
      params,
      query: {
        app_version: f.optional(app_version),
        enabled: f.optional(f.flagParam("A disabled client cannot authenticate, and its keys cannot be used.")),
      },
      response: { fields_updated: f.fields_updated },
      refusals: { 409: "Another client has this application and version." },
    },
    async ({ tms, tenant, params, query, actor }) => {
      if (query.app_version === undefined && query.enabled === undefined) return NO_UPDATES;
      return { fields_updated: await updateClient(tms, tenant, params.client_id, query, actor) };
    },
  ),
  route(
    {
      ...common,
      id: "updateClientSecret",
      method: "patch",
      path: "/tms/client/secret/{client_id}",
      summary: "Rotate a client's secret",
      differs: "with `grace_minutes` the old secret stays valid for that long; a client that does not exist is 404.",
      params,
      query: { grace_minutes: f.optional(f.graceMinutes) },
      response: { client_id: output.client_id, tenant: output.tenant, client_secret },
      refusals: { 404: "The client does not exist." },
    },
    async ({ tms, tenant, params: { client_id }, query: { grace_minutes = 0 }, actor }) => ({
      client_id,
      tenant: tenant.value.tenant,
      client_secret: await rotateClientSecret(tms, tenant, client_id, grace_minutes, actor),
    }),
  ),
  route(
    {
      ...common,
      id: "deleteClient",
      method: "delete",
      path: "/tms/client/del/{client_id}",
      summary: "Delete a client with its delegations, keys and reservations",
      params,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params, actor }) => deletionResult(await deleteClient(tms, tenant, params.client_id, actor)),
  ),
];

/**
 * The caller that registers a client: an admin with credentials, the operator, or an unauthenticated caller.
 * @throws Fault `rate_limited` for unauthenticated callers beyond the limit of their address.
 */
async function registrar(app: AppContext, tenant: Item<TenantRecord>, credentials: Credentials) {
  const { adminId, adminSecret, operator, address } = credentials;
  if (operator || adminId !== undefined)
    return authenticate(app.tms, tenant, { adminId, adminSecret, operator, address }, ["admin"]);
  const wait = app.registrations.take(address);
  if (wait > 0)
    throw new Fault("rate_limited", `too many registrations from ${address}`, { hint: `try again in ${wait} s` });
  return { kind: "unauthenticated", actor: { user: "", address } } as const;
}
