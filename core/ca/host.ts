import { BACKDATE_SECONDS, EXTENSIONS } from "../cert/identity.ts";
import type { CertificateSpec } from "../cert/mint.ts";
import type { PublicKey } from "../cert/public-key.ts";

/** Lifetime of a machine's certificate, in seconds. A machine renews at half of it. */
export const HOST_TTL = 7 * 86_400;

export interface HostCertificateRequest {
  readonly keyId: string;
  /** Host names and addresses. The certificate has them in lower case, as ssh compares them. */
  readonly principals: readonly string[];
  /** The machine's roles in the cluster; empty for a plain sshd. */
  readonly roles: readonly string[];
  readonly key: PublicKey;
  readonly cluster: string;
  readonly ttl: number;
  readonly serial: bigint;
  readonly now: Date;
}

/** The content of a host certificate. `ttl` is in seconds. */
export function hostSpec(request: HostCertificateRequest): CertificateSpec {
  return {
    type: "host",
    key: request.key,
    serial: request.serial,
    keyId: request.keyId,
    principals: [...new Set(request.principals.map((name) => name.toLowerCase()))],
    validAfter: new Date(request.now.getTime() - BACKDATE_SECONDS * 1000),
    validBefore: new Date(request.now.getTime() + request.ttl * 1000),
    extensions: {
      [EXTENSIONS.cluster]: request.cluster,
      ...(request.roles.length > 0 && { [EXTENSIONS.hostRole]: request.roles.join(",") }),
    },
  };
}

/** The principals of a cluster member: its UUID and host name, each alone and with the cluster as domain, and its addresses. */
export function memberNames(member: {
  readonly uuid: string;
  readonly hostname: string;
  readonly cluster: string;
  readonly addresses: readonly string[];
}): readonly string[] {
  const { uuid, hostname, cluster, addresses } = member;
  return [...new Set([`${uuid}.${cluster}`, uuid, `${hostname}.${cluster}`, hostname, ...addresses])];
}
