import type { EventFields } from "../../../core/audit/event.ts";
import { Fault } from "../../../core/fault.ts";
import type { SignedStatement } from "../../../core/tms/statement.ts";
import { RateLimit, RECORDED_REFUSALS } from "../../net/rate-limit.ts";
import { emitEvent } from "../audit.ts";
import { enc } from "../collections.ts";
import type { TmsContext } from "../context.ts";
import { requireHost } from "../host-credentials.ts";
import type { KeyRow } from "../schema.ts";
import { Batches } from "./batches.ts";
import { keyCollection } from "./collections.ts";
import { type FoundKey, notFound } from "./find.ts";
import { RememberedParents } from "./parents.ts";
import { lineOf, Serials, signedStatement } from "./statement.ts";
import { isUnlimited } from "./uses.ts";
import { type Asked, count, type Verdict, weigh } from "./verdict.ts";

/** Questions of one source for keys that there are not: a busy host asks for every key that anybody offers it. */
const MISSES = { perMinute: 12_000, burst: 12_000 };

/**
 * Logins that a host may tell of in one question, and that one source may tell of: each costs a read and a row that is kept
 * for days. Who has more to tell does so with the next questions.
 */
export const MAX_OFFLINE = 100;
const TOLD = { perMinute: 6000, burst: 6000 };

/** What a host wants to know. `user` is the account. */
export interface Question {
  readonly user: string;
  readonly host: string;
  readonly public_key_fingerprint: string;
  /** Names the login for which the key is asked for. */
  readonly connection?: string | undefined;
  /** Connections of logins that the host let in by itself. */
  readonly offline?: readonly string[] | undefined;
  /** Whether the host would like to keep the answer. */
  readonly statement?: boolean | undefined;
}

export interface Asker {
  /** Empty for whoever asks by the operator's socket. */
  readonly address: string;
  readonly hostCredential?: string | undefined;
}

export interface Answer {
  /** A line for authorized_keys. */
  readonly public_key: string;
  readonly statement?: SignedStatement;
}

export type Retrieve = (question: Question, asker: Asker) => Promise<Answer>;

/** The door that hosts fetch keys by. It remembers who asks too much, so there is one for all that ask. */
export function openRetrieval(tms: TmsContext): Retrieve {
  const retrieval = new Retrieval(tms);
  return (question, asker) => retrieval.answer(question, asker);
}

class Retrieval {
  readonly #tms: TmsContext;
  readonly #misses = new RateLimit(MISSES, () => performance.now());
  readonly #told = new RateLimit(TOLD, () => performance.now());
  readonly #recorded = new RateLimit(RECORDED_REFUSALS, () => performance.now());
  readonly #serials = new Serials();
  readonly #parents: RememberedParents;
  readonly #counting: Batches<Asked, Verdict | undefined>;

  constructor(tms: TmsContext) {
    this.#tms = tms;
    this.#parents = new RememberedParents(tms.store);
    this.#counting = new Batches(
      (batch) => count(tms, batch),
      ({ offline }) => 1 + offline.length,
    );
  }

  /**
   * @throws Fault `not_found` when there is no such key for the account, `denied` with the condition that does not hold,
   * `rate_limited` for who asks too much for what there is not, `unavailable` when others were always faster, and what
   * `requireHost` throws.
   */
  async answer(question: Question, asker: Asker): Promise<Answer> {
    const { host, user, public_key_fingerprint: fingerprint, connection, offline = [] } = question;
    if (offline.length > MAX_OFFLINE)
      throw new Fault("bad_request", `offline: expected at most ${MAX_OFFLINE} connections`);
    // Before anything is read, so that no answer looks newer than what it was made of.
    const serial = this.#serials.next(this.#tms.now());
    const key = await keyCollection(this.#tms.store, host).get(enc(fingerprint));
    const found = key?.value.host_account === user ? await this.#parents.find(key) : undefined;
    if (found === undefined) throw await this.#missed(question, asker);
    await this.#admit(question, asker, found);
    const verdict = isUnlimited(found.key.value)
      ? await weigh(this.#tms, found)
      : await this.#count({ found, connection, offline }, asker);
    if (verdict === undefined) throw await this.#missed(question, asker);
    await this.#record(question, asker, verdict);
    if ("why" in verdict) throw new Fault("denied", verdict.why);

    const reservation = verdict.reservation?.value;
    const public_key = lineOf(verdict.found.key.value, reservation);
    if (question.statement !== true) return { public_key };
    const facts = { reservation, remaining: verdict.remaining, serial, now: this.#tms.now() };
    return { public_key, statement: signedStatement(this.#tms, verdict.found, facts) };
  }

  async #count(asked: Asked, { address }: Asker): Promise<Verdict | undefined> {
    const waits = asked.offline.map(() => this.#told.take(address));
    if (waits.some((wait) => wait > 0)) throw tooMany("logins that were told of late", Math.max(...waits));
    try {
      return await this.#counting.add(asked.found.key.value.id, asked);
    } catch (error) {
      // To a host a conflict would be a refusal of the key.
      if (!(error instanceof Fault) || error.code !== "conflict") throw error;
      throw new Fault("unavailable", "the key is changed all the time; try again", { cause: error });
    }
  }

  /** Before a host is told, or has counted, anything of the key. */
  async #admit(question: Question, { address, hostCredential }: Asker, { key, tenant }: FoundKey): Promise<void> {
    try {
      if (!tenant.value.enabled) throw new Fault("denied", "Tenant not enabled.");
      await requireHost(this.#tms, hostCredential, tenant, question.host);
    } catch (error) {
      const refusal = { success: false, error: Fault.from(error).message };
      await this.#tell(question, address, { ...refusal, ...keyFields(key.value) });
      throw error;
    }
  }

  async #missed(question: Question, { address }: Asker): Promise<Fault> {
    const wait = this.#misses.take(address);
    if (this.#recorded.take(address) === 0) await this.#tell(question, address, { success: false, error: "NOT_FOUND" });
    return wait === 0 ? notFound() : tooMany("questions for keys that there are not", wait);
  }

  #record(question: Question, { address }: Asker, verdict: Verdict): Promise<void> {
    const { found, offline, remaining } = verdict;
    const key = found.key.value;
    const facts = {
      ...keyFields(key),
      ...(offline > 0 && { offline }),
      ...(!isUnlimited(key) && { remaining_uses: remaining }),
    };
    if ("why" in verdict) return this.#tell(question, address, { ...facts, success: false, error: verdict.why });
    const { counted, reservation } = verdict;
    return this.#tell(question, address, {
      ...facts,
      success: true,
      counted,
      ...(reservation !== undefined && { resid: reservation.name }),
    });
  }

  #tell(
    { host, user, public_key_fingerprint: fingerprint, connection }: Question,
    address: string,
    facts: Omit<EventFields<"tms.key.retrieve">, "host" | "login" | "fingerprint" | "addr_remote">,
  ): Promise<void> {
    return emitEvent(this.#tms, "tms.key.retrieve", {
      ...facts,
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

function keyFields({ client_user_id: user, tenant_name: tenant, client_id }: KeyRow) {
  return { user, tenant, client_id };
}
