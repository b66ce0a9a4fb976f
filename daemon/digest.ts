import { createHash, randomBytes } from "node:crypto";

/** The name under which a secret value is filed: its SHA-256 in hex. */
export function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** A new secret of 128 bits, as 32 hex digits. */
export function newSecret(): string {
  return randomBytes(16).toString("hex");
}

/** A certificate's serial number: 63 random bits, so that several auths need not agree on a counter. */
export function newSerial(): bigint {
  return randomBytes(8).readBigUInt64BE() >> 1n;
}
