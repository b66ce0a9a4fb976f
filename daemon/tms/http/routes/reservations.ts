import {
  deleteRelatedReservations,
  deleteReservation,
  getReservation,
  listReservations,
} from "../../keys/reservations.ts";
import { createReservation, extendReservation } from "../../keys/reserve.ts";
import * as f from "../field-types.ts";
import { input, output } from "../fields.ts";
import { deletionResult, mapRecords, withTenant } from "../response.ts";
import { listRoute, type Route, route } from "../route.ts";

const record = {
  id: f.id,
  resid: output.resid,
  parent_resid: output.parent_resid,
  tenant: output.tenant,
  client_id: output.client_id,
  client_user_id: output.client_user_id,
  host: output.host,
  public_key_fingerprint: output.public_key_fingerprint,
  expires_at: f.expires_at,
  created: f.created,
  updated: f.updated,
};

const common = { tag: "Reservations" } as const;
const clientRoute = { callers: ["client"], checks: "clientOnly", status: 201 } as const;
const readable = { checks: "headerTenant", callers: ["client", "admin"] } as const;
const params = { client_id: input.client_id, resid: input.resid };
const key = {
  client_user_id: input.client_user_id,
  host: input.host,
  public_key_fingerprint: input.public_key_fingerprint,
};
const created = { resid: output.resid, parent_resid: output.parent_resid, expires_at: f.expires_at };

export const reservations: readonly Route[] = [
  route(
    {
      ...common,
      ...clientRoute,
      id: "createReservation",
      method: "post",
      path: "/tms/reservations",
      summary: "Reserve a key for an operation that may outlast the key's uses and expiry",
      differs:
        "a reservation has an effect: while it lasts, the key can be used although it has expired, has no uses left, or the user's MFA has expired. `client_user_id` has to be the key's.",
      body: { ...key, ttl_minutes: f.int32("Minutes from now, at most 2880. Negative: 2880.", 480) },
      response: created,
      refusals: {
        403: "The key has no uses left or has expired, or a condition does not hold.",
        404: "The client has no such key.",
      },
    },
    ({ tms, tenant, client, body, actor }) => createReservation(tms, tenant, client(), body, actor),
  ),
  route(
    {
      ...common,
      ...clientRoute,
      id: "extendReservation",
      method: "post",
      path: "/tms/reservations/extend",
      summary: "Extend a reservation to a further key, until the reservation ends",
      differs: "`client_user_id` has to be the key's.",
      body: { ...key, parent_resid: input.parent_resid },
      response: created,
      refusals: {
        403: "The parent has expired or is itself an extension, the client has no such key, or a condition does not hold.",
        404: "The client has no such reservation.",
      },
    },
    ({ tms, tenant, client, body, actor }) => extendReservation(tms, tenant, client(), body, actor),
  ),
  listRoute(
    {
      ...common,
      ...readable,
      id: "listReservations",
      path: "/tms/reservations/list",
      addition: true,
      summary: "List reservations: a client sees its own, an admin all",
      record,
      list: { items: "reservations", count: "num_reservations" },
    },
    ({ tms, tenant, onlyClient }) => mapRecords(listReservations(tms, tenant, onlyClient), withTenant(tenant)),
  ),
  route(
    {
      ...common,
      ...readable,
      id: "getReservation",
      method: "get",
      path: "/tms/reservations/{client_id}/{resid}",
      summary: "Show a reservation",
      params,
      response: record,
      refusals: { 404: "The client has no such reservation." },
    },
    async ({ tms, tenant, params: { client_id, resid } }) =>
      withTenant(tenant)(await getReservation(tms, tenant, client_id, resid)),
  ),
  route(
    {
      ...common,
      ...readable,
      id: "deleteReservation",
      method: "delete",
      path: "/tms/reservations/del/{client_id}/{resid}",
      summary: "Delete a reservation",
      params,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params: { client_id, resid }, actor }) =>
      deletionResult(await deleteReservation(tms, tenant, client_id, resid, actor)),
  ),
  route(
    {
      ...common,
      ...readable,
      id: "deleteRelatedReservations",
      method: "delete",
      path: "/tms/reservations/del/related/{client_id}/{resid}",
      summary: "Delete a reservation and its extensions",
      params,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params: { client_id, resid }, actor }) =>
      deletionResult(await deleteRelatedReservations(tms, tenant, client_id, resid, actor)),
  ),
];
