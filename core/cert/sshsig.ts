import { createHash } from "node:crypto";
import { Fault } from "../fault.ts";
import type { PrivateKey } from "./private-key.ts";
import { PublicKey } from "./public-key.ts";
import { Reader, Writer } from "./wire.ts";

/**
 * Signatures of messages as `ssh-keygen -Y sign` makes them (PROTOCOL.sshsig), without the armour. The namespace says
 * what a signature is for, so that one made for one purpose counts for no other.
 */

const MAGIC = Buffer.from("SSHSIG");
const VERSION = 1;

/** Signs with SHA-512. */
export function signSsh(message: string | Uint8Array, namespace: string, key: PrivateKey): Buffer {
  return new Writer()
    .raw(MAGIC)
    .uint32(VERSION)
    .string(key.public.blob)
    .string(namespace)
    .string("")
    .string("sha512")
    .string(key.sign(toBeSigned(message, namespace, "sha512")))
    .done();
}

/**
 * The key that has signed `message` in this namespace. Whether it is one to be believed is the caller's to know.
 * @throws Fault `bad_request` for anything malformed, `denied` when the signature is not of this message.
 */
export function verifySsh(message: string | Uint8Array, namespace: string, signature: Uint8Array): PublicKey {
  const bytes = Buffer.from(signature);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Fault("bad_request", "this is not an SSH signature");
  const reader = new Reader(bytes.subarray(MAGIC.length));
  if (reader.uint32() !== VERSION) throw new Fault("bad_request", "unknown version of SSH signature");
  const key = PublicKey.fromBlob(reader.string());
  const signedFor = reader.text();
  reader.string();
  const hash = reader.text();
  const proof = reader.string();
  reader.end();
  if (signedFor !== namespace) throw new Fault("denied", "the SSH signature was made for something else");
  if (hash !== "sha512" && hash !== "sha256") throw new Fault("bad_request", "unknown hash of SSH signature");
  if (!key.verify(toBeSigned(message, namespace, hash), proof))
    throw new Fault("denied", "the SSH signature does not fit the message");
  return key;
}

function toBeSigned(message: string | Uint8Array, namespace: string, hash: "sha256" | "sha512"): Buffer {
  return new Writer()
    .raw(MAGIC)
    .string(namespace)
    .string("")
    .string(hash)
    .string(createHash(hash).update(message).digest())
    .done();
}
