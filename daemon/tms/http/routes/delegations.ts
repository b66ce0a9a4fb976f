import {
  createDelegation,
  deleteDelegation,
  getDelegation,
  listDelegations,
  updateDelegation,
} from "../../delegations.ts";
import * as f from "../field-types.ts";
import { input, output } from "../fields.ts";
import { deletionResult, expiryResult, withTenant } from "../response.ts";
import { listRoute, type Route, route } from "../route.ts";

const record = {
  id: f.id,
  tenant: output.tenant,
  client_id: output.client_id,
  client_user_id: output.client_user_id,
  expires_at: f.expires_at,
  created: f.created,
  updated: f.updated,
};

const common = { tag: "Delegations", callers: ["admin"] } as const;
const names = { tenant: input.tenant, client_id: input.client_id, client_user_id: input.client_user_id };

export const delegations: readonly Route[] = [
  route(
    {
      ...common,
      id: "createDelegation",
      method: "post",
      path: "/tms/delegations",
      checks: "namedTenant",
      summary: "Record that a client may act for a user",
      differs: "a client or user that does not exist is 404, not 500.",
      body: { ...names, ttl_minutes: f.ttlMinutes },
      response: { client_id: output.client_id, client_user_id: output.client_user_id, expires_at: f.expires_at },
      status: 201,
      refusals: {
        404: "The client does not exist, or the user has no MFA record.",
        409: "The delegation exists already.",
      },
    },
    ({ tms, tenant, body, actor }) => createDelegation(tms, tenant, body, actor),
  ),
  listRoute(
    {
      ...common,
      id: "listDelegations",
      path: "/tms/delegations/list",
      checks: "headerTenant",
      summary: "List delegations",
      record,
      list: { items: "users", count: "num_users" },
    },
    async ({ tms, tenant }) => (await listDelegations(tms, tenant)).map(withTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "getDelegation",
      method: "get",
      path: "/tms/delegations/{id}",
      checks: "headerTenant",
      summary: "Show a delegation",
      params: { id: f.idParam("The delegation's id.") },
      response: record,
      refusals: { 404: "The delegation does not exist." },
    },
    async ({ tms, tenant, params }) => withTenant(tenant)(await getDelegation(tms, tenant, params.id)),
  ),
  route(
    {
      ...common,
      id: "updateDelegation",
      method: "patch",
      path: "/tms/delegations/upd",
      checks: "namedTenant",
      summary: "Change the expiry of a delegation",
      body: { ...names, ttl_minutes: f.ttlMinutes },
      response: { fields_updated: f.fields_updated, expires_msg: f.expires_msg },
    },
    async ({ tms, tenant, body, actor }) => expiryResult(await updateDelegation(tms, tenant, body, actor)),
  ),
  route(
    {
      ...common,
      id: "deleteDelegation",
      method: "delete",
      path: "/tms/delegations/del",
      checks: "namedTenant",
      summary: "Delete a delegation with its keys and reservations",
      body: names,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, body, actor }) => deletionResult(await deleteDelegation(tms, tenant, body, actor)),
  ),
];
