import { isDeepStrictEqual } from "node:util";
import { type Block, covers as coversBlock, parseBlock } from "../address.ts";
import type { Lock } from "../resource/lock.ts";
import type { LabelPatterns, Role } from "../resource/role.ts";
import { looksLikeTemplate } from "../resource/template.ts";
import type { Traits, User } from "../resource/user.ts";
import { mergeOptions, type Options } from "./options.ts";
import { mayUse } from "./rules.ts";

/**
 * Which rights a user may hand on. A rule such as `user: create` permits the operation, not every result of it: a user
 * grants, resets and unlocks within her own rights. Roles are compared by their text, not by all that they could match:
 * a role that is narrower in a way that the text does not show counts as beyond.
 *
 * Functions return the part that is beyond the rights, for a refusal such as "the role "admin" is beyond your own rights".
 */

/** Of the user who grants: the record, and the roles in effect. */
export interface Rights {
  readonly user: User;
  readonly roles: readonly Role[];
}

/** Of the user who is granted something, or reset, or unlocked. */
export interface GrantedRights {
  readonly roles: readonly Role[];
  readonly traits: Traits;
}

/** Whether the roles have a rule for all resources and verbs, and none that denies. Their holder is not limited. */
export function isUnlimited(roles: readonly Role[]): boolean {
  const allowsAll = ({ spec }: Role) =>
    spec.allow.rules.some(({ resources, verbs }) => resources.includes("*") && verbs.includes("*"));
  return roles.some(allowsAll) && roles.every(({ spec }) => spec.deny.rules.length === 0);
}

/** The part of a user's rights that `own` does not have: a role, a trait, or a missing restriction. */
export function userBeyond(own: Rights, { roles, traits }: GrantedRights): string | undefined {
  for (const role of roles) {
    const part = allowBeyond(own.roles, role);
    if (part !== undefined) return part;
  }
  for (const [name, values] of Object.entries(traits)) {
    const held = Object.hasOwn(own.user.spec.traits, name) ? own.user.spec.traits[name] : undefined;
    const missing = values.find((value) => held?.includes(value) !== true);
    if (missing !== undefined)
      return name === "logins" ? `the login "${missing}"` : `the value "${missing}" of ${name}`;
  }
  const loosened = loosenedBy(own.roles, roles);
  if (loosened !== undefined) return `a user without your restriction ${loosened}`;
  // A template in a `deny` denies less to a user with fewer traits.
  if (own.roles.some(hasTemplateInDeny) && !isDeepStrictEqual(sortedTraits(traits), sortedTraits(own.user.spec.traits)))
    return "a user whose traits differ from yours";
  return undefined;
}

/** The part of a written role that `own` does not have. `former` is the role that it replaces, whose holders keep it. */
export function roleBeyond(own: Rights, role: Role, former?: Role): string | undefined {
  const part = allowBeyond(own.roles, role);
  if (part !== undefined || former === undefined) return part;
  const loosened = loosenedBy([former], [role]);
  return (
    allowBeyond(own.roles, former) ??
    (loosened === undefined ? undefined : `the role "${role.metadata.name}" without its restriction ${loosened}`)
  );
}

/**
 * The reason why a lock may not be lifted by `own`. A lock of one other user may be, within that user's rights, which are
 * undefined for a user who does not exist. Any other lock restricts users whose rights are not known, or the caller.
 */
export function lockBeyond(
  own: Rights,
  { metadata, spec }: Lock,
  target: GrantedRights | undefined,
): string | undefined {
  const { user } = spec.target;
  if (user === undefined || user === own.user.metadata.name) return `the lock "${metadata.name}"`;
  return target === undefined ? undefined : userBeyond(own, target);
}

function allowBeyond(own: readonly Role[], role: Role): string | undefined {
  const { allow, options } = role.spec;
  const named = `the role "${role.metadata.name}"`;
  const opening = own.filter((held) => coversNodes(held, role));
  if (opensNodes(role) && opening.length === 0) return named;
  if (!isEmpty(allow.app_labels) && !own.some((held) => areWithin(held.spec.allow.app_labels, allow.app_labels)))
    return named;
  for (const permission of ["forward_agent", "port_forwarding", "permit_x11_forwarding"] as const)
    if (opensNodes(role) && options[permission] === true && !opening.some(({ spec }) => spec.options[permission]))
      return `${permission} of ${named}`;
  // `*` counts as a name of its own: it also stands for what later versions add.
  for (const { resources, verbs } of allow.rules)
    for (const resource of resources)
      for (const verb of verbs) if (!mayUse(own, resource, verb)) return `the rule ${resource}: ${verb} of ${named}`;
  const requestable = new Set(own.flatMap(({ spec }) => spec.allow.request?.roles ?? []));
  const request = allow.request?.roles.find((name) => !requestable.has(name));
  return request === undefined ? undefined : `the request of "${request}" in ${named}`;
}

function opensNodes({ spec }: Role): boolean {
  return spec.allow.logins.length > 0 && !isEmpty(spec.allow.node_labels);
}

/** Whether a held role allows every login of another on every node that the other opens. */
function coversNodes(held: Role, { spec }: Role): boolean {
  const { logins, node_labels } = held.spec.allow;
  return spec.allow.logins.every((login) => logins.includes(login)) && areWithin(node_labels, spec.allow.node_labels);
}

function areWithin(outer: LabelPatterns, inner: LabelPatterns): boolean {
  if (isEmpty(outer)) return isEmpty(inner);
  return Object.entries(outer).every(([label, patterns]) => {
    if (label === "*") return true;
    const values = Object.hasOwn(inner, label) ? inner[label] : undefined;
    const allowed = [patterns].flat();
    return values !== undefined && [values].flat().every((value) => allowed.includes("*") || allowed.includes(value));
  });
}

function isEmpty(labels: LabelPatterns): boolean {
  return Object.keys(labels).length === 0;
}

/** The first restriction of `before`, all its roles taken together, that `after` does not have as strictly. */
function loosenedBy(before: readonly Role[], after: readonly Role[]): string | undefined {
  const [old, next] = [mergeOptions(before, []), mergeOptions(after, [])];
  const looser = RESTRICTIONS.find(([, isLooser]) => isLooser(old, next));
  if (looser !== undefined) return looser[0];
  const [oldDeny, nextDeny] = [before.map(({ spec }) => spec.deny), after.map(({ spec }) => spec.deny)];
  const logins = new Set(nextDeny.flatMap((deny) => deny.logins));
  if (!logins.has("*") && oldDeny.some((deny) => deny.logins.some((login) => !logins.has(login)))) return "deny.logins";
  for (const field of ["node_labels", "app_labels"] as const)
    for (const { [field]: labels } of oldDeny)
      if (!isEmpty(labels) && !nextDeny.some((deny) => isDeepStrictEqual(deny[field], labels))) return `deny.${field}`;
  const rules = nextDeny.flatMap((deny) => deny.rules);
  const hasRule = (rule: (typeof rules)[number]) => rules.some((other) => isDeepStrictEqual(other, rule));
  return oldDeny.every((deny) => deny.rules.every(hasRule)) ? undefined : "deny.rules";
}

type IsLooser = (before: Options, after: Options) => boolean;

const RESTRICTIONS: readonly (readonly [name: string, isLooser: IsLooser])[] = [
  ["max_session_ttl", (before, after) => after.maxSessionTtl > before.maxSessionTtl],
  ["client_idle_timeout", (before, after) => exceeds(after.clientIdleTimeout, before.clientIdleTimeout)],
  ["max_connections", (before, after) => exceeds(after.maxConnections, before.maxConnections)],
  ["max_sessions", (before, after) => exceeds(after.maxSessions, before.maxSessions)],
  ["disconnect_expired_cert", (before, after) => before.disconnectExpiredCert && !after.disconnectExpiredCert],
  ["require_session_mfa", (before, after) => before.requireSessionMfa && !after.requireSessionMfa],
  ["source_addresses", (before, after) => !addressesWithin(before.sourceAddresses, after.sourceAddresses)],
];

/** Whether a limit is higher than another, where undefined is no limit. */
function exceeds(limit: number | undefined, other: number | undefined): boolean {
  return other !== undefined && (limit === undefined || limit > other);
}

/** Whether every block of `inner` is in one of `outer`. No blocks mean every address. */
function addressesWithin(outer: readonly string[], inner: readonly string[]): boolean {
  if (outer.length === 0) return true;
  const blocks = outer.map(parseBlock).filter((block) => block !== undefined);
  const isIn = (block: Block | undefined) => block !== undefined && blocks.some((each) => coversBlock(each, block));
  return inner.length > 0 && inner.map(parseBlock).every(isIn);
}

function hasTemplateInDeny({ spec: { deny } }: Role): boolean {
  const patterns = [deny.node_labels, deny.app_labels].flatMap((labels) => Object.values(labels).flat());
  return [...deny.logins, ...patterns].some(looksLikeTemplate);
}

function sortedTraits(traits: Traits): Readonly<Record<string, readonly string[]>> {
  const filled = Object.entries(traits).filter(([, values]) => values.length > 0);
  return Object.fromEntries(filled.map(([name, values]) => [name, [...values].sort()]));
}
