import { createPublicKey } from "node:crypto";
import { CURVES, type Curve, PublicKey } from "../../../core/cert/public-key.ts";
import { Reader } from "../../../core/cert/wire.ts";
import { Fault } from "../../../core/fault.ts";

/**
 * A public key that a client brings, `type base64 [comment]`. sshd will let in whoever signs for it, so it has to be one for
 * which only its owner can: an application's buffer of zeros, too, reads as an ed25519 key.
 * @throws Fault `bad_request` for what is no key, or one for which anybody can sign.
 */
export function parseOwnKey(line: string): PublicKey {
  const key = PublicKey.parse(line);
  if (key.type === "ssh-ed25519" && SMALL.has(heightOf(key)))
    throw new Fault("bad_request", "the ed25519 key is one for which anybody can sign");
  const curve = (Object.keys(CURVES) as Curve[]).find((name) => key.type === `ecdsa-sha2-${name}`);
  if (curve !== undefined) requireOnCurve(key, curve);
  return key;
}

/** Of ed25519 (RFC 8032 §5.1). */
const PRIME = 2n ** 255n - 19n;
const HEIGHT_OF_ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
/** The y of the points of order 1, 2, 4 and 8: multiplied by what was signed they mostly vanish, and with them the proof. */
const SMALL: ReadonlySet<bigint> = new Set([0n, 1n, PRIME - 1n, HEIGHT_OF_ORDER_8, PRIME - HEIGHT_OF_ORDER_8]);

/** The y of an ed25519 key; its last bit is the sign of x. */
function heightOf({ blob }: PublicKey): bigint {
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
