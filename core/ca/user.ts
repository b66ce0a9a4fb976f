import { BACKDATE_SECONDS, EXTENSIONS } from "../cert/identity.ts";
import type { CertificateSpec } from "../cert/mint.ts";
import type { PublicKey } from "../cert/public-key.ts";
import { loginsOf, mergeOptions } from "../policy/access.ts";
import type { Role } from "../resource/role.ts";
import type { User } from "../resource/user.ts";

/** How long a certificate lives when nobody says otherwise, and the most that a login gives. Seconds. */
export const LOGIN_TTL = 12 * 3600;

/** The one principal of somebody who may log in nowhere: OpenSSH reads an empty list as "anybody" up to 10.2. */
export const NO_LOGIN = "-sallyport-nologin";

export interface UserCertificateRequest {
  readonly user: User;
  /** The user's roles as they are now. */
  readonly roles: readonly Role[];
  readonly key: PublicKey;
  readonly cluster: string;
  /** Asked for, in seconds. */
  readonly ttl: number;
  /** Whether `max_session_ttl` of the roles shortens it. */
  readonly capByRoles: boolean;
  readonly serial: bigint;
  readonly now: Date;
}

/** The logins that a certificate of this user names. @param roles the user's roles as they are now */
export function principalsOf(user: User, roles: readonly Role[]): readonly string[] {
  const logins = loginsOf(roles, user.spec.traits);
  return logins.length === 0 ? [NO_LOGIN] : logins;
}

/** Request → defaults → limits → policy: what a user's certificate will say. The caller asked for a key and a time only. */
export function userSpec(request: UserCertificateRequest): CertificateSpec {
  const { user, roles, now } = request;
  const options = mergeOptions(roles);
  const ttl = request.capByRoles ? Math.min(request.ttl, options.maxSessionTtl) : request.ttl;
  return {
    type: "user",
    key: request.key,
    serial: request.serial,
    keyId: user.metadata.name,
    principals: principalsOf(user, roles),
    validAfter: new Date(now.getTime() - BACKDATE_SECONDS * 1000),
    validBefore: new Date(now.getTime() + ttl * 1000),
    criticalOptions: {
      ...(options.sourceAddresses.length > 0 && { "source-address": options.sourceAddresses.join(",") }),
    },
    extensions: {
      "permit-pty": "",
      ...(options.portForwarding && { "permit-port-forwarding": "" }),
      ...(options.forwardAgent && { "permit-agent-forwarding": "" }),
      ...(options.permitX11 && { "permit-X11-forwarding": "" }),
      [EXTENSIONS.cluster]: request.cluster,
      [EXTENSIONS.roles]: JSON.stringify(roles.map((role) => role.metadata.name)),
      [EXTENSIONS.traits]: JSON.stringify(user.spec.traits),
    },
  };
}
