import { timingSafeEqual } from "node:crypto";
import { generateSecret, generateSync } from "otplib";

/** A TOTP secret (RFC 6238) with the parameters that all authenticator apps support: SHA-1, 6 digits, 30 seconds. */
export interface Totp {
  /** 20 random bytes (RFC 4226 §4, R6) in base32. */
  readonly secret: string;
  /** The content of the QR code, in google-authenticator's "Key Uri Format". */
  readonly uri: string;
}

/** The time step, in seconds. */
const PERIOD = 30;
const DIGITS = 6;
/** Accepted clock drift between phone and server, in steps (RFC 6238 §5.2). */
const DRIFT = [0, -1, 1] as const;

/** Generates a secret for `user`; `issuer` is the cluster's name. */
export function newTotp(user: string, issuer: string): Totp {
  const secret = generateSecret({ length: 20 });
  return { secret, uri: totpUri(user, issuer, secret) };
}

/** The `otpauth://` URI of a secret. */
export function totpUri(user: string, issuer: string, secret: string): string {
  const name = encodeURIComponent(issuer);
  const query = `secret=${secret}&issuer=${name}&algorithm=SHA1&digits=${DIGITS}&period=${PERIOD}`;
  return `otpauth://totp/${name}:${encodeURIComponent(user)}?${query}`;
}

/** The code of a secret at `now`. */
export function totpCode(secret: string, now: Date): string {
  return codeOf(secret, stepAt(now));
}

/**
 * Returns the time step of `code` when it is the current step or an adjacent one, otherwise undefined. White space, which
 * apps show between digits, is ignored. A code must not be accepted twice (RFC 6238 §5.2): the caller stores the step of
 * the last success and rejects that step and earlier ones.
 */
export function matchTotp(secret: string, code: string, now: Date): number | undefined {
  const digits = code.replaceAll(/\s/g, "");
  if (!/^[0-9]{6}$/.test(digits)) return undefined;
  const current = stepAt(now);
  // Compare all steps, so that the duration does not reveal which one matched.
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
