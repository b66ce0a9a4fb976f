import {
  createDelegation,
  deleteDelegation,
  getDelegation,
  listDelegations,
  updateDelegation,
} from "../../delegations.ts";
import * as f from "../fields.ts";
import { given, shown } from "../nouns.ts";
import { listRoute, type Route, route } from "../route.ts";
import { deleted, ofTenant, prolonged } from "../rows.ts";

const row = {
  id: f.id,
  tenant: shown.tenant,
  client_id: shown.client_id,
  client_user_id: shown.client_user_id,
  expires_at: f.expires_at,
  created: f.created,
  updated: f.updated,
};

const common = { tag: "Delegations", who: ["admin"] } as const;
const names = { tenant: given.tenant, client_id: given.client_id, client_user_id: given.client_user_id };

export const delegations: readonly Route[] = [
  route(
    {
      ...common,
      id: "createDelegation",
      method: "post",
      path: "/tms/delegations",
      order: "P2",
      summary: "Record that a client may act for a user",
      differs: "a client or user that is not there is 404, not 500.",
      body: { ...names, ttl_minutes: f.ttlMinutes },
      answer: { client_id: shown.client_id, client_user_id: shown.client_user_id, expires_at: f.expires_at },
      status: 201,
      refuses: { 404: "There is no such client, or the user has no MFA record.", 409: "There is such a delegation." },
    },
    ({ tms, tenant, body, by }) => createDelegation(tms, tenant, body, by),
  ),
  listRoute(
    {
      ...common,
      id: "listDelegations",
      path: "/tms/delegations/list",
      order: "P1",
      summary: "List delegations",
      row,
      list: { rows: "users", count: "num_users" },
    },
    async ({ tms, tenant }) => (await listDelegations(tms, tenant)).map(ofTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "getDelegation",
      method: "get",
      path: "/tms/delegations/{id}",
      order: "P1",
      summary: "Show a delegation",
      params: { id: f.idParam("The delegation's id.") },
      answer: row,
      refuses: { 404: "There is no such delegation." },
    },
    async ({ tms, tenant, params }) => ofTenant(tenant)(await getDelegation(tms, tenant, params.id)),
  ),
  route(
    {
      ...common,
      id: "updateDelegation",
      method: "patch",
      path: "/tms/delegations/upd",
      order: "P2",
      summary: "Let a delegation end at another time",
      body: { ...names, ttl_minutes: f.ttlMinutes },
      answer: { fields_updated: f.fields_updated, expires_msg: f.expires_msg },
    },
    async ({ tms, tenant, body, by }) => prolonged(await updateDelegation(tms, tenant, body, by)),
  ),
  route(
    {
      ...common,
      id: "deleteDelegation",
      method: "delete",
      path: "/tms/delegations/del",
      order: "P2",
      summary: "Remove a delegation with the keys and reservations that hang on it",
      body: names,
      answer: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, body, by }) => deleted(await deleteDelegation(tms, tenant, body, by)),
  ),
];
