import { type EventFields, type EventName, newEvent } from "../../core/audit/event.ts";
import { Fault } from "../../core/fault.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Log } from "../log.ts";

/** What every event of a node says about the node. */
type Reporter = "server_id" | "server_hostname";
type Fields<N extends EventName> = Omit<EventFields<N>, Reporter>;

/** Writes this node's audit events. */
export class AuditEmitter {
  readonly #cluster: Cluster;
  readonly #hostname: string;
  readonly #log: Log;
  readonly #now: () => Date;

  constructor(means: { cluster: Cluster; hostname: string; log: Log; now: () => Date }) {
    this.#cluster = means.cluster;
    this.#hostname = means.hostname;
    this.#log = means.log;
    this.#now = means.now;
  }

  /** Records what is about to be done. @throws Fault `failed` when it cannot be: then it must not be done. */
  async before<N extends EventName>(name: N, fields: Fields<N>): Promise<void> {
    try {
      await this.#append(name, fields);
    } catch (cause) {
      this.#log.error("an audit event cannot be written; what it is about is refused", { event: name, error: cause });
      throw new Fault("failed", "this cannot be recorded at the moment, so it is not done", { cause });
    }
  }

  /** Records what has happened: it can no longer be refused, so a failure goes to the log. */
  after<N extends EventName>(name: N, fields: Fields<N>): void {
    this.#append(name, fields).catch((error: unknown) =>
      this.#log.error("an audit event cannot be written", { event: name, error }),
    );
  }

  #append<N extends EventName>(name: N, fields: Fields<N>): Promise<void> {
    const about = { ...fields, server_id: this.#cluster.uuid, server_hostname: this.#hostname };
    const event = newEvent(name, about as unknown as EventFields<N>, { now: this.#now(), cluster: this.#cluster.name });
    return this.#cluster.audit.append(event);
  }
}
