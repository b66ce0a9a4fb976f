/**
 * TMS's conventions for numbers and times. Uses and minutes are 32-bit integers of which the largest means "without
 * end"; times are whole seconds in UTC.
 */

/** The largest number that there is; as a number of uses, without end. */
export const MAX_INT32 = 2_147_483_647;

/** When what never expires does. */
export const NEVER = "9999-12-31T23:59:59Z";

/** A number of uses as asked for: whatever is negative means as many as one likes. */
export function storedUses(asked: number): number {
  return asked < 0 ? MAX_INT32 : Math.min(asked, MAX_INT32);
}

/** When a key of so many minutes ends, and how many minutes are noted for it. Negative means never. */
export function keyExpiry(now: Date, minutes: number): { expires_at: string; initial_ttl_minutes: number } {
  if (minutes < 0) return { expires_at: NEVER, initial_ttl_minutes: MAX_INT32 };
  return { expires_at: after(now, minutes), initial_ttl_minutes: Math.min(minutes, MAX_INT32) };
}

/** When a record of so many minutes ends. Negative means as late as can be: in some 4000 years, not `NEVER`. */
export function recordExpiry(now: Date, minutes: number): string {
  return after(now, minutes < 0 ? MAX_INT32 : Math.min(minutes, MAX_INT32));
}

/** At its very end a thing has not expired yet. */
export function hasExpired(expires_at: string, now: Date): boolean {
  return Date.parse(expires_at) < now.getTime();
}

/** A time as the escrow writes ends: `2026-11-20T12:00:00Z`. */
export function instant(date: Date): string {
  return `${date.toISOString().slice(0, -".000Z".length)}Z`;
}

/** Until when the store keeps what has expired, `milliseconds` longer; undefined for what practically never does. */
export function retainUntil(expires_at: string, milliseconds: number): Date | undefined {
  const end = Date.parse(expires_at) + milliseconds;
  return end < FAR ? new Date(end) : undefined;
}

const FAR = Date.parse("9000-01-01T00:00:00Z");
const MINUTE = 60_000;

function after(now: Date, minutes: number): string {
  return instant(new Date(now.getTime() + minutes * MINUTE));
}
