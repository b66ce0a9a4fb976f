import { sourceOf } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { digest } from "../seal.ts";
import { retry } from "../store/collection.ts";
import { emitEvent } from "./audit.ts";
import { attemptCollection } from "./collections.ts";
import type { TmsContext } from "./context.ts";
import type { AttemptRecord } from "./schema.ts";

/**
 * Lockout after wrong secrets: `FAILURES` for one id from one address within `WINDOW_MS` lock that pair for `LOCK_MS`. The
 * counts are in the store, so they hold for all processes over it.
 */

const FAILURES = 10;
const WINDOW_MS = 10 * 60_000;
const LOCK_MS = 5 * 60_000;

/** Wrong secrets per source address, for any ids: each id that is tried costs a record until it expires. */
export const FAILED_AUTH_LIMIT = { perMinute: 60, burst: 120 };

/** An attempt to authenticate. */
export interface Attempt {
  readonly kind: "client" | "admin";
  /** The tenant's id; 0 for an unknown tenant. */
  readonly tid: number;
  /** As presented; it may not exist. */
  readonly id: string;
  readonly address: string;
  /** For the audit log: the tenant's name, empty when unknown, and `TENANT/ID`. */
  readonly tenant: string;
  readonly user: string;
}

/** Reads whether wrong secrets are being counted for this id and address, and the refusal while they are locked. */
export async function attemptState(
  tms: TmsContext,
  attempt: Attempt,
): Promise<{ readonly isCounted: boolean; readonly lock: Fault | undefined }> {
  const item = await attemptCollection(tms.store).get(nameOf(attempt));
  const until = item && lockedUntil(item.value, tms.now());
  return { isCounted: item !== undefined, lock: until === undefined ? undefined : locked(tms, until) };
}

/**
 * Counts a wrong secret and returns the refusal. Unknown ids are counted like existing ones. Concurrent attempts can exceed
 * `FAILURES` by a few; secrets have 192 random bits, so that does not matter.
 */
export async function recordFailedAttempt(tms: TmsContext, attempt: Attempt): Promise<Fault> {
  const collection = attemptCollection(tms.store);
  const name = nameOf(attempt);
  const { until, isNew } = await retry<{ readonly until: string | undefined; readonly isNew: boolean }>(
    tms.store,
    async () => {
      const item = await collection.get(name);
      const until = item && lockedUntil(item.value, tms.now());
      if (until !== undefined) return { writes: [], result: { until, isNew: false } };
      const now = tms.now().getTime();
      const failures = (item?.value.failures ?? 0) + 1;
      const expect = item?.revision ?? "absent";
      if (failures < FAILURES) {
        const write = collection.put(name, { failures }, expect, item?.expires ?? new Date(now + WINDOW_MS));
        return { writes: [write], result: { until: undefined, isNew: false } };
      }
      const end = new Date(now + LOCK_MS);
      const locked_until = end.toISOString();
      const write = collection.put(name, { failures, locked_until }, expect, end);
      return { writes: [write], result: { until: locked_until, isNew: true } };
    },
  );
  const wrong = new Fault("unauthenticated", "the credentials are wrong");
  await emitFailure(tms, attempt, wrong, isNew ? until : undefined);
  return until === undefined || isNew ? wrong : locked(tms, until);
}

/** The end of the lock. Ignores a lock from before the clock was set back: it would last until that time comes again. */
function lockedUntil({ locked_until }: AttemptRecord, now: Date): string | undefined {
  const isStale = locked_until !== undefined && Date.parse(locked_until) > now.getTime() + 2 * LOCK_MS;
  return isStale ? undefined : locked_until;
}

/** Refusals are recorded up to a limit per address; every new lock is recorded. */
async function emitFailure(
  tms: TmsContext,
  attempt: Attempt,
  refusal: Fault,
  until: string | undefined,
): Promise<void> {
  const { tenant, user, address } = attempt;
  const fields = { user, tenant, addr_remote: address };
  const recorded = tms.refusalAuditLimit.take(address) === 0;
  await Promise.all([
    recorded ? emitEvent(tms, "tms.auth", { ...fields, success: false, error: refusal.message }) : undefined,
    until === undefined ? undefined : emitEvent(tms, "tms.locked", { ...fields, until }),
  ]);
}

function nameOf({ tid, kind, id, address }: Attempt): string {
  return digest(JSON.stringify([tid, kind, id, sourceOf(address)]));
}

function locked(tms: TmsContext, until: string): Fault {
  return tooManyFailures(Math.max(1, Math.ceil((Date.parse(until) - tms.now().getTime()) / 1000)));
}

/** The refusal of a caller that has to wait. */
export function tooManyFailures(seconds: number): Fault {
  return new Fault("rate_limited", "too many wrong credentials", { hint: `try again in ${seconds} s` });
}
