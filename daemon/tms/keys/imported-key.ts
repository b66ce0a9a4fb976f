import { createPublicKey } from "node:crypto";
import { CURVES, type Curve, PublicKey } from "../../../core/cert/public-key.ts";
import { Reader } from "../../../core/cert/wire.ts";
import { Fault } from "../../../core/fault.ts";

/**
 * Parses a public key that a client imports, `type base64 [comment]`. Refuses keys for which signatures can be forged: a
 * buffer of zeros, for example, parses as an ed25519 key.
 * @throws Fault `bad_request` for an invalid or weak key.
 */
export function parseImportedKey(line: string): PublicKey {
  const key = PublicKey.parse(line);
  if (key.type === "ssh-ed25519" && SMALL_ORDER_Y.has(yOf(key)))
    throw new Fault("bad_request", "the ed25519 key is weak: signatures for it can be forged");
  const curve = (Object.keys(CURVES) as Curve[]).find((name) => key.type === `ecdsa-sha2-${name}`);
  if (curve !== undefined) requireOnCurve(key, curve);
  return key;
}

/** The field prime of ed25519 (RFC 8032 §5.1). */
const PRIME = 2n ** 255n - 19n;
const Y_OF_ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
/** The y coordinates of the points of order 1, 2, 4 and 8. With such a key a signature does not depend on the message. */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([0n, 1n, PRIME - 1n, Y_OF_ORDER_8, PRIME - Y_OF_ORDER_8]);

/** The y coordinate of an ed25519 key; the last bit of the encoding is the sign of x. */
function yOf({ blob }: PublicKey): bigint {
  const little = blob.subarray(-32).toReversed();
  return (BigInt(`0x${Buffer.from(little).toString("hex")}`) & (2n ** 255n - 1n)) % PRIME;
}

function requireOnCurve({ blob }: PublicKey, curve: Curve): void {
  const reader = new Reader(blob);
  reader.string();
  reader.string();
  const point = reader.string();
  const { jwk: crv, bytes } = CURVES[curve];
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)].map((half) => half.toString("base64url"));
  try {
    createPublicKey({ format: "jwk", key: { kty: "EC", crv, x: String(x), y: String(y) } });
  } catch (cause) {
    throw new Fault("bad_request", "the ecdsa key is not a point of its curve", { cause });
  }
}
