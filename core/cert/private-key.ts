import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { promisify } from "node:util";
import { Fault } from "../fault.ts";
import { blobFromJwk, CURVES, type Curve, PublicKey } from "./public-key.ts";
import { Writer } from "./wire.ts";

/** The OpenSSH file format. Loaded with sshpk at first use, since most holders of a key never read or write a file. */
const openssh = () => require("./openssh-key.ts") as typeof import("./openssh-key.ts");

/** The key types that can be generated, each in one size. */
export type KeyType = "ed25519" | "ecdsa" | "rsa";

const makePair = promisify(generateKeyPair);

/** A private key that makes SSH signatures. node:crypto holds the key and signs; sshpk handles the file format. */
export class PrivateKey {
  readonly public: PublicKey;
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
    this.public = PublicKey.fromBlob(blobFromJwk(createPublicKey(key).export({ format: "jwk" })));
  }

  /** Generates an ed25519 key. */
  static generate(): PrivateKey {
    return new PrivateKey(generateKeyPairSync("ed25519").privateKey);
  }

  /** Generates a key outside the event loop: ed25519, ECDSA on P-521 (1 ms) or RSA of 4096 bits (some seconds). */
  static async make(type: KeyType): Promise<PrivateKey> {
    switch (type) {
      case "ed25519":
        return PrivateKey.generate();
      case "ecdsa":
        return new PrivateKey((await makePair("ec", { namedCurve: "P-521" })).privateKey);
      case "rsa":
        return new PrivateKey((await makePair("rsa", { modulusLength: 4096 })).privateKey);
    }
  }

  /**
   * Parses an unencrypted ed25519, ECDSA or RSA private key in OpenSSH's format or PKCS #8 PEM.
   * @throws Fault `bad_request` for anything else; the message never contains the text.
   */
  static parse(text: string): PrivateKey {
    if (/^-----BEGIN ENCRYPTED|^Proc-Type: .*ENCRYPTED/m.test(text)) throw encrypted();
    try {
      if (!text.trimStart().startsWith("-----BEGIN OPENSSH PRIVATE KEY-----"))
        return new PrivateKey(createPrivateKey(text));
      const jwk = openssh().readOpenSSH(text.trim());
      const key = new PrivateKey(createPrivateKey({ format: "jwk", key: jwk }));
      if (key.public.blob.equals(blobFromJwk(jwk))) return key;
      throw new Fault("bad_request", "malformed private key: its public and private parts do not match");
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (error instanceof Error && error.name === "KeyEncryptedError") throw encrypted();
      throw new Fault("bad_request", "malformed private key", { cause: error });
    }
  }

  /** Makes an SSH signature over `data`: `string format`, `string blob` (RFC 4253 §6.6). RSA keys sign with SHA-512. */
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
    const hash = CURVES[type.slice("ecdsa-sha2-".length) as Curve].hash;
    const plain = sign(hash, data, { key: this.#key, dsaEncoding: "ieee-p1363" });
    const half = plain.length / 2;
    const numbers = new Writer().mpint(plain.subarray(0, half)).mpint(plain.subarray(half)).done();
    return new Writer().string(type).string(numbers).done();
  }

  /** Formats the key as an unencrypted OpenSSH private key file. */
  toOpenSSH(comment = ""): string {
    return openssh().writeOpenSSH(this.#key.export({ format: "jwk" }), comment);
  }
}

function encrypted(): Fault {
  return new Fault("bad_request", "the private key is encrypted", {
    hint: "remove its passphrase: ssh-keygen -p -f KEY",
  });
}
