import type { UserIdentity } from "../../core/cert/identity.ts";
import type { Labels } from "../../core/resource/resource.ts";
import type { AuditEmitter } from "../audit/emitter.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Log } from "../log.ts";
import type { SshConnection } from "../sshd/connection.ts";
import type { Account } from "./account.ts";

/** The context of all connections to this node. */
export interface NodeContext {
  readonly cluster: Cluster;
  readonly hostname: string;
  readonly labels: () => Labels;
  readonly audit: AuditEmitter;
  readonly log: Log;
  readonly now: () => Date;
}

/** A user who is logged in to an account of this machine. */
export interface NodePrincipal {
  readonly identity: UserIdentity;
  readonly account: Account;
}

export type NodeConnection = SshConnection<NodePrincipal>;
