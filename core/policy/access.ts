import type { Labels } from "../resource/resource.ts";
import type { Role } from "../resource/role.ts";
import type { Traits } from "../resource/user.ts";
import { matchLabels } from "./labels.ts";
import { mergeOptions, type Options } from "./options.ts";
import { expand } from "./template.ts";

export { mergeOptions, type Options } from "./options.ts";

/** To be `login` on a machine that carries `labels`. */
export interface LoginRequest {
  readonly login: string;
  readonly labels: Labels;
}

/**
 * `no_role`: the user has none. `denied`: a role's `deny` matches. `labels`: no role opens the machine. `login`: no role
 * that opens the machine allows the login.
 */
export type RoleReason = "no_role" | "denied" | "labels" | "login";

export type RoleDecision =
  | { readonly allow: true; readonly grants: Options }
  | { readonly allow: false; readonly reason: RoleReason };

const NOTHING: Role["spec"]["allow"] = { logins: [], node_labels: {}, app_labels: {}, rules: [] };

/**
 * The roles in effect: those named in the certificate that exist and that the user still holds. A role that the user
 * was given since then counts for what it denies and restricts only: a restriction takes effect at once, a permission
 * needs a new certificate.
 */
export function effectiveRoles(
  certificate: { readonly roles: readonly string[] },
  known: ReadonlyMap<string, Role>,
  held: readonly string[] = certificate.roles,
): readonly Role[] {
  const certified = new Set(certificate.roles);
  return [...new Set(held)].flatMap((name) => {
    const role = known.get(name);
    if (role === undefined) return [];
    return certified.has(name) ? [role] : [{ ...role, spec: { ...role.spec, allow: NOTHING } }];
  });
}

/** Every login that the roles allow on some machine and deny on none: the principals of a certificate. Sorted. */
export function loginsOf(roles: readonly Role[], traits: Traits): readonly string[] {
  const denied = deniedLogins(roles, traits);
  return sorted(roles.flatMap((role) => allowedLogins(role, traits)).filter((login) => !denied(login)));
}

/**
 * A function that maps a machine's labels to the logins that `decideAccess` allows there, sorted. The part that depends
 * on the roles alone is computed once, so that a list of 10,000 nodes is fast.
 */
export function reachOf(roles: readonly Role[], traits: Traits): (labels: Labels) => readonly string[] {
  const denied = deniedLogins(roles, traits);
  const openings = roles.map((role) => ({
    patterns: role.spec.allow.node_labels,
    logins: allowedLogins(role, traits).filter((login) => !denied(login)),
  }));
  return (labels) =>
    roles.some((role) => matchLabels(role.spec.deny.node_labels, labels, traits))
      ? []
      : sorted(openings.flatMap(({ patterns, logins }) => (matchLabels(patterns, labels, traits) ? logins : [])));
}

/**
 * Whether these roles allow `login` on this machine. Any role's `deny`, by its labels or by its logins, refuses; then one
 * role has to allow both the login and the labels. The kind of channel does not matter.
 */
export function decideAccess(roles: readonly Role[], traits: Traits, request: LoginRequest): RoleDecision {
  if (roles.length === 0) return { allow: false, reason: "no_role" };
  const denied = deniedLogins(roles, traits);
  if (denied(request.login)) return { allow: false, reason: "denied" };
  if (roles.some((role) => matchLabels(role.spec.deny.node_labels, request.labels, traits)))
    return { allow: false, reason: "denied" };

  const opening = roles.filter((role) => opens(role, traits, request.labels));
  if (opening.length === 0) return { allow: false, reason: "labels" };
  const granting = opening.filter((role) => allowedLogins(role, traits).includes(request.login));
  if (granting.length === 0) return { allow: false, reason: "login" };
  return { allow: true, grants: mergeOptions(roles, granting) };
}

/** Whether a role's `allow.node_labels` match the machine. */
export function opens(role: Role, traits: Traits, labels: Labels): boolean {
  return matchLabels(role.spec.allow.node_labels, labels, traits);
}

/** The logins of a role's `allow`, its templates filled in. */
export function allowedLogins(role: Role, traits: Traits): readonly string[] {
  return role.spec.allow.logins.flatMap((entry) => expand(entry, traits));
}

/**
 * Whether `deny.logins` of these roles match a login. Letter case is ignored: directory services take `Admin` and `admin`
 * for one account.
 */
export function deniedLogins(roles: readonly Role[], traits: Traits): (login: string) => boolean {
  const entries = roles.flatMap((role) => role.spec.deny.logins);
  if (entries.includes("*")) return () => true;
  const denied = new Set(entries.flatMap((entry) => expand(entry, traits)).map((login) => login.toLowerCase()));
  return (login) => denied.has(login.toLowerCase());
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
