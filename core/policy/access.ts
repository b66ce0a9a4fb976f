import type { Labels } from "../resource/resource.ts";
import type { Role } from "../resource/role.ts";
import type { Traits } from "../resource/user.ts";
import { matchLabels } from "./labels.ts";
import { mergeOptions, type Options } from "./options.ts";
import { expand } from "./template.ts";

export { mergeOptions, type Options } from "./options.ts";

/** Who asks, as the certificate says it. */
export interface Subject {
  readonly user: string;
  /** Named in the certificate. */
  readonly roles: readonly string[];
  readonly traits: Traits;
}

/** What is asked: to be `login` on a machine that carries `labels`. */
export interface AccessRequest {
  readonly login: string;
  readonly labels: Labels;
}

/** `no_role`: none at all. `denied`: a role's `deny` says so. `labels`: no role knows the machine. `login`: not as this login. */
export type Reason = "no_role" | "denied" | "labels" | "login";

export type Decision =
  | { readonly allow: true; readonly grants: Options }
  | { readonly allow: false; readonly reason: Reason };

const NOTHING: Role["spec"]["allow"] = { logins: [], node_labels: {}, app_labels: {}, rules: [] };

/**
 * The roles that count for somebody: those named in the certificate that exist and that the user still has (`held`). A
 * role that the user was given since counts for what it denies and restricts only: what takes away works at once, what
 * gives needs a new certificate.
 */
export function effectiveRoles(
  subject: Pick<Subject, "roles">,
  known: ReadonlyMap<string, Role>,
  held: readonly string[] = subject.roles,
): readonly Role[] {
  const certified = new Set(subject.roles);
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
 * Says for any machine's labels which logins `decideAccess` allows there: sorted, and none where it is out of reach.
 * What depends on the roles alone is worked out once, so that a whole cluster is gone through quickly.
 */
export function reachOf(roles: readonly Role[], traits: Traits): (labels: Labels) => readonly string[] {
  const denied = deniedLogins(roles, traits);
  const doors = roles.map((role) => ({
    patterns: role.spec.allow.node_labels,
    logins: allowedLogins(role, traits).filter((login) => !denied(login)),
  }));
  return (labels) =>
    roles.some((role) => matchLabels(role.spec.deny.node_labels, labels, traits))
      ? []
      : sorted(doors.flatMap(({ patterns, logins }) => (matchLabels(patterns, labels, traits) ? logins : [])));
}

/**
 * Whether somebody with these roles may be `login` on this machine. Any role's `deny`, by its labels or by its logins,
 * refuses; then one role has to allow both the login and the labels. The same for every kind of channel.
 */
export function decideAccess(roles: readonly Role[], traits: Traits, request: AccessRequest): Decision {
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

/** Whether a role's `allow` knows the machine. */
export function opens(role: Role, traits: Traits, labels: Labels): boolean {
  return matchLabels(role.spec.allow.node_labels, labels, traits);
}

/** The logins of a role's `allow`, its templates filled in. */
export function allowedLogins(role: Role, traits: Traits): readonly string[] {
  return role.spec.allow.logins.flatMap((entry) => expand(entry, traits));
}

/**
 * What the `deny` of these roles says about a login. Letter case is no way around it: directory services take `Admin`
 * and `admin` for one account.
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
