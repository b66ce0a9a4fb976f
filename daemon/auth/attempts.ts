import { sourceOf } from "../../core/address.ts";
import type { Fault } from "../../core/fault.ts";
import type { Write } from "../../core/store.ts";
import type { AuthContext } from "./context.ts";
import { digest } from "./digest.ts";
import { record } from "./record.ts";
import { accountAttempts, sourceAttempts } from "./records.ts";
import { retry } from "./shelf.ts";

/** Wrong answers that lock an account, and for how long; also how long a wrong answer is remembered. */
const ACCOUNT_FAILURES = 5;
const ACCOUNT_LOCK_MS = 20 * 60_000;

/** From so many wrong answers of one address on, each further try from there waits, twice as long as the last. */
const SOURCE_FAILURES = 5;
const SOURCE_MEMORY_MS = 10 * 60_000;
const SOURCE_DELAY_MS = 250;
const SOURCE_DELAY_MAX_MS = 8_000;

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
  const shelf = accountAttempts(auth.store);
  const name = digest(user);
  return retry(auth.store, async () => {
    const item = await shelf.get(name);
    const failures = (item?.value.failures ?? 0) + 1;
    const locked = item?.value.locked_until !== undefined || failures > ACCOUNT_FAILURES;
    // A locked account is written all the same, so that it takes as long.
    const write =
      locked && item !== undefined
        ? shelf.put(name, item.value, item.revision, item.expires)
        : shelf.put(name, { failures }, item?.revision ?? "absent", lockEnd(auth));
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
    const count = { failures: (item?.value.failures ?? 0) + 1 };
    const forgotten = new Date(auth.now().getTime() + SOURCE_MEMORY_MS);
    const writes = [sources.put(source, count, item?.revision ?? "absent", forgotten)];
    if (locking) writes.push(accountAttempts(auth.store).put(digest(user), lock, "any", until));
    return { writes, result: undefined };
  });
  const facts = { user, addr_remote: address };
  await Promise.all([
    record(auth, "user.login", { ...facts, success: false, method: "local", error: why.message }),
    ...(locking ? [record(auth, "user.locked", { ...facts, until: lock.locked_until })] : []),
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

/** Milliseconds that a try from this address has to wait. */
export async function sourceDelay(auth: AuthContext, address: string): Promise<number> {
  const failures = (await sourceAttempts(auth.store).get(digest(sourceOf(address))))?.value.failures ?? 0;
  if (failures < SOURCE_FAILURES) return 0;
  return Math.min(SOURCE_DELAY_MAX_MS, SOURCE_DELAY_MS * 2 ** Math.min(10, failures - SOURCE_FAILURES));
}

function lockEnd(auth: AuthContext): Date {
  return new Date(auth.now().getTime() + ACCOUNT_LOCK_MS);
}
