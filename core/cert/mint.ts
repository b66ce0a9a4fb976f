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

/** What a certificate will say. Dates count in whole seconds; `FOREVER` as the end means no end. */
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
 * Signs a certificate and reads it back. It may not be more than our own verifier takes.
 * @throws Fault `bad_request` for what no certificate of ours may say.
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
  refuse(body);
  const signed = encodeBody(body);
  const certificate = parseCertificate(new Writer().raw(signed).string(ca.sign(signed)).done());
  if (!encodeBody(certificate).equals(signed) || !signedPart(certificate).equals(signed)) {
    throw new Fault("internal", "internal error", { cause: new Error("a minted certificate reads differently") });
  }
  return certificate;
}

function refuse(body: CertificateBody): void {
  try {
    checkContent(body);
    const source = body.criticalOptions.get("source-address");
    if (source !== undefined) addressInList(source, "");
  } catch (cause) {
    throw new Fault("bad_request", (cause as Error).message, { cause });
  }
  const [begin, end] = [body.validAfter.getTime(), body.validBefore.getTime()];
  if (!(begin >= 0 && begin < end && end <= FOREVER.getTime())) {
    throw new Fault("bad_request", "a certificate begins in 1970 or later, and ends after it begins");
  }
  if (body.type === "host" && body.principals.some((name) => name !== name.toLowerCase())) {
    throw new Fault("bad_request", "a host's names are written in lower case, as ssh asks for them");
  }
}

function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
