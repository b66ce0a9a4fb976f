import { spyOn } from "bun:test";
import type { AuditEvent, EventName } from "../../../core/audit/event.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import type { Fault } from "../../../core/fault.ts";
import type { Entry, Store } from "../../../core/store.ts";
import { createLog } from "../../../daemon/log.ts";
import { RateLimit, RECORDED_REFUSALS } from "../../../daemon/net/rate-limit.ts";
import { databaseFile, openStorage } from "../../../daemon/storage.ts";
import type { Item } from "../../../daemon/store/collection.ts";
import { openSqlite } from "../../../daemon/store/sqlite.ts";
import type { Caller, CallerCredentials } from "../../../daemon/tms/authenticate.ts";
import { registerClient } from "../../../daemon/tms/clients.ts";
import type { Actor, TmsContext } from "../../../daemon/tms/context.ts";
import { createDelegation } from "../../../daemon/tms/delegations.ts";
import { Ids } from "../../../daemon/tms/ids.ts";
import { KeyPool } from "../../../daemon/tms/keys/pool.ts";
import { FAILED_AUTH_LIMIT } from "../../../daemon/tms/lockout.ts";
import { requireTenant } from "../../../daemon/tms/lookup.ts";
import { createMfa } from "../../../daemon/tms/mfa.ts";
import type { TenantRecord } from "../../../daemon/tms/schema.ts";
import { ensureInitialTenants } from "../../../daemon/tms/tenants.ts";
import { createUserHost } from "../../../daemon/tms/user-hosts.ts";
import { tempDir } from "../../kit/temp.ts";

/** The actor of tests that are not about authorization. */
export const ACTOR: Actor = { user: "@admin" };
export const OPERATOR: Caller = { kind: "operator", actor: ACTOR };
export const ADMIN: Caller = { kind: "admin", actor: { user: "default/~~admin", address: "192.0.2.1" } };

/** TMS's services over a database file and an audit log, with a settable clock. */
export class TmsFixture implements AsyncDisposable {
  readonly tms: TmsContext;
  /** The tenant `default` as it was created. */
  readonly tenant: Item<TenantRecord>;
  /** Counts the scheduled runs of the garbage collector. */
  readonly scheduled: { runs: number };
  readonly #clock: { now: Date };
  readonly #stack: AsyncDisposableStack;

  private constructor(parts: {
    tms: TmsContext;
    tenant: Item<TenantRecord>;
    scheduled: { runs: number };
    clock: { now: Date };
    stack: AsyncDisposableStack;
  }) {
    this.tms = parts.tms;
    this.tenant = parts.tenant;
    this.scheduled = parts.scheduled;
    this.#clock = parts.clock;
    this.#stack = parts.stack;
  }

  static async open(more: Partial<TmsContext> = {}): Promise<TmsFixture> {
    const stack = new AsyncDisposableStack();
    const dataDir = tempDir();
    const clock = { now: new Date("2026-03-01T12:00:00.250Z") };
    const now = () => clock.now;
    const log = createLog({ level: "error", format: "json", write: () => undefined });
    const store = stack.use(openSqlite(databaseFile(dataDir), { now }));
    const storage = stack.use(await openStorage({ dataDir, cluster: "example.com", store, log, now }));
    const scheduled = { runs: 0 };
    const tms: TmsContext = {
      ...storage,
      version: "0.0.0",
      log,
      now,
      mvp: false,
      newClients: "allow",
      ids: new Ids(store),
      pool: stack.use(new KeyPool()),
      statementKey: PrivateKey.generate(),
      failedAuthLimit: new RateLimit(FAILED_AUTH_LIMIT, () => clock.now.getTime()),
      refusalAuditLimit: new RateLimit(RECORDED_REFUSALS, () => clock.now.getTime()),
      garbageCollector: { schedule: () => scheduled.runs++ },
      ...more,
    };
    await ensureInitialTenants(tms, { testTenant: undefined });
    const tenant = await requireTenant(tms, "default");
    return new TmsFixture({ tms, tenant, scheduled, clock, stack });
  }

  /** A second process: another connection to the database. */
  secondProcess(): TmsContext {
    const store = this.#stack.use(openSqlite(databaseFile(this.tms.dataDir), { now: this.tms.now }));
    return { ...this.tms, store, ids: new Ids(store) };
  }

  advance(milliseconds: number): void {
    this.#clock.now = new Date(this.#clock.now.getTime() + milliseconds);
  }

  async events(event: EventName): Promise<readonly AuditEvent[]> {
    return this.tms.audit.search({ event });
  }

  /** All entries of the store under `prefix`. */
  async entries(prefix: `/${string}` = "/tms/"): Promise<readonly Entry[]> {
    return this.tms.store.list(prefix);
  }

  async client(client_id: string): Promise<string> {
    const app = { client_id, app_name: `${client_id}-app`, app_version: "1.0" };
    return (await registerClient(this.tms, this.tenant, app, OPERATOR)).client_secret;
  }

  /** Creates a user with MFA, a link and a delegation, without expiry. */
  async user(tms_user_id: string, { client_id, host }: { client_id?: string; host?: string } = {}): Promise<void> {
    const ttl_minutes = -1;
    await createMfa(this.tms, this.tenant, { tms_user_id, ttl_minutes }, ACTOR);
    if (host !== undefined) {
      const link = { tms_user_id, host, host_account: `${tms_user_id}-account`, ttl_minutes };
      await createUserHost(this.tms, this.tenant, link, ACTOR);
    }
    if (client_id !== undefined)
      await createDelegation(this.tms, this.tenant, { client_id, client_user_id: tms_user_id, ttl_minutes }, ACTOR);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** Stops `performance.now`, the clock of rate limits, until disposal. */
export function freezeClock(): Disposable {
  return spyOn(performance, "now").mockReturnValue(Math.floor(performance.now()));
}

/** The credentials of a client. */
export const asClient = (clientId: string, clientSecret: string, address = "192.0.2.7"): CallerCredentials => ({
  clientId,
  clientSecret,
  operator: false,
  address,
});

/** The credentials of an admin. */
export const asAdmin = (adminId: string, adminSecret: string, address = "192.0.2.7"): CallerCredentials => ({
  adminId,
  adminSecret,
  operator: false,
  address,
});

/** The refusal of `work` as `code: message (hint)`. @throws Error when it succeeds. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    const { code, message, hint } = error as Fault;
    return `${code}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
  }
  throw new Error("it was not refused");
}

/** The number of successes, and the fault codes of the failures. */
export async function outcomes(works: readonly Promise<unknown>[]): Promise<{ won: number; refused: string[] }> {
  const settled = await Promise.allSettled(works);
  const refused = settled.flatMap((one) => (one.status === "rejected" ? [(one.reason as Fault).code] : []));
  return { won: settled.length - refused.length, refused: [...new Set<string>(refused)] };
}

/**
 * A store that runs `interfere` once between a read and its dependent commit: before the first commit with a key that
 * matches `when`.
 */
export function interfering(store: Store, when: RegExp, interfere: () => Promise<unknown>): Store {
  let done = false;
  return {
    get: (key) => store.get(key),
    list: (prefix, page) => store.list(prefix, page),
    watch: (prefix, signal) => store.watch(prefix, signal),
    async commit(writes) {
      const keys = writes.map((write) => ("put" in write ? write.put : "remove" in write ? write.remove : write.check));
      if (!done && keys.some((key) => when.test(key))) {
        done = true;
        await interfere();
      }
      return store.commit(writes);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
