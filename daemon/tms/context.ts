import type { PrivateKey } from "../../core/cert/private-key.ts";
import type { Log } from "../log.ts";
import type { RateLimit } from "../net/rate-limit.ts";
import type { Storage } from "../storage.ts";
import type { Ids } from "./ids.ts";
import type { KeyPool } from "./keys/pool.ts";

/** The dependencies of TMS's services. */
export interface TmsContext extends Storage {
  readonly version: string;
  readonly log: Log;
  readonly now: () => Date;
  /** TMS's MVP mode: creating a key also creates its missing prerequisites. */
  readonly mvp: boolean;
  /** Whether unauthenticated callers may register clients. */
  readonly newClients: "allow" | "disallow";
  readonly ids: Ids;
  readonly pool: KeyPool;
  /** Signs the statements that hosts may cache. */
  readonly statementKey: PrivateKey;
  /** Limits wrong secrets per source address. */
  readonly failedAuthLimit: RateLimit;
  /** Limits the audit events for refusals per source address. */
  readonly refusalAuditLimit: RateLimit;
  /** Deletes orphans. Services call `schedule` after they have deleted a parent. */
  readonly garbageCollector: { schedule(): void };
}

/** The author of a change, for the audit log. */
export interface Actor {
  /** `@admin` is the operator, `@local` the server itself, `TENANT/ID` an admin or client, "" an unauthenticated caller. */
  readonly user: string;
  /** Missing or empty for the operator's socket. */
  readonly address?: string | undefined;
}
