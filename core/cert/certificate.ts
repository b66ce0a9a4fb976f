import { Fault } from "../fault.ts";
import { PublicKey } from "./public-key.ts";
import { fromBase64, Reader, Writer } from "./wire.ts";

/** A well-formed OpenSSH certificate (PROTOCOL.certkeys), not verified: see `verifyCertificate`. */
export interface Certificate {
  readonly type: "user" | "host";
  /** The certified public key. */
  readonly key: PublicKey;
  readonly serial: bigint;
  readonly keyId: string;
  readonly principals: readonly string[];
  readonly validAfter: Date;
  /** The end of validity, exclusive. `FOREVER` when the certificate never expires. */
  readonly validBefore: Date;
  /** Names to values; a flag has the value "". */
  readonly criticalOptions: ReadonlyMap<string, string>;
  readonly extensions: ReadonlyMap<string, string>;
  /** The CA key that the certificate names; unproven until the signature is verified. */
  readonly signedBy: PublicKey;
  /** The encoded certificate. */
  readonly blob: Buffer;
  /** Such as `ssh-ed25519-cert-v01@openssh.com`. */
  readonly algorithm: string;
  readonly nonce: Buffer;
  /** An SSH signature over `signedPart`. */
  readonly signature: Buffer;
}

/** The fields that the CA signs. */
export type CertificateBody = Omit<Certificate, "blob" | "algorithm" | "signature">;

/** Stands for a certificate without an end (`valid before` of 2^64 - 1). A certificate with this date itself is rejected. */
export const FOREVER = new Date("9999-12-31T23:59:59Z");

const NO_END = 0xffff_ffff_ffff_ffffn;
const TYPES = { 1: "user", 2: "host" } as const;
const ALGORITHM = /^([a-z0-9-]+)-cert-v01@openssh\.com$/;

/** Whether `name` is the algorithm name of a supported certificate type. */
export function isCertificateAlgorithm(name: string): boolean {
  return keyTypeOf(name) !== undefined;
}

/** The certificate algorithm of a key type: `ssh-ed25519` → `ssh-ed25519-cert-v01@openssh.com`. */
export function certificateAlgorithm(keyType: string): string {
  return `${keyType.replace(/@openssh\.com$/, "")}-cert-v01@openssh.com`;
}

/**
 * Parses a certificate. Only the canonical encoding is accepted, so that `encodeBody` returns the signed bytes again.
 * @throws Fault `bad_request` for trailing bytes, options that are repeated or out of order, an unsupported key type, a CA
 * key that is itself a certificate, text that is not UTF-8, and everything else that PROTOCOL.certkeys forbids.
 */
export function parseCertificate(blob: Uint8Array): Certificate {
  const bytes = Buffer.from(blob);
  const reader = new Reader(bytes);
  const algorithm = reader.text();
  const keyType = keyTypeOf(algorithm);
  if (keyType === undefined) throw malformed(`unsupported certificate type ${JSON.stringify(algorithm)}`);

  const nonce = reader.string();
  const key = PublicKey.fromFields(keyType, reader, bytes);
  const serial = reader.uint64();
  const type = TYPES[reader.uint32() as keyof typeof TYPES];
  if (type === undefined) throw malformed("its type is neither user nor host");
  const keyId = reader.text();
  const principals = readPrincipals(reader.string());
  const validAfter = readDate(reader.uint64());
  const validBefore = readEnd(reader.uint64());
  const criticalOptions = readOptions(reader.string(), "critical option");
  const extensions = readOptions(reader.string(), "extension");
  if (reader.string().length > 0) throw malformed("the reserved field is not empty");
  const signedBy = PublicKey.fromBlob(reader.string());
  const signature = reader.string();
  reader.end();

  return {
    type,
    key,
    serial,
    keyId,
    principals,
    validAfter,
    validBefore,
    criticalOptions,
    extensions,
    signedBy,
    blob: bytes,
    algorithm,
    nonce,
    signature,
  };
}

/** Parses `type base64 [comment]`, the format of `-cert.pub` files. @throws Fault `bad_request`. */
export function parseCertificateLine(line: string): Certificate {
  const [algorithm, base64] = line.trim().split(/[ \t]+/, 2);
  if (algorithm === undefined || base64 === undefined) throw malformed("expected a line of type and base64");
  const certificate = parseCertificate(fromBase64(base64));
  if (certificate.algorithm !== algorithm)
    throw malformed(`the line says ${algorithm}, the certificate ${certificate.algorithm}`);
  return certificate;
}

/** Formats the line of a `-cert.pub` file, without a line end. */
export function formatCertificate(certificate: Certificate, comment?: string): string {
  const line = `${certificate.algorithm} ${certificate.blob.toString("base64")}`;
  return comment === undefined ? line : `${line} ${comment}`;
}

/** Encodes the bytes that the CA signs. Followed by `string signature`, they are the certificate. */
export function encodeBody(body: CertificateBody): Buffer {
  const keyType = new Writer().string(body.key.type).done().length;
  const principals = new Writer();
  for (const principal of body.principals) principals.string(principal);
  return new Writer()
    .string(certificateAlgorithm(body.key.type))
    .string(body.nonce)
    .raw(body.key.blob.subarray(keyType))
    .uint64(body.serial)
    .uint32(body.type === "user" ? 1 : 2)
    .string(body.keyId)
    .string(principals.done())
    .uint64(seconds(body.validAfter))
    .uint64(body.validBefore.getTime() === FOREVER.getTime() ? NO_END : seconds(body.validBefore))
    .string(encodeOptions(body.criticalOptions))
    .string(encodeOptions(body.extensions))
    .string("")
    .string(body.signedBy.blob)
    .done();
}

/** The bytes of a parsed certificate that its signature covers. */
export function signedPart(certificate: Certificate): Buffer {
  return certificate.blob.subarray(0, certificate.blob.length - certificate.signature.length - 4);
}

function keyTypeOf(algorithm: string): string | undefined {
  const plain = ALGORITHM.exec(algorithm)?.[1];
  switch (plain) {
    case "ssh-ed25519":
    case "ecdsa-sha2-nistp256":
    case "ecdsa-sha2-nistp384":
    case "ecdsa-sha2-nistp521":
    case "ssh-rsa":
      return plain;
    case "sk-ssh-ed25519":
    case "sk-ecdsa-sha2-nistp256":
      return `${plain}@openssh.com`;
    default:
      return undefined;
  }
}

function readPrincipals(bytes: Buffer): string[] {
  const reader = new Reader(bytes);
  const principals: string[] = [];
  while (reader.rest > 0) principals.push(reader.text());
  return principals;
}

function readDate(value: bigint): Date {
  if (value >= seconds(FOREVER)) throw malformed("a date is beyond the year 9999");
  return new Date(Number(value) * 1000);
}

function readEnd(value: bigint): Date {
  return value === NO_END ? FOREVER : readDate(value);
}

/** Parses options: names in ascending byte order, each once; the data is empty or one non-empty string. */
function readOptions(bytes: Buffer, what: string): Map<string, string> {
  const reader = new Reader(bytes);
  const options = new Map<string, string>();
  let previous = "";
  while (reader.rest > 0) {
    const name = reader.text();
    if (compareBytes(previous, name) >= 0)
      throw malformed(`the ${what}s have an empty name, are repeated or out of order`);
    previous = name;
    options.set(name, readValue(reader.string(), name, what));
  }
  return options;
}

function readValue(data: Buffer, name: string, what: string): string {
  if (data.length === 0) return "";
  const reader = new Reader(data);
  const value = reader.text();
  reader.end();
  if (value === "") throw malformed(`the value of ${what} ${JSON.stringify(name)} is an empty string`);
  return value;
}

function encodeOptions(options: ReadonlyMap<string, string>): Buffer {
  const names = [...options.keys()].sort(compareBytes);
  const writer = new Writer();
  for (const name of names) {
    const value = options.get(name) ?? "";
    writer.string(name).string(value === "" ? "" : new Writer().string(value).done());
  }
  return writer.done();
}

/** Compares the UTF-8 encodings. For ASCII, which all names in use are, that is the order of the characters. */
function compareBytes(a: string, b: string): number {
  if (ASCII.test(a) && ASCII.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const ASCII = /^[\0-\x7f]*$/;

function seconds(date: Date): bigint {
  return BigInt(Math.floor(date.getTime() / 1000));
}

function malformed(reason: string): Fault {
  return new Fault("bad_request", `malformed certificate: ${reason}`);
}
