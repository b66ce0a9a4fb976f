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
  enabled: f.bool("Whether it counts."),
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
      summary: "Record that a user has shown who it is",
      body: { tenant: input.tenant, tms_user_id: input.tms_user_id, ttl_minutes: f.ttlMinutes },
      response: { tms_user_id: output.tms_user_id, expires_at: f.expires_at, enabled: f.bool("Always true.") },
      status: 201,
      refusals: { 409: "There is such a record." },
    },
    ({ tms, tenant, body, actor }) => createMfa(tms, tenant, body, actor),
  ),
  listRoute(
    {
      ...common,
      id: "listUserMfa",
      path: "/tms/usermfa/list",
      checks: "headerTenant",
      summary: "List users and until when they count as known",
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
      summary: "Show until when a user counts as known",
      params,
      response: record,
      refusals: { 404: "There is no such record." },
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
      summary: "Switch a user off or on, or let it count for longer",
      differs:
        "`ttl_minutes` may be given, beside `enabled` or alone; TMS can only remove the record, and all that hangs on it.",
      body: {
        tenant: input.tenant,
        tms_user_id: input.tms_user_id,
        enabled: f.optional(f.flag("Whether it counts.")),
        ttl_minutes: f.optional(f.int32("Minutes from now. Negative: as long as can be.", 480)),
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
      summary: "Remove a user with its links, delegations, keys and reservations",
      params,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params, actor }) => deletionResult(await deleteMfa(tms, tenant, params.tms_user_id, actor)),
  ),
];
