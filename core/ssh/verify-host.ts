import type { Certificate } from "../cert/certificate.ts";
import type { PublicKey } from "../cert/public-key.ts";
import { verifyCertificate } from "../cert/verify.ts";
import { Fault } from "../fault.ts";

/** What a server shows for itself: a certificate, or only a key. */
export interface OfferedHost {
  readonly key?: PublicKey;
  readonly certificate?: Certificate;
}

/** @throws Fault to refuse the host. */
export type VerifyHost = (offered: OfferedHost) => void;

export interface WantedHost {
  /** Asked for each connection: authorities rotate. */
  authorities(): readonly PublicKey[];
  /** Any one of these has to be among the certificate's principals. */
  readonly names: readonly string[];
  now(): Date;
}

/**
 * The one check of a host that every client of ours makes: its certificate is from a trusted authority, inside its dates,
 * and for one of the names. A key without a certificate is refused: nobody is asked to trust what they see first.
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
