import type { JsonWebKey } from "node:crypto";
import sshpk from "sshpk";
import { Fault } from "../fault.ts";
import { CURVES, type Curve } from "./public-key.ts";

/**
 * Converts between OpenSSH private key files (PROTOCOL.key) and the JWKs of node:crypto. sshpk parses and writes the file
 * format. Its own key conversions are not used: they compute ed25519 in slow JavaScript, and compute the CRT exponents of
 * RSA keys incorrectly.
 */

/** Parses an unencrypted OpenSSH private key. @throws the errors of sshpk; `KeyEncryptedError` when it has a passphrase. */
export function readOpenSSH(text: string): JsonWebKey {
  const { type, part } = sshpk.parsePrivateKey(text, "openssh");
  const field = (name: string) => (part as Record<string, { data: Buffer }>)[name]?.data ?? Buffer.alloc(0);
  switch (type) {
    case "ed25519":
      return { kty: "OKP", crv: "Ed25519", x: base64url(field("A")), d: base64url(field("k")) };
    case "ecdsa": {
      const { jwk, bytes } = CURVES[field("curve").toString() as Curve];
      const [x, y] = [field("Q").subarray(1, 1 + bytes), field("Q").subarray(1 + bytes)];
      return {
        kty: "EC",
        crv: jwk,
        x: base64url(x),
        y: base64url(y),
        d: base64url(bytesOf(bigint(field("d")), bytes)),
      };
    }
    case "rsa": {
      const [d, p, q] = [bigint(field("d")), bigint(field("p")), bigint(field("q"))];
      const numbers = {
        n: bigint(field("n")),
        e: bigint(field("e")),
        d,
        p,
        q,
        dp: d % (p - 1n),
        dq: d % (q - 1n),
        qi: bigint(field("iqmp")),
      };
      const encoded = Object.entries(numbers).map(([name, value]) => [name, base64url(bytesOf(value))]);
      return { kty: "RSA", ...Object.fromEntries(encoded) };
    }
    default:
      throw new Fault("bad_request", `unsupported type of key ${type}`, { hint: "use an ed25519 key" });
  }
}

/** Formats a private key as an unencrypted OpenSSH file. */
export function writeOpenSSH(jwk: JsonWebKey, comment: string): string {
  const key = new sshpk.PrivateKey(partsOf(jwk));
  key.comment = comment;
  return key.toString("openssh");
}

function partsOf(jwk: JsonWebKey): sshpk.KeyOptions {
  const field = (value: string | undefined) => Buffer.from(value ?? "", "base64url");
  const [x, y, d] = [field(jwk.x), field(jwk.y), field(jwk.d)];
  const curve = (Object.keys(CURVES) as Curve[]).find((name) => CURVES[name].jwk === jwk.crv);
  if (curve !== undefined) {
    const point = Buffer.concat([Buffer.of(4), x, y]);
    return { type: "ecdsa", parts: named({ curve: Buffer.from(curve), Q: point, d }) };
  }
  if (jwk.kty === "OKP") return { type: "ed25519", parts: named({ A: x, k: d }) };
  const { n, e, qi, p, q } = jwk;
  return { type: "rsa", parts: named({ n: field(n), e: field(e), d, iqmp: field(qi), p: field(p), q: field(q) }) };
}

function named(parts: Record<string, Buffer>) {
  return Object.entries(parts).map(([name, data]) => ({ name: name as sshpk.AlgorithmPart, data }));
}

function base64url(bytes: Buffer): string {
  return bytes.toString("base64url");
}

function bigint(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString("hex")}`);
}

function bytesOf(value: bigint, width = 0): Buffer {
  const digits = value.toString(16);
  return Buffer.from(digits.padStart(Math.max(digits.length + (digits.length % 2), 2 * width), "0"), "hex");
}
