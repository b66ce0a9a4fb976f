import { Fault } from "../fault.ts";
import { type Certificate, FOREVER, signedPart } from "./certificate.ts";
import type { PublicKey } from "./public-key.ts";
import { addressInList } from "./source-address.ts";
import { Reader } from "./wire.ts";

export interface Wanted {
  readonly type: "user" | "host";
  /** The keys whose signature counts. */
  readonly authorities: readonly PublicKey[];
  readonly now: Date;
  /** A name that the certificate has to list: the login, or the host as it was asked for. */
  readonly principal?: string;
  /** Where the connection comes from. Without it a certificate that is bound to addresses is refused. */
  readonly sourceAddress?: string;
}

/**
 * The one place that decides what a certificate is worth; it says nothing about who is at the other end, which is proven
 * by the connection. The checks are those of OpenSSH's sshkey_cert_check_authority and auth_cert_options, with an empty
 * list of principals refused in every case.
 * @throws Fault `unauthenticated` when it has expired, otherwise `denied`.
 */
export function verifyCertificate(certificate: Certificate, want: Wanted): void {
  if (certificate.type !== want.type) {
    throw denied(`a ${certificate.type} certificate was offered where a ${want.type} certificate is needed`);
  }
  checkSignature(certificate, want.authorities);
  checkDates(certificate, want.now);
  checkContent(certificate);
  checkSource(certificate, want.sourceAddress);
  if (want.principal !== undefined) checkPrincipal(certificate, want.principal);
}

/** What every certificate must keep to, whoever signed it. @throws Fault `denied`. */
export function checkContent(
  certificate: Pick<Certificate, "type" | "keyId" | "principals" | "criticalOptions">,
): void {
  if (!/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(certificate.keyId)) {
    throw denied("the certificate's key id is empty or has control characters");
  }
  if (certificate.principals.length === 0) throw denied("the certificate names no principals");
  for (const principal of certificate.principals) {
    // Visible ASCII without what separates or matches names somewhere on the way: `,` in lists, `*` and `?` in patterns.
    if (!/^[!-)+\-->@-~]+$/.test(principal)) {
      throw denied(`the certificate has the principal ${JSON.stringify(principal)}, which is no name`);
    }
  }
  for (const option of certificate.criticalOptions.keys()) {
    if (option !== "source-address" || certificate.type !== "user") {
      throw denied(`the certificate has the critical option ${JSON.stringify(option)}, which is not known`);
    }
  }
}

function checkSignature(certificate: Certificate, authorities: readonly PublicKey[]): void {
  // The trusted key verifies, not its twin from the certificate: it has been used before and is ready.
  const authority = authorities.find((key) => key.equals(certificate.signedBy));
  if (authority === undefined) {
    throw denied(`the certificate is signed by an authority that is not trusted (${certificate.signedBy.fingerprint})`);
  }
  if (authority.verify(signedPart(certificate), certificate.signature)) return;
  throw denied(
    isSha1(certificate.signature) ? "the certificate is signed with SHA-1" : "the certificate's signature is wrong",
  );
}

function checkDates(certificate: Certificate, now: Date): void {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  if (!(second >= certificate.validAfter.getTime())) {
    throw new Fault("denied", `the certificate is not valid before ${certificate.validAfter.toISOString()}`, {
      hint: "compare the clocks of the two machines",
    });
  }
  const end = certificate.validBefore;
  if (end.getTime() !== FOREVER.getTime() && !(second < end.getTime())) {
    throw new Fault("unauthenticated", `the certificate expired at ${end.toISOString()}`, {
      hint: certificate.type === "user" ? "log in again: tsh login" : undefined,
    });
  }
}

function checkSource(certificate: Certificate, address: string | undefined): void {
  const list = certificate.criticalOptions.get("source-address");
  if (list === undefined) return;
  if (address === undefined || !inList(list, address)) {
    throw denied(`the certificate may not be used from ${address ?? "an unknown address"}`);
  }
}

function checkPrincipal(certificate: Certificate, asked: string): void {
  // ssh asks for hosts in lower case.
  const name = certificate.type === "host" ? asked.toLowerCase() : asked;
  if (!certificate.principals.includes(name)) {
    throw denied(`the certificate is not for ${JSON.stringify(name)}`);
  }
}

function inList(list: string, address: string): boolean {
  try {
    return addressInList(list, address);
  } catch (cause) {
    throw new Fault("denied", "the certificate has a malformed source-address", { cause });
  }
}

function isSha1(signature: Buffer): boolean {
  try {
    return new Reader(signature).text() === "ssh-rsa";
  } catch {
    return false;
  }
}

function denied(message: string): Fault {
  return new Fault("denied", message);
}
