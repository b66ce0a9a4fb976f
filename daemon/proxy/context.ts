import type { AuditEmitter } from "../audit/emitter.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Log } from "../log.ts";

/** What everything in a proxy works with. */
export interface ProxyContext {
  readonly cluster: Cluster;
  readonly audit: AuditEmitter;
  readonly log: Log;
  readonly now: () => Date;
  /** The addresses of a name. It rejects, with a `code` as `node:dns` has it, when there are none. */
  readonly resolveDns: (name: string) => Promise<readonly string[]>;
}
