/**
 * Every route of the auth API and who may call it. `join` holds a join token; `node` and `proxy` a host certificate;
 * `admin` is the operator on auth's own machine; `user` holds a user certificate and, where `needs` is given, a role
 * with such a rule. Nobody else gets as far as a route. One test walks this table with every kind of caller.
 */
export type CallerKind = "join" | "node" | "proxy" | "admin" | "user";
export type Verb = "list" | "read" | "create" | "update" | "delete";

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** hono's syntax: `/v1/users/:name`. */
  readonly path: `/v1/${string}`;
  readonly callers: readonly CallerKind[];
  /** The rule that a `user` needs. `:kind` stands for the path's parameter. */
  readonly needs?: { readonly resource: string; readonly verb: Verb };
}

const everybody = ["join", "node", "proxy", "admin", "user"] as const;
const operators = ["admin", "user"] as const;

export const ROUTES = {
  ping: { method: "GET", path: "/v1/ping", callers: everybody },
  trust: { method: "GET", path: "/v1/trust", callers: everybody },
  join: { method: "POST", path: "/v1/join", callers: ["join"] },
  renew: { method: "POST", path: "/v1/renew", callers: ["node", "proxy"] },
  heartbeat: { method: "POST", path: "/v1/heartbeats/node", callers: ["node"] },
  proxyHeartbeat: { method: "POST", path: "/v1/heartbeats/proxy", callers: ["proxy"] },
  watch: { method: "GET", path: "/v1/watch", callers: ["node", "proxy"] },
  emit: { method: "POST", path: "/v1/events", callers: ["node", "proxy"] },
  inspectInvite: { method: "POST", path: "/v1/invites/inspect", callers: ["proxy"] },
  acceptInvite: { method: "POST", path: "/v1/invites/accept", callers: ["proxy"] },
  login: { method: "POST", path: "/v1/logins", callers: ["proxy"] },

  status: {
    method: "GET",
    path: "/v1/status",
    callers: operators,
    needs: { resource: "cert_authority", verb: "read" },
  },
  /** Nodes that the caller may reach with at least one login; what `tsh ls` shows. */
  reachable: { method: "GET", path: "/v1/reachable", callers: ["user"] },
  createUser: { method: "POST", path: "/v1/users", callers: operators, needs: { resource: "user", verb: "create" } },
  updateUser: {
    method: "PUT",
    path: "/v1/users/:name",
    callers: operators,
    needs: { resource: "user", verb: "update" },
  },
  resetUser: {
    method: "POST",
    path: "/v1/users/:name/reset",
    callers: operators,
    needs: { resource: "user", verb: "update" },
  },
  unlockUser: {
    method: "POST",
    path: "/v1/users/:name/unlock",
    callers: operators,
    needs: { resource: "user", verb: "update" },
  },
  createToken: { method: "POST", path: "/v1/tokens", callers: operators, needs: { resource: "token", verb: "create" } },
  signUser: { method: "POST", path: "/v1/certificates/user", callers: ["admin"] },
  signHost: { method: "POST", path: "/v1/certificates/host", callers: ["admin"] },
  searchEvents: { method: "GET", path: "/v1/events", callers: operators, needs: { resource: "event", verb: "list" } },
  tailEvents: {
    method: "GET",
    path: "/v1/events/tail",
    callers: operators,
    needs: { resource: "event", verb: "list" },
  },
  verifyEvents: {
    method: "GET",
    path: "/v1/events/verify",
    callers: operators,
    needs: { resource: "event", verb: "read" },
  },

  list: { method: "GET", path: "/v1/resources/:kind", callers: operators, needs: { resource: ":kind", verb: "list" } },
  read: {
    method: "GET",
    path: "/v1/resources/:kind/:name",
    callers: operators,
    needs: { resource: ":kind", verb: "read" },
  },
  create: {
    method: "POST",
    path: "/v1/resources/:kind",
    callers: operators,
    needs: { resource: ":kind", verb: "create" },
  },
  replace: {
    method: "PUT",
    path: "/v1/resources/:kind/:name",
    callers: operators,
    needs: { resource: ":kind", verb: "update" },
  },
  remove: {
    method: "DELETE",
    path: "/v1/resources/:kind/:name",
    callers: operators,
    needs: { resource: ":kind", verb: "delete" },
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
