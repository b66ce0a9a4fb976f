/**
 * TMS's conventions for limits and times. Uses and minutes are signed 32-bit integers, of which the largest means unlimited;
 * times are whole seconds in UTC.
 */

/** The largest stored number; as a number of uses it means unlimited. */
export const MAX_INT32 = 2_147_483_647;

/** The expiry of records that never expire. */
export const NEVER = "9999-12-31T23:59:59Z";

/** The stored form of a requested number of uses; negative means unlimited. */
export function storedUses(requested: number): number {
  return requested < 0 ? MAX_INT32 : Math.min(requested, MAX_INT32);
}

/** The expiry of a key with this lifetime, and the lifetime that is stored with it. Minutes; negative means never. */
export function keyExpiry(now: Date, minutes: number): { expires_at: string; initial_ttl_minutes: number } {
  if (minutes < 0) return { expires_at: NEVER, initial_ttl_minutes: MAX_INT32 };
  return { expires_at: after(now, minutes), initial_ttl_minutes: Math.min(minutes, MAX_INT32) };
}

/** The expiry of a record with this lifetime in minutes. Negative means the longest, some 4000 years, not `NEVER`. */
export function recordExpiry(now: Date, minutes: number): string {
  return after(now, minutes < 0 ? MAX_INT32 : Math.min(minutes, MAX_INT32));
}

/** Whether the time is past; the expiry itself is still valid. */
export function hasExpired(expires_at: string, now: Date): boolean {
  return Date.parse(expires_at) < now.getTime();
}

/** A time in the format of expiries: `2026-11-20T12:00:00Z`. */
export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, -".000Z".length)}Z`;
}

/** When the store deletes a record: `milliseconds` after it has expired; undefined for never. */
export function retainUntil(expires_at: string, milliseconds: number): Date | undefined {
  const end = Date.parse(expires_at) + milliseconds;
  return end < FAR ? new Date(end) : undefined;
}

/** Later expiries are treated as never. */
const FAR = Date.parse("9000-01-01T00:00:00Z");
const MINUTE = 60_000;

function after(now: Date, minutes: number): string {
  return formatTime(new Date(now.getTime() + minutes * MINUTE));
}
