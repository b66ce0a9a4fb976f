import type { Lock } from "../resource/lock.ts";
import type { Node } from "../resource/node.ts";
import type { Labels } from "../resource/resource.ts";
import type { Role, Verb } from "../resource/role.ts";
import type { User, UserStatus } from "../resource/user.ts";
import { allowedLogins, decideAccess, effectiveRoles, mergeOptions, type Options, opens, reachOf } from "./access.ts";
import { matchLabels } from "./labels.ts";
import { type Locked, lockedBy, locksConcerning } from "./locks.ts";
import { admitsAddress } from "./options.ts";
import {
  accessRefusal,
  asShown,
  expiredRefusal,
  LOG_IN_AGAIN,
  lockedRefusal,
  type Refusal,
  refusalFault,
  refuse,
  usableHint,
} from "./refusal.ts";
import { mayUse } from "./rules.ts";

export type { Options } from "./options.ts";
export { REASONS, type Reason, type Refusal, refusalFault } from "./refusal.ts";

/**
 * The one access decision of the product. Every entry point calls it: the auth API, proxy, node, `tsh ls` and
 * `tctl access explain`; no other module combines certificate, user record, locks, roles and addresses.
 *
 * Two names are the same name:
 *
 * | name                              | letter case | because                                                             |
 * |-----------------------------------|-------------|---------------------------------------------------------------------|
 * | user, role                        | counts      | auth wrote both the record and the certificate                      |
 * | login in `allow`, in a certificate| counts      | sshd compares principals so; a grant is never wider than written    |
 * | login in `deny` and in a lock     | is ignored  | a directory service takes `Admin` and `admin` for one account       |
 * | node in a lock (UUID, host name)  | is ignored  | host names have no case (RFC 4343)                                  |
 *
 * Two users are the same user when the certificate was issued after the user record was created. A record that was
 * removed and created again under the same name is another user: certificates of the earlier one grant nothing.
 */

/** OpenSSH's `permit-*` extensions that a role has to grant as well. */
export type Feature = "pty" | "port-forwarding" | "agent-forwarding";

/** A user, as a certificate proves it whose signature and key were verified; `core/cert/identity.ts` reads it. */
export interface Identity {
  /** Exactly the name of the user record: letter case counts, as auth itself wrote the certificate. */
  readonly user: string;
  readonly cluster: string;
  readonly roles: readonly string[];
  /** The certificate's principals. */
  readonly logins: readonly string[];
  /** Fingerprint of the CA key that signed; undefined before a certificate is issued. */
  readonly authority: string | undefined;
  readonly issued: Date;
  readonly expires: Date;
  /** The `permit-*` extensions, without that prefix. */
  readonly permits: ReadonlySet<string>;
}

/** The cluster as it is now: the part of `ClusterView` that decisions depend on. */
export interface ClusterState {
  readonly name: string;
  readonly users: ReadonlyMap<string, User>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly locks: readonly Lock[];
  /** Whether the user CA key of this fingerprint is trusted now. */
  trustsUserAuthority(fingerprint: string): boolean;
}

/** The names and labels of a node. */
export interface NodeTarget {
  readonly uuid: string;
  readonly hostname: string;
  readonly labels: Labels;
}

export type AccessRequest =
  /** To be issued a certificate: password and code were right. */
  | { readonly kind: "login" }
  /** To be connected to auth or a proxy. */
  | { readonly kind: "connect" }
  /** To call a route of the auth API that needs a rule. */
  | { readonly kind: "api"; readonly resource: string; readonly verb: Verb }
  /** To reach a node: as `login`, or, where a proxy or a list asks, as any login of the certificate. */
  | { readonly kind: "node"; readonly node: NodeTarget; readonly login?: string; readonly feature?: Feature }
  /** To reach a host that is not a node, by this name. It has no labels: only roles that open every node open it. */
  | { readonly kind: "host"; readonly name?: string };

/** No connection exists: the question is what would be granted from an allowed address (`access explain`). */
export const ANY_ADDRESS = Symbol("any address");

export interface Circumstances {
  readonly now: Date;
  /** The client's address, by the socket or by a proxy of the cluster. */
  readonly address: string | typeof ANY_ADDRESS;
  /**
   * The connection is open already: an expired certificate ends it only where a role has `disconnect_expired_cert`. A
   * new channel is a new request, without this.
   */
  readonly established?: boolean;
}

export interface Grant {
  readonly user: User;
  /** Certified, existing and still held; a role held but not certified only restricts. */
  readonly roles: readonly Role[];
  /** Of a `node` request without a login, and of a `host` request: restrictions only. Permissions come with a login. */
  readonly options: Options;
  /** Of a `node` or `host` request: the logins of the certificate that are granted there, without locked ones. Sorted. */
  readonly logins: readonly string[];
}

export type Decision =
  | { readonly allow: true; readonly grant: Grant }
  | { readonly allow: false; readonly refusal: Refusal };

/** Decides one request. Pure: all facts are arguments. */
export function authorize(
  identity: Identity,
  request: AccessRequest,
  state: ClusterState,
  at: Circumstances,
): Decision {
  return authorizer(identity, state, at)(request);
}

/** As `authorize`. @throws Fault with the refusal's code, message and hint; its cause is the reason. */
export function requireAccess(
  identity: Identity,
  request: AccessRequest,
  state: ClusterState,
  at: Circumstances,
): Grant {
  const decision = authorize(identity, request, state, at);
  if (decision.allow) return decision.grant;
  throw refusalFault(decision.refusal);
}

/**
 * `authorize` for many requests of one user at one moment, such as all nodes of a cluster: what does not depend on the
 * request is decided once.
 */
export function authorizer(
  identity: Identity,
  state: ClusterState,
  at: Circumstances,
): (request: AccessRequest) => Decision {
  const standing = standingOf(identity, state, at);
  if ("reason" in standing) return () => ({ allow: false, refusal: standing });
  return (request) => {
    const outcome = decide(standing, identity, request);
    return "reason" in outcome ? { allow: false, refusal: outcome } : { allow: true, grant: outcome };
  };
}

/**
 * The identity that a login would certify now, and so the one that `access explain` asks about.
 * @param logins the principals, as `core/ca` chooses them
 */
export function uncertifiedIdentity(user: User, cluster: string, logins: readonly string[], now: Date): Identity {
  return {
    user: user.metadata.name,
    cluster,
    roles: user.spec.roles,
    logins,
    authority: undefined,
    issued: now,
    expires: new Date(now.getTime() + 1000),
    permits: new Set<Feature>(["pty", "port-forwarding", "agent-forwarding"]),
  };
}

/** The state in which `user` is as given: newer than what the view has, or as it might be. */
export function withUser(state: ClusterState, user: User): ClusterState {
  return {
    name: state.name,
    users: new Map([[user.metadata.name, user]]),
    roles: state.roles,
    locks: state.locks,
    trustsUserAuthority: (fingerprint) => state.trustsUserAuthority(fingerprint),
  };
}

export function nodeTarget({ metadata, spec }: Node): NodeTarget {
  return { uuid: metadata.name, hostname: spec.hostname, labels: metadata.labels ?? {} };
}

/** The part of the decision that does not depend on the request. */
interface Standing {
  readonly user: User;
  readonly roles: readonly Role[];
  readonly options: Options;
  /** `options` without what only roles that open the node permit. */
  readonly restrictions: Options;
  /** Locks are matched against all roles that the user holds or that the certificate names. */
  readonly locked: Locked;
  /** In force, and possibly for this user where a login or a node is known. */
  readonly locks: readonly Lock[];
  readonly now: Date;
  readonly loginsAt: (labels: Labels) => readonly string[];
}

function standingOf(
  identity: Identity,
  state: ClusterState,
  { now, address, established }: Circumstances,
): Standing | Refusal {
  if (identity.cluster !== state.name)
    return refuse("other_cluster", `the certificate is of the cluster "${asShown(identity.cluster)}"`);
  if (identity.authority !== undefined && !state.trustsUserAuthority(identity.authority))
    return refuse("untrusted_authority", "the authority of your certificate is no longer trusted", LOG_IN_AGAIN);
  const expired = identity.expires <= now;
  if (expired && established !== true) return expiredRefusal(identity.expires);

  const user = state.users.get(identity.user);
  if (user === undefined) return refuse("unknown_user", `the user ${asShown(identity.user)} does not exist`);
  if (isFormer(identity, user))
    return refuse("former_user", `the certificate is of an earlier user ${user.metadata.name}`, LOG_IN_AGAIN);
  const locked: Locked = { user: identity.user, roles: [...new Set([...identity.roles, ...user.spec.roles])] };
  const locks = locksConcerning(state.locks, locked, now);
  const lock = lockedBy(locks, locked, now);
  if (lock !== undefined) return lockedRefusal(lock);

  const roles = effectiveRoles(identity, state.roles, user.spec.roles);
  const options = mergeOptions(roles);
  if (expired && options.disconnectExpiredCert) return expiredRefusal(identity.expires);
  if (address !== ANY_ADDRESS && !admitsAddress(options, address))
    return refuse("source_address", `your roles do not allow connections from ${asShown(address)}`);
  const restrictions = mergeOptions(roles, []);
  return { user, roles, options, restrictions, locked, locks, now, loginsAt: reachOf(roles, user.spec.traits) };
}

function decide(standing: Standing, identity: Identity, request: AccessRequest): Grant | Refusal {
  const { user, roles, options } = standing;
  switch (request.kind) {
    case "login":
    case "connect":
      return { user, roles, options, logins: [] };
    case "api":
      if (!mayUse(roles, request.resource, request.verb))
        return refuse("rule", `access denied: none of your roles may ${request.verb} ${request.resource} resources`);
      return { user, roles, options, logins: [] };
    case "host": {
      const { name = "a host that is not a node" } = request;
      return toNode(standing, identity, { kind: "node", node: { uuid: name, hostname: name, labels: {} } });
    }
    case "node":
      return toNode(standing, identity, request);
  }
}

function toNode(
  standing: Standing,
  identity: Identity,
  { node, login, feature }: Extract<AccessRequest, { kind: "node" }>,
): Grant | Refusal {
  const { user, roles, locked, locks, now, loginsAt } = standing;
  const target: Locked = { ...locked, node: [node.uuid, node.hostname] };
  const allowed = loginsAt(node.labels).filter((name) => identity.logins.includes(name));
  const free = allowed.filter((name) => lockedBy(locks, { ...target, login: name }, now) === undefined);

  let options = standing.restrictions;
  if (login !== undefined) {
    const decision = decideAccess(roles, user.spec.traits, { login, labels: node.labels });
    if (!decision.allow) return accessRefusal(decision.reason, login, node.hostname, free);
    if (!identity.logins.includes(login))
      return refuse(
        "not_certified",
        `your certificate does not allow the login ${asShown(login)}; it was issued before you had it`,
        usableHint(free) ?? LOG_IN_AGAIN,
      );
    options = decision.grants;
  } else if (allowed.length === 0) return accessRefusal(whyNone(standing, node.labels), undefined, node.hostname, []);

  // Without a login, a lock refuses only where it leaves none of them; the first of them names it.
  const wanted = login ?? (free.length === 0 ? allowed[0] : undefined);
  const lock = wanted === undefined ? undefined : lockedBy(locks, { ...target, login: wanted }, now);
  if (lock !== undefined) return lockedRefusal(lock);
  if (options.requireSessionMfa)
    return refuse(
      "session_mfa",
      "your roles ask for a second factor for each session, which this cluster cannot ask for yet",
    );
  const missing = feature === undefined ? undefined : featureRefusal(feature, identity, options);
  return missing ?? { user, roles, options, logins: free };
}

/** Why no login of the certificate is granted on a node with these labels, in the order of `decideAccess`. */
function whyNone(
  { roles, user, loginsAt }: Standing,
  labels: Labels,
): "no_role" | "denied" | "labels" | "login" | "not_certified" {
  const { traits } = user.spec;
  if (roles.length === 0) return "no_role";
  if (roles.some((role) => matchLabels(role.spec.deny.node_labels, labels, traits))) return "denied";
  const opening = roles.filter((role) => opens(role, traits, labels));
  if (opening.length === 0) return "labels";
  if (loginsAt(labels).length > 0) return "not_certified";
  return opening.some((role) => allowedLogins(role, traits).length > 0) ? "denied" : "login";
}

const FEATURES: Readonly<Record<Feature, { readonly name: string; readonly granted: (options: Options) => boolean }>> =
  {
    pty: { name: "a terminal", granted: () => true },
    "port-forwarding": { name: "port forwarding", granted: ({ portForwarding }) => portForwarding },
    "agent-forwarding": { name: "agent forwarding", granted: ({ forwardAgent }) => forwardAgent },
  };

function featureRefusal(feature: Feature, identity: Identity, options: Options): Refusal | undefined {
  const { name, granted } = FEATURES[feature];
  if (!identity.permits.has(feature))
    return refuse("certificate_permission", `your certificate does not permit ${name}`);
  if (!granted(options)) return refuse("role_permission", `your roles do not permit ${name}`);
  return undefined;
}

function isFormer({ issued }: Identity, { status }: User): boolean {
  const created = (status as Partial<UserStatus> | undefined)?.created;
  // Certificates count in whole seconds.
  return created !== undefined && issued.getTime() + 1000 < Date.parse(created);
}
