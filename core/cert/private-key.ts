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

/** OpenSSH's own file format. Loaded when first needed, with sshpk: most who hold a key never read or write a file. */
const openssh = () => require("./openssh-key.ts") as typeof import("./openssh-key.ts");

/** The kinds of key that can be made; each has one size. */
export type KeyType = "ed25519" | "ecdsa" | "rsa";

const makePair = promisify(generateKeyPair);

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

  /** A new key, ECDSA on P-521 and RSA of 4096 bits. Those take a millisecond and some seconds, outside the event loop. */
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
   * Reads an unencrypted private key: OpenSSH's format or PKCS #8 PEM, of ed25519, ECDSA or RSA.
   * @throws Fault `bad_request` for anything else; the message never quotes the text.
   */
  static parse(text: string): PrivateKey {
    if (/^-----BEGIN ENCRYPTED|^Proc-Type: .*ENCRYPTED/m.test(text)) throw encrypted();
    try {
      if (!text.trimStart().startsWith("-----BEGIN OPENSSH PRIVATE KEY-----"))
        return new PrivateKey(createPrivateKey(text));
      const jwk = openssh().readOpenSSH(text.trim());
      const key = new PrivateKey(createPrivateKey({ format: "jwk", key: jwk }));
      if (key.public.blob.equals(blobFromJwk(jwk))) return key;
      throw new Fault("bad_request", "malformed private key: its two halves do not belong together");
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
    const hash = CURVES[type.slice("ecdsa-sha2-".length) as Curve].hash;
    const plain = sign(hash, data, { key: this.#key, dsaEncoding: "ieee-p1363" });
    const half = plain.length / 2;
    const numbers = new Writer().mpint(plain.subarray(0, half)).mpint(plain.subarray(half)).done();
    return new Writer().string(type).string(numbers).done();
  }

  /** The key as a file that `ssh` reads: `BEGIN OPENSSH PRIVATE KEY`, unencrypted. */
  toOpenSSH(comment = ""): string {
    return openssh().writeOpenSSH(this.#key.export({ format: "jwk" }), comment);
  }
}

function encrypted(): Fault {
  return new Fault("bad_request", "the private key is encrypted", {
    hint: "remove its passphrase: ssh-keygen -p -f KEY",
  });
}
