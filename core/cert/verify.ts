import { Fault } from "../fault.ts";
import { type Certificate, FOREVER, signedPart } from "./certificate.ts";
import type { PublicKey } from "./public-key.ts";
import { addressInList } from "./source-address.ts";
import { Reader } from "./wire.ts";

export interface VerifyOptions {
  readonly type: "user" | "host";
  /** The trusted CA keys. */
  readonly authorities: readonly PublicKey[];
  readonly now: Date;
  /** A principal that the certificate has to list: the login, or the name under which the host was dialled. */
  readonly principal?: string;
  /** The client's address. Without it, a certificate with a `source-address` option is denied. */
  readonly sourceAddress?: string;
}

/**
 * Verifies a certificate: CA signature, dates, options, source address and principal. The only certificate verifier of
 * the product. It does not prove possession of the key; the SSH connection does. The checks are those of OpenSSH's
 * sshkey_cert_check_authority and auth_cert_options, except that an empty list of principals is always denied.
 * @throws Fault `unauthenticated` when the certificate has expired, otherwise `denied`.
 */
export function verifyCertificate(certificate: Certificate, options: VerifyOptions): void {
  if (certificate.type !== options.type) {
    throw denied(`a ${certificate.type} certificate was offered where a ${options.type} certificate is needed`);
  }
  checkSignature(certificate, options.authorities);
  checkDates(certificate, options.now);
  checkContent(certificate);
  checkSource(certificate, options.sourceAddress);
  if (options.principal !== undefined) checkPrincipal(certificate, options.principal);
}

/** Checks the content that is independent of the CA: key id, principals and critical options. @throws Fault `denied`. */
export function checkContent(
  certificate: Pick<Certificate, "type" | "keyId" | "principals" | "criticalOptions">,
): void {
  if (!/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(certificate.keyId)) {
    throw denied("the certificate's key id is empty or has control characters");
  }
  if (certificate.principals.length === 0) throw denied("the certificate names no principals");
  for (const principal of certificate.principals) {
    // Visible ASCII without the separator of lists (`,`) and the wildcards of patterns (`*`, `?`).
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
  // Verify with the trusted key, not the equal key from the certificate: its KeyObject is likely cached already.
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

function checkPrincipal(certificate: Certificate, principal: string): void {
  // As ssh does, compare host names in lower case.
  const name = certificate.type === "host" ? principal.toLowerCase() : principal;
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
