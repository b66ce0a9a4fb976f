import { Fault } from "../../../core/fault.ts";
import type { SignedStatement } from "../../../core/tms/statement.ts";
import type { KeyQuery } from "../arguments.ts";
import type { Config } from "../config.ts";
import { Cache } from "./cache.ts";
import { type Entry, SKEW_MS } from "./entry.ts";
import type { ReportedUse } from "./uses.ts";

/** Logins that one request tells the escrow of. */
const MOST_REPORTED = 100;
/** The `Date` of an answer is in whole seconds, and servers renew it once in a second. */
const DATE_MS = 2_000;

/**
 * The cache as one lookup uses it, or nothing where there is none: whatever goes wrong with it is a note for the log and never
 * stops an answer of the escrow.
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

  /** Whether it is on, so that statements are worth asking for. */
  get isOn(): boolean {
    return this.#entry !== undefined;
  }

  /** Whether the server was found dead a moment ago. */
  get serverIsDead(): boolean {
    return this.#noted(() => this.#cache?.isDown(Date.now())) === true;
  }

  serverDied(): void {
    this.#noted(() => this.#cache?.markDown(Date.now()));
  }

  serverLives(): void {
    this.#noted(() => this.#cache?.markUp());
  }

  /** The logins that the escrow is to be told of now. */
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

  /** The escrow has answered with this statement, and knows of the logins that it was told of. */
  keep(signed: SignedStatement): void {
    this.#noted(() => {
      const now = Date.now();
      if (this.#entry?.keep(signed, this.#connection, this.#told, now)) this.#cache?.tidy(now);
    });
  }

  /** The escrow has refused the key, at that moment by its clock where it said so. */
  refuse(date: number | undefined): void {
    this.#noted(() => this.#entry?.refuse(date === undefined ? Date.now() + SKEW_MS : date + DATE_MS));
  }

  /**
   * The line as the escrow last stated it, because it cannot be query: `silence` says why.
   * @throws Fault `unavailable` with why it can not be had here either.
   */
  async recall(silence: string): Promise<string> {
    if (this.#entry === undefined) throw new Fault("unavailable", silence);
    try {
      const { escrowKeys, maxStaleMs } = this.#config;
      const { line, ageMs } = await this.#entry.use(escrowKeys, maxStaleMs, this.#connection, Date.now);
      this.#notes.push(`${silence}; answered from the cache, as of ${Math.round(ageMs / 1000)} s ago`);
      return line;
    } catch (thrown) {
      throw new Fault("unavailable", `${silence}; ${reasonOf(thrown)}`);
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
