import { createHash } from "node:crypto";
import type { PublicKey } from "./public-key.ts";

/** By which a new machine knows the authority it joins: `sha256:` and the hex digest of the public key's blob. */
export function caPin(key: PublicKey): string {
  return `sha256:${createHash("sha256").update(key.blob).digest("hex")}`;
}
