import { createHash } from "node:crypto";
import type { PrivateKey } from "./private-key.ts";
import { Writer } from "./wire.ts";

/**
 * Message signatures in the format of `ssh-keygen -Y sign` (PROTOCOL.sshsig), without the armour. The namespace binds a
 * signature to one purpose.
 */

const MAGIC = Buffer.from("SSHSIG");
const VERSION = 1;
const HASH = "sha512";

/** Signs a message. `ssh-keygen -Y verify` verifies the signature. */
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

/** The signed data of PROTOCOL.sshsig: namespace and message digest. */
function toBeSigned(message: string | Uint8Array, namespace: string): Buffer {
  return new Writer()
    .raw(MAGIC)
    .string(namespace)
    .string("")
    .string(HASH)
    .string(createHash(HASH).update(message).digest())
    .done();
}
