import { type EventFields, newEvent } from "../../core/audit/event.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Log } from "../log.ts";

/** What everything in a proxy works with. */
export interface ProxyContext {
  readonly cluster: Cluster;
  /** Of this machine, for the audit log. */
  readonly hostname: string;
  readonly log: Log;
  readonly now: () => Date;
  /** The addresses of a name. It rejects, with a `code` as `node:dns` has it, when there are none. */
  readonly resolveDns: (name: string) => Promise<readonly string[]>;
}

type ProxyEvent = "session.connect" | "session.rejected" | "subsystem" | "port" | "client.disconnect" | "auth";

/** Resolves when the event is durable. */
export function emitEvent<N extends ProxyEvent>(
  { cluster, hostname, now }: ProxyContext,
  event: N,
  fields: Omit<EventFields<N>, "server_id" | "server_hostname">,
): Promise<void> {
  const reporter = { server_id: cluster.uuid, server_hostname: hostname };
  const all = { ...reporter, ...fields } as unknown as EventFields<N>;
  return cluster.audit.append(newEvent(event, all, { now: now(), cluster: cluster.name }));
}

/** The same for what was refused anyway: that it cannot be recorded is for the operator, and changes nothing. */
export async function emitRefusal<N extends ProxyEvent>(
  proxy: ProxyContext,
  event: N,
  fields: Omit<EventFields<N>, "server_id" | "server_hostname">,
): Promise<void> {
  try {
    await emitEvent(proxy, event, fields);
  } catch (error) {
    proxy.log.error("an audit event could not be stored", { event, error });
  }
}
