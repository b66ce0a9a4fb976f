import { randomBytes, timingSafeEqual } from "node:crypto";
import { digest } from "../seal.ts";
import type { SecretHash } from "./schema.ts";

const MINUTE_MS = 60_000;
/** Compared with when there is no secret; it is the hash of none. */
const NO_HASH = "0".repeat(64);

/** A new secret in TMS's form: 192 random bits as 48 hex digits. With that entropy an unsalted hash is sufficient. */
export function newTmsSecret(): string {
  return randomBytes(24).toString("hex");
}

/** The stored form of a secret. */
export function hashSecret(text: string, now: Date): SecretHash {
  return { hash: digest(text), created: now.toISOString() };
}

/** Makes `text` the current secret. The last one stays valid for `graceMinutes`; earlier ones do not. */
export function rotateSecrets(
  secrets: readonly SecretHash[],
  text: string,
  graceMinutes: number,
  now: Date,
): readonly SecretHash[] {
  const [last] = secrets;
  if (last === undefined || graceMinutes <= 0) return [hashSecret(text, now)];
  const expires = new Date(now.getTime() + graceMinutes * MINUTE_MS).toISOString();
  return [hashSecret(text, now), { ...last, expires }];
}

/** Whether `presented` is one of at most two valid secrets, in constant time, which is the same when there are none. */
export function matchesSecret(secrets: readonly SecretHash[], presented: string, now: Date): boolean {
  const hash = Buffer.from(digest(presented));
  const [first, second] = [0, 1].map((at) => {
    const secret = secrets[at];
    const isEqual = timingSafeEqual(hash, Buffer.from(secret?.hash ?? NO_HASH));
    return isEqual && secret !== undefined && (secret.expires === undefined || now < new Date(secret.expires));
  });
  return first === true || second === true;
}
