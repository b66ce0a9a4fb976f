import { createMfa, deleteMfa, getMfa, listMfa, updateMfa } from "../../mfa.ts";
import * as f from "../fields.ts";
import { given, shown } from "../nouns.ts";
import { listRoute, type Route, route } from "../route.ts";
import { deleted, ofTenant } from "../rows.ts";

const row = {
  id: f.id,
  tenant: shown.tenant,
  tms_user_id: shown.tms_user_id,
  expires_at: f.expires_at,
  enabled: f.bool("Whether it counts."),
  created: f.created,
  updated: f.updated,
};

const common = { tag: "User MFA", who: ["admin"] } as const;
const params = { tms_user_id: given.tms_user_id };

export const mfa: readonly Route[] = [
  route(
    {
      ...common,
      id: "createUserMfa",
      method: "post",
      path: "/tms/usermfa",
      order: "P2",
      summary: "Record that a user has shown who it is",
      body: { tenant: given.tenant, tms_user_id: given.tms_user_id, ttl_minutes: f.ttlMinutes },
      answer: { tms_user_id: shown.tms_user_id, expires_at: f.expires_at, enabled: f.bool("Always true.") },
      status: 201,
      refuses: { 409: "There is such a record." },
    },
    ({ tms, tenant, body, by }) => createMfa(tms, tenant, body, by),
  ),
  listRoute(
    {
      ...common,
      id: "listUserMfa",
      path: "/tms/usermfa/list",
      order: "P1",
      summary: "List users and until when they count as known",
      row,
      list: { rows: "users", count: "num_users" },
    },
    async ({ tms, tenant }) => (await listMfa(tms, tenant)).map(ofTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "getUserMfa",
      method: "get",
      path: "/tms/usermfa/{tms_user_id}",
      order: "P1",
      summary: "Show until when a user counts as known",
      params,
      answer: row,
      refuses: { 404: "There is no such record." },
    },
    async ({ tms, tenant, params }) => ofTenant(tenant)(await getMfa(tms, tenant, params.tms_user_id)),
  ),
  route(
    {
      ...common,
      id: "updateUserMfa",
      method: "patch",
      path: "/tms/usermfa/upd",
      order: "P2",
      summary: "Switch a user off or on, or let it count for longer",
      differs:
        "`ttl_minutes` may be given, beside `enabled` or alone; TMS can only remove the record, and all that hangs on it.",
      body: {
        tenant: given.tenant,
        tms_user_id: given.tms_user_id,
        enabled: f.optional(f.flag("Whether it counts.")),
        ttl_minutes: f.optional(f.int32("Minutes from now. Negative: as long as can be.", 480)),
      },
      answer: { fields_updated: f.fields_updated },
    },
    async ({ tms, tenant, body, by }) => {
      if (body.enabled === undefined && body.ttl_minutes === undefined)
        return { fields_updated: 0, result_msg: "No updates specified" };
      return { fields_updated: await updateMfa(tms, tenant, body, by) };
    },
  ),
  route(
    {
      ...common,
      id: "deleteUserMfa",
      method: "delete",
      path: "/tms/usermfa/del/{tms_user_id}",
      order: "P1",
      summary: "Remove a user with its links, delegations, keys and reservations",
      params,
      answer: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params, by }) => deleted(await deleteMfa(tms, tenant, params.tms_user_id, by)),
  ),
];
