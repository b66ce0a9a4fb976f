import { Fault } from "../../../core/fault.ts";
import type { SignedStatement } from "../../../core/tms/statement.ts";
import type { KeyQuery } from "../arguments.ts";
import type { Config } from "../config.ts";
import { Cache } from "./cache.ts";
import { type Entry, SKEW_MS } from "./entry.ts";
import type { ReportedUse } from "./uses.ts";

/** Maximum number of logins reported in one request. */
const MOST_REPORTED = 100;
/** Tolerance for the `Date` header, which has whole seconds and is updated once a second. */
const DATE_MS = 2_000;

/**
 * The cache for one lookup; a no-op without a cache directory. Errors of the cache become notes for the log and never stop
 * an answer of tms.
 */
export class LookupCache {
  readonly #config: Config;
  readonly #connection: string | undefined;
  readonly #notes: string[];
  readonly #cache: Cache | undefined;
  readonly #entry: Entry | undefined;
  #told: readonly ReportedUse[] = [];

  constructor(query: KeyQuery, config: Config, connection: string | undefined, notes: string[]) {
    this.#config = config;
    this.#connection = connection;
    this.#notes = notes;
    const { cache: dir, maxStaleMs, escrowKeys, url, host } = config;
    if (dir === undefined || maxStaleMs === 0) return;
    if (escrowKeys.length === 0) {
      notes.push("the cache is not used: escrow_keys is missing");
      return;
    }
    this.#cache = this.#noted(() => new Cache(dir));
    this.#entry = this.#cache?.entry(url, { host, account: query.user, fingerprint: query.fingerprint });
  }

  /** Whether the cache is enabled, so that statements should be requested. */
  get isOn(): boolean {
    return this.#entry !== undefined;
  }

  /** Whether the server was found down within the last seconds. */
  get serverIsDown(): boolean {
    return this.#noted(() => this.#cache?.isDown(Date.now())) === true;
  }

  serverIsUnreachable(): void {
    this.#noted(() => this.#cache?.markDown(Date.now()));
  }

  serverIsReachable(): void {
    this.#noted(() => this.#cache?.markUp());
  }

  /** The logins to report to tms now. */
  unreported(): readonly string[] {
    const uses = this.#noted(() => this.#entry?.unreported()) ?? [];
    const told: ReportedUse[] = [];
    for (const use of uses.slice(0, MOST_REPORTED)) {
      const login = use.login();
      if (login !== undefined) told.push({ use, login });
    }
    this.#told = told;
    return told.map(({ login }) => login);
  }

  /** Stores the statement of an answer and removes the reported logins. */
  keep(signed: SignedStatement): void {
    this.#noted(() => {
      const now = Date.now();
      if (this.#entry?.keep(signed, this.#connection, this.#told, now)) this.#cache?.tidy(now);
    });
  }

  /** Records a refusal, at the time of the server's clock if known. */
  refuse(date: number | undefined): void {
    this.#noted(() => this.#entry?.refuse(date === undefined ? Date.now() + SKEW_MS : date + DATE_MS));
  }

  /**
   * The line of the last statement, used while tms is unreachable; `reason` says why.
   * @throws Fault `unavailable` if the cache has no valid statement
   */
  async recall(reason: string): Promise<string> {
    if (this.#entry === undefined) throw new Fault("unavailable", reason);
    try {
      const { escrowKeys, maxStaleMs } = this.#config;
      const { line, ageMs } = await this.#entry.use(escrowKeys, maxStaleMs, this.#connection, Date.now);
      this.#notes.push(`${reason}; answered from the cache, as of ${Math.round(ageMs / 1000)} s ago`);
      return line;
    } catch (thrown) {
      throw new Fault("unavailable", `${reason}; ${reasonOf(thrown)}`);
    }
  }

  #noted<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (thrown) {
      this.#notes.push(reasonOf(thrown));
      return undefined;
    }
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Fault ? thrown.message : `the cache is not used: ${(thrown as Error).message}`;
}
