import type { Revision, Store, Write } from "../../../core/store.ts";
import { MAX_INT32 } from "../../../core/tms/expiry.ts";
import { digest } from "../../seal.ts";
import { type Item, retry } from "../../store/collection.ts";
import { unchanged } from "../collections.ts";
import type { TmsContext } from "../context.ts";
import type { KeyRecord, ReservationRecord } from "../schema.ts";
import { authorizeUse, type RefusalReason, type UseDecision } from "./authorize-use.ts";
import { countedLoginCollection, keyCollection, keyKeptUntil, reservationCollection } from "./collections.ts";
import { findKey, type KeyWithParents, parentPreconditions } from "./find.ts";

/**
 * Counting of uses: one login costs one use. sshd runs AuthorizedKeysCommand at least twice per login, so the first request
 * of a login leaves a record in the store, named by its connection, and later requests of that login are free. For hosts
 * that send no connection, all requests within `WINDOW_MS` count as one login.
 */

/** How long a counted login is remembered: longer than sshd's LoginGraceTime. */
const ONLINE_MS = 10 * 60_000;
/** Requests without a connection within this time are one login. */
const WINDOW_MS = 5000;
/** How long a login that a host allowed from its cache is remembered. Hosts repeat such reports for up to two days. */
const OFFLINE_MS = 3 * 24 * 3600_000;

/** The name of the login of requests without a connection. */
const WINDOW = "window";

/** Whether uses of the key are not counted. */
export function isUnlimited({ max_uses }: KeyRecord): boolean {
  return max_uses === MAX_INT32;
}

/**
 * Logins that one commit counts. Together with the key, its five parents and at most two reservations that is less than
 * `MAX_WRITES` of the store.
 */
export const COUNTED_PER_COMMIT = 80;

/** A host's request to use an existing key. */
export interface KeyUse {
  readonly found: KeyWithParents;
  /** The request is a part of another one: it only reports `offline`, and no login is decided on. */
  readonly reportOnly?: true;
  /** Identifies the login; undefined when the host does not send it. */
  readonly connection: string | undefined;
  /** Connections of logins that the host allowed from its cache. */
  readonly offline: readonly string[];
}

/** The outcome of a request to use a key. */
export type UseOutcome = {
  readonly found: KeyWithParents;
  /** The number of offline logins that were counted. */
  readonly offline: number;
  /** Uses that are left. */
  readonly remaining: number;
} & (
  | { readonly refused: RefusalReason }
  | {
      /** Whether this request cost a use. */
      readonly counted: boolean;
      readonly reservation?: Item<ReservationRecord> | undefined;
    }
);

/** Decides on the use of an unlimited key. Reads at most its reservations, and writes nothing. */
export async function useUnlimitedKey({ store, now }: TmsContext, found: KeyWithParents): Promise<UseOutcome> {
  const decision = await authorizeUse(store, found, now());
  return { found, offline: 0, remaining: found.key.value.remaining_uses, counted: false, ...decision };
}

/**
 * Decides on a batch of uses of one key, and counts them in one commit. Returns an outcome for each; undefined when the key
 * is gone. @throws Fault `conflict` when other changes always came first.
 */
export async function useLimitedKey(
  tms: TmsContext,
  batch: readonly KeyUse[],
): Promise<readonly (UseOutcome | undefined)[]> {
  const { store } = tms;
  // The first attempt uses the key as the latest request has read it; if that is outdated, the commit fails.
  const latest = batch.at(-1)?.found;
  let known = latest;
  return await retry<readonly (UseOutcome | undefined)[]>(store, async () => {
    const found = known ?? (await reload(tms, latest));
    known = undefined;
    if (found === undefined) return { writes: [], result: batch.map(() => undefined) };
    const counter = new UseCounter(store, found.key, tms.now());
    const decision = await authorizeUse(store, found, tms.now());
    let exhausted: Promise<UseDecision> | undefined;
    const decideExhausted = () => {
      exhausted ??= authorizeUse(store, found, tms.now(), true);
      return exhausted;
    };
    const outcomes: UseOutcome[] = [];
    for (const use of batch) outcomes.push(await countUse(found, use, decision, decideExhausted, counter));
    const counted = counter.writes();
    const checks = [...parentPreconditions(store, found), ...reservationPreconditions(tms, outcomes)];
    return { writes: counted.length === 0 ? [] : [...counted, ...checks], result: outcomes };
  });
}

/** `decideExhausted` decides for a key without uses left. */
async function countUse(
  found: KeyWithParents,
  { connection, offline: connections, reportOnly }: KeyUse,
  decision: UseDecision,
  decideExhausted: () => Promise<UseDecision>,
  counter: UseCounter,
): Promise<UseOutcome> {
  const offline = await counter.countOffline(connections);
  const common = () => ({ found, offline, remaining: counter.remaining });
  if ("refused" in decision) return { ...common(), refused: decision.refused };
  if (reportOnly) return { ...common(), counted: false };
  const count = await counter.countLogin(connection);
  if (count !== "none_left" || decision.reservation !== undefined)
    return { ...common(), counted: count === "counted", reservation: decision.reservation };
  return { ...common(), counted: false, ...(await decideExhausted()) };
}

/** The key as it is now; undefined when it is gone or was replaced by another. */
async function reload({ store }: TmsContext, former: KeyWithParents | undefined): Promise<KeyWithParents | undefined> {
  if (former === undefined) return undefined;
  const { id, host, public_key_fingerprint } = former.key.value;
  const found = await findKey(store, host, public_key_fingerprint);
  return found?.key.value.id === id ? found : undefined;
}

/** Preconditions: the reservations that waived a refusal are unchanged. */
function reservationPreconditions({ store }: TmsContext, outcomes: readonly UseOutcome[]): Write[] {
  const checks = new Map<string, Write>();
  for (const { found, ...outcome } of outcomes) {
    const item = "refused" in outcome ? undefined : outcome.reservation;
    const collection = reservationCollection(store, found.key.value.tenant, found.key.value.client);
    if (item !== undefined) checks.set(item.name, unchanged(collection, item));
  }
  return [...checks.values()];
}

type Count = "counted" | "counted_before" | "none_left";

/** Counts uses of one key towards one commit. */
class UseCounter {
  /** Uses that are left. */
  remaining: number;
  readonly #store: Store;
  readonly #key: Item<KeyRecord>;
  readonly #now: Date;
  /** Logins to be recorded, by name: when the record expires, and the revision that it replaces. */
  readonly #logins = new Map<string, { readonly until: Date; readonly expect: Revision | "absent" }>();

  constructor(store: Store, key: Item<KeyRecord>, now: Date) {
    this.#store = store;
    this.#key = key;
    this.#now = now;
    this.remaining = key.value.remaining_uses;
  }

  /** Counts the login that makes this request; "none_left" when it has not been counted and no use is left. */
  countLogin(connection: string | undefined): Promise<Count> {
    return connection === undefined ? this.#count(WINDOW, WINDOW_MS) : this.#count(digest(connection), ONLINE_MS);
  }

  /** Counts logins that the host allowed from its cache, while uses are left. Returns the number of counted ones. */
  async countOffline(connections: readonly string[]): Promise<number> {
    let counted = 0;
    for (const connection of connections)
      if ((await this.#count(digest(connection), OFFLINE_MS)) === "counted") counted++;
    return counted;
  }

  /** The writes of the key and of the counted logins; none when nothing was counted. */
  writes(): Write[] {
    if (this.#logins.size === 0) return [];
    const record = { ...this.#key.value, remaining_uses: this.remaining, updated: this.#now.toISOString() };
    const { name, revision } = this.#key;
    const logins = countedLoginCollection(this.#store, record.id);
    return [
      keyCollection(this.#store, record.host).put(name, record, revision, keyKeptUntil(record)),
      ...[...this.#logins].map(([login, { until, expect }]) => logins.put(login, {}, expect, until)),
    ];
  }

  async #count(name: string, lifetime: number): Promise<Count> {
    if (this.#logins.has(name)) return "counted_before";
    const login = await countedLoginCollection(this.#store, this.#key.value.id).get(name);
    const now = this.#now.getTime();
    // Ignore a window from before the clock was set back: it would last until that time comes again.
    const isStale = name === WINDOW && Number(login?.expires) > now + 2 * WINDOW_MS;
    if (login !== undefined && !isStale) return "counted_before";
    if (this.remaining <= 0) return "none_left";
    this.remaining--;
    this.#logins.set(name, { until: new Date(now + lifetime), expect: login?.revision ?? "absent" });
    return "counted";
  }
}
