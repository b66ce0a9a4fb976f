import type { Lock } from "../resource/lock.ts";

/** Whom a lock may be for. What is not known yet is left out, and a lock that names it does not apply yet. */
export interface Locked {
  readonly user?: string;
  /** Every role that the user holds or that the certificate names. */
  readonly roles?: readonly string[];
  readonly login?: string;
  /** Every name of the node: its UUID and its host name. */
  readonly node?: string | readonly string[];
  readonly mfaDevice?: string;
}

/**
 * The lock that shuts `who` out at `now`, if one does. A lock that names several things is for what all of them fit.
 * Host names and logins are compared as the systems behind them do, without regard to letter case.
 */
export function lockedBy(locks: Iterable<Lock>, who: Locked, now: Date): Lock | undefined {
  for (const lock of locks) if (inForce(lock, now) && fits(lock.spec.target, who)) return lock;
  return undefined;
}

function inForce({ metadata: { expires } }: Lock, now: Date): boolean {
  return expires === undefined || now.getTime() < Date.parse(expires);
}

function fits(target: Lock["spec"]["target"], who: Locked): boolean {
  const same = (wanted: string | undefined, names: readonly (string | undefined)[]): boolean =>
    wanted === undefined || names.includes(wanted);
  const alike = (wanted: string | undefined, names: readonly (string | undefined)[]): boolean =>
    same(
      wanted?.toLowerCase(),
      names.map((name) => name?.toLowerCase()),
    );
  return (
    same(target.user, [who.user]) &&
    same(target.role, who.roles ?? []) &&
    alike(target.login, [who.login]) &&
    alike(target.node, [who.node].flat()) &&
    same(target.mfa_device, [who.mfaDevice])
  );
}
