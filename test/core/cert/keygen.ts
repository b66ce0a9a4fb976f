import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Certificate, CertificateBody } from "../../../core/cert/certificate.ts";
import { encodeBody, parseCertificate, parseCertificateLine } from "../../../core/cert/certificate.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { PublicKey } from "../../../core/cert/public-key.ts";
import { Writer } from "../../../core/cert/wire.ts";
import { Fault, type FaultCode } from "../../../core/fault.ts";
import { keptTempDir } from "../../kit/temp.ts";

/** Keys and certificates for tests: from ssh-keygen wherever it can make them, and by hand where it refuses to. */

const dir = keptTempDir();
let made = 0;

/** Runs ssh-keygen, and gives what it printed. */
export function sshKeygen(words: readonly string[], input = ""): string {
  return execFileSync("ssh-keygen", words, { cwd: dir, encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"] });
}

/** A file in the directory of ssh-keygen. */
export function file(name: string, content: string): string {
  const path = join(dir, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

export function freshName(): string {
  return `f${made++}`;
}

export interface KeyFile {
  readonly path: string;
  readonly text: string;
  readonly line: string;
}

/** A key that ssh-keygen made: `keyFile("rsa", 2048)`. */
export function keyFile(type: string, bits?: number, passphrase = ""): KeyFile {
  const name = freshName();
  const size = bits === undefined ? [] : ["-b", String(bits)];
  sshKeygen(["-q", "-t", type, ...size, "-N", passphrase, "-C", "a comment", "-f", name]);
  const path = join(dir, name);
  return { path, text: readFileSync(path, "utf8"), line: readFileSync(`${path}.pub`, "utf8").trim() };
}

/** The line of a certificate that `ssh-keygen -s ca` made of a public key, with these further words. */
export function certLine(ca: KeyFile, publicKey: string, ...words: readonly string[]): string {
  const name = freshName();
  file(`${name}.pub`, `${publicKey}\n`);
  sshKeygen(["-q", "-s", ca.path, ...words, `${name}.pub`]);
  return readFileSync(join(dir, `${name}-cert.pub`), "utf8").trim();
}

export function certOf(ca: KeyFile, publicKey: string, ...words: readonly string[]): Certificate {
  return parseCertificateLine(certLine(ca, publicKey, ...words));
}

/** A user's certificate with whatever is wanted in it, signed by `ca`, as no mint would. */
export function forged(ca: PrivateKey, change: Partial<CertificateBody> = {}): Certificate {
  const signed = encodeBody({
    type: "user",
    key: PrivateKey.generate().public,
    serial: 7n,
    keyId: "alice",
    principals: ["root"],
    validAfter: new Date("2026-01-01T00:00:00Z"),
    validBefore: new Date("2027-01-01T00:00:00Z"),
    criticalOptions: new Map(),
    extensions: new Map([["permit-pty", ""]]),
    signedBy: ca.public,
    nonce: Buffer.alloc(32, 7),
    ...change,
  });
  return parseCertificate(new Writer().raw(signed).string(ca.sign(signed)).done());
}

/** The fields of a certificate as bytes, each of which a test may replace. */
export function rawCertificate(ca: PrivateKey, change: Partial<Record<RawField, Uint8Array>> = {}): Buffer {
  const string = (value: string | Uint8Array) => new Writer().string(value).done();
  const fields: Record<RawField, Uint8Array> = {
    algorithm: string("ssh-ed25519-cert-v01@openssh.com"),
    nonce: string(Buffer.alloc(32, 7)),
    key: string(PrivateKey.generate().public.blob.subarray(-32)),
    serial: new Writer().uint64(1n).done(),
    type: new Writer().uint32(1).done(),
    keyId: string("alice"),
    principals: string(string("root")),
    validAfter: new Writer().uint64(0n).done(),
    validBefore: new Writer().uint64(0xffff_ffff_ffff_ffffn).done(),
    criticalOptions: string(""),
    extensions: string(""),
    reserved: string(""),
    signedBy: string(ca.public.blob),
    ...change,
  };
  const signed = Buffer.concat(Object.values(fields));
  return new Writer().raw(signed).string(ca.sign(signed)).done();
}

type RawField = keyof CertificateBody | "algorithm" | "reserved";

/** Options as they stand in a certificate, in the order given, with their data as it is. */
export function rawOptions(...options: readonly (readonly [name: string, data: Uint8Array])[]): Buffer {
  const writer = new Writer();
  for (const [name, data] of options) writer.string(name).string(data);
  return new Writer().string(writer.done()).done();
}

/** A security key as far as SSH sees it: what a token and its firmware do, with the private key in our hands. */
export function fakeToken(kind: "ed25519" | "ecdsa") {
  const inner = kind === "ed25519" ? PrivateKey.generate() : PrivateKey.parse(keyFile("ecdsa", 256).text);
  const type = kind === "ed25519" ? "sk-ssh-ed25519@openssh.com" : "sk-ecdsa-sha2-nistp256@openssh.com";
  const header = new Writer().string(inner.public.type).done().length;
  const blob = new Writer().string(type).raw(inner.public.blob.subarray(header)).string("ssh:").done();
  const sha256 = (data: Uint8Array | string) => new Bun.CryptoHasher("sha256").update(data).digest();
  const sign = (data: Uint8Array, flags = 1, counter = 5) => {
    const tail = new Writer().byte(flags).uint32(counter).done();
    const signature = inner.sign(Buffer.concat([sha256("ssh:"), tail, sha256(data)]));
    return new Writer().string(type).raw(signature.subarray(header)).raw(tail).done();
  };
  return { public: PublicKey.fromBlob(blob), sign };
}

/** The Fault that `act` throws: its code and message. @throws Error when it throws none. */
export function faultOf(act: () => unknown): { code: FaultCode; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("nothing was refused");
}
