import type { Labels } from "../../core/resource/resource.ts";
import type { AuditEmitter } from "../audit/emitter.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Log } from "../log.ts";
import type { Access } from "./access.ts";

/** What every connection to this node works with. */
export interface House {
  readonly cluster: Cluster;
  readonly hostname: string;
  readonly labels: () => Labels;
  readonly access: Access;
  readonly audit: AuditEmitter;
  readonly log: Log;
  readonly now: () => Date;
}
