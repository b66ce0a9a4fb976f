import { Fault } from "../../../../core/fault.ts";
import { deleteTenant, wipeTenant } from "../../tenant-removal.ts";
import { createTenant, DEFAULT_TENANT, getTenant, listTenants, updateTenant } from "../../tenants.ts";
import * as f from "../field-types.ts";
import { input, output } from "../fields.ts";
import { deletionResult, NO_UPDATES } from "../response.ts";
import { listRoute, type Route, route } from "../route.ts";

const record = {
  id: f.id,
  tenant: output.tenant,
  enabled: f.bool("A disabled tenant refuses all requests, and its keys cannot be used."),
  require_host_credential: f.bool("Whether hosts have to present a credential to retrieve keys. An addition."),
  created: f.created,
  updated: f.updated,
};

const common = { tag: "Tenants" } as const;
const params = { tenant: input.tenant };

export const tenants: readonly Route[] = [
  route(
    {
      ...common,
      id: "createTenant",
      method: "post",
      path: "/tms/tenants/{tenant}",
      callers: ["admin"],
      checks: "namedTenant",
      tenant: DEFAULT_TENANT,
      summary: "Create a tenant and its first admin",
      description: "For admins of the tenant `default`.",
      differs: "an existing tenant is 409, not 500.",
      params,
      response: {
        tenant: output.tenant,
        enabled: f.bool("Always true."),
        admin_id: output.admin_id,
        admin_secret: f.word(
          "Returned once; it cannot be retrieved again.",
          "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c",
        ),
      },
      status: 201,
      refusals: { 409: "The tenant exists already." },
    },
    ({ tms, params, actor }) => createTenant(tms, params.tenant, actor),
  ),
  listRoute(
    {
      ...common,
      id: "listTenants",
      path: "/tms/tenants/list",
      callers: "anyone",
      checks: "open",
      summary: "List tenants",
      record,
      list: { items: "tenants", count: "num_tenants" },
    },
    ({ tms }) => listTenants(tms),
  ),
  route(
    {
      ...common,
      id: "getTenant",
      method: "get",
      path: "/tms/tenants/{tenant}",
      callers: "anyone",
      checks: "open",
      summary: "Show a tenant",
      params,
      response: record,
      refusals: { 404: "The tenant does not exist." },
    },
    ({ tms, params }) => getTenant(tms, params.tenant),
  ),
  route(
    {
      ...common,
      id: "updateTenant",
      method: "patch",
      path: "/tms/tenants/upd",
      callers: ["admin"],
      checks: "namedTenantOrDefault",
      summary: "Enable or disable a tenant, or require credentials of its hosts",
      differs:
        "an admin of `default` may enable another tenant; `require_host_credential` is accepted, with `enabled` or alone.",
      body: {
        tenant: input.tenant,
        enabled: f.optional(f.flag("A disabled tenant refuses all requests, and its keys cannot be used.")),
        require_host_credential: f.optional(f.flag("Whether hosts have to present a credential to retrieve keys.")),
      },
      response: { fields_updated: f.fields_updated },
      refusals: { 403: "The header names another tenant, except when an admin of `default` enables it." },
    },
    async ({ tms, tenant, body, caller, actor }) => {
      const { enabled, require_host_credential } = body;
      const isOtherTenant = caller.kind === "admin" && body.tenant !== tenant.value.tenant;
      if (isOtherTenant && !(enabled === true && require_host_credential === undefined))
        throw new Fault("denied", "another tenant can only be enabled");
      if (enabled === undefined && require_host_credential === undefined) return NO_UPDATES;
      return { fields_updated: await updateTenant(tms, body.tenant, body, actor) };
    },
  ),
  route(
    {
      ...common,
      id: "deleteTenant",
      method: "delete",
      path: "/tms/tenants/del/{tenant}",
      callers: ["admin"],
      checks: "namedTenant",
      summary: "Delete a tenant that has no records except its admins",
      differs: "a tenant with other records is 409, not 500; only the operator can delete `default`.",
      params,
      response: { num_deleted: f.num_deleted },
      refusals: { 403: "It is `default`.", 409: "It has records other than its admins." },
    },
    async ({ tms, tenant, caller }) => deletionResult(await deleteTenant(tms, tenant, caller)),
  ),
  route(
    {
      ...common,
      id: "wipeTenant",
      method: "delete",
      path: "/tms/tenants/wipe/{tenant}",
      callers: ["admin"],
      checks: "namedTenant",
      summary: "Delete a tenant with all its records",
      differs: "only the operator can delete `default`.",
      params,
      response: { num_deleted: f.num_deleted },
      refusals: { 403: "It is `default`." },
    },
    async ({ tms, tenant, caller }) => deletionResult(await wipeTenant(tms, tenant, caller)),
  ),
];
