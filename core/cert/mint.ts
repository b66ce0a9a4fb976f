import { randomBytes } from "node:crypto";
import { Fault } from "../fault.ts";
import {
  type Certificate,
  type CertificateBody,
  encodeBody,
  FOREVER,
  parseCertificate,
  signedPart,
} from "./certificate.ts";
import type { PrivateKey } from "./private-key.ts";
import type { PublicKey } from "./public-key.ts";
import { addressInList } from "./source-address.ts";
import { checkContent } from "./verify.ts";
import { Writer } from "./wire.ts";

/** The content of a certificate to be issued. Dates are cut to whole seconds; `FOREVER` as the end means no end. */
export interface CertificateSpec {
  readonly type: "user" | "host";
  readonly key: PublicKey;
  readonly serial: bigint;
  readonly keyId: string;
  readonly principals: readonly string[];
  readonly validAfter: Date;
  readonly validBefore: Date;
  readonly criticalOptions?: Readonly<Record<string, string>>;
  /** A flag has the value "". */
  readonly extensions?: Readonly<Record<string, string>>;
}

/**
 * Signs a certificate, and parses it again to check the encoding. Content that `verifyCertificate` would reject is not
 * signed.
 * @throws Fault `bad_request` with the reason.
 */
export async function mintCertificate(spec: CertificateSpec, ca: PrivateKey): Promise<Certificate> {
  const body: CertificateBody = {
    type: spec.type,
    key: spec.key,
    serial: spec.serial,
    keyId: spec.keyId,
    principals: spec.principals,
    validAfter: wholeSeconds(spec.validAfter),
    validBefore: wholeSeconds(spec.validBefore),
    criticalOptions: new Map(Object.entries(spec.criticalOptions ?? {})),
    extensions: new Map(Object.entries(spec.extensions ?? {})),
    signedBy: ca.public,
    nonce: randomBytes(32),
  };
  checkBody(body);
  const signed = encodeBody(body);
  const certificate = parseCertificate(new Writer().raw(signed).string(ca.sign(signed)).done());
  if (!encodeBody(certificate).equals(signed) || !signedPart(certificate).equals(signed)) {
    throw new Fault("internal", "internal error", {
      cause: new Error("a minted certificate does not encode to the signed bytes"),
    });
  }
  return certificate;
}

function checkBody(body: CertificateBody): void {
  try {
    checkContent(body);
    const source = body.criticalOptions.get("source-address");
    if (source !== undefined) addressInList(source, "");
  } catch (cause) {
    throw new Fault("bad_request", (cause as Error).message, { cause });
  }
  const [begin, end] = [body.validAfter.getTime(), body.validBefore.getTime()];
  if (!(begin >= 0 && begin < end && end <= FOREVER.getTime())) {
    throw new Fault("bad_request", "a certificate has to begin in 1970 or later and end after its begin");
  }
  if (body.type === "host" && body.principals.some((name) => name !== name.toLowerCase())) {
    throw new Fault(
      "bad_request",
      "the principals of a host certificate have to be in lower case, as ssh compares them",
    );
  }
}

function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
