import type { Certificate } from "../../core/cert/certificate.ts";
import { readUserIdentity, type UserIdentity } from "../../core/cert/identity.ts";
import { verifyCertificate } from "../../core/cert/verify.ts";
import { Fault } from "../../core/fault.ts";
import { decideAccess, effectiveRoles, type Options, reachOf } from "../../core/policy/access.ts";
import { lockedBy } from "../../core/policy/locks.ts";
import { admitsAddress } from "../../core/policy/options.ts";
import { accessRefusal, refusalFault } from "../../core/policy/refusal.ts";
import { refuseFormer } from "../../core/policy/user-generation.ts";
import type { Labels } from "../../core/resource/resource.ts";
import type { Cluster } from "../cluster/cluster.ts";

/** Somebody who has proven a certificate and asks to be `login` on this machine. */
export interface Claim {
  readonly certificate: Certificate;
  readonly login: string;
  /** Where the connection comes from. */
  readonly address: string;
}

/** What a certificate and a role have to grant both. */
export type Feature = "pty" | "port-forwarding" | "agent-forwarding";

/**
 * The one place where a node decides. It is asked at the login, again for every channel and request, and again whenever
 * a role, a user, a lock or an authority changes, so nothing outlives what allowed it.
 */
export class Access {
  readonly #cluster: Cluster;
  readonly #hostname: string;
  readonly #labels: () => Labels;
  readonly #now: () => Date;

  constructor(means: { cluster: Cluster; hostname: string; labels: () => Labels; now: () => Date }) {
    this.#cluster = means.cluster;
    this.#hostname = means.hostname;
    this.#labels = means.labels;
    this.#now = means.now;
  }

  /**
   * What the claim is granted now. @throws Fault `denied`, or `unauthenticated` for a certificate that has expired, with a
   * sentence for the user.
   */
  authorize(claim: Claim): Options {
    return this.#authorize(claim, this.#now());
  }

  /** The same for what is open already: its certificate may have expired meanwhile. */
  standing(claim: Claim): Options {
    const lastSecond = claim.certificate.validBefore.getTime() - 1000;
    return this.#authorize(claim, new Date(Math.min(this.#now().getTime(), lastSecond)));
  }

  /** `now` is for the certificate's dates. */
  #authorize({ certificate, login, address }: Claim, now: Date): Options {
    const { view } = this.#cluster;
    verifyCertificate(certificate, {
      type: "user",
      authorities: view.authorities("user"),
      now,
      sourceAddress: address,
    });
    const who = readUserIdentity(certificate);
    if (who.cluster !== this.#cluster.name)
      throw new Fault("denied", `the certificate is of the cluster ${who.cluster}`);
    const grants = this.#decide(who, certificate, login);
    if (!admitsAddress(grants, address)) throw new Fault("denied", `your roles do not allow logins from ${address}`);
    if (grants.requireSessionMfa)
      throw new Fault("denied", "your roles ask for a second factor for each session, which this node cannot ask for");
    return grants;
  }

  /** @throws Fault `denied` where the role, the certificate or both do not grant it. */
  permit(feature: Feature, { certificate }: Claim, grants: Options): void {
    const byRole = { pty: true, "port-forwarding": grants.portForwarding, "agent-forwarding": grants.forwardAgent };
    const name = { pty: "a terminal", "port-forwarding": "port forwarding", "agent-forwarding": "agent forwarding" };
    if (!certificate.extensions.has(`permit-${feature}`))
      throw new Fault("denied", `your certificate does not permit ${name[feature]}`);
    if (!byRole[feature]) throw new Fault("denied", `your roles do not permit ${name[feature]}`);
  }

  #decide(who: UserIdentity, certificate: Certificate, login: string): Options {
    const { view, uuid } = this.#cluster;
    const user = view.users.get(who.user);
    if (user === undefined) throw new Fault("denied", `the user ${who.user} is not known`);
    refuseFormer(user, certificate);
    const lock = lockedBy(
      view.locks,
      { user: who.user, roles: [...who.roles, ...user.spec.roles], login, node: [uuid, this.#hostname] },
      this.#now(),
    );
    if (lock !== undefined) throw new Fault("denied", `access is locked${because(lock.spec.message)}`);

    const roles = effectiveRoles(who, view.roles, user.spec.roles);
    const { traits } = user.spec;
    const labels = this.#labels();
    const decision = decideAccess(roles, traits, { login, labels });
    if (decision.allow && who.logins.includes(login)) return decision.grants;

    const usable = reachOf(roles, traits)(labels).filter((name) => who.logins.includes(name));
    const hint = usable.length === 0 ? undefined : `you may log in as ${usable.slice(0, 10).join(", ")}`;
    const { message, cause } = decision.allow
      ? new Fault("denied", `your certificate does not allow the login ${login}; it was issued before you had it`)
      : refusalFault(accessRefusal(decision.reason, login, this.#hostname, []));
    throw new Fault("denied", message, { hint, cause });
  }
}

function because(message: string | undefined): string {
  return message === undefined || message === "" ? "" : `: ${message}`;
}
