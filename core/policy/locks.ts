import type { Lock } from "../resource/lock.ts";

/** The subject of a request. A part that is not known is left out, and a lock that names it does not apply. */
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
 * The first lock that applies to `subject` at `now`. A lock that names several things applies where all of them fit.
 * Host names and logins are compared without regard to letter case, as the systems behind them do; users and roles
 * letter by letter.
 */
export function lockedBy(locks: Iterable<Lock>, subject: Locked, now: Date): Lock | undefined {
  for (const lock of locks) if (inForce(lock, now) && fits(lock.spec.target, subject)) return lock;
  return undefined;
}

/** The locks in force that apply to the user and roles of `subject`, or may apply once login and node are known. */
export function locksConcerning(locks: readonly Lock[], subject: Pick<Locked, "user" | "roles">, now: Date): Lock[] {
  return locks.filter((lock) => {
    const { user, role } = lock.spec.target;
    return inForce(lock, now) && fits({ user, role }, subject);
  });
}

function inForce({ metadata: { expires } }: Lock, now: Date): boolean {
  return expires === undefined || now.getTime() < Date.parse(expires);
}

type LockTarget = { readonly [K in keyof Lock["spec"]["target"]]: string | undefined };

function fits(target: LockTarget, subject: Locked): boolean {
  return (
    (target.user === undefined || target.user === subject.user) &&
    (target.role === undefined || (subject.roles ?? []).includes(target.role)) &&
    alike(target.login, [subject.login]) &&
    alike(target.node, [subject.node].flat()) &&
    (target.mfa_device === undefined || target.mfa_device === subject.mfaDevice)
  );
}

function alike(wanted: string | undefined, names: readonly (string | undefined)[]): boolean {
  if (wanted === undefined) return true;
  const lower = wanted.toLowerCase();
  return names.some((name) => name?.toLowerCase() === lower);
}
