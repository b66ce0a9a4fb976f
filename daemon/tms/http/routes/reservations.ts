import {
  deleteRelatedReservations,
  deleteReservation,
  getReservation,
  listReservations,
} from "../../keys/reservations.ts";
import { createReservation, extendReservation } from "../../keys/reserve.ts";
import * as f from "../fields.ts";
import { given, shown } from "../nouns.ts";
import { listRoute, type Route, route } from "../route.ts";
import { deleted, each, ofTenant } from "../rows.ts";

const row = {
  id: f.id,
  resid: shown.resid,
  parent_resid: shown.parent_resid,
  tenant: shown.tenant,
  client_id: shown.client_id,
  client_user_id: shown.client_user_id,
  host: shown.host,
  public_key_fingerprint: shown.public_key_fingerprint,
  expires_at: f.expires_at,
  created: f.created,
  updated: f.updated,
};

const common = { tag: "Reservations" } as const;
const makes = { who: ["client"], order: "P3", status: 201 } as const;
const seen = { order: "P1", who: ["client", "admin"] } as const;
const params = { client_id: given.client_id, resid: given.resid };
const key = {
  client_user_id: given.client_user_id,
  host: given.host,
  public_key_fingerprint: given.public_key_fingerprint,
};
const made = { resid: shown.resid, parent_resid: shown.parent_resid, expires_at: f.expires_at };

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
      answer: made,
      refuses: {
        403: "The key has no uses left or has expired, or a condition does not hold.",
        404: "The client has no such key.",
      },
    },
    ({ tms, tenant, client, body, by }) => createReservation(tms, tenant, client(), body, by),
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
      body: { ...key, parent_resid: given.parent_resid },
      answer: made,
      refuses: {
        403: "The parent has expired or is none, the client has no such key, or a condition does not hold.",
        404: "The client has no such reservation.",
      },
    },
    ({ tms, tenant, client, body, by }) => extendReservation(tms, tenant, client(), body, by),
  ),
  listRoute(
    {
      ...common,
      ...seen,
      id: "listReservations",
      path: "/tms/reservations/list",
      addition: true,
      summary: "List reservations: a client sees its own, an admin all",
      row,
      list: { rows: "reservations", count: "num_reservations" },
    },
    ({ tms, tenant, only }) => each(listReservations(tms, tenant, only), ofTenant(tenant)),
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
      answer: row,
      refuses: { 404: "The client has no such reservation." },
    },
    async ({ tms, tenant, params: { client_id, resid } }) =>
      ofTenant(tenant)(await getReservation(tms, tenant, client_id, resid)),
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
      answer: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params: { client_id, resid }, by }) =>
      deleted(await deleteReservation(tms, tenant, client_id, resid, by)),
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
      answer: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params: { client_id, resid }, by }) =>
      deleted(await deleteRelatedReservations(tms, tenant, client_id, resid, by)),
  ),
];
