import type { SecondFactor } from "../../core/api/schemas.ts";
import type { HostRole } from "../../core/resource/token.ts";
import type { Store } from "../../core/store.ts";
import type { AuditLogSet } from "../audit/log-set.ts";
import type { ClusterView } from "../cluster/view.ts";
import type { KeyedMutex } from "../keyed-mutex.ts";
import type { Log } from "../log.ts";
import type { Seal } from "../seal.ts";
import type { Authorities } from "./authorities.ts";

/** A join token from the config file: any number of uses, no expiry, never stored. */
export interface StaticToken {
  readonly value: string;
  readonly roles: readonly HostRole[];
}

/** What auth's services work with. */
export interface AuthContext {
  readonly cluster: string;
  /** Of this auth server: the UUID of its audit log. */
  readonly uuid: string;
  readonly version: string;
  readonly store: Store;
  readonly seal: Seal;
  /** The private keys of the authorities. */
  readonly authorities: Authorities;
  /** Users, roles, locks, authorities and machines as they are now: what requests are authorized by. */
  readonly view: ClusterView;
  readonly audit: AuditLogSet;
  readonly log: Log;
  readonly now: () => Date;
  readonly secondFactor: SecondFactor;
  readonly staticTokens: readonly StaticToken[];
  readonly mutex: KeyedMutex;
  /** `host:port` under which machines and users' clients reach auth. */
  readonly address: () => string;
}
