import { isAddress } from "../address.ts";
import { Fault } from "../fault.ts";

/** A self-signed certificate for an HTTPS server without a configured one. */
export interface SelfSigned {
  readonly certPem: string;
  /** PKCS #8. */
  readonly keyPem: string;
}

/**
 * Generates an ECDSA P-256 key and a self-signed certificate for `names`: DNS names, also with a leading `*.`, and IP
 * addresses. Validity begins one minute before `now`, because clocks differ, and lasts for `days`.
 * @throws Fault `bad_request` without names.
 */
export async function selfSigned(options: {
  readonly names: readonly string[];
  readonly days: number;
  readonly now: Date;
}): Promise<SelfSigned> {
  const [first] = options.names;
  if (first === undefined) throw new Fault("bad_request", "a certificate for HTTPS needs a name or an address");
  const x509 = await load();
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const begin = options.now.getTime() - 60_000;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    // X.520 allows 64 characters. Clients verify the subject alternative names below, not this one.
    name: [{ CN: [first.slice(0, 64)] }],
    notBefore: new Date(begin),
    notAfter: new Date(begin + options.days * 86_400_000),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.SubjectAlternativeNameExtension(
        options.names.map((name) => ({ type: isAddress(name) ? "ip" : "dns", value: name }) as const),
      ),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return {
    certPem: `${certificate.toString("pem")}\n`,
    keyPem: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}(?=.)/g, "$&\n")}\n-----END PRIVATE KEY-----\n`,
  };
}

/** Loaded at first use, about once in the life of a proxy: its dependencies have half a megabyte. */
async function load(): Promise<typeof import("@peculiar/x509")> {
  // Its dependency tsyringe requires a metadata polyfill but never reads from it: no constructor there has parameters.
  if (!("getMetadata" in Reflect))
    Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined });
  return import("@peculiar/x509");
}
