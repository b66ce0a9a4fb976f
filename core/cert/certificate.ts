import { Fault } from "../fault.ts";
import { PublicKey } from "./public-key.ts";
import { fromBase64, Reader, Writer } from "./wire.ts";

/** An OpenSSH certificate (PROTOCOL.certkeys): well formed, and nothing more. `verifyCertificate` says what it is worth. */
export interface Certificate {
  readonly type: "user" | "host";
  /** The key that is certified. */
  readonly key: PublicKey;
  readonly serial: bigint;
  readonly keyId: string;
  readonly principals: readonly string[];
  readonly validAfter: Date;
  /** `FOREVER` when it never expires. */
  readonly validBefore: Date;
  /** Name to value; a flag has the value "". */
  readonly criticalOptions: ReadonlyMap<string, string>;
  readonly extensions: ReadonlyMap<string, string>;
  /** The authority that it names: a claim, until the signature has been verified. */
  readonly signedBy: PublicKey;
  /** The whole certificate. */
  readonly blob: Buffer;
  /** Such as `ssh-ed25519-cert-v01@openssh.com`. */
  readonly algorithm: string;
  readonly nonce: Buffer;
  /** An SSH signature over `signedPart`. */
  readonly signature: Buffer;
}

/** Everything of a certificate that its authority signs. */
export type CertificateBody = Omit<Certificate, "blob" | "algorithm" | "signature">;

/** What stands for "no end". No certificate may name this second itself. */
export const FOREVER = new Date("9999-12-31T23:59:59Z");

const NO_END = 0xffff_ffff_ffff_ffffn;
const TYPES = { 1: "user", 2: "host" } as const;
const ALGORITHM = /^([a-z0-9-]+)-cert-v01@openssh\.com$/;

/** Whether this is the name of a kind of certificate that we read. */
export function isCertificateAlgorithm(name: string): boolean {
  return keyTypeOf(name) !== undefined;
}

/** The kind of certificate that holds keys of this type: `ssh-ed25519` → `ssh-ed25519-cert-v01@openssh.com`. */
export function certificateAlgorithm(keyType: string): string {
  return `${keyType.replace(/@openssh\.com$/, "")}-cert-v01@openssh.com`;
}

/**
 * Reads a certificate, strictly: one spelling only, so that `encodeBody` and the signature give the same bytes again.
 * @throws Fault `bad_request` for trailing bytes, options that are doubled or out of order, an unknown type of key, an
 * authority that is itself a certificate, text that is not UTF-8, and everything else that PROTOCOL.certkeys forbids.
 */
export function parseCertificate(blob: Uint8Array): Certificate {
  const bytes = Buffer.from(blob);
  const reader = new Reader(bytes);
  const algorithm = reader.text();
  const keyType = keyTypeOf(algorithm);
  if (keyType === undefined) throw malformed(`${JSON.stringify(algorithm)} is not a type of certificate that is known`);

  const nonce = reader.string();
  const key = PublicKey.fromFields(keyType, reader, bytes);
  const serial = reader.uint64();
  const type = TYPES[reader.uint32() as keyof typeof TYPES];
  if (type === undefined) throw malformed("it is neither a user's nor a host's");
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

/** Reads `type base64 [comment]`, the form of `-cert.pub` files. @throws Fault `bad_request`. */
export function parseCertificateLine(line: string): Certificate {
  const [algorithm, base64] = line.trim().split(/[ \t]+/, 2);
  if (algorithm === undefined || base64 === undefined) throw malformed("not a line of type and base64");
  const certificate = parseCertificate(fromBase64(base64));
  if (certificate.algorithm !== algorithm) throw malformed(`the line says ${algorithm}`);
  return certificate;
}

/** Writes the line of a `-cert.pub` file, without a line end. */
export function formatCertificate(certificate: Certificate, comment?: string): string {
  const line = `${certificate.algorithm} ${certificate.blob.toString("base64")}`;
  return comment === undefined ? line : `${line} ${comment}`;
}

/** The bytes that the authority signs; with `string signature` behind them they are the whole certificate. */
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

/** What the signature of a certificate that was read is over. */
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
  if (value >= seconds(FOREVER)) throw malformed("a date beyond the year 9999");
  return new Date(Number(value) * 1000);
}

function readEnd(value: bigint): Date {
  return value === NO_END ? FOREVER : readDate(value);
}

/** Names in ascending order of their bytes, each once; the data is empty or one text that is not. */
function readOptions(bytes: Buffer, what: string): Map<string, string> {
  const reader = new Reader(bytes);
  const options = new Map<string, string>();
  let previous = "";
  while (reader.rest > 0) {
    const name = reader.text();
    if (compareBytes(previous, name) >= 0) throw malformed(`${what}s without a name, doubled or out of order`);
    previous = name;
    options.set(name, readValue(reader.string(), what));
  }
  return options;
}

function readValue(data: Buffer, what: string): string {
  if (data.length === 0) return "";
  const reader = new Reader(data);
  const value = reader.text();
  reader.end();
  if (value === "") throw malformed(`an ${what} with an empty value`);
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

/** By their bytes in UTF-8; of ASCII, which all names in use are, that is the order of the characters. */
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
