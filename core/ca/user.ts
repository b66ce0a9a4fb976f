import { BACKDATE_SECONDS, EXTENSIONS } from "../cert/identity.ts";
import type { CertificateSpec } from "../cert/mint.ts";
import type { PublicKey } from "../cert/public-key.ts";
import { loginsOf, mergeOptions } from "../policy/access.ts";
import type { Role } from "../resource/role.ts";
import type { User } from "../resource/user.ts";

/** Default and maximum lifetime of a login's certificate, in seconds. */
export const LOGIN_TTL = 12 * 3600;

/** The only principal of a user without logins. OpenSSH up to 10.2 accepts an empty list of principals for any login. */
export const NO_LOGIN = "-sallyport-nologin";

export interface UserCertificateRequest {
  readonly user: User;
  /** The user's current roles. */
  readonly roles: readonly Role[];
  readonly key: PublicKey;
  readonly cluster: string;
  /** The requested lifetime, in seconds. */
  readonly ttl: number;
  /** Whether `max_session_ttl` of the roles limits `ttl`. */
  readonly capByRoles: boolean;
  readonly serial: bigint;
  readonly now: Date;
}

/** The logins that a certificate of this user names. @param roles the user's roles as they are now */
export function principalsOf(user: User, roles: readonly Role[]): readonly string[] {
  const logins = loginsOf(roles, user.spec.traits);
  return logins.length === 0 ? [NO_LOGIN] : logins;
}

/** The content of a user certificate. The request determines key and lifetime; roles and traits determine the rest. */
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
