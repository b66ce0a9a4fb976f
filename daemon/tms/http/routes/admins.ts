import { createAdmin, deleteAdmin, FIRST_ADMIN, listAdmins, rotateAdminSecret } from "../../admins.ts";
import * as f from "../field-types.ts";
import { input, output } from "../fields.ts";
import { deletionResult, withTenant } from "../response.ts";
import { listRoute, type Route, route } from "../route.ts";

const common = { tag: "Admins", callers: ["admin"], addition: true } as const;
const params = { admin_id: input.admin_id };
const response = {
  tenant: output.tenant,
  admin_id: output.admin_id,
  admin_secret: f.word(
    "Returned once; it cannot be retrieved again.",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c",
  ),
};

export const admins: readonly Route[] = [
  route(
    {
      ...common,
      id: "createAdmin",
      method: "post",
      path: "/tms/admins",
      checks: "namedTenant",
      summary: "Create an admin of the tenant",
      body: { tenant: input.tenant, admin_id: f.optional(input.admin_id) },
      response,
      status: 201,
      refusals: { 409: "The admin exists already." },
    },
    async ({ tms, tenant, body, actor }) =>
      withTenant(tenant)(await createAdmin(tms, tenant, body.admin_id ?? FIRST_ADMIN, actor)),
  ),
  listRoute(
    {
      ...common,
      id: "listAdmins",
      path: "/tms/admins/list",
      checks: "headerTenant",
      summary: "List the tenant's admins",
      record: { id: f.id, tenant: output.tenant, admin_id: output.admin_id, created: f.created, updated: f.updated },
      list: { items: "admins", count: "num_admins" },
    },
    async ({ tms, tenant }) => (await listAdmins(tms, tenant)).map(withTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "updateAdminSecret",
      method: "patch",
      path: "/tms/admins/secret/{admin_id}",
      checks: "headerTenant",
      summary: "Rotate an admin's secret",
      params,
      query: { grace_minutes: f.optional(f.graceMinutes) },
      response,
      refusals: { 404: "The admin does not exist." },
    },
    async ({ tms, tenant, params: { admin_id }, query: { grace_minutes = 0 }, actor }) => {
      const admin_secret = await rotateAdminSecret(tms, tenant, admin_id, grace_minutes, actor);
      return { tenant: tenant.value.tenant, admin_id, admin_secret };
    },
  ),
  route(
    {
      ...common,
      id: "deleteAdmin",
      method: "delete",
      path: "/tms/admins/del/{admin_id}",
      checks: "headerTenant",
      summary: "Delete an admin",
      params,
      response: { num_deleted: f.num_deleted },
      refusals: { 403: "It is the tenant's last admin, which only the operator may delete." },
    },
    async ({ tms, tenant, params, caller }) => deletionResult(await deleteAdmin(tms, tenant, params.admin_id, caller)),
  ),
];
