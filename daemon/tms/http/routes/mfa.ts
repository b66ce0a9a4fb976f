import { createMfa, deleteMfa, getMfa, listMfa, updateMfa } from "../../mfa.ts";
import * as f from "../field-types.ts";
import { input, output } from "../fields.ts";
import { deletionResult, NO_UPDATES, withTenant } from "../response.ts";
import { listRoute, type Route, route } from "../route.ts";

const record = {
  id: f.id,
  tenant: output.tenant,
  tms_user_id: output.tms_user_id,
  expires_at: f.expires_at,
  enabled: f.bool("Whether the MFA is accepted."),
  created: f.created,
  updated: f.updated,
};

const common = { tag: "User MFA", callers: ["admin"] } as const;
const params = { tms_user_id: input.tms_user_id };

export const mfa: readonly Route[] = [
  route(
    {
      ...common,
      id: "createUserMfa",
      method: "post",
      path: "/tms/usermfa",
      checks: "namedTenant",
      summary: "Record that a user has passed multi-factor authentication",
      body: { tenant: input.tenant, tms_user_id: input.tms_user_id, ttl_minutes: f.ttlMinutes },
      response: { tms_user_id: output.tms_user_id, expires_at: f.expires_at, enabled: f.bool("Always true.") },
      status: 201,
      refusals: { 409: "The record exists already." },
    },
    ({ tms, tenant, body, actor }) => createMfa(tms, tenant, body, actor),
  ),
  listRoute(
    {
      ...common,
      id: "listUserMfa",
      path: "/tms/usermfa/list",
      checks: "headerTenant",
      summary: "List the MFA records of users",
      record,
      list: { items: "users", count: "num_users" },
    },
    async ({ tms, tenant }) => (await listMfa(tms, tenant)).map(withTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "getUserMfa",
      method: "get",
      path: "/tms/usermfa/{tms_user_id}",
      checks: "headerTenant",
      summary: "Show a user's MFA record",
      params,
      response: record,
      refusals: { 404: "The record does not exist." },
    },
    async ({ tms, tenant, params }) => withTenant(tenant)(await getMfa(tms, tenant, params.tms_user_id)),
  ),
  route(
    {
      ...common,
      id: "updateUserMfa",
      method: "patch",
      path: "/tms/usermfa/upd",
      checks: "namedTenant",
      summary: "Enable, disable or extend a user's MFA",
      differs:
        "`ttl_minutes` is accepted, with `enabled` or alone; TMS can only delete the record with its dependent records.",
      body: {
        tenant: input.tenant,
        tms_user_id: input.tms_user_id,
        enabled: f.optional(f.flag("Whether the MFA is accepted.")),
        ttl_minutes: f.optional(f.int32("Minutes from now. Negative: the longest lifetime.", 480)),
      },
      response: { fields_updated: f.fields_updated },
    },
    async ({ tms, tenant, body, actor }) => {
      if (body.enabled === undefined && body.ttl_minutes === undefined) return NO_UPDATES;
      return { fields_updated: await updateMfa(tms, tenant, body, actor) };
    },
  ),
  route(
    {
      ...common,
      id: "deleteUserMfa",
      method: "delete",
      path: "/tms/usermfa/del/{tms_user_id}",
      checks: "headerTenant",
      summary: "Delete a user's MFA record with its links, delegations, keys and reservations",
      params,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params, actor }) => deletionResult(await deleteMfa(tms, tenant, params.tms_user_id, actor)),
  ),
];
