import { timingSafeEqual } from "node:crypto";
import { generateSecret, generateSync } from "otplib";

/** Time-based one-time passwords (RFC 6238) as every authenticator app makes them: SHA-1, 6 digits, 30 seconds. */
export interface Totp {
  /** 20 random bytes (RFC 4226 §4, R6) in base32. */
  readonly secret: string;
  /** What the QR code says; apps agree on it (google-authenticator's "Key Uri Format"). */
  readonly uri: string;
}

/** Seconds. */
const PERIOD = 30;
const DIGITS = 6;
/** The clocks of phone and server may differ by one step either way (RFC 6238 §5.2). */
const DRIFT = [0, -1, 1] as const;

/** A new secret for `user` of `issuer`, the cluster. */
export function newTotp(user: string, issuer: string): Totp {
  const secret = generateSecret({ length: 20 });
  return { secret, uri: totpUri(user, issuer, secret) };
}

/** The `otpauth://` address of a secret. */
export function totpUri(user: string, issuer: string, secret: string): string {
  const name = encodeURIComponent(issuer);
  const query = `secret=${secret}&issuer=${name}&algorithm=SHA1&digits=${DIGITS}&period=${PERIOD}`;
  return `otpauth://totp/${name}:${encodeURIComponent(user)}?${query}`;
}

/** The code that an app shows at `now`. */
export function totpCode(secret: string, now: Date): string {
  return codeOf(secret, stepAt(now));
}

/**
 * The step that `code` belongs to, if it is now's or a neighbour's; blanks, which apps show, do not count. A code must
 * not work twice (RFC 6238 §5.2): the caller stores the step of the last success and refuses that one and all before.
 */
export function matchTotp(secret: string, code: string, now: Date): number | undefined {
  const digits = code.replaceAll(/\s/g, "");
  if (!/^[0-9]{6}$/.test(digits)) return undefined;
  const current = stepAt(now);
  // Every neighbour is compared, so that the time taken does not tell which one it was.
  const steps = DRIFT.map((drift) => current + drift).filter(
    (step) => step >= 0 && equal(codeOf(secret, step), digits),
  );
  return steps.length === 0 ? undefined : Math.max(...steps);
}

function stepAt(now: Date): number {
  return Math.floor(now.getTime() / 1000 / PERIOD);
}

function codeOf(secret: string, step: number): string {
  return generateSync({ secret, epoch: step * PERIOD, period: PERIOD, digits: DIGITS, algorithm: "sha1" });
}

function equal(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
