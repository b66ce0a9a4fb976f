import { randomBytes } from "node:crypto";
import type { Trust } from "../../core/api/schemas.ts";
import { HOST_TTL, type HostCertificateRequest, hostSpec, memberNames } from "../../core/ca/host.ts";
import { servicePrincipal } from "../../core/ca/service-principal.ts";
import { LOGIN_TTL, userSpec } from "../../core/ca/user.ts";
import { type Certificate, formatCertificate } from "../../core/cert/certificate.ts";
import { readUserIdentity } from "../../core/cert/identity.ts";
import { type CertificateSpec, mintCertificate } from "../../core/cert/mint.ts";
import { PublicKey } from "../../core/cert/public-key.ts";
import { verifyCertificate } from "../../core/cert/verify.ts";
import { Fault } from "../../core/fault.ts";
import type { User } from "../../core/resource/user.ts";
import { emitEvent } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { rolesNamed } from "./roles.ts";
import type { HostRecord } from "./schema.ts";

/** The maximum lifetime of a user certificate from `tctl auth sign`: one year, for bots. Seconds. */
const SIGN_TTL = 366 * 86_400;

export interface UserIssue {
  readonly user: User;
  readonly publicKey: string;
  /** Seconds; by default `LOGIN_TTL`. */
  readonly ttl?: number | undefined;
  /** A login is limited to 12 hours and by the roles; `sign` (`tctl auth sign`) is limited to a year. */
  readonly via: "login" | "sign";
  /** The requesting user, for the audit log. */
  readonly actor: string;
}

/** Issues a user certificate. Auth determines its content, except the key. Its audit event is on disk before it returns. */
export async function issueUserCertificate(auth: AuthContext, issue: UserIssue): Promise<string> {
  const signed = issue.via === "sign";
  const spec = userSpec({
    user: issue.user,
    roles: await rolesNamed(auth.store, issue.user.spec.roles),
    key: parseKey(issue.publicKey),
    cluster: auth.cluster,
    ttl: Math.min(issue.ttl ?? LOGIN_TTL, signed ? SIGN_TTL : LOGIN_TTL),
    capByRoles: !signed,
    serial: newSerial(),
    now: auth.now(),
  });
  return issueCertificate(auth, spec, issue.actor);
}

/** The content of a cluster member's certificate, with the lifetime `HOST_TTL`. */
export function memberSpec(
  auth: AuthContext,
  member: Pick<HostCertificateRequest, "keyId" | "principals" | "roles" | "key">,
): CertificateSpec {
  return hostSpec({ ...member, cluster: auth.cluster, ttl: HOST_TTL, serial: newSerial(), now: auth.now() });
}

/** Issues the certificate of a machine of the cluster. */
export function issueMemberCertificate(
  auth: AuthContext,
  host: HostRecord,
  addresses: readonly string[],
): Promise<string> {
  const spec = memberSpec(auth, {
    keyId: `${host.uuid}.${auth.cluster}`,
    principals: [
      ...memberNames({ ...host, cluster: auth.cluster, addresses }),
      // Clients verify any proxy by this principal, at whatever address.
      ...(host.roles.includes("proxy") ? [servicePrincipal("proxy", auth.cluster)] : []),
    ],
    roles: host.roles,
    key: parseKey(host.public_key),
  });
  return issueCertificate(auth, spec, `@host/${host.uuid}`);
}

/** Issues a host certificate for a stock sshd, with exactly the requested names and without a role in the cluster. */
export function issueHostCertificate(
  auth: AuthContext,
  issue: { readonly names: readonly string[]; readonly publicKey: string; readonly ttl?: number | undefined },
  actor: string,
): Promise<string> {
  const spec = hostSpec({
    keyId: issue.names[0] ?? "",
    principals: issue.names,
    roles: [],
    key: parseKey(issue.publicKey),
    cluster: auth.cluster,
    ttl: Math.min(issue.ttl ?? SIGN_TTL, 10 * SIGN_TTL),
    serial: newSerial(),
    now: auth.now(),
  });
  return issueCertificate(auth, spec, actor);
}

/** The cluster's name and CAs, which every holder of a certificate needs. */
export function trust(auth: AuthContext): Trust {
  return { cluster: auth.cluster, authorities: [...auth.view.allAuthorities()] };
}

/** Signs a certificate, verifies it, audits it, and returns it. */
async function issueCertificate(auth: AuthContext, spec: CertificateSpec, actor: string): Promise<string> {
  const certificate = await mintCertificate(spec, auth.authorities.signer(spec.type));
  check(auth, certificate, spec);
  await emitEvent(auth, "cert.create", {
    user: actor,
    cert_type: spec.type,
    key_id: spec.keyId,
    serial: String(spec.serial),
    principals: spec.principals,
    ...(spec.type === "user" && { roles: readUserIdentity(certificate).roles }),
    fingerprint: spec.key.fingerprint,
    expires: certificate.validBefore.toISOString(),
  });
  return formatCertificate(certificate);
}

/** Verifies a new certificate. @throws Fault `internal` when the product's own verifier denies it. */
function check(auth: AuthContext, certificate: Certificate, spec: CertificateSpec): void {
  try {
    verifyCertificate(certificate, {
      type: spec.type,
      authorities: auth.view.authorities(spec.type),
      now: auth.now(),
      principal: spec.principals[0] ?? "",
      ...(spec.criticalOptions?.["source-address"] !== undefined && {
        sourceAddress: firstAddress(spec.criticalOptions["source-address"]),
      }),
    });
  } catch (cause) {
    throw new Fault("internal", "internal error", { cause });
  }
}

/** A serial number of 63 random bits, so that several auth processes need no shared counter. */
function newSerial(): bigint {
  return randomBytes(8).readBigUInt64BE() >> 1n;
}

function firstAddress(cidrs: string): string {
  return cidrs.split(",")[0]?.split("/")[0] ?? "";
}

function parseKey(line: string): PublicKey {
  try {
    return PublicKey.parse(line);
  } catch (cause) {
    throw new Fault("bad_request", `unusable public key: ${(cause as Error).message}`, { cause });
  }
}
