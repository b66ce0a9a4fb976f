import { sourceOf } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import type { Write } from "../../core/store.ts";
import { digest } from "../seal.ts";
import { retry } from "../store/collection.ts";
import { emitEvent } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { accountAttempts, sourceAttempts } from "./schema.ts";

/** Wrong answers that lock an account, and for how long; also how long a wrong answer is remembered. */
const ACCOUNT_FAILURES = 5;
const ACCOUNT_LOCK_MS = 20 * 60_000;

/**
 * From so many wrong answers of one address on, there has to be a pause before each further try from there, twice as
 * long as the last one. Who comes too early is sent away: whoever was made to wait here would keep others waiting.
 */
const SOURCE_FAILURES = 5;
const SOURCE_MEMORY_MS = 10 * 60_000;
const SOURCE_PAUSE_MS = 250;
const SOURCE_PAUSE_MAX_MS = 8_000;

/** One try, counted before it is looked at. */
export interface Attempt {
  readonly user: string;
  readonly address: string;
  readonly locked: boolean;
  /** A wrong answer to this one locks the account. */
  readonly last: boolean;
}

/**
 * Counts this try against the account before it is looked at, so that guesses made at several auth processes side by
 * side count too. An unknown name is counted like a known one: nobody learns from the answer, or from its timing, which
 * names exist.
 */
export async function beginAttempt(auth: AuthContext, user: string, address: string): Promise<Attempt> {
  const collection = accountAttempts(auth.store);
  const name = digest(user);
  return retry(auth.store, async () => {
    const item = await collection.get(name);
    const failures = (item?.value.failures ?? 0) + 1;
    const locked = item?.value.locked_until !== undefined || failures > ACCOUNT_FAILURES;
    // A locked account is written all the same, so that it takes as long.
    const write =
      locked && item !== undefined
        ? collection.put(name, item.value, item.revision, item.expires)
        : collection.put(name, { failures }, item?.revision ?? "absent", lockEnd(auth));
    return { writes: [write], result: { user, address, locked, last: failures === ACCOUNT_FAILURES } };
  });
}

/** After a wrong answer: locks the account when it was the last one allowed, and remembers the address. */
export async function attemptFailed(auth: AuthContext, attempt: Attempt, why: Fault): Promise<void> {
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
    const forgotten = new Date(auth.now().getTime() + SOURCE_MEMORY_MS);
    const writes = [sources.put(source, count, item?.revision ?? "absent", forgotten)];
    if (locking) writes.push(accountAttempts(auth.store).put(digest(user), lock, "any", until));
    return { writes, result: undefined };
  });
  const facts = { user, addr_remote: address };
  await Promise.all([
    emitEvent(auth, "user.login", { ...facts, success: false, method: "local", error: why.message }),
    ...(locking ? [emitEvent(auth, "user.locked", { ...facts, until: lock.locked_until })] : []),
  ]);
}

/** Forgets the wrong answers: to be committed with what proves that the user is who they say, or with an operator's word. */
export function forgetAttempts(auth: AuthContext, user: string): Write {
  return accountAttempts(auth.store).remove(digest(user), "any");
}

/** Until when an account is locked, for the operator who asks. */
export async function lockedUntil(auth: AuthContext, user: string): Promise<string | undefined> {
  return (await accountAttempts(auth.store).get(digest(user)))?.value.locked_until;
}

/** Lets a try from this address begin, one for each pause. @throws Fault `rate_limited` when it comes too early. */
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
      throw new Fault("rate_limited", "too many wrong answers came from your address", {
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
