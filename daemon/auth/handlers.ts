import type {
  CallerKind,
  IsStreamed,
  ParametersOf,
  QueryOf,
  ReplyOf,
  RequestOf,
  Route,
  Routes,
} from "../../core/api/route.ts";
import type { AuthRoutes, Reply } from "../../core/api/routes.ts";
import { attribute, parseSubmitted } from "../../core/audit/event.ts";
import { Fault } from "../../core/fault.ts";
import { authorizer, nodeTarget } from "../../core/policy/authorize.ts";
import { offlineSince } from "../../core/policy/node-index.ts";
import type { Node } from "../../core/resource/node.ts";
import { isKind, type Kind } from "../../core/resource/registry.ts";
import type { AuditLogSet } from "../audit/log-set.ts";
import { actorOf, type Caller, type CallerOf } from "./caller.ts";
import { issueHostCertificate, issueUserCertificate, trust } from "./certificates.ts";
import type { AuthContext } from "./context.ts";
import { delegator } from "./delegation.ts";
import { join, nodeHeartbeat, proxyHeartbeat, renew, requireHost } from "./hosts.ts";
import { acceptInvite, inspectInvite } from "./invites.ts";
import { login } from "./logins.ts";
import { listResources, putResource, readResource, removeResource } from "./resources.ts";
import { caPins, createToken } from "./tokens.ts";
import { createUser, requireUser, resetUser, unlockUser, updateUser } from "./users.ts";
import { watched, watchResources } from "./watch.ts";

/** One request, whose caller its route admits. */
export interface Call<R extends Route> {
  readonly caller: R["callers"][number] extends infer K extends CallerKind ? CallerOf<K> : never;
  readonly params: Readonly<Record<ParametersOf<R["path"]>[number], string>>;
  readonly query: QueryOf<R>;
  readonly body: RequestOf<R>;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

type DeepReadonly<T> = T extends Uint8Array
  ? T
  : T extends readonly (infer E)[]
    ? readonly DeepReadonly<E>[]
    : T extends object
      ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
      : T;

/** An iterable where the reply is a stream or lines, and else a promise. */
type Result<R extends Route> =
  IsStreamed<R> extends true ? AsyncIterable<DeepReadonly<ReplyOf<R>>> : Promise<DeepReadonly<ReplyOf<R>>>;

/** What each route does. */
export type HandlersOf<T extends Routes> = { readonly [N in keyof T]: (call: Call<T[N]>) => Result<T[N]> };

/** What each route does. Whether the caller may has been decided; what a service adds to that is the service's own rule. */
export function authHandlers(auth: AuthContext): HandlersOf<AuthRoutes> {
  return {
    ping: async () => ({
      cluster: auth.cluster,
      version: auth.version,
      now: auth.now().toISOString(),
      second_factor: auth.secondFactor,
    }),
    trust: async () => trust(auth),
    status: async () => status(auth),
    reachable: async ({ caller }) => reachable(auth, caller),

    join: async ({ body, caller }) => join(auth, body, caller),
    renew: async ({ body, caller }) => renew(auth, body, caller),
    heartbeat: async ({ body, caller }) => nodeHeartbeat(auth, body, caller),
    proxyHeartbeat: async ({ body, caller }) => proxyHeartbeat(auth, body, caller),
    watch({ query, caller, signal }) {
      const kinds = query.kinds.split(",").map(requireKind);
      for (const kind of kinds) watched(kind);
      // A machine that was taken over need not know of all others.
      if (kinds.includes("node") && !caller.roles.includes("proxy"))
        throw new Fault("denied", "access denied: only a proxy is told of every node");
      return watchResources(auth, kinds, signal);
    },

    inspectInvite: async ({ body }) => inspectInvite(auth, body.token),
    acceptInvite: async ({ body }) => acceptInvite(auth, body),
    login: async ({ body }) => login(auth, body),
    createUser: async ({ body, caller }) => createUser(auth, body, delegator(auth, caller)),
    updateUser: async ({ params, body, caller }) => updateUser(auth, params.name, body, delegator(auth, caller)),
    resetUser: async ({ params, body, caller }) =>
      resetUser(auth, params.name, body.ttl_seconds, delegator(auth, caller)),
    unlockUser: async ({ params, caller }) => unlockUser(auth, params.name, delegator(auth, caller)),

    createToken: async ({ body, caller }) => createToken(auth, body, delegator(auth, caller)),
    async signUser({ body: { user, public_key, ttl_seconds }, caller }) {
      const { value } = await requireUser(auth, user);
      const issue = { user: value.resource, publicKey: public_key, ttl: ttl_seconds, via: "sign" } as const;
      const certificate = await issueUserCertificate(auth, { ...issue, actor: actorOf(caller) });
      return { ...trust(auth), user, certificate };
    },
    async signHost({ body: { names, public_key, ttl_seconds }, caller }) {
      const issue = { names, publicKey: public_key, ttl: ttl_seconds };
      return { ...trust(auth), certificate: await issueHostCertificate(auth, issue, actorOf(caller)) };
    },

    async emit({ body: { events }, caller }) {
      const { uuid, roles } = caller;
      const parsed = events.map((event) => parseSubmitted(event, { cluster: auth.cluster, server_id: uuid, roles }));
      const { hostname, joined } = await requireHost(auth, caller);
      const facts = { hostname, joined: new Date(joined), received: auth.now() };
      await Promise.all(parsed.map((event) => auth.audit.append(attribute(event, facts))));
    },
    async searchEvents({ query: { from, to, ...rest } }) {
      return auth.audit.search({ ...rest, ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) });
    },
    tailEvents: ({ query, signal }) => tail(auth.audit, query, signal),
    verifyEvents: async () => auth.audit.verify(),

    list: async ({ params, query, caller }) =>
      listResources(auth, requireKind(params.kind), withSecrets(query, caller)),
    read: async ({ params, query, caller }) =>
      readResource(auth, requireKind(params.kind), params.name, withSecrets(query, caller)),
    create: async ({ params, body, caller }) =>
      putResource(auth, requireKind(params.kind), body, "absent", delegator(auth, caller)),
    replace: async ({ params, body, caller }) =>
      putResource(auth, requireKind(params.kind), body, "present", delegator(auth, caller), params.name),
    remove: async ({ params, caller }) =>
      removeResource(auth, requireKind(params.kind), params.name, delegator(auth, caller)),
  };
}

/** @throws Fault `not_found`. */
export function requireKind(text: string): Kind {
  if (!isKind(text)) throw new Fault("not_found", `there is no kind of resource "${text}"`);
  return text;
}

async function status(auth: AuthContext): Promise<Reply<"status">> {
  const count = async (kind: Kind) => (await listResources(auth, kind, false)).length;
  const [users, roles, nodes, tokens, locks] = await Promise.all(
    (["user", "role", "node", "token", "lock"] as const).map(count),
  );
  const counts = { users: users ?? 0, roles: roles ?? 0, nodes: nodes ?? 0, tokens: tokens ?? 0, locks: locks ?? 0 };
  return { ...trust(auth), version: auth.version, ca_pins: caPins(auth), counts };
}

/** The live nodes to which a proxy would connect this caller, in the order of their UUIDs. */
function reachable(auth: AuthContext, { identity, address }: CallerOf<"user">): readonly Node[] {
  const now = auth.now();
  const decide = authorizer(identity, auth.view, { now, address });
  return [...auth.view.nodes.all()]
    .filter((node) => offlineSince(node, now) === undefined && decide({ kind: "node", node: nodeTarget(node) }).allow)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

async function* tail(
  audit: AuditLogSet,
  { event, user }: QueryOf<AuthRoutes["tailEvents"]>,
  signal: AbortSignal,
): AsyncGenerator<Reply<"tailEvents">> {
  for await (const line of audit.tail(signal)) {
    if (event !== undefined && line.event !== event) continue;
    if (user !== undefined && line.user !== user) continue;
    yield line;
  }
}

/** Values of tokens are for the operator on the machine itself. */
function withSecrets({ with_secrets = false }: QueryOf<AuthRoutes["list"]>, caller: Caller): boolean {
  if (with_secrets && caller.kind !== "admin")
    throw new Fault("denied", "secrets are shown only on the auth server's own machine", { hint: "run tctl there" });
  return with_secrets;
}
