import type { Fault } from "../../core/fault.ts";
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

/**
 * Counts this try against the account before it is looked at, so that guesses made side by side count too. An unknown
 * name is counted like a known one: nobody learns from the answer, or from its timing, which names exist.
 * @returns whether the account is locked.
 */
export async function beginAttempt(auth: AuthContext, user: string): Promise<{ readonly locked: boolean }> {
  const shelf = accountAttempts(auth.store);
  const name = digest(user);
  const lockedUntil = new Date(auth.now().getTime() + ACCOUNT_LOCK_MS);
  const outcome = await retry(auth.store, async () => {
    const item = await shelf.get(name);
    if (item?.value.locked_until !== undefined) {
      // Written all the same, so that it takes as long.
      return {
        writes: [shelf.put(name, item.value, item.revision, item.expires)],
        result: { locked: true, now: false },
      };
    }
    const failures = (item?.value.failures ?? 0) + 1;
    const now = failures > ACCOUNT_FAILURES;
    const next = { failures, ...(now && { locked_until: lockedUntil.toISOString() }) };
    return {
      writes: [shelf.put(name, next, item?.revision ?? "absent", lockedUntil)],
      result: { locked: now, now },
    };
  });
  return { locked: outcome.locked };
}

/** After a wrong answer: locks the account when it was the last one allowed, and remembers the address. */
export async function attemptFailed(auth: AuthContext, user: string, address: string, why: Fault): Promise<void> {
  const shelf = accountAttempts(auth.store);
  const name = digest(user);
  const until = new Date(auth.now().getTime() + ACCOUNT_LOCK_MS);
  const lockedNow = await retry(auth.store, async () => {
    const item = await shelf.get(name);
    if (item === undefined || item.value.locked_until !== undefined || item.value.failures < ACCOUNT_FAILURES)
      return { writes: [], result: false };
    const next = { failures: item.value.failures, locked_until: until.toISOString() };
    return { writes: [shelf.put(name, next, item.revision, until)], result: true };
  });
  await countSource(auth, address);
  await Promise.all([
    record(auth, "user.login", { user, success: false, method: "local", addr_remote: address, error: why.message }),
    ...(lockedNow ? [record(auth, "user.locked", { user, addr_remote: address, until: until.toISOString() })] : []),
  ]);
}

/** After the right answer: the wrong ones before it are forgotten. */
export async function attemptSucceeded(auth: AuthContext, user: string): Promise<void> {
  const shelf = accountAttempts(auth.store);
  const name = digest(user);
  await retry(auth.store, async () => {
    const item = await shelf.get(name);
    const writes =
      item === undefined || item.value.locked_until !== undefined ? [] : [shelf.remove(name, item.revision)];
    return { writes, result: undefined };
  });
}

/** Until when an account is locked, for the operator who asks. */
export async function lockedUntil(auth: AuthContext, user: string): Promise<string | undefined> {
  return (await accountAttempts(auth.store).get(digest(user)))?.value.locked_until;
}

export async function unlock(auth: AuthContext, user: string): Promise<void> {
  await auth.store.commit([accountAttempts(auth.store).remove(digest(user), "any")]);
}

/** Milliseconds that a try from this address has to wait. */
export async function sourceDelay(auth: AuthContext, address: string): Promise<number> {
  const failures = (await sourceAttempts(auth.store).get(digest(address)))?.value.failures ?? 0;
  if (failures < SOURCE_FAILURES) return 0;
  return Math.min(SOURCE_DELAY_MAX_MS, SOURCE_DELAY_MS * 2 ** Math.min(10, failures - SOURCE_FAILURES));
}

async function countSource(auth: AuthContext, address: string): Promise<void> {
  const shelf = sourceAttempts(auth.store);
  const name = digest(address);
  const expires = new Date(auth.now().getTime() + SOURCE_MEMORY_MS);
  await retry(auth.store, async () => {
    const item = await shelf.get(name);
    const next = { failures: (item?.value.failures ?? 0) + 1 };
    return { writes: [shelf.put(name, next, item?.revision ?? "absent", expires)], result: undefined };
  });
}
