import type { AuditEmitter } from "../audit/emitter.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Log } from "../log.ts";

/** Shared by all parts of a proxy. */
export interface ProxyContext {
  readonly cluster: Cluster;
  readonly audit: AuditEmitter;
  readonly log: Log;
  readonly now: () => Date;
  /** The addresses of a name. It rejects with a `code` of `node:dns` when there are none. */
  readonly resolveDns: (name: string) => Promise<readonly string[]>;
}
