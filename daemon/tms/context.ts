import type { PrivateKey } from "../../core/cert/private-key.ts";
import type { Log } from "../log.ts";
import type { RateLimit } from "../net/rate-limit.ts";
import type { Storage } from "../storage.ts";
import type { Ids } from "./ids.ts";
import type { KeyPool } from "./keys/pool.ts";

/** What the escrow's services work with. */
export interface TmsContext extends Storage {
  readonly version: string;
  readonly log: Log;
  readonly now: () => Date;
  /** TMS's MVP mode: what a key hangs on is made with it. */
  readonly mvp: boolean;
  /** Whether strangers may register clients. */
  readonly newClients: "allow" | "disallow";
  readonly ids: Ids;
  readonly pool: KeyPool;
  /** Signs what hosts may keep. */
  readonly escrowKey: PrivateKey;
  /** Wrong secrets of one source. */
  readonly guesses: RateLimit;
  /** Refusals of one source that are worth a record. */
  readonly recorded: RateLimit;
  /** Removes what hangs on a row that is gone; `soon` says that there may be something. */
  readonly janitor: { soon(): void };
}

/** Who asks for a change, for the audit log. */
export interface Actor {
  /** `@admin` is the operator on this machine; `TENANT/ID` an admin or a client; empty a stranger. */
  readonly user: string;
  /** Missing, or empty, for whoever comes by the operator's socket. */
  readonly address?: string | undefined;
}
