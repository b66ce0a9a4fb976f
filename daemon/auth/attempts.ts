import { sourceOf } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import type { Write } from "../../core/store.ts";
import { digest } from "../seal.ts";
import { retry } from "../store/collection.ts";
import { emitEvent } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { accountAttempts, sourceAttempts } from "./schema.ts";

/** Failures that lock an account, and for how long. Failures are also remembered for this time. */
const ACCOUNT_FAILURES = 5;
const ACCOUNT_LOCK_MS = 20 * 60_000;

/**
 * After 5 failures per source, back off exponentially; reject early retries. Delaying them here instead would occupy
 * connections that other users need.
 */
const SOURCE_FAILURES = 5;
const SOURCE_MEMORY_MS = 10 * 60_000;
const SOURCE_PAUSE_MS = 250;
const SOURCE_PAUSE_MAX_MS = 8_000;

/** A login attempt, counted before its credentials are checked. */
export interface Attempt {
  readonly user: string;
  readonly address: string;
  readonly locked: boolean;
  /** Whether failing this attempt locks the account. */
  readonly last: boolean;
}

/**
 * Counts an attempt against the account before its credentials are checked, so that parallel guesses at several auth
 * processes count, too. An unknown name is counted like a known one, so that neither reply nor timing reveals which names
 * exist.
 */
export async function beginAttempt(auth: AuthContext, user: string, address: string): Promise<Attempt> {
  const collection = accountAttempts(auth.store);
  const name = digest(user);
  return retry(auth.store, async () => {
    const item = await collection.get(name);
    const failures = (item?.value.failures ?? 0) + 1;
    const locked = item?.value.locked_until !== undefined || failures > ACCOUNT_FAILURES;
    // Write for a locked account, too, so that it takes as long.
    const write =
      locked && item !== undefined
        ? collection.put(name, item.value, item.revision, item.expires)
        : collection.put(name, { failures }, item?.revision ?? "absent", lockEnd(auth));
    return { writes: [write], result: { user, address, locked, last: failures === ACCOUNT_FAILURES } };
  });
}

/** Records a failed attempt: locks the account after the last allowed one, counts it for the source, and audits it. */
export async function attemptFailed(auth: AuthContext, attempt: Attempt, reason: Fault): Promise<void> {
  const { user, address, locked, last } = attempt;
  const until = lockEnd(auth);
  const locking = last && !locked;
  const lock = { failures: ACCOUNT_FAILURES, locked_until: until.toISOString() };
  const sources = sourceAttempts(auth.store);
  const source = digest(sourceOf(address));
  await retry(auth.store, async () => {
    const item = await sources.get(source);
    const failures = (item?.value.failures ?? 0) + 1;
    const next = new Date(auth.now().getTime() + pauseAfter(failures)).toISOString();
    const count = { failures, ...(failures >= SOURCE_FAILURES && { next }) };
    const expires = new Date(auth.now().getTime() + SOURCE_MEMORY_MS);
    const writes = [sources.put(source, count, item?.revision ?? "absent", expires)];
    if (locking) writes.push(accountAttempts(auth.store).put(digest(user), lock, "any", until));
    return { writes, result: undefined };
  });
  const facts = { user, addr_remote: address };
  await Promise.all([
    emitEvent(auth, "user.login", { ...facts, success: false, method: "local", error: reason.message }),
    ...(locking ? [emitEvent(auth, "user.locked", { ...facts, until: lock.locked_until })] : []),
  ]);
}

/** The write that resets an account's failures. Commit it with a successful login or an administrator's unlock. */
export function forgetAttempts(auth: AuthContext, user: string): Write {
  return accountAttempts(auth.store).remove(digest(user), "any");
}

/** When the lock of an account ends (RFC 3339); undefined when it is not locked. */
export async function lockedUntil(auth: AuthContext, user: string): Promise<string | undefined> {
  return (await accountAttempts(auth.store).get(digest(user)))?.value.locked_until;
}

/** Admits an attempt from a source, one for each back-off interval. @throws Fault `rate_limited` for an early retry. */
export async function admitSource(auth: AuthContext, address: string): Promise<void> {
  const collection = sourceAttempts(auth.store);
  const name = digest(sourceOf(address));
  await retry(auth.store, async () => {
    const item = await collection.get(name);
    const failures = item?.value.failures ?? 0;
    if (item === undefined || failures < SOURCE_FAILURES) return { writes: [], result: undefined };
    const now = auth.now().getTime();
    const wait = Date.parse(item.value.next ?? "1970-01-01T00:00:00Z") - now;
    if (wait > 0)
      throw new Fault("rate_limited", "too many failed logins from your address", {
        hint: `try again in ${Math.ceil(wait / 1000)} s`,
      });
    const next = new Date(now + pauseAfter(failures)).toISOString();
    return { writes: [collection.put(name, { failures, next }, item.revision, item.expires)], result: undefined };
  });
}

function pauseAfter(failures: number): number {
  return Math.min(SOURCE_PAUSE_MAX_MS, SOURCE_PAUSE_MS * 2 ** Math.min(10, failures - SOURCE_FAILURES));
}

function lockEnd(auth: AuthContext): Date {
  return new Date(auth.now().getTime() + ACCOUNT_LOCK_MS);
}
