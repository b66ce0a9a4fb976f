import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { Fault } from "../fault.ts";
import { blobFromJwk, type Curve, curveHash, PublicKey } from "./public-key.ts";
import { Writer } from "./wire.ts";

/** A PKCS #8 ed25519 key up to its 32 bytes of seed (RFC 8410 §7). */
const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** Reads and writes OpenSSH's own file format. Loaded when first needed: clients and most of a daemon never need it. */
const sshpk = () => require("sshpk") as typeof import("sshpk");

/** A private key that signs as SSH does. node:crypto holds it and does the mathematics; sshpk knows the file format. */
export class PrivateKey {
  readonly public: PublicKey;
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
    this.public = PublicKey.fromBlob(blobFromJwk(createPublicKey(key).export({ format: "jwk" })));
  }

  /** A new ed25519 key. */
  static generate(): PrivateKey {
    return new PrivateKey(generateKeyPairSync("ed25519").privateKey);
  }

  /**
   * Reads an unencrypted private key: OpenSSH's format or PKCS #8 PEM, of ed25519, ECDSA or RSA.
   * @throws Fault `bad_request` for anything else; the message never quotes the text.
   */
  static parse(text: string): PrivateKey {
    if (/^-----BEGIN ENCRYPTED|^Proc-Type: .*ENCRYPTED/m.test(text)) throw encrypted();
    try {
      return text.trimStart().startsWith("-----BEGIN OPENSSH PRIVATE KEY-----")
        ? fromOpenSSH(text, (key) => new PrivateKey(key))
        : new PrivateKey(createPrivateKey(text));
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (error instanceof Error && error.name === "KeyEncryptedError") throw encrypted();
      throw new Fault("bad_request", "malformed private key", { cause: error });
    }
  }

  /** The SSH signature of `data`: `string format`, `string blob`. RSA signs with SHA-512. */
  sign(data: Uint8Array): Buffer {
    const type = this.public.type;
    if (type === "ssh-ed25519")
      return new Writer()
        .string(type)
        .string(sign(null, data, this.#key))
        .done();
    if (type === "ssh-rsa")
      return new Writer()
        .string("rsa-sha2-512")
        .string(sign("sha512", data, this.#key))
        .done();
    const hash = curveHash(type.slice("ecdsa-sha2-".length) as Curve);
    const plain = sign(hash, data, { key: this.#key, dsaEncoding: "ieee-p1363" });
    const half = plain.length / 2;
    const numbers = new Writer().mpint(plain.subarray(0, half)).mpint(plain.subarray(half)).done();
    return new Writer().string(type).string(numbers).done();
  }

  /** The key as a file that `ssh` reads: `BEGIN OPENSSH PRIVATE KEY`, unencrypted. */
  toOpenSSH(comment = ""): string {
    const { PrivateKey: Format, parsePrivateKey } = sshpk();
    const jwk = this.#key.export({ format: "jwk" });
    const field = (value: string | undefined) => Buffer.from(value ?? "", "base64url");
    // From its parts: sshpk would work an ed25519 public key out again, in slow JavaScript.
    const key =
      jwk.kty === "OKP"
        ? new Format({
            type: "ed25519",
            parts: [
              { name: "A", data: field(jwk.x) },
              { name: "k", data: field(jwk.d) },
            ],
          })
        : parsePrivateKey(this.#key.export({ format: "pem", type: "pkcs8" }), "pem");
    key.comment = comment;
    return key.toString("openssh");
  }
}

function fromOpenSSH(text: string, make: (key: KeyObject) => PrivateKey): PrivateKey {
  const read = sshpk().parsePrivateKey(text.trim(), "openssh");
  if (read.type !== "ed25519") return make(createPrivateKey(read.toString("pkcs8")));
  const { A, k } = read.part as Record<string, { data: Buffer }>;
  if (A === undefined || k === undefined) throw new Fault("bad_request", "malformed private key");
  const key = make(createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, k.data]), format: "der", type: "pkcs8" }));
  if (!key.public.blob.subarray(-32).equals(A.data)) {
    throw new Fault("bad_request", "malformed private key: its two halves do not belong together");
  }
  return key;
}

function encrypted(): Fault {
  return new Fault("bad_request", "the private key is encrypted", {
    hint: "remove its passphrase: ssh-keygen -p -f KEY",
  });
}
