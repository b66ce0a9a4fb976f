import { z } from "zod";
import type { RouteName } from "../../core/api/routes.ts";
import * as schema from "../../core/api/schema.ts";
import { parseSubmitted } from "../../core/audit/event.ts";
import { Fault } from "../../core/fault.ts";
import { authorizer, nodeTarget } from "../../core/policy/authorize.ts";
import { offlineSince } from "../../core/policy/node-index.ts";
import type { Node } from "../../core/resource/node.ts";
import { isKind, type Kind } from "../../core/resource/registry.ts";
import { instant, parse } from "../../core/resource/resource.ts";
import { actorOf, type Caller } from "./caller.ts";
import { issueHostCertificate, issueUserCertificate, trust } from "./certificates.ts";
import type { AuthContext } from "./context.ts";
import { join, nodeHeartbeat, proxyHeartbeat, renew } from "./hosts.ts";
import { acceptInvite, inspectInvite } from "./invites.ts";
import { login } from "./logins.ts";
import { listResources, putResource, readResource, removeResource } from "./resources.ts";
import { caPins, createToken } from "./tokens.ts";
import { createUser, requireUser, resetUser, unlockUser, updateUser } from "./users.ts";
import { watched, watchResources } from "./watch.ts";

/** One request, let in by its route. */
export interface Call {
  readonly caller: Caller;
  param(name: string): string;
  query(name: string): string | undefined;
  /** @throws Fault `bad_request` that names the field. */
  body<S extends z.ZodType>(schema: S): Promise<z.output<S>>;
  /** Ends when the client is gone. */
  readonly signal: AbortSignal;
}

/** A value becomes JSON; a generator becomes a stream of lines; undefined becomes an empty answer. */
export type Handler = (call: Call) => Promise<unknown> | AsyncGenerator<unknown>;

/** What each route does. Whether the caller may has been decided; what a service adds to that is the service's own rule. */
export function handlers(auth: AuthContext): { readonly [N in RouteName]: Handler } {
  return {
    ping: async (): Promise<schema.Ping> => ({
      cluster: auth.cluster,
      version: auth.version,
      now: auth.now().toISOString(),
      second_factor: auth.secondFactor,
    }),
    trust: async () => trust(auth),
    join: async (call) => join(auth, await call.body(schema.joinRequest), callerOf(call, "join")),
    renew: async (call) => renew(auth, await call.body(schema.renewRequest), callerOf(call, "host")),
    heartbeat: async (call) => nodeHeartbeat(auth, await call.body(schema.heartbeat), callerOf(call, "host")),
    proxyHeartbeat: async (call) =>
      proxyHeartbeat(auth, await call.body(schema.proxyHeartbeat), callerOf(call, "host")),
    watch: (call) => {
      const kinds = (call.query("kinds") ?? "").split(",").map(requireKind);
      for (const kind of kinds) watched(kind);
      // A machine that was taken over need not know of all others.
      if (kinds.includes("node") && !callerOf(call, "host").roles.includes("proxy"))
        throw new Fault("denied", "access denied: only a proxy is told of every node");
      return watchResources(auth, kinds, call.signal);
    },
    emit: async (call) => {
      const { events } = await call.body(schema.auditBatch);
      const source = callerOf(call, "host");
      const parsed = events.map((event) =>
        parseSubmitted(event, { cluster: auth.cluster, server_id: source.uuid, roles: source.roles }),
      );
      await Promise.all(parsed.map((event) => auth.audit.append(event)));
    },
    inspectInvite: async (call) => inspectInvite(auth, (await call.body(schema.inviteToken)).token),
    acceptInvite: async (call) => acceptInvite(auth, await call.body(schema.acceptInvite)),
    login: async (call) => login(auth, await call.body(schema.loginRequest)),

    status: async () => status(auth),
    reachable: async (call) => reachable(auth, callerOf(call, "user")),
    createUser: async (call) => createUser(auth, await call.body(schema.newUser), actorOf(call.caller)),
    updateUser: async (call) =>
      updateUser(auth, call.param("name"), await call.body(schema.updateUser), actorOf(call.caller)),
    resetUser: async (call) => {
      const { ttl_seconds } = await call.body(schema.resetUser);
      return resetUser(auth, call.param("name"), ttl_seconds, actorOf(call.caller));
    },
    unlockUser: async (call) => unlockUser(auth, call.param("name"), actorOf(call.caller)),
    createToken: async (call) => createToken(auth, await call.body(schema.newToken), actorOf(call.caller)),
    signUser: async (call): Promise<schema.UserCertificate> => {
      const { user, public_key, ttl_seconds } = await call.body(schema.signUser);
      const { value } = await requireUser(auth, user);
      const issue = { user: value.resource, publicKey: public_key, ttl: ttl_seconds, via: "sign" } as const;
      return {
        ...trust(auth),
        user,
        certificate: await issueUserCertificate(auth, { ...issue, actor: actorOf(call.caller) }),
      };
    },
    signHost: async (call): Promise<schema.HostCertificate> => {
      const { names, public_key, ttl_seconds } = await call.body(schema.signHost);
      const issue = { names, publicKey: public_key, ttl: ttl_seconds };
      return { ...trust(auth), certificate: await issueHostCertificate(auth, issue, actorOf(call.caller)) };
    },
    searchEvents: async (call) => auth.audit.search(eventQuery(call)),
    tailEvents: (call) => tail(auth, call),
    verifyEvents: async () => auth.audit.verify(),

    list: async (call) => listResources(auth, requireKind(call.param("kind")), withSecrets(call)),
    read: async (call) => readResource(auth, requireKind(call.param("kind")), call.param("name"), withSecrets(call)),
    create: async (call) =>
      putResource(auth, requireKind(call.param("kind")), await call.body(z.unknown()), "absent", actorOf(call.caller)),
    replace: async (call) => {
      const [kind, name] = [requireKind(call.param("kind")), call.param("name")];
      return putResource(auth, kind, await call.body(z.unknown()), "present", actorOf(call.caller), name);
    },
    remove: async (call) =>
      removeResource(auth, requireKind(call.param("kind")), call.param("name"), actorOf(call.caller)),
  };
}

/** @throws Fault `not_found`. */
export function requireKind(text: string): Kind {
  if (!isKind(text)) throw new Fault("not_found", `there is no kind of resource "${text}"`);
  return text;
}

async function status(auth: AuthContext): Promise<schema.Status> {
  const count = async (kind: Kind) => (await listResources(auth, kind, false)).length;
  const [users, roles, nodes, tokens, locks] = await Promise.all(
    (["user", "role", "node", "token", "lock"] as const).map(count),
  );
  const counts = { users: users ?? 0, roles: roles ?? 0, nodes: nodes ?? 0, tokens: tokens ?? 0, locks: locks ?? 0 };
  return { ...trust(auth), version: auth.version, ca_pins: caPins(auth), counts };
}

/** The live nodes to which a proxy would connect this caller, in the order of their UUIDs. */
function reachable(auth: AuthContext, { identity, address }: Extract<Caller, { kind: "user" }>): readonly Node[] {
  const now = auth.now();
  const decide = authorizer(identity, auth.view, { now, address });
  return [...auth.view.nodes.all()]
    .filter((node) => offlineSince(node, now) === undefined && decide({ kind: "node", node: nodeTarget(node) }).allow)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

const eventQuerySchema = z.strictObject({
  event: z.string().max(64).optional(),
  user: z.string().max(128).optional(),
  from: instant.optional(),
  to: instant.optional(),
  limit: z.coerce.number().int().min(1).max(100_000).optional(),
});

function eventQuery(call: Call) {
  const names = ["event", "user", "from", "to", "limit"] as const;
  const given = names.flatMap((name) => (call.query(name) === undefined ? [] : [[name, call.query(name)]]));
  const { from, to, ...rest } = parse(eventQuerySchema, Object.fromEntries(given), "query");
  return { ...rest, ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) };
}

async function* tail(auth: AuthContext, call: Call): AsyncGenerator<unknown> {
  const [event, user] = [call.query("event"), call.query("user")];
  for await (const line of auth.audit.tail(call.signal)) {
    if (event !== undefined && line.event !== event) continue;
    if (user !== undefined && line.user !== user) continue;
    yield line;
  }
}

/** Values of tokens are for the operator on the machine itself. */
function withSecrets(call: Call): boolean {
  if (call.query("with_secrets") !== "true") return false;
  if (call.caller.kind !== "admin")
    throw new Fault("denied", "secrets are shown only on the auth server's own machine", { hint: "run tctl there" });
  return true;
}

function callerOf<K extends Caller["kind"]>(call: Call, kind: K): Extract<Caller, { kind: K }> {
  if (call.caller.kind !== kind) throw new Fault("denied", "not for this caller");
  return call.caller as Extract<Caller, { kind: K }>;
}
