import type { AuthClient } from "../../core/api/client.ts";
import type { PublicKey } from "../../core/cert/public-key.ts";
import type { NodeIndex } from "../../core/policy/node-index.ts";
import type { AuthorityType } from "../../core/resource/authority.ts";
import type { Lock } from "../../core/resource/lock.ts";
import type { Role } from "../../core/resource/role.ts";
import type { User } from "../../core/resource/user.ts";
import type { HostKey } from "../../core/ssh/server.ts";

/** A live copy of what auth knows, as far as this machine needs it. It survives a loss of auth, growing stale. */
export interface ClusterView {
  authorities(type: AuthorityType): readonly PublicKey[];
  readonly roles: ReadonlyMap<string, Role>;
  readonly users: ReadonlyMap<string, User>;
  readonly locks: readonly Lock[];
  /** Filled on a proxy only. */
  readonly nodes: NodeIndex;
  /** Called after every change, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** A machine's membership: its name, its certificate, its connection to auth. What proxy and node are given. */
export interface Cluster {
  readonly name: string;
  /** Of this machine. */
  readonly uuid: string;
  readonly view: ClusterView;
  readonly api: AuthClient;
  /** The key and certificate to serve with; renewed while running, so ask anew for every connection. */
  hostKey(): HostKey;
  /** `host:port` of auth's SSH server, for users who ask for the API through a proxy. */
  readonly authAddr: string;
  readonly audit: {
    /** Resolves when the event is durable on this machine; it reaches auth's log later when auth is away. */
    append(event: object): Promise<void>;
  };
  [Symbol.asyncDispose](): Promise<void>;
}
