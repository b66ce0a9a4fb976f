import type { KeyType } from "../cert/private-key.ts";
import { CURVES, type Curve, type PublicKey } from "../cert/public-key.ts";
import { Reader } from "../cert/wire.ts";
import { Fault } from "../fault.ts";

/** Sizes of the curves in bits. */
const CURVE_BITS: Readonly<Record<Curve, number>> = { nistp256: 256, nistp384: 384, nistp521: 521 };

/**
 * TMS's name of a key's type, and its size in bits as `ssh-keygen -l` prints it.
 * @throws Fault `bad_request` for a security key (`sk-…`), which requires a person to touch it.
 */
export function keyTypeOf(key: PublicKey): { readonly key_type: KeyType; readonly key_bits: number } {
  if (key.type === "ssh-ed25519") return { key_type: "ed25519", key_bits: 256 };
  if (key.type === "ssh-rsa") return { key_type: "rsa", key_bits: rsaBits(key.blob) };
  const curve = (Object.keys(CURVES) as Curve[]).find((name) => key.type === `ecdsa-sha2-${name}`);
  if (curve !== undefined) return { key_type: "ecdsa", key_bits: CURVE_BITS[curve] };
  throw new Fault("bad_request", `a key of type ${key.type} is a security key, which applications cannot use`, {
    hint: "use an ed25519 key",
  });
}

function rsaBits(blob: Buffer): number {
  const reader = new Reader(blob);
  reader.string();
  reader.mpint();
  const modulus = reader.mpint();
  return modulus.length * 8 - (Math.clz32(modulus[0] ?? 0) - 24);
}
