import { createUserHost, deleteUserHost, getUserHost, listUserHosts, updateUserHost } from "../../user-hosts.ts";
import * as f from "../field-types.ts";
import { input, output } from "../fields.ts";
import { deletionResult, expiryResult, withTenant } from "../response.ts";
import { listRoute, type Route, route } from "../route.ts";

const record = {
  id: f.id,
  tenant: output.tenant,
  tms_user_id: output.tms_user_id,
  host: output.host,
  host_account: output.host_account,
  expires_at: f.expires_at,
  created: f.created,
  updated: f.updated,
};

const common = { tag: "User/host links", callers: ["admin"] } as const;
const names = {
  tenant: input.tenant,
  tms_user_id: input.tms_user_id,
  host: input.host,
  host_account: input.host_account,
};

export const userHosts: readonly Route[] = [
  route(
    {
      ...common,
      id: "createUserHost",
      method: "post",
      path: "/tms/userhosts",
      checks: "namedTenant",
      summary: "Link a user to an account on a host",
      differs: "a user without an MFA record is 404, not 500.",
      body: { ...names, ttl_minutes: f.ttlMinutes },
      response: {
        tms_user_id: output.tms_user_id,
        host: output.host,
        host_account: output.host_account,
        expires_at: f.expires_at,
      },
      status: 201,
      refusals: { 404: "The user has no MFA record.", 409: "The link exists already." },
    },
    ({ tms, tenant, body, actor }) => createUserHost(tms, tenant, body, actor),
  ),
  listRoute(
    {
      ...common,
      id: "listUserHosts",
      path: "/tms/userhosts/list",
      checks: "headerTenant",
      summary: "List links",
      record,
      list: { items: "users", count: "num_users" },
    },
    async ({ tms, tenant }) => (await listUserHosts(tms, tenant)).map(withTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "getUserHost",
      method: "get",
      path: "/tms/userhosts/{id}",
      checks: "headerTenant",
      summary: "Show a link",
      params: { id: f.idParam("The link's id.") },
      response: record,
      refusals: { 404: "The link does not exist." },
    },
    async ({ tms, tenant, params }) => withTenant(tenant)(await getUserHost(tms, tenant, params.id)),
  ),
  route(
    {
      ...common,
      id: "updateUserHost",
      method: "patch",
      path: "/tms/userhosts/upd",
      checks: "namedTenant",
      summary: "Change the expiry of a link",
      body: { ...names, ttl_minutes: f.ttlMinutes },
      response: { fields_updated: f.fields_updated, expires_msg: f.expires_msg },
    },
    async ({ tms, tenant, body, actor }) => expiryResult(await updateUserHost(tms, tenant, body, actor)),
  ),
  route(
    {
      ...common,
      id: "deleteUserHost",
      method: "delete",
      path: "/tms/userhosts/del",
      checks: "namedTenant",
      summary: "Delete a link with its keys and reservations",
      body: names,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, body, actor }) => deletionResult(await deleteUserHost(tms, tenant, body, actor)),
  ),
];
