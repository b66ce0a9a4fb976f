import { Fault } from "../fault.ts";
import type { Role } from "../resource/role.ts";
import type { Traits } from "../resource/user.ts";
import { type AccessRequest, allowedLogins, decideAccess, deniedLogins, opens, type Reason } from "./access.ts";
import { matchLabels, mismatch } from "./labels.ts";

/** What one role has to say about a request. */
export interface Verdict {
  readonly role: string;
  readonly says: "allow" | "deny" | "nothing";
  /** A sentence: which entry decides, or what is missing. */
  readonly because: string;
}

export interface Explanation {
  readonly allow: boolean;
  readonly reason?: Reason;
  readonly verdicts: readonly Verdict[];
  /** Roles that exist, that the user has not, and with which the same request would be allowed. Sorted. */
  readonly remedies: readonly string[];
}

/**
 * The refusal as the one who asked may see it: what was asked, and nothing about machines, labels or other roles.
 * `node` is the name that was asked for.
 */
export function refusal(asked: { readonly login: string; readonly node: string }, reason?: Reason): Fault {
  const { login, node } = asked;
  return new Fault("denied", `access denied: role does not allow login ${shown(login)} on ${shown(node)}`, {
    cause: reason,
  });
}

/** Everything that `refusal` keeps quiet about, for those who may read roles. `known` are the roles that exist. */
export function explainAccess(
  roles: readonly Role[],
  traits: Traits,
  request: AccessRequest,
  known: ReadonlyMap<string, Role>,
): Explanation {
  const decision = decideAccess(roles, traits, request);
  return {
    allow: decision.allow,
    ...(!decision.allow && { reason: decision.reason }),
    verdicts: roles.map((role) => verdictOf(role, traits, request)),
    remedies: decision.allow ? [] : remediesFor(roles, traits, request, known),
  };
}

function verdictOf(role: Role, traits: Traits, request: AccessRequest): Verdict {
  const { login, labels } = request;
  const verdict = (says: Verdict["says"], because: string): Verdict => ({ role: role.metadata.name, says, because });
  if (deniedLogins([role], traits)(login)) return verdict("deny", `deny.logins has ${login}`);
  if (matchLabels(role.spec.deny.node_labels, labels, traits))
    return verdict("deny", "deny.node_labels match this node");

  const logins = allowedLogins(role, traits);
  const missing = [
    ...(logins.includes(login) ? [] : [`allow.logins gives ${logins.join(", ") || "none"}, not ${login}`]),
    ...(opens(role, traits, labels)
      ? []
      : [`allow.node_labels: ${mismatch(role.spec.allow.node_labels, labels, traits)}`]),
  ];
  return missing.length === 0
    ? verdict("allow", `allow.logins has ${login} and allow.node_labels match this node`)
    : verdict("nothing", missing.join("; "));
}

function remediesFor(
  roles: readonly Role[],
  traits: Traits,
  request: AccessRequest,
  known: ReadonlyMap<string, Role>,
): readonly string[] {
  const held = new Set(roles.map((role) => role.metadata.name));
  return [...known.values()]
    .filter((role) => !held.has(role.metadata.name) && decideAccess([...roles, role], traits, request).allow)
    .map((role) => role.metadata.name)
    .sort();
}

/** A name of the asker's making goes back to a terminal and into a log: one short line of it. */
function shown(text: string): string {
  const line = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?");
  return line.length > 64 ? `${line.slice(0, 64)}…` : line;
}
