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
const makes = { callers: ["client"], checks: "clientOnly", status: 201 } as const;
const seen = { checks: "headerTenant", callers: ["client", "admin"] } as const;
const params = { client_id: input.client_id, resid: input.resid };
const key = {
  client_user_id: input.client_user_id,
  host: input.host,
  public_key_fingerprint: input.public_key_fingerprint,
};
const made = { resid: output.resid, parent_resid: output.parent_resid, expires_at: f.expires_at };

export const reservations: readonly Route[] = [
  route(
    {
      ...common,
      ...makes,
      id: "createReservation",
      method: "post",
      path: "/tms/reservations",
      summary: "Reserve a key for an operation that may go on past its uses and its end",
      differs:
        "a reservation has an effect: while it lasts, the key is answered although it has expired or is used up, or the user's MFA has expired. `client_user_id` has to be the key's.",
      body: { ...key, ttl_minutes: f.int32("Minutes from now, at most 2880, which negative numbers mean, too.", 480) },
      response: made,
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
      ...makes,
      id: "extendReservation",
      method: "post",
      path: "/tms/reservations/extend",
      summary: "Let a further key take part in an operation; it ends when the first reservation does",
      differs: "`client_user_id` has to be the key's.",
      body: { ...key, parent_resid: input.parent_resid },
      response: made,
      refusals: {
        403: "The parent has expired or is none, the client has no such key, or a condition does not hold.",
        404: "The client has no such reservation.",
      },
    },
    ({ tms, tenant, client, body, actor }) => extendReservation(tms, tenant, client(), body, actor),
  ),
  listRoute(
    {
      ...common,
      ...seen,
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
      ...seen,
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
      ...seen,
      id: "deleteReservation",
      method: "delete",
      path: "/tms/reservations/del/{client_id}/{resid}",
      summary: "Remove a reservation",
      params,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params: { client_id, resid }, actor }) =>
      deletionResult(await deleteReservation(tms, tenant, client_id, resid, actor)),
  ),
  route(
    {
      ...common,
      ...seen,
      id: "deleteRelatedReservations",
      method: "delete",
      path: "/tms/reservations/del/related/{client_id}/{resid}",
      summary: "Remove a reservation and those that it is the parent of",
      params,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params: { client_id, resid }, actor }) =>
      deletionResult(await deleteRelatedReservations(tms, tenant, client_id, resid, actor)),
  ),
];
