import { FIRST_ADMIN } from "../../admin-draft.ts";
import { createAdmin, deleteAdmin, listAdmins, rotateAdminSecret } from "../../admins.ts";
import * as f from "../fields.ts";
import { given, shown } from "../nouns.ts";
import { listRoute, type Route, route } from "../route.ts";
import { deleted, ofTenant } from "../rows.ts";

const common = { tag: "Admins", who: ["admin"], addition: true } as const;
const params = { admin_id: given.admin_id };
const answer = {
  tenant: shown.tenant,
  admin_id: shown.admin_id,
  admin_secret: f.word("Shown here and never again.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"),
};

export const admins: readonly Route[] = [
  route(
    {
      ...common,
      id: "createAdmin",
      method: "post",
      path: "/tms/admins",
      order: "P2",
      summary: "Make an admin of the tenant",
      body: { tenant: given.tenant, admin_id: f.optional(given.admin_id) },
      answer,
      status: 201,
      refuses: { 409: "There is such an admin." },
    },
    async ({ tms, tenant, body, by }) =>
      ofTenant(tenant)(await createAdmin(tms, tenant, body.admin_id ?? FIRST_ADMIN, by)),
  ),
  listRoute(
    {
      ...common,
      id: "listAdmins",
      path: "/tms/admins/list",
      order: "P1",
      summary: "List the tenant's admins",
      row: { id: f.id, tenant: shown.tenant, admin_id: shown.admin_id, created: f.created, updated: f.updated },
      list: { rows: "admins", count: "num_admins" },
    },
    async ({ tms, tenant }) => (await listAdmins(tms, tenant)).map(ofTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "updateAdminSecret",
      method: "patch",
      path: "/tms/admins/secret/{admin_id}",
      order: "P1",
      summary: "Give an admin a new secret",
      params,
      query: { grace_minutes: f.optional(f.graceMinutes) },
      answer,
      refuses: { 404: "There is no such admin." },
    },
    async ({ tms, tenant, params: { admin_id }, query: { grace_minutes = 0 }, by }) => {
      const admin_secret = await rotateAdminSecret(tms, tenant, admin_id, grace_minutes, by);
      return { tenant: tenant.value.tenant, admin_id, admin_secret };
    },
  ),
  route(
    {
      ...common,
      id: "deleteAdmin",
      method: "delete",
      path: "/tms/admins/del/{admin_id}",
      order: "P1",
      summary: "Remove an admin",
      params,
      answer: { num_deleted: f.num_deleted },
      refuses: { 403: "It is the last one: only the operator may remove that." },
    },
    async ({ tms, tenant, params, caller }) => deleted(await deleteAdmin(tms, tenant, params.admin_id, caller)),
  ),
];
