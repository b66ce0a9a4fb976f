import type { EventFields } from "../../../core/audit/event.ts";
import { Fault } from "../../../core/fault.ts";
import type { SignedStatement } from "../../../core/tms/statement.ts";
import { RateLimit, RECORDED_REFUSALS } from "../../net/rate-limit.ts";
import { emitEvent } from "../audit.ts";
import { encodeName } from "../collections.ts";
import type { TmsContext } from "../context.ts";
import { requireHost } from "../host-credentials.ts";
import { notFound } from "../lookup.ts";
import type { KeyRecord } from "../schema.ts";
import { denied, REFUSALS } from "./authorize-use.ts";
import { keyCollection } from "./collections.ts";
import type { KeyWithParents } from "./find.ts";
import { KeyedBatcher } from "./keyed-batcher.ts";
import { ParentCache } from "./parent-cache.ts";
import { authorizedKeysLine, StatementSerials, signedStatement } from "./statement.ts";
import {
  COUNTED_PER_COMMIT,
  isUnlimited,
  type KeyUse,
  type UseOutcome,
  useLimitedKey,
  useUnlimitedKey,
} from "./uses.ts";

/** Requests for keys that do not exist, per source address. A busy host asks for every key that its clients offer. */
const MISSES = { perMinute: 12_000, burst: 12_000 };

/** Offline logins that a host may report in one request. The host reports the rest with its next requests. */
export const MAX_OFFLINE_LOGINS = 100;
/** Offline logins per source address: each costs a read, and a record that is kept for days. */
const OFFLINE_LOGINS = { perMinute: 6000, burst: 6000 };

/** A host's request for a key. `user` is the account on the host. */
export interface RetrievalRequest {
  readonly user: string;
  readonly host: string;
  readonly public_key_fingerprint: string;
  /** Identifies the login, so that it costs one use only. */
  readonly connection?: string | undefined;
  /** Connections of logins that the host allowed from its cache. */
  readonly offline?: readonly string[] | undefined;
  /** Whether to return a signed statement that the host may cache. */
  readonly statement?: boolean | undefined;
}

/** The source of a request. */
export interface RetrievalSource {
  /** Empty for the operator's socket. */
  readonly address: string;
  readonly hostCredential?: string | undefined;
}

export interface RetrievedKey {
  /** A line for authorized_keys (sshd(8)). */
  readonly public_key: string;
  readonly statement?: SignedStatement;
}

/**
 * @throws Fault `not_found` when the account has no such key, `denied` with the first condition that does not hold,
 * `rate_limited` for too many misses or offline logins, `unavailable` when the key is changed all the time, `bad_request`
 * for too many offline logins in one request, and what `requireHost` throws.
 */
export type Retrieve = (request: RetrievalRequest, source: RetrievalSource) => Promise<RetrievedKey>;

/** Creates the service by which hosts retrieve keys. It holds rate limits and caches, so there is one per app. */
export function createRetrieval(tms: TmsContext): Retrieve {
  const retrieval = new Retrieval(tms);
  return (request, source) => retrieval.retrieve(request, source);
}

class Retrieval {
  readonly #tms: TmsContext;
  readonly #misses = new RateLimit(MISSES, () => performance.now());
  readonly #offlineLogins = new RateLimit(OFFLINE_LOGINS, () => performance.now());
  readonly #auditedMisses = new RateLimit(RECORDED_REFUSALS, () => performance.now());
  readonly #serials = new StatementSerials();
  readonly #parents: ParentCache;
  readonly #uses: KeyedBatcher<KeyUse, UseOutcome | undefined>;

  constructor(tms: TmsContext) {
    this.#tms = tms;
    this.#parents = new ParentCache(tms.store);
    this.#uses = new KeyedBatcher(
      (batch) => useLimitedKey(tms, batch),
      ({ offline }) => 1 + offline.length,
      COUNTED_PER_COMMIT,
    );
  }

  async retrieve(request: RetrievalRequest, source: RetrievalSource): Promise<RetrievedKey> {
    const { host, user, public_key_fingerprint: fingerprint, connection, offline = [] } = request;
    if (offline.length > MAX_OFFLINE_LOGINS)
      throw new Fault("bad_request", `offline: expected at most ${MAX_OFFLINE_LOGINS} connections`);
    // Taken before the first read, so that a statement never has a newer serial than one with newer content.
    const serial = this.#serials.next(this.#tms.now());
    const key = await keyCollection(this.#tms.store, host).get(encodeName(fingerprint));
    const found = key?.value.host_account === user ? await this.#parents.find(key) : undefined;
    if (found === undefined) throw await this.#miss(request, source);
    await this.#authorizeHost(request, source, found);
    const outcome = isUnlimited(found.key.value)
      ? await useUnlimitedKey(this.#tms, found)
      : await this.#useLimited({ found, connection, offline }, source);
    if (outcome === undefined) throw await this.#miss(request, source);
    await this.#emitOutcome(request, source, outcome);
    if ("refused" in outcome) throw denied(outcome.refused);

    const reservation = outcome.reservation?.value;
    const public_key = authorizedKeysLine(outcome.found.key.value, reservation);
    if (request.statement !== true) return { public_key };
    const fields = { reservation, remaining: outcome.remaining, serial, now: this.#tms.now() };
    return { public_key, statement: signedStatement(this.#tms, outcome.found, fields) };
  }

  async #useLimited(use: KeyUse, { address }: RetrievalSource): Promise<UseOutcome | undefined> {
    const waits = use.offline.map(() => this.#offlineLogins.take(address));
    if (waits.some((wait) => wait > 0)) throw tooMany("offline logins", Math.max(...waits));
    const id = use.found.key.value.id;
    // Half of what a commit counts, so that other requests fit into the same batch.
    const part = COUNTED_PER_COMMIT / 2;
    try {
      // A long report takes several commits, each complete by itself: it counts logins and takes their uses off.
      let reported = 0;
      let { offline } = use;
      for (; offline.length > part; offline = offline.slice(part)) {
        const counted = await this.#uses.add(id, { ...use, reportOnly: true, offline: offline.slice(0, part) });
        reported += counted?.offline ?? 0;
      }
      const outcome = await this.#uses.add(id, { ...use, offline });
      return outcome && { ...outcome, offline: outcome.offline + reported };
    } catch (error) {
      // A host would take `conflict` for a refusal of the key; `unavailable` makes it ask again.
      if (!(error instanceof Fault) || error.code !== "conflict") throw error;
      throw new Fault("unavailable", "the key is changed all the time; try again", { cause: error });
    }
  }

  /** Refuses before anything about the key is disclosed or counted. */
  async #authorizeHost(
    request: RetrievalRequest,
    { address, hostCredential }: RetrievalSource,
    { key, tenant }: KeyWithParents,
  ): Promise<void> {
    try {
      if (!tenant.value.enabled) throw denied("tenant_disabled");
      await requireHost(this.#tms, hostCredential, tenant, request.host);
    } catch (error) {
      const refusal = { success: false, error: Fault.from(error).message };
      await this.#emit(request, address, { ...refusal, ...ownerFields(key.value) });
      throw error;
    }
  }

  /** Returns the fault of a key that does not exist. */
  async #miss(request: RetrievalRequest, { address }: RetrievalSource): Promise<Fault> {
    const wait = this.#misses.take(address);
    if (this.#auditedMisses.take(address) === 0)
      await this.#emit(request, address, { success: false, error: "NOT_FOUND" });
    return wait === 0 ? notFound() : tooMany("requests for keys that do not exist", wait);
  }

  #emitOutcome(request: RetrievalRequest, { address }: RetrievalSource, outcome: UseOutcome): Promise<void> {
    const { found, offline, remaining } = outcome;
    const key = found.key.value;
    const fields = {
      ...ownerFields(key),
      ...(offline > 0 && { offline }),
      ...(!isUnlimited(key) && { remaining_uses: remaining }),
    };
    if ("refused" in outcome)
      return this.#emit(request, address, { ...fields, success: false, error: REFUSALS[outcome.refused].message });
    const { counted, reservation } = outcome;
    return this.#emit(request, address, {
      ...fields,
      success: true,
      counted,
      ...(reservation !== undefined && { resid: reservation.name }),
    });
  }

  #emit(
    { host, user, public_key_fingerprint: fingerprint, connection }: RetrievalRequest,
    address: string,
    fields: Omit<EventFields<"tms.key.retrieve">, "host" | "login" | "fingerprint" | "addr_remote">,
  ): Promise<void> {
    return emitEvent(this.#tms, "tms.key.retrieve", {
      ...fields,
      ...(address !== "" && { addr_remote: address }),
      host,
      login: user,
      fingerprint,
      ...(connection !== undefined && { connection }),
    });
  }
}

function tooMany(what: string, seconds: number): Fault {
  return new Fault("rate_limited", `too many ${what}`, { hint: `try again in ${seconds} s` });
}

/** The owner of a key as fields of an event. */
function ownerFields({ client_user_id: user, tenant_name: tenant, client_id }: KeyRecord) {
  return { user, tenant, client_id };
}
