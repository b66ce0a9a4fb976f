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
  enabled: f.bool("In a disabled tenant nothing can be done, and its keys open nothing."),
  require_host_credential: f.bool("Whether a host has to show its credential to get keys. An addition."),
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
      summary: "Make a tenant and its first admin",
      description: "For admins of the tenant `default`.",
      differs: "a tenant that is there already is 409, not 500.",
      params,
      response: {
        tenant: output.tenant,
        enabled: f.bool("Always true."),
        admin_id: output.admin_id,
        admin_secret: f.word("Shown here and never again.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"),
      },
      status: 201,
      refusals: { 409: "There is such a tenant." },
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
      refusals: { 404: "There is no such tenant." },
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
      summary: "Switch a tenant off or on, or have its hosts prove themselves",
      differs:
        "an admin of `default` may switch another tenant on again; `require_host_credential` may be given, beside `enabled` or alone.",
      body: {
        tenant: input.tenant,
        enabled: f.optional(f.flag("In a disabled tenant nothing can be done, and its keys open nothing.")),
        require_host_credential: f.optional(f.flag("Whether a host has to show its credential to get keys.")),
      },
      response: { fields_updated: f.fields_updated },
      refusals: { 403: "The header names another tenant, and it is not one of `default`'s admins who switches it on." },
    },
    async ({ tms, tenant, body, caller, actor }) => {
      const { enabled, require_host_credential } = body;
      const other = caller.kind === "admin" && body.tenant !== tenant.value.tenant;
      if (other && !(enabled === true && require_host_credential === undefined))
        throw new Fault("denied", "of another tenant it can only be switched on again");
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
      summary: "Remove a tenant that holds nothing but its admins",
      differs: "a tenant that holds more is 409, not 500; `default` can be removed by the operator only.",
      params,
      response: { num_deleted: f.num_deleted },
      refusals: { 403: "It is `default`.", 409: "It holds more than its admins." },
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
      summary: "Remove a tenant with everything in it",
      differs: "`default` can be removed by the operator only.",
      params,
      response: { num_deleted: f.num_deleted },
      refusals: { 403: "It is `default`." },
    },
    async ({ tms, tenant, caller }) => deletionResult(await wipeTenant(tms, tenant, caller)),
  ),
];
