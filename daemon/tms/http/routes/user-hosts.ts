import { createUserHost, deleteUserHost, getUserHost, listUserHosts, updateUserHost } from "../../user-hosts.ts";
import * as f from "../fields.ts";
import { given, shown } from "../nouns.ts";
import { listRoute, type Route, route } from "../route.ts";
import { deleted, ofTenant, prolonged } from "../rows.ts";

const row = {
  id: f.id,
  tenant: shown.tenant,
  tms_user_id: shown.tms_user_id,
  host: shown.host,
  host_account: shown.host_account,
  expires_at: f.expires_at,
  created: f.created,
  updated: f.updated,
};

const common = { tag: "User/host links", who: ["admin"] } as const;
const names = {
  tenant: given.tenant,
  tms_user_id: given.tms_user_id,
  host: given.host,
  host_account: given.host_account,
};

export const userHosts: readonly Route[] = [
  route(
    {
      ...common,
      id: "createUserHost",
      method: "post",
      path: "/tms/userhosts",
      order: "P2",
      summary: "Record that an account on a host is a user's",
      differs: "a user without an MFA record is 404, not 500.",
      body: { ...names, ttl_minutes: f.ttlMinutes },
      answer: {
        tms_user_id: shown.tms_user_id,
        host: shown.host,
        host_account: shown.host_account,
        expires_at: f.expires_at,
      },
      status: 201,
      refuses: { 404: "The user has no MFA record.", 409: "There is such a link." },
    },
    ({ tms, tenant, body, by }) => createUserHost(tms, tenant, body, by),
  ),
  listRoute(
    {
      ...common,
      id: "listUserHosts",
      path: "/tms/userhosts/list",
      order: "P1",
      summary: "List links",
      row,
      list: { rows: "users", count: "num_users" },
    },
    async ({ tms, tenant }) => (await listUserHosts(tms, tenant)).map(ofTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "getUserHost",
      method: "get",
      path: "/tms/userhosts/{id}",
      order: "P1",
      summary: "Show a link",
      params: { id: f.idParam("The link's id.") },
      answer: row,
      refuses: { 404: "There is no such link." },
    },
    async ({ tms, tenant, params }) => ofTenant(tenant)(await getUserHost(tms, tenant, params.id)),
  ),
  route(
    {
      ...common,
      id: "updateUserHost",
      method: "patch",
      path: "/tms/userhosts/upd",
      order: "P2",
      summary: "Let a link end at another time",
      body: { ...names, ttl_minutes: f.ttlMinutes },
      answer: { fields_updated: f.fields_updated, expires_msg: f.expires_msg },
    },
    async ({ tms, tenant, body, by }) => prolonged(await updateUserHost(tms, tenant, body, by)),
  ),
  route(
    {
      ...common,
      id: "deleteUserHost",
      method: "delete",
      path: "/tms/userhosts/del",
      order: "P2",
      summary: "Remove a link with the keys and reservations that hang on it",
      body: names,
      answer: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, body, by }) => deleted(await deleteUserHost(tms, tenant, body, by)),
  ),
];
