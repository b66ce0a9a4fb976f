import type { Role } from "../resource/role.ts";
import type { Traits, User } from "../resource/user.ts";
import { allowedLogins, deniedLogins, effectiveRoles, loginsOf, opens } from "./access.ts";
import {
  type AccessRequest,
  authorize,
  type Circumstances,
  type ClusterState,
  type Decision,
  type Identity,
  type NodeTarget,
  withUser,
} from "./authorize.ts";
import { matchLabels, mismatch } from "./labels.ts";
import type { Reason } from "./refusal.ts";

/** How one role contributes to a decision. */
export interface RoleExplanation {
  readonly role: string;
  readonly says: "allow" | "deny" | "nothing";
  /** A sentence: the entry that decides, or the parts that are missing. */
  readonly because: string;
}

export interface Explanation {
  readonly allow: boolean;
  readonly reason?: Reason;
  readonly roles: readonly RoleExplanation[];
  /**
   * Roles that exist, that the user does not hold, and with one of which, after a new login, the request would be
   * allowed once locks are removed. Sorted; empty where locks are the only obstacle.
   */
  readonly remedies: readonly string[];
  /** The lock that refuses, or that would refuse with one of the remedies. */
  readonly lock?: string;
}

export type LoginRequest = Extract<AccessRequest, { kind: "node" }> & { readonly login: string };

/**
 * The decision of `authorize`, with the details that a refusal does not disclose: for readers who may list roles, users
 * and locks.
 */
export function explain(
  identity: Identity,
  request: LoginRequest,
  state: ClusterState,
  at: Circumstances,
): Explanation {
  const decision = authorize(identity, request, state, at);
  const user = state.users.get(identity.user);
  const remedies = user === undefined ? [] : remediesFor(user, identity, request, state, at);
  const lock = lockOf(decision) ?? lockOf(remedies[0]?.decision);
  return {
    allow: decision.allow,
    ...(!decision.allow && { reason: decision.refusal.reason }),
    roles: rolesOf(identity, user, state).map((role) => explainRole(role, user?.spec.traits ?? {}, request)),
    remedies: remedies.map(({ role }) => role),
    ...(lock !== undefined && { lock }),
  };
}

function rolesOf(identity: Identity, user: User | undefined, state: ClusterState): readonly Role[] {
  return user === undefined ? [] : effectiveRoles(identity, state.roles, user.spec.roles);
}

function explainRole(role: Role, traits: Traits, request: { login: string; node: NodeTarget }): RoleExplanation {
  const { login } = request;
  const { labels } = request.node;
  const explanation = (says: RoleExplanation["says"], because: string): RoleExplanation => ({
    role: role.metadata.name,
    says,
    because,
  });
  if (deniedLogins([role], traits)(login)) return explanation("deny", `deny.logins has ${login}`);
  if (matchLabels(role.spec.deny.node_labels, labels, traits))
    return explanation("deny", "deny.node_labels match this node");

  const logins = allowedLogins(role, traits);
  const missing = [
    ...(logins.includes(login) ? [] : [`allow.logins gives ${logins.join(", ") || "none"}, not ${login}`]),
    ...(opens(role, traits, labels)
      ? []
      : [`allow.node_labels: ${mismatch(role.spec.allow.node_labels, labels, traits)}`]),
  ];
  return missing.length === 0
    ? explanation("allow", `allow.logins has ${login} and allow.node_labels match this node`)
    : explanation("nothing", missing.join("; "));
}

interface Remedy {
  readonly role: string;
  readonly decision: Decision;
}

/** The roles with each of which the same request is allowed, apart from locks, where it is refused without. */
function remediesFor(
  user: User,
  identity: Identity,
  request: LoginRequest,
  state: ClusterState,
  at: Circumstances,
): readonly Remedy[] {
  const unlocked = { ...withUser(state, user), locks: [] };
  if (authorize(identity, request, unlocked, at).allow) return [];
  return [...state.roles.keys()].sort().flatMap((role) => {
    if (user.spec.roles.includes(role)) return [];
    const roles = [...user.spec.roles, role];
    const holder: User = { ...user, spec: { ...user.spec, roles } };
    const logins = loginsOf(effectiveRoles({ roles }, state.roles), user.spec.traits);
    const renewed: Identity = { ...identity, roles, logins };
    const allowed = authorize(renewed, request, { ...withUser(state, holder), locks: [] }, at).allow;
    return allowed ? [{ role, decision: authorize(renewed, request, withUser(state, holder), at) }] : [];
  });
}

function lockOf(decision: Decision | undefined): string | undefined {
  return decision === undefined || decision.allow ? undefined : decision.refusal.lock?.metadata.name;
}
