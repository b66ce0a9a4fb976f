import type { Certificate } from "../../core/cert/certificate.ts";
import { readUserIdentity, type UserIdentity } from "../../core/cert/identity.ts";
import type { PublicKey } from "../../core/cert/public-key.ts";
import { verifyCertificate } from "../../core/cert/verify.ts";
import { type AccessRequest, type ClusterState, type Grant, requireAccess } from "../../core/policy/authorize.ts";
import type { AuthorityType } from "../../core/resource/authority.ts";

/**
 * Verifies a user's certificate, of which the client holds the key, and decides what it asks for. The only place where
 * signature and addresses of the certificate are checked: later decisions on the connection ask `authorize` alone.
 * @throws Fault `unauthenticated` when the certificate has expired, otherwise `denied`
 */
export function identifyUser(
  certificate: Certificate,
  request: AccessRequest,
  at: {
    readonly view: ClusterState & { authorities(type: AuthorityType): readonly PublicKey[] };
    readonly now: Date;
    readonly address: string;
  },
): { readonly identity: UserIdentity; readonly grant: Grant } {
  const { view, now, address } = at;
  verifyCertificate(certificate, {
    type: "user",
    authorities: view.authorities("user"),
    now,
    sourceAddress: address,
  });
  const identity = readUserIdentity(certificate);
  return { identity, grant: requireAccess(identity, request, view, { now, address }) };
}
