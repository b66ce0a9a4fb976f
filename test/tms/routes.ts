import type { Fields } from "../kit/tms-server.ts";

/**
 * The 44 routes of TMS 0.3.0, each with a request that would succeed, or find nothing, with the records of `SHOP`. `order` is
 * the order of its checks:
 *
 *   open     no authentication
 *   path     tenant header 400, tenant enabled 400, authentication 401, another client 403
 *   body     tenant header 400, another tenant in body or path 403, tenant enabled 400, authentication 401
 *   client   client header 400, tenant header 400, tenant enabled 400, authentication 401
 *   key      tenant header 400 (DELETE: 401), authentication 401, another tenant or client 403, tenant enabled 400
 */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below /v1/tms. */
  readonly path: string;
  readonly order: "open" | "path" | "body" | "client" | "key";
  readonly who: "anybody" | "admin" | "client" | "client or admin";
  readonly body?: Fields;
}

export const SHOP = { tenant: "shop", client: "portal", user: "ada", host: "h1.example.org", account: "ada1" } as const;

const { tenant, client: client_id, user, host, account } = SHOP;
const fingerprint = `SHA256:${"A".repeat(43)}`;
const link = { tenant, tms_user_id: user, host, host_account: account };
const delegation = { tenant, client_id, client_user_id: user };
const pubkey = { client_id, tenant, host, public_key_fingerprint: fingerprint };
const reservation = { client_user_id: user, host, public_key_fingerprint: fingerprint };
const resid = "6f3c1c52-9d0c-4b8f-8a55-0f2c3a1b4d5e";

export const ROUTES: readonly Route[] = [
  { method: "GET", path: "/hello", order: "open", who: "anybody" },
  { method: "GET", path: "/version", order: "open", who: "anybody" },

  {
    method: "POST",
    path: "/client",
    order: "open",
    who: "anybody",
    body: { client_id: "new", tenant, app_name: "new", app_version: "1" },
  },
  { method: "GET", path: `/client/${client_id}`, order: "path", who: "client or admin" },
  { method: "GET", path: "/client/list", order: "path", who: "client or admin" },
  { method: "PATCH", path: `/client/upd/${client_id}?app_version=1.1`, order: "path", who: "client or admin" },
  { method: "PATCH", path: `/client/secret/${client_id}`, order: "path", who: "client or admin" },
  { method: "DELETE", path: `/client/del/${client_id}`, order: "path", who: "client or admin" },

  {
    method: "POST",
    path: "/usermfa",
    order: "body",
    who: "admin",
    body: { tenant, tms_user_id: "eve", ttl_minutes: 60 },
  },
  { method: "GET", path: `/usermfa/${user}`, order: "path", who: "admin" },
  { method: "GET", path: "/usermfa/list", order: "path", who: "admin" },
  {
    method: "PATCH",
    path: "/usermfa/upd",
    order: "body",
    who: "admin",
    body: { tenant, tms_user_id: user, enabled: true },
  },
  { method: "DELETE", path: `/usermfa/del/${user}`, order: "path", who: "admin" },

  {
    method: "POST",
    path: "/userhosts",
    order: "body",
    who: "admin",
    body: { ...link, host: "h2", ttl_minutes: 60 },
  },
  { method: "GET", path: "/userhosts/1", order: "path", who: "admin" },
  { method: "GET", path: "/userhosts/list", order: "path", who: "admin" },
  { method: "PATCH", path: "/userhosts/upd", order: "body", who: "admin", body: { ...link, ttl_minutes: 60 } },
  { method: "DELETE", path: "/userhosts/del", order: "body", who: "admin", body: link },

  {
    method: "POST",
    path: "/delegations",
    order: "body",
    who: "admin",
    body: { ...delegation, ttl_minutes: 60 },
  },
  { method: "GET", path: "/delegations/1", order: "path", who: "admin" },
  { method: "GET", path: "/delegations/list", order: "path", who: "admin" },
  { method: "PATCH", path: "/delegations/upd", order: "body", who: "admin", body: { ...delegation, ttl_minutes: 60 } },
  { method: "DELETE", path: "/delegations/del", order: "body", who: "admin", body: delegation },

  { method: "POST", path: "/hosts", order: "body", who: "admin", body: { tenant, host, addr: "192.0.2.7" } },
  { method: "GET", path: "/hosts/1", order: "path", who: "admin" },
  { method: "GET", path: "/hosts/list", order: "path", who: "admin" },
  { method: "DELETE", path: "/hosts/del", order: "body", who: "admin", body: { tenant, host, addr: "192.0.2.7" } },

  // The header has to name `default`.
  { method: "POST", path: "/tenants/another", order: "body", who: "admin" },
  { method: "GET", path: `/tenants/${tenant}`, order: "open", who: "anybody" },
  { method: "GET", path: "/tenants/list", order: "open", who: "anybody" },
  { method: "PATCH", path: "/tenants/upd", order: "body", who: "admin", body: { tenant, enabled: true } },
  { method: "DELETE", path: `/tenants/del/${tenant}`, order: "body", who: "admin" },
  { method: "DELETE", path: `/tenants/wipe/${tenant}`, order: "body", who: "admin" },

  {
    method: "POST",
    path: "/pubkeys/creds",
    order: "client",
    who: "client",
    body: { client_user_id: user, host, host_account: account, num_uses: -1, ttl_minutes: -1 },
  },
  {
    method: "POST",
    path: "/pubkeys/creds/retrieve",
    order: "open",
    who: "anybody",
    body: { user: account, host, public_key_fingerprint: fingerprint },
  },
  { method: "GET", path: "/pubkeys/id/1", order: "path", who: "client or admin" },
  { method: "GET", path: "/pubkeys/list", order: "path", who: "client or admin" },
  { method: "PATCH", path: "/pubkeys", order: "key", who: "client or admin", body: { ...pubkey, max_uses: 1 } },
  { method: "DELETE", path: "/pubkeys/del", order: "key", who: "client or admin", body: pubkey },

  { method: "POST", path: "/reservations", order: "client", who: "client", body: { ...reservation, ttl_minutes: 60 } },
  {
    method: "POST",
    path: "/reservations/extend",
    order: "client",
    who: "client",
    body: { ...reservation, parent_resid: resid },
  },
  { method: "GET", path: `/reservations/${client_id}/${resid}`, order: "path", who: "client or admin" },
  { method: "DELETE", path: `/reservations/del/${client_id}/${resid}`, order: "path", who: "client or admin" },
  { method: "DELETE", path: `/reservations/del/related/${client_id}/${resid}`, order: "path", who: "client or admin" },
];

/** Whether the route's path names a client. */
export function namesClient({ path }: Route): boolean {
  return new RegExp(`/${client_id}(?=[/?]|$)`).test(path);
}
