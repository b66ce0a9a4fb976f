import { hasExpired } from "../../../core/tms/numbers.ts";
import type { ClientRow, DelegationRow, KeyRow, MfaRow, UserHostRow } from "../schema.ts";

/**
 * When a key may be made and used: TMS's four conditions, and the key's own end. The answers name what is wrong, but
 * nobody: those who fetch keys are not known to us.
 */

/** What counts of the rows that a key hangs on. Each exists and belongs to the others. */
export interface Standing {
  readonly client: Pick<ClientRow, "enabled">;
  readonly mfa: Pick<MfaRow, "enabled" | "expires_at">;
  readonly link: Pick<UserHostRow, "expires_at">;
  readonly delegation: Pick<DelegationRow, "expires_at">;
}

/** Why not. `forgivable` is what a reservation lets an operation that is under way go on past. */
export interface Obstacle {
  readonly why: string;
  readonly forgivable: boolean;
}

/** The first condition that does not hold; with a reservation, the first that it does not forgive. */
export function obstacleOf(
  { client, mfa, link, delegation }: Standing,
  now: Date,
  reserved = false,
): Obstacle | undefined {
  if (!client.enabled) return final("the client is disabled");
  if (!mfa.enabled) return final("the user's MFA is disabled");
  if (!reserved && hasExpired(mfa.expires_at, now)) return forgivable("the user's MFA has expired");
  if (hasExpired(link.expires_at, now)) return final("the user's link to the host account has expired");
  if (hasExpired(delegation.expires_at, now)) return final("the user's delegation to the client has expired");
  return undefined;
}

/** The same for the use of a key, but for the number of its uses. */
export function obstacleOfKey(standing: Standing, key: KeyRow, now: Date, reserved = false): Obstacle | undefined {
  const obstacle = obstacleOf(standing, now, reserved);
  if (obstacle !== undefined) return obstacle;
  return !reserved && hasExpired(key.expires_at, now) ? forgivable("the key has expired") : undefined;
}

/** What stands in the way of a key without uses. */
export const NO_USES: Obstacle = forgivable("the key has no uses left");

function final(why: string): Obstacle {
  return { why, forgivable: false };
}

function forgivable(why: string): Obstacle {
  return { why, forgivable: true };
}
