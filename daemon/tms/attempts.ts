import { sourceOf } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { digest } from "../seal.ts";
import { retry } from "../store/collection.ts";
import { emitEvent } from "./audit.ts";
import { type AttemptRow, attemptCollection } from "./collections.ts";
import type { TmsContext } from "./context.ts";

/** So many wrong secrets in so long lock a name for an address, for so long. */
const FAILURES = 10;
const WINDOW_MS = 10 * 60_000;
const LOCK_MS = 5 * 60_000;

/** Wrong secrets of one source, whatever names they are for: each name that is tried is a row for a while. */
export const GUESSES = { perMinute: 60, burst: 120 };

/** Somebody says who they are. */
export interface Attempt {
  readonly kind: "client" | "admin";
  /** The tenant's id; 0 where there is none. */
  readonly tid: number;
  /** As given; nobody may be called so. */
  readonly id: string;
  readonly address: string;
  /** For the log: the tenant as far as it is one, and the two together. */
  readonly tenant: string;
  readonly user: string;
}

/**
 * Whether wrong secrets for this name from this address are being counted, and why it may not be tried now, with whatever
 * secret. A look, no commit.
 */
export async function triedBefore(
  tms: TmsContext,
  attempt: Attempt,
): Promise<{ readonly isCounted: boolean; readonly lock: Fault | undefined }> {
  const row = await attemptCollection(tms.store).get(nameOf(attempt));
  const until = row && lockOf(row.value, tms.now());
  return { isCounted: row !== undefined, lock: until === undefined ? undefined : locked(tms, until) };
}

/**
 * Counts a wrong secret, and says what the caller is told. An unknown name is counted like a known one. Those that are
 * looked at side by side may be a few more than `FAILURES`: the secrets are random, and nobody guesses one in so few.
 */
export async function attemptFailed(tms: TmsContext, attempt: Attempt): Promise<Fault> {
  const collection = attemptCollection(tms.store);
  const name = nameOf(attempt);
  const { until, fresh } = await retry<{ readonly until: string | undefined; readonly fresh: boolean }>(
    tms.store,
    async () => {
      const item = await collection.get(name);
      const until = item && lockOf(item.value, tms.now());
      if (until !== undefined) return { writes: [], result: { until, fresh: false } };
      const now = tms.now().getTime();
      const failures = (item?.value.failures ?? 0) + 1;
      const expect = item?.revision ?? "absent";
      if (failures < FAILURES) {
        const write = collection.put(name, { failures }, expect, item?.expires ?? new Date(now + WINDOW_MS));
        return { writes: [write], result: { until: undefined, fresh: false } };
      }
      const end = new Date(now + LOCK_MS);
      const locked_until = end.toISOString();
      const write = collection.put(name, { failures, locked_until }, expect, end);
      return { writes: [write], result: { until: locked_until, fresh: true } };
    },
  );
  const wrong = new Fault("unauthenticated", "the credentials are wrong");
  await recordFailure(tms, attempt, wrong, fresh ? until : undefined);
  return until === undefined || fresh ? wrong : locked(tms, until);
}

/** Until when. A lock from before the clock was set back, which would last until the clock is there again, is none. */
function lockOf({ locked_until }: AttemptRow, now: Date): string | undefined {
  const isStray = locked_until !== undefined && Date.parse(locked_until) > now.getTime() + 2 * LOCK_MS;
  return isStray ? undefined : locked_until;
}

/** Refusals of one address are recorded up to a bound, every lock is. */
async function recordFailure(tms: TmsContext, attempt: Attempt, why: Fault, until: string | undefined): Promise<void> {
  const { tenant, user, address } = attempt;
  const facts = { user, tenant, addr_remote: address };
  const counted = tms.recorded.take(address) === 0;
  await Promise.all([
    counted ? emitEvent(tms, "tms.auth", { ...facts, success: false, error: why.message }) : undefined,
    until === undefined ? undefined : emitEvent(tms, "tms.locked", { ...facts, until }),
  ]);
}

function nameOf({ tid, kind, id, address }: Attempt): string {
  return digest(JSON.stringify([tid, kind, id, sourceOf(address)]));
}

function locked(tms: TmsContext, until: string): Fault {
  return tooMany(Math.max(1, Math.ceil((Date.parse(until) - tms.now().getTime()) / 1000)));
}

/** What somebody is told who has to wait so many seconds. */
export function tooMany(seconds: number): Fault {
  return new Fault("rate_limited", "too many wrong credentials", { hint: `try again in ${seconds} s` });
}
