import { createHash } from "node:crypto";
import type { PrivateKey } from "./private-key.ts";
import { Writer } from "./wire.ts";

/**
 * Signatures of messages as `ssh-keygen -Y sign` makes them (PROTOCOL.sshsig), without the armour. The namespace says
 * what a signature is for, so that one made for one purpose counts for no other.
 */

const MAGIC = Buffer.from("SSHSIG");
const VERSION = 1;
const HASH = "sha512";

/** Whoever checks needs no code of ours: `ssh-keygen -Y verify` does it. */
export function signSsh(message: string | Uint8Array, namespace: string, key: PrivateKey): Buffer {
  return new Writer()
    .raw(MAGIC)
    .uint32(VERSION)
    .string(key.public.blob)
    .string(namespace)
    .string("")
    .string(HASH)
    .string(key.sign(toBeSigned(message, namespace)))
    .done();
}

/** What is signed: the message's digest, and what the signature is for. */
function toBeSigned(message: string | Uint8Array, namespace: string): Buffer {
  return new Writer()
    .raw(MAGIC)
    .string(namespace)
    .string("")
    .string(HASH)
    .string(createHash(HASH).update(message).digest())
    .done();
}
