import type { JsonWebKey, KeyObject } from "node:crypto";
import { Fault } from "../fault.ts";
import { fromBase64, Reader, Writer } from "./wire.ts";

/** Loaded with the first signature: loading takes 4 ms, and a client that only presents a certificate verifies nothing. */
const crypto = () => require("node:crypto") as typeof import("node:crypto");

/** The NIST curves by their SSH names, with the hash that ECDSA uses on each (RFC 5656 §6.2.1). */
export const CURVES = {
  nistp256: { jwk: "P-256", bytes: 32, hash: "sha256" },
  nistp384: { jwk: "P-384", bytes: 48, hash: "sha384" },
  nistp521: { jwk: "P-521", bytes: 66, hash: "sha512" },
} as const;
export type Curve = keyof typeof CURVES;

/** RSA signature algorithms (RFC 8332) to hashes. `ssh-rsa` as a signature algorithm means SHA-1 and is not supported. */
const RSA_HASHES: ReadonlyMap<string, string> = new Map([
  ["rsa-sha2-256", "sha256"],
  ["rsa-sha2-512", "sha512"],
]);

/** SSH_SK_USER_PRESENCE_REQD of PROTOCOL.u2f: the user touched the security key. */
const USER_PRESENT = 0x01;

/** The fields of a key, by algorithm. Security keys also have an `application` (PROTOCOL.u2f). */
type Parts =
  | { readonly kind: "ed25519"; readonly point: Buffer; readonly application?: Buffer }
  | { readonly kind: "ecdsa"; readonly curve: Curve; readonly point: Buffer; readonly application?: Buffer }
  | { readonly kind: "rsa"; readonly e: Buffer; readonly n: Buffer };

/**
 * An SSH public key of a supported type: ssh-ed25519, ecdsa-sha2-nistp{256,384,521}, ssh-rsa of 2048 bits or more, and
 * the two security key types of PROTOCOL.u2f. Certificates are not keys and are rejected.
 */
export class PublicKey {
  /** The key type, such as `ssh-ed25519`. */
  readonly type: string;
  /** The key as encoded in RFC 4253 §6.6. */
  readonly blob: Buffer;
  readonly #parts: Parts;
  #key: KeyObject | undefined;
  #fingerprint: string | undefined;

  private constructor(type: string, blob: Buffer, parts: Parts) {
    this.type = type;
    this.blob = blob;
    this.#parts = parts;
  }

  /** Parses an encoded key. @throws Fault `bad_request` for anything but exactly one key of a supported type. */
  static fromBlob(blob: Uint8Array): PublicKey {
    // A copy: the buffer of a connection may be overwritten, and would stay in memory as a whole.
    const bytes = Buffer.from(blob);
    const reader = new Reader(bytes);
    const type = reader.text();
    const parts = readParts(type, reader);
    reader.end();
    return new PublicKey(type, bytes, parts);
  }

  /**
   * Parses the key inside a certificate: its fields without the type name, from the position of `reader` on.
   * `bytes` is the input of `reader`. @throws Fault `bad_request`.
   */
  static fromFields(type: string, reader: Reader, bytes: Buffer): PublicKey {
    const start = reader.offset;
    const parts = readParts(type, reader);
    const blob = new Writer().string(type).raw(bytes.subarray(start, reader.offset)).done();
    return new PublicKey(type, blob, parts);
  }

  /** Parses `type base64 [comment]`, the format of `.pub` files. @throws Fault `bad_request`. */
  static parse(line: string): PublicKey {
    const [type, base64] = line.trim().split(/[ \t]+/, 2);
    if (type === undefined || base64 === undefined) throw new Fault("bad_request", "malformed public key");
    const key = PublicKey.fromBlob(fromBase64(base64));
    if (key.type !== type) throw new Fault("bad_request", `the public key says ${type} but is ${key.type}`);
    return key;
  }

  /** The fingerprint `SHA256:…`, as `ssh-keygen -l` prints it. */
  get fingerprint(): string {
    this.#fingerprint ??= `SHA256:${sha256(this.blob).toString("base64").replace(/=+$/, "")}`;
    return this.#fingerprint;
  }

  equals(other: PublicKey): boolean {
    return this.blob.equals(other.blob);
  }

  /**
   * Verifies `signature` over `data`. The signature is encoded as `string format`, `string blob`, and for security keys
   * also flags and counter. False for a malformed signature, for SHA-1, and for a security key without user presence.
   */
  verify(data: Uint8Array, signature: Uint8Array): boolean {
    try {
      return this.#verify(data, new Reader(signature));
    } catch {
      return false;
    }
  }

  /** `type base64`, without a comment. */
  toString(): string {
    return `${this.type} ${this.blob.toString("base64")}`;
  }

  #verify(data: Uint8Array, reader: Reader): boolean {
    const parts = this.#parts;
    const format = reader.text();
    const hash =
      parts.kind === "rsa" ? RSA_HASHES.get(format) : parts.kind === "ecdsa" ? CURVES[parts.curve].hash : null;
    if (hash === undefined || (parts.kind !== "rsa" && format !== this.type)) return false;

    let signature = reader.string();
    let signed = data;
    if (parts.kind !== "rsa" && parts.application !== undefined) {
      const tail = new Writer().byte(reader.byte()).uint32(reader.uint32()).done();
      if (((tail[0] ?? 0) & USER_PRESENT) === 0) return false;
      signed = Buffer.concat([sha256(parts.application), tail, sha256(data)]);
    }
    reader.end();

    if (parts.kind !== "ecdsa") return crypto().verify(hash, signed, this.#keyObject(), signature);
    signature = plainEcdsa(signature, CURVES[parts.curve].bytes);
    return crypto().verify(hash, signed, { key: this.#keyObject(), dsaEncoding: "ieee-p1363" }, signature);
  }

  #keyObject(): KeyObject {
    this.#key ??= crypto().createPublicKey({ format: "jwk", key: jwkOf(this.#parts) });
    return this.#key;
  }
}

/** Encodes a JWK from node:crypto as in RFC 4253 §6.6. @throws Fault `bad_request` for unsupported key types. */
export function blobFromJwk(jwk: JsonWebKey): Buffer {
  const field = (value: string | undefined) => Buffer.from(value ?? "", "base64url");
  const curve = (Object.keys(CURVES) as Curve[]).find((name) => CURVES[name].jwk === jwk.crv);
  if (jwk.kty === "OKP" && jwk.crv === "Ed25519") return new Writer().string("ssh-ed25519").string(field(jwk.x)).done();
  if (jwk.kty === "RSA") return new Writer().string("ssh-rsa").mpint(field(jwk.e)).mpint(field(jwk.n)).done();
  if (jwk.kty === "EC" && curve !== undefined) {
    const point = Buffer.concat([Buffer.of(4), field(jwk.x), field(jwk.y)]);
    return new Writer().string(`ecdsa-sha2-${curve}`).string(curve).string(point).done();
  }
  throw new Fault("bad_request", "unsupported type of key", { hint: "use an ed25519 key" });
}

/** The pin with which a joining machine verifies the host CA: `sha256:` and the hex digest of the key's encoding. */
export function caPin(key: PublicKey): string {
  return `sha256:${sha256(key.blob).toString("hex")}`;
}

function readParts(type: string, reader: Reader): Parts {
  switch (type) {
    case "ssh-ed25519":
      return { kind: "ed25519", point: edwardsPoint(reader) };
    case "sk-ssh-ed25519@openssh.com":
      return { kind: "ed25519", point: edwardsPoint(reader), application: reader.string() };
    case "ecdsa-sha2-nistp256":
      return weierstrassPoint(reader, "nistp256");
    case "ecdsa-sha2-nistp384":
      return weierstrassPoint(reader, "nistp384");
    case "ecdsa-sha2-nistp521":
      return weierstrassPoint(reader, "nistp521");
    case "sk-ecdsa-sha2-nistp256@openssh.com":
      return { ...weierstrassPoint(reader, "nistp256"), application: reader.string() };
    case "ssh-rsa":
      return rsaParts(reader);
    default:
      throw new Fault("bad_request", `unsupported type of public key ${JSON.stringify(type)}`);
  }
}

function edwardsPoint(reader: Reader): Buffer {
  const point = reader.string();
  if (point.length !== 32) throw new Fault("bad_request", "malformed ed25519 key");
  return point;
}

function weierstrassPoint(reader: Reader, curve: Curve) {
  const named = reader.text();
  const point = reader.string();
  if (named !== curve || point[0] !== 4 || point.length !== 1 + 2 * CURVES[curve].bytes) {
    throw new Fault("bad_request", "malformed ecdsa key");
  }
  return { kind: "ecdsa", curve, point } as const;
}

function rsaParts(reader: Reader): Parts {
  const e = reader.mpint();
  const n = reader.mpint();
  const bits = n.length * 8 - (Math.clz32(n[0] ?? 0) - 24);
  if (bits < 2048) {
    throw new Fault("bad_request", `an RSA key of ${bits} bits is too short`, { hint: "use ed25519, or 2048 bits" });
  }
  // 16384 bits is OpenSSL's limit; larger keys make verification a denial of service.
  if (bits > 16384 || e.length > 8 || ((e.at(-1) ?? 0) & 1) === 0 || (e.length === 1 && e[0] === 1)) {
    throw new Fault("bad_request", "malformed RSA key");
  }
  return { kind: "rsa", e, n };
}

function jwkOf(parts: Parts): JsonWebKey {
  const text = (bytes: Buffer) => bytes.toString("base64url");
  switch (parts.kind) {
    case "ed25519":
      return { kty: "OKP", crv: "Ed25519", x: text(parts.point) };
    case "rsa":
      return { kty: "RSA", e: text(parts.e), n: text(parts.n) };
    case "ecdsa": {
      const { jwk, bytes } = CURVES[parts.curve];
      return {
        kty: "EC",
        crv: jwk,
        x: text(parts.point.subarray(1, 1 + bytes)),
        y: text(parts.point.subarray(1 + bytes)),
      };
    }
  }
}

/** Converts `mpint r, mpint s` (RFC 5656 §3.1.2) to IEEE P1363: both numbers at full width. */
function plainEcdsa(signature: Buffer, width: number): Buffer {
  const reader = new Reader(signature);
  const [r, s] = [reader.mpint(), reader.mpint()];
  reader.end();
  if (r.length > width || s.length > width) throw new Fault("bad_request", "malformed ecdsa signature");
  const plain = Buffer.alloc(2 * width);
  r.copy(plain, width - r.length);
  s.copy(plain, 2 * width - s.length);
  return plain;
}

function sha256(bytes: Uint8Array): Buffer {
  return crypto().createHash("sha256").update(bytes).digest();
}
