import { randomBytes, timingSafeEqual } from "node:crypto";
import { digest } from "../seal.ts";
import type { Secret } from "./schema.ts";

const MINUTE_MS = 60_000;
/** What nobody's secret has as its hash. */
const NONE = "0".repeat(64);

/** A new secret as TMS writes them: 192 random bits, 48 hex digits. Random as it is, a plain hash of it is enough. */
export function newTmsSecret(): string {
  return randomBytes(24).toString("hex");
}

export function secretOf(text: string, now: Date): Secret {
  return { hash: digest(text), created: now.toISOString() };
}

/** The secrets once `text` has become the one that counts. The last one still opens for `graceMinutes`; none before it does. */
export function rotated(secrets: readonly Secret[], text: string, graceMinutes: number, now: Date): readonly Secret[] {
  const [last] = secrets;
  if (last === undefined || graceMinutes <= 0) return [secretOf(text, now)];
  const expires = new Date(now.getTime() + graceMinutes * MINUTE_MS).toISOString();
  return [secretOf(text, now), { ...last, expires }];
}

/** Whether `given` is one of at most two secrets. It takes the same time whatever they are, and where there are none. */
export function opens(secrets: readonly Secret[], given: string, now: Date): boolean {
  const hash = Buffer.from(digest(given));
  const [first, second] = [0, 1].map((at) => {
    const secret = secrets[at];
    const same = timingSafeEqual(hash, Buffer.from(secret?.hash ?? NONE));
    return same && secret !== undefined && (secret.expires === undefined || now < new Date(secret.expires));
  });
  return first === true || second === true;
}
