import type { Certificate } from "../../core/cert/certificate.ts";
import { readUserIdentity, type UserIdentity } from "../../core/cert/identity.ts";
import { verifyCertificate } from "../../core/cert/verify.ts";
import { Fault } from "../../core/fault.ts";
import { effectiveRoles, mergeOptions, type Options, reachOf } from "../../core/policy/access.ts";
import { lockedBy } from "../../core/policy/locks.ts";
import { admitsAddress } from "../../core/policy/options.ts";
import { refuseFormer } from "../../core/policy/user-generation.ts";
import type { Node } from "../../core/resource/node.ts";
import type { Labels } from "../../core/resource/resource.ts";
import type { ClusterView } from "../cluster/view.ts";

/** Somebody who has proven to hold a user's certificate. What that is worth can change at any time. */
export interface Visitor {
  readonly certificate: Certificate;
  readonly identity: UserIdentity;
  /** The login that was asked of the proxy, which by custom is the one wanted on the node. */
  readonly login: string;
  readonly address: string;
}

/** What a visitor may do at this moment. */
export interface Standing {
  readonly user: string;
  readonly options: Options;
  /** Whether some role opens this node for some login of the certificate. The node itself decides which. */
  reaches(node: Node): boolean;
  /** Whether hosts that are no nodes may be reached: where a role opens every node, whatever its labels. */
  readonly reachesStrangers: boolean;
}

/** Reads a certificate whose key was proven. Whether it counts is for `standingOf`. @throws Fault `denied`. */
export function visitorOf(certificate: Certificate, login: string, address: string): Visitor {
  return { certificate, identity: readUserIdentity(certificate), login, address };
}

/**
 * Verifies the certificate and says what its holder may do now.
 * @throws Fault `unauthenticated` when it has expired, `denied` when it is not of this cluster, or the user is gone or
 * locked out.
 */
export function standingOf(visitor: Visitor, view: ClusterView, now: Date): Standing {
  verifyCertificate(visitor.certificate, {
    type: "user",
    authorities: view.authorities("user"),
    now,
    sourceAddress: visitor.address,
  });
  return presentStanding(visitor, view, now);
}

/** The same for a connection that is open: its certificate may have expired since, but its authority must still count. */
export function presentStanding({ certificate, identity, address }: Visitor, view: ClusterView, now: Date): Standing {
  if (!view.authorities("user").some((key) => key.equals(certificate.signedBy)))
    throw new Fault("denied", "the authority of your certificate is no longer trusted", { hint: "tsh login" });
  const record = view.users.get(identity.user);
  if (record === undefined) throw new Fault("denied", `the user ${identity.user} no longer exists`);
  refuseFormer(record, certificate);

  const named = [...new Set([...identity.roles, ...record.spec.roles])];
  const lock = lockedBy(view.locks, { user: identity.user, roles: named }, now);
  if (lock !== undefined) throw new Fault("denied", lock.spec.message ?? `the user ${identity.user} is locked`);

  const roles = effectiveRoles(identity, view.roles, record.spec.roles);
  const options = mergeOptions(roles);
  if (!admitsAddress(options, address))
    throw new Fault("denied", `a role of ${identity.user} does not allow connections from ${address}`);

  const logins = reachOf(roles, record.spec.traits);
  const opens = (labels: Labels) => logins(labels).some((login) => identity.logins.includes(login));
  return {
    user: identity.user,
    options,
    // A second factor for each session is asked for by nobody there.
    reachesStrangers: opens({}) && !options.requireSessionMfa,
    reaches({ metadata, spec }) {
      const node = [metadata.name, spec.hostname];
      return opens(metadata.labels ?? {}) && !lockedBy(view.locks, { user: identity.user, roles: named, node }, now);
    },
  };
}
