import { Fault, type FaultCode } from "../fault.ts";
import type { Lock } from "../resource/lock.ts";
import type { Labels } from "../resource/resource.ts";
import type { Role, Verb } from "../resource/role.ts";
import type { User, UserStatus } from "../resource/user.ts";
import { decideAccess, effectiveRoles, mergeOptions, type Options, opens, reachOf } from "./access.ts";
import { matchLabels } from "./labels.ts";
import { type Locked, lockedBy } from "./locks.ts";
import { admitsAddress } from "./options.ts";
import { mayUse } from "./rules.ts";
import { asShown } from "./shown.ts";

/**
 * The one access decision of the product. Every entry point calls it: the auth API, proxy, node, `tsh ls` and
 * `tctl access explain`; no other module combines certificate, user record, locks, roles and addresses.
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
  /** To reach a host that is not a node. It has no labels: only roles that open every node open it. */
  | { readonly kind: "host" };

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

export type Reason =
  | "other_cluster"
  | "untrusted_authority"
  | "expired"
  | "unknown_user"
  | "former_user"
  | "locked"
  | "source_address"
  | "no_role"
  | "denied"
  | "labels"
  | "login"
  | "not_certified"
  | "session_mfa"
  | "certificate_permission"
  | "role_permission"
  | "rule";

export interface Grant {
  readonly user: User;
  /** Certified, existing and still held; a role held but not certified only restricts. */
  readonly roles: readonly Role[];
  readonly options: Options;
  /** Of a `node` request: the logins of the certificate that are granted there. */
  readonly logins: readonly string[];
}

export interface Refusal {
  readonly reason: Reason;
  readonly code: FaultCode;
  /** For the user: repeats the request, and discloses nothing about labels, other roles or other machines. */
  readonly message: string;
  readonly hint?: string;
  /** The lock, where the reason is `locked`. */
  readonly lock?: Lock;
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

export function refusalFault({ code, message, hint, reason }: Refusal): Fault {
  return new Fault(code, message, { hint, cause: reason });
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
    const outcome = decide(standing, identity, state, at, request);
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

/** What holds for the user everywhere. */
interface Standing {
  readonly user: User;
  readonly roles: readonly Role[];
  readonly options: Options;
  /** Locks are matched against all roles that the user holds or that the certificate names. */
  readonly locked: Locked;
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
  if (expired && established !== true) return expiry(identity);

  const user = state.users.get(identity.user);
  if (user === undefined) return refuse("unknown_user", `the user ${asShown(identity.user)} does not exist`);
  if (isFormer(identity, user))
    return refuse("former_user", `the certificate is of an earlier user ${user.metadata.name}`, LOG_IN_AGAIN);
  const locked: Locked = { user: identity.user, roles: [...new Set([...identity.roles, ...user.spec.roles])] };
  const lock = lockedBy(state.locks, locked, now);
  if (lock !== undefined) return lockedRefusal(lock);

  const roles = effectiveRoles(identity, state.roles, user.spec.roles);
  const options = mergeOptions(roles);
  if (expired && options.disconnectExpiredCert) return expiry(identity);
  if (address !== ANY_ADDRESS && !admitsAddress(options, address))
    return refuse("source_address", `your roles do not allow connections from ${address}`);
  return { user, roles, options, locked, loginsAt: reachOf(roles, user.spec.traits) };
}

function decide(
  standing: Standing,
  identity: Identity,
  state: ClusterState,
  at: Circumstances,
  request: AccessRequest,
): Grant | Refusal {
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
      const node = { uuid: "", hostname: "", labels: {} };
      return toNode(standing, identity, state, at, { kind: "node", node });
    }
    case "node":
      return toNode(standing, identity, state, at, request);
  }
}

function toNode(
  standing: Standing,
  identity: Identity,
  state: ClusterState,
  { now }: Circumstances,
  { node, login, feature }: Extract<AccessRequest, { kind: "node" }>,
): Grant | Refusal {
  const { user, roles, locked, loginsAt } = standing;
  const allowed = loginsAt(node.labels).filter((name) => identity.logins.includes(name));
  const names = [node.uuid, node.hostname];
  const free = allowed.filter(
    (name) => lockedBy(state.locks, { ...locked, login: name, node: names }, now) === undefined,
  );

  let { options } = standing;
  if (login !== undefined) {
    const decision = decideAccess(roles, user.spec.traits, { login, labels: node.labels });
    if (!decision.allow) return accessRefusal(decision.reason, { login, node, usable: free });
    if (!identity.logins.includes(login))
      return refuse(
        "not_certified",
        `your certificate does not allow the login ${asShown(login)}; it was issued before you had it`,
        usableHint(free) ?? LOG_IN_AGAIN,
      );
    options = decision.grants;
  } else if (allowed.length === 0) return accessRefusal(whyNone(standing, node.labels), { node, usable: [] });

  const target = { ...locked, node: names, ...(login !== undefined && { login }) };
  const lock =
    lockedBy(state.locks, target, now) ??
    (free.length === 0 ? lockedBy(state.locks, { ...target, login: login ?? allowed[0] }, now) : undefined);
  if (lock !== undefined) return lockedRefusal(lock);
  if (options.requireSessionMfa)
    return refuse(
      "session_mfa",
      "your roles ask for a second factor for each session, which this cluster cannot ask for yet",
    );
  if (feature !== undefined) {
    const missing = featureRefusal(feature, identity, options);
    if (missing !== undefined) return missing;
  }
  return { user, roles, options, logins: free };
}

/** Why no login of the certificate is granted on a node with these labels, in the order of `decideAccess`. */
function whyNone(
  { roles, user, loginsAt }: Standing,
  labels: Labels,
): "no_role" | "denied" | "labels" | "login" | "not_certified" {
  const { traits } = user.spec;
  if (roles.length === 0) return "no_role";
  if (roles.some((role) => matchLabels(role.spec.deny.node_labels, labels, traits))) return "denied";
  if (!roles.some((role) => opens(role, traits, labels))) return "labels";
  return loginsAt(labels).length > 0 ? "not_certified" : "login";
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

/**
 * A certificate belongs to the user who had the name when it was issued. A user created later under the same name is
 * another one.
 */
function isFormer({ issued }: Identity, { status }: User): boolean {
  const created = (status as Partial<UserStatus> | undefined)?.created;
  // Certificates count in whole seconds.
  return created !== undefined && issued.getTime() + 1000 < Date.parse(created);
}

const LOG_IN_AGAIN = "log in again: tsh login";

function refuse(reason: Reason, message: string, hint?: string): Refusal {
  return { reason, code: "denied", message, ...(hint !== undefined && { hint }) };
}

function expiry({ expires }: Identity): Refusal {
  return {
    reason: "expired",
    code: "unauthenticated",
    message: `your certificate has expired, at ${expires.toISOString()}`,
    hint: LOG_IN_AGAIN,
  };
}

function lockedRefusal(lock: Lock): Refusal {
  const { message } = lock.spec;
  const because = message === undefined || message === "" ? "" : `: ${message}`;
  return { ...refuse("locked", `access is locked${because}`), lock };
}

function accessRefusal(
  reason: "no_role" | "denied" | "labels" | "login" | "not_certified",
  asked: { readonly login?: string; readonly node: NodeTarget; readonly usable: readonly string[] },
): Refusal {
  const { login, node, usable } = asked;
  const as = login === undefined ? "any login of your certificate" : `login ${asShown(login)}`;
  return refuse(reason, `access denied: role does not allow ${as} on ${asShown(node.hostname)}`, usableHint(usable));
}

function usableHint(logins: readonly string[]): string | undefined {
  return logins.length === 0 ? undefined : `you may log in as ${logins.slice(0, 10).join(", ")}`;
}
