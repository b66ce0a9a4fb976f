import type { Certificate } from "../cert/certificate.ts";
import type { PublicKey } from "../cert/public-key.ts";
import { verifyCertificate } from "../cert/verify.ts";
import { Fault } from "../fault.ts";

/** The host key or host certificate that a server offered in key exchange. */
export interface OfferedHost {
  readonly key?: PublicKey;
  readonly certificate?: Certificate;
}

/** Accepts a host by returning. @throws Fault when the host is not trusted. */
export type VerifyHost = (offered: OfferedHost) => void;

export interface WantedHost {
  /** The trusted host CA keys, read for each connection, since CAs rotate. */
  authorities(): readonly PublicKey[];
  /** The certificate has to list at least one of these as principal. */
  readonly names: readonly string[];
  now(): Date;
}

/**
 * The host verification of every client in the product: the certificate has to be signed by a trusted CA, valid now, and
 * issued for one of the names. A host key without a certificate is denied; there is no trust on first use.
 * The verifier throws Fault `denied`, or `unauthenticated` for an expired certificate.
 */
export function hostVerifier(want: WantedHost): VerifyHost {
  return ({ certificate }) => {
    const asked = want.names[0] ?? "";
    if (certificate === undefined) {
      throw new Fault("denied", `${asked} has no host certificate`, {
        hint: "a host joins the cluster with a token: tctl tokens add",
      });
    }
    const principal = want.names.find((name) => certificate.principals.includes(name.toLowerCase())) ?? asked;
    verifyCertificate(certificate, { type: "host", authorities: want.authorities(), now: want.now(), principal });
  };
}
